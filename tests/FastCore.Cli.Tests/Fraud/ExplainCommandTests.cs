using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Fraud.Scoring;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Testing;

namespace FastCore.Cli.Tests.Fraud;

public sealed class ExplainCommandTests
{
    private static readonly string Script = string.Join('\n',
        $"score_transactions id=1 merchant=7 card=42 terminal=3 amount=500 occurred_at={FraudBooks.StartNs}",
        $"score_transactions id=2 merchant=7 card=42 amount=6000 occurred_at={FraudBooks.StartNs + FraudBooks.HourNs}",
        "change_lists list=stolen key=42 kind=add",
        "score_transactions id=3 merchant=7 card=42 amount=800",
        "score_transactions id=3 merchant=8 card=43 amount=800");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task F9_ADecisionIsComputedOnceMore_AndItsReasonsAreShown(int partitions)
    {
        using FraudBooks books = await FraudBooks.OpenAsync(Script, partitions, FraudBooks.ModelPolicy);
        CliRun run = await CliRun.RunAsync(
            "fraud", "explain", "2", "--merchant", "7", "--data", books.Data, "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        JsonElement found = run.Document;
        Assert.True(found.GetProperty("equal").GetBoolean());
        Assert.Equal(0, found.GetProperty("differences").GetArrayLength());
        Assert.Equal("approve", found.GetProperty("decision").GetString());
        Assert.Equal("champion", found.GetProperty("model").GetProperty("role").GetString());
        Assert.Equal(64, found.GetProperty("policy").GetProperty("sha256").GetString()!.Length);
        JsonElement[] features = [.. found.GetProperty("features").EnumerateArray()];
        Assert.Equal(17, features.Length);
        Assert.Equal(60, features[0].GetProperty("value").GetDouble());
        Assert.All(features, feature => Assert.True(feature.GetProperty("equal").GetBoolean()));
        double sum = features.Sum(feature => feature.GetProperty("contribution").GetDouble());
        Assert.Equal(
            found.GetProperty("margin").GetDouble(), sum + found.GetProperty("bias").GetDouble(), 1e-4);

        CliRun text = await CliRun.RunAsync("fraud", "explain", "0x2", "--data", books.Data);
        Assert.Equal(ExitCode.Ok, text.ExitCode);
        Assert.Contains("every bit is the stored one", text.Out);
        Assert.Contains("card.mean_30d", text.Out);

        CliRun listed = await CliRun.RunAsync(
            "fraud", "explain", "3", "--merchant", "7", "--data", books.Data, "--json");
        Assert.Equal("decline", listed.Document.GetProperty("decision").GetString());
        Assert.Equal("stolen", listed.Document.GetProperty("lists")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task F9_WhatCannotBeFoundHasACode()
    {
        using FraudBooks books = await FraudBooks.OpenAsync(Script);
        Assert.Equal((ExitCode.CheckFailed, "transaction_not_found"), await RefusedAsync("9", books.Data));
        Assert.Equal(
            (ExitCode.CheckFailed, "transaction_not_found"), await RefusedAsync("1", books.Data, "--merchant", "8"));
        Assert.Equal((ExitCode.Usage, "merchant_needed"), await RefusedAsync("3", books.Data));
        Assert.Equal((ExitCode.Usage, "usage"), await RefusedAsync("one", books.Data));
        Assert.Equal(
            (ExitCode.DataDirectory, "data_directory_missing"), await RefusedAsync("1", books.File("nothing")));

        // A file of the policy whose content is no longer what its name says.
        string rules = Directory.EnumerateFiles(Path.Combine(books.Data, "fraud")).Single(
            path => File.ReadAllText(path).Contains("rule \"large\"", StringComparison.Ordinal));
        await File.AppendAllTextAsync(rules, "# other\n");
        Assert.Equal((ExitCode.DataDirectory, "storage_corrupt"), await RefusedAsync("1", books.Data));
    }

    [Fact]
    public async Task F9_ADifferenceIsShownAndIsExitCodeOne()
    {
        using FraudBooks books = await FraudBooks.OpenAsync("");
        await using (FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            DataDirectory = books.Data,
            Fraud = new FraudOptions(),
            WrapMachine = (machine, _) => new TamperedMachine(machine, 2),
        }))
        {
            await using IFastCoreSession session = node.OpenSession();
            ScoreResult[] results = new ScoreResult[1];
            _ = await session.ScoreTransactionsAsync(
                new[] { new ScoreTransaction { Id = 2, Merchant = 7, Card = 42, Amount = 6_000 } }, results);
            Assert.Equal(FraudStatus.Ok, results[0].Code);
            await node.CheckpointAsync();
        }

        CliRun json = await CliRun.RunAsync("fraud", "explain", "2", "--data", books.Data, "--json");
        CliRun text = await CliRun.RunAsync("fraud", "explain", "2", "--data", books.Data);

        Assert.Equal([ExitCode.CheckFailed, ExitCode.CheckFailed], [json.ExitCode, text.ExitCode]);
        Assert.False(json.Document.GetProperty("equal").GetBoolean());
        Assert.Contains(
            json.Document.GetProperty("differences").EnumerateArray(),
            difference => difference.GetProperty("field").GetString() == "amount"
                && difference.GetProperty("stored").GetString() == "6001");
        Assert.Contains("DIFFERENT amount: stored 6001, recomputed 6000", text.Out);
    }

    private static async Task<(int ExitCode, string Code)> RefusedAsync(string id, string data, params string[] more)
    {
        CliRun run = await CliRun.RunAsync(["fraud", "explain", id, "--data", data, "--json", .. more]);
        return (run.ExitCode, run.Document.GetProperty("error").GetProperty("code").GetString()!);
    }
}
