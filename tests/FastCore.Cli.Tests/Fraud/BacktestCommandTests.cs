using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Testing;

namespace FastCore.Cli.Tests.Fraud;

public sealed class BacktestCommandTests
{
    private const string Rules = """
        list "stolen" of card block

        rule "large" priority 10: decline if amount > 50_000
        rule "watch" shadow: review if amount > 1_000
        """;

    // Card 42 is stolen from the fifth on. The second and the seventh were fraud, the first and the sixth were not.
    private static readonly string Script = string.Join('\n',
    [
        .. new[] { 500, 60_000, 2_000, 700 }.Select((amount, i) => Score(i + 1, 40 + i, amount)),
        "change_lists list=stolen key=42 kind=add",
        .. new[] { 500, 60_000, 2_000, 700 }.Select((amount, i) => Score(i + 5, 40 + i, amount)),
        Label(2, "chargeback"), Label(7, "confirmed"), Label(1, "cleared"), Label(6, "cleared"),
    ]);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task F11_OtherRulesAreTriedOnEveryDecision(int partitions)
    {
        using FraudBooks books = await OpenAsync(partitions);
        await File.WriteAllTextAsync(books.File("new.rules"), """
            list "stolen" of card block
            rule "medium" priority 10: review if amount > 1_500 and card.count_1d > 1
            """);
        CliRun run = await CliRun.RunAsync(
            "fraud", "backtest", "--data", books.Data, "--rules", books.File("new.rules"), "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        JsonElement found = run.Document;
        Assert.Equal((8, 4, 2), (Number(found, "decisions"), Number(found, "labelled"), Number(found, "fraud")));

        // Before: 2 and 6 by their amounts, 7 by the list. After: 6 is reviewed, 2 passes, 7 stays declined.
        Assert.Equal("5/0/3", Counts(found.GetProperty("before")));
        Assert.Equal("6/1/1", Counts(found.GetProperty("after")));
        Assert.Equal(2, Number(found, "changed"));
        Assert.Equal(
            ["decline>approve", "decline>review"],
            found.GetProperty("examples").EnumerateArray()
                .Select(one => $"{one.GetProperty("before")}>{one.GetProperty("after")}").Order());
        Assert.Equal("3/3/2", Detection(found.GetProperty("before").GetProperty("stopped")));
        Assert.Equal("2/2/1", Detection(found.GetProperty("after").GetProperty("stopped")));
        Assert.Equal(0.5, found.GetProperty("after").GetProperty("stopped").GetProperty("recall").GetDouble());
        JsonElement[] rules = [.. found.GetProperty("before").GetProperty("rules").EnumerateArray()];
        Assert.Equal(["large", "watch"], rules.Select(rule => rule.GetProperty("name").GetString()));
        Assert.Equal(["2/2/1", "4/3/2"], rules.Select(Detection));
        Assert.True(rules[1].GetProperty("shadow").GetBoolean());
        Assert.Equal("2/2/1", Detection(found.GetProperty("after").GetProperty("rules")[0]));
        Assert.Equal(4, Number(found, "earlier"));
        Assert.Equal(17, found.GetProperty("feature_psi").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, found.GetProperty("after").GetProperty("auc_roc").ValueKind);
    }

    [Fact]
    public async Task F11_ThePolicyInForceChangesNothing_AndLabelsCountFromTheirTime()
    {
        using FraudBooks books = await OpenAsync(1);
        CliRun same = await CliRun.RunAsync("fraud", "backtest", "--data", books.Data, "--json");
        Assert.Equal((8, 0), (Number(same.Document, "decisions"), Number(same.Document, "changed")));
        CliRun early = await CliRun.RunAsync(
            "fraud", "backtest", "--data", books.Data, "--labels-known-by", $"{FraudBooks.StartNs + 1}",
            "--split", "2018-08-01T14:30", "--json");
        Assert.Equal((0, 2), (Number(early.Document, "labelled"), Number(early.Document, "earlier")));
        CliRun text = await CliRun.RunAsync("fraud", "backtest", "--data", books.Data);
        Assert.Contains("0 decisions change", text.Out);
    }

    [Fact]
    public async Task F11_AnotherModelIsTried_AndAWholePolicy()
    {
        using FraudBooks books = await OpenAsync(1);
        string model = Path.Combine(Path.GetDirectoryName(FraudBooks.ModelPolicy)!, "baseline.ubj");
        CliRun byModel = await CliRun.RunAsync(
            "fraud", "backtest", "--data", books.Data, "--model", model, "--json");
        Assert.Equal(ExitCode.Ok, byModel.ExitCode);
        JsonElement after = byModel.Document.GetProperty("after");
        Assert.Equal(JsonValueKind.Number, after.GetProperty("auc_roc").ValueKind);
        Assert.Equal(JsonValueKind.Number, after.GetProperty("score_psi").ValueKind);
        Assert.Equal(64, byModel.Document.GetProperty("candidate_model").GetString()!.Length);

        CliRun byPolicy = await CliRun.RunAsync(
            "fraud", "backtest", "--data", books.Data, "--policy", FraudBooks.ModelPolicy, "--json");
        Assert.Equal(ExitCode.Ok, byPolicy.ExitCode);
        Assert.Equal("7/0/1", Counts(byPolicy.Document.GetProperty("after")));
    }

    [Fact]
    public async Task F11_WhatCannotBeTriedHasACode()
    {
        using FraudBooks books = await OpenAsync(1);
        await File.WriteAllTextAsync(books.File("bad.rules"), "rule \"a\": decline if amont > 5");
        string wrongModel = Path.Combine(RepositoryRoot.Path, "tests", "data", "fraud", "depth6.json");
        Assert.Equal((ExitCode.File, "policy_rules_refused"), await RefusedAsync("--rules", books.File("bad.rules")));
        Assert.Equal((ExitCode.File, "file_not_readable"), await RefusedAsync("--rules", books.File("no.rules")));
        Assert.Equal((ExitCode.File, "policy_model_columns"), await RefusedAsync("--model", wrongModel));
        Assert.StartsWith("model_", (await RefusedAsync("--model", books.File("bad.rules"))).Code);
        Assert.Equal((ExitCode.Usage, "time_unknown"), await RefusedAsync("--split", "tomorrow"));
        Assert.Equal(
            ExitCode.Usage,
            (await CliRun.RunAsync(
                "fraud", "backtest", "--data", books.Data, "--policy", "a", "--model", "b")).ExitCode);

        async Task<(int ExitCode, string Code)> RefusedAsync(params string[] more)
        {
            CliRun run = await CliRun.RunAsync(["fraud", "backtest", "--data", books.Data, "--json", .. more]);
            return (run.ExitCode, run.Document.GetProperty("error").GetProperty("code").GetString()!);
        }
    }

    private static async Task<FraudBooks> OpenAsync(int partitions)
    {
        using FraudBooks files = await FraudBooks.OpenAsync("");
        return await FraudBooks.OpenAsync(Script, partitions, files.WritePolicy(Rules));
    }

    private static string Score(int id, int card, int amount) =>
        $"score_transactions id={id} merchant={6 + (id % 3)} card={card} terminal=3 amount={amount} "
        + $"occurred_at={FraudBooks.StartNs + ((ulong)id * FraudBooks.HourNs)}";

    private static string Label(int id, string label) =>
        $"label_transactions id={id} merchant={6 + (id % 3)} card={40 + ((id - 1) % 4)} label={label} "
        + $"known_at={FraudBooks.StartNs + 1_000}";

    private static int Number(JsonElement found, string name) => found.GetProperty(name).GetInt32();

    private static string Counts(JsonElement side) =>
        $"{side.GetProperty("approve")}/{side.GetProperty("review")}/{side.GetProperty("decline")}";

    private static string Detection(JsonElement found) =>
        $"{found.GetProperty("flagged")}/{found.GetProperty("labelled")}/{found.GetProperty("fraud")}";
}
