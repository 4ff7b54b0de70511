using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Torture;

namespace FastCore.Cli.Tests.Fraud;

/// <summary>What is asked of a running node about its scoring.</summary>
public sealed class PolicyCommandTests
{
    private const string Rule = "rule \"large\": decline if amount > 1_000\n";

    [Fact]
    public async Task APolicyIsPutInForceAskedForAndExplained()
    {
        using FraudFiles files = new();
        using ServerProcess server = await StartAsync(files);
        string policy = files.WritePolicy(Rule + "  test \"above\" given amount = 1001 expect decline\n", 2);

        CliRun run = await RunAsync(server, "fraud", "activate", policy, "--json");
        Assert.True(run.ExitCode == ExitCode.Ok, run.Out + run.Error);
        Assert.Equal((2, false), (Number(run, "version"), run.Document.GetProperty("was_in_force").GetBoolean()));
        string hash = run.Document.GetProperty("hash").GetString()!;
        CliRun again = await RunAsync(server, "fraud", "activate", hash);
        Assert.True(again.ExitCode == ExitCode.Ok, again.Error);
        Assert.Contains($"Policy version 2 ({hash}) was in force since 20", again.Out, StringComparison.Ordinal);

        CliRun status = await RunAsync(server, "fraud", "status", "--json");
        Assert.Equal(["1", "2"], status.Document.GetProperty("policies").EnumerateArray()
            .Select(one => one.GetProperty("version").GetRawText()));
        CliRun table = await RunAsync(server, "fraud", "status");
        Assert.Contains($"Version 2 is {hash}.", table.Out, StringComparison.Ordinal);

        CliRun scored = await CliRun.WithInputAsync(
            "score_transactions id=5 merchant=7 card=3 terminal=2 amount=1500\n"
                + "label_transactions id=5 merchant=7 card=3 label=chargeback\n"
                + "explain_decision id=5 merchant=7\n",
            "repl", "--connect", server.Address, "--json");
        Assert.DoesNotContain("\"error\"", scored.Out, StringComparison.Ordinal);
        Assert.Contains("no_model_decided", scored.Out, StringComparison.Ordinal);
        CliRun metrics = await RunAsync(server, "fraud", "metrics", "--json");
        JsonElement large = metrics.Document.GetProperty("metrics").EnumerateArray()
            .Single(metric => metric.GetProperty("name").GetString() == "large");
        Assert.Equal(
            ("rule", 1, 1, 1),
            (large.GetProperty("kind").GetString(), Of(large, "flagged"), Of(large, "flagged_fraud"),
                Of(large, "precision")));
        Assert.Contains("Version 2:", (await RunAsync(server, "fraud", "metrics")).Out, StringComparison.Ordinal);

        CliRun reasons = await RunAsync(server, "fraud", "reasons", "5", "--merchant", "7", "--json");
        Assert.Equal((ExitCode.CheckFailed, "no_model_decided"), (reasons.ExitCode, CodeOf(reasons)));
    }

    [Fact]
    public async Task ReasonsOfADecisionAddUpToItsMargin()
    {
        using FraudFiles files = new();
        using ServerProcess server = await StartAsync(files);
        CliRun shipped = await RunAsync(server, "fraud", "activate", files.NewerShippedPolicy(), "--json");
        Assert.True(shipped.ExitCode == ExitCode.Ok, shipped.Error);
        CliRun scored = await CliRun.WithInputAsync(
            "score_transactions id=5 merchant=7 card=3 terminal=2 amount=150000\n",
            "repl", "--connect", server.Address, "--json");
        Assert.DoesNotContain("\"error\"", scored.Out, StringComparison.Ordinal);

        CliRun run = await RunAsync(server, "fraud", "reasons", "5", "--merchant", "7", "--json");
        Assert.True(run.ExitCode == ExitCode.Ok, run.Error);
        JsonElement[] reasons = [.. run.Document.GetProperty("reasons").EnumerateArray()];
        Assert.Equal(
            reasons[0].GetProperty("margin").GetSingle(),
            reasons.Sum(reason => reason.GetProperty("contribution").GetSingle()), 1e-3f);
        Assert.Equal(18, reasons.Length);
        CliRun text = await RunAsync(server, "fraud", "reasons", "5", "--merchant", "7");
        Assert.Contains("card.count_7d", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsRefusedSaysWhy()
    {
        using FraudFiles files = new();
        using ServerProcess server = await StartAsync(files);
        string wrong = files.WritePolicy(Rule + "  test \"above\" given amount = 1000 expect decline\n", 2);
        CliRun run = await RunAsync(server, "fraud", "activate", wrong, "--json");
        Assert.Equal((ExitCode.File, "policy_refused"), (run.ExitCode, CodeOf(run)));
        Assert.Contains("all.rules: line 2", run.Error, StringComparison.Ordinal);

        CliRun unknown = await RunAsync(server, "fraud", "activate", new string('a', 64), "--json");
        Assert.Equal((ExitCode.Refused, "policy_not_found"), (unknown.ExitCode, CodeOf(unknown)));
        CliRun missing = await RunAsync(server, "fraud", "activate", files.File("none.json"), "--json");
        Assert.Equal((ExitCode.File, "policy_unusable"), (missing.ExitCode, CodeOf(missing)));
        CliRun older = await RunAsync(server, "fraud", "activate", files.WritePolicy(Rule, 1), "--json");
        Assert.Equal((ExitCode.Refused, "policy_version_not_newer"), (older.ExitCode, CodeOf(older)));
        CliRun status = await RunAsync(server, "fraud", "status", "--json");
        Assert.Equal(1, status.Document.GetProperty("policies").GetArrayLength());
        CliRun reasons = await RunAsync(server, "fraud", "reasons", "77", "--merchant", "7", "--json");
        Assert.Equal((ExitCode.CheckFailed, "transaction_not_found"), (reasons.ExitCode, CodeOf(reasons)));
    }

    [Fact]
    public async Task ANodeThatScoresNothingSaysSo()
    {
        using FraudFiles files = new();
        using ServerProcess server = await ServerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "fastcore.dll"), ["--memory"]);
        CliRun metrics = await RunAsync(server, "fraud", "metrics", "--json");
        Assert.Equal((ExitCode.CheckFailed, "no_policy"), (metrics.ExitCode, CodeOf(metrics)));
        CliRun reasons = await RunAsync(server, "fraud", "reasons", "77", "--merchant", "7", "--json");
        Assert.Equal((ExitCode.CheckFailed, "not_configured"), (reasons.ExitCode, CodeOf(reasons)));
        Assert.Contains("--fraud-policy", reasons.Error, StringComparison.Ordinal);
        CliRun activate = await RunAsync(server, "fraud", "activate", files.WritePolicy(Rule, 1), "--json");
        Assert.Equal((ExitCode.Refused, "not_configured"), (activate.ExitCode, CodeOf(activate)));
        CliRun status = await RunAsync(server, "fraud", "status");
        Assert.Contains("No policy is in force", status.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fraud", "activate", "policy.json")]
    [InlineData("fraud", "reasons", "5", "--connect", "127.0.0.1:1")]
    [InlineData("fraud", "metrics", "--connect", "127.0.0.1:1", "--decisions", "0")]
    [InlineData("fraud", "metrics", "--connect", "127.0.0.1:1", "--decisions", "100001")]
    public async Task WhatMakesNoSenseIsRefused(params string[] arguments) =>
        Assert.Equal(ExitCode.Usage, (await CliRun.RunAsync(arguments)).ExitCode);

    private static Task<ServerProcess> StartAsync(FraudFiles files) => ServerProcess.StartAsync(
        Path.Combine(AppContext.BaseDirectory, "fastcore.dll"),
        ["--data", files.File("data"), "--partitions", "2", "--fraud-policy", files.WritePolicy("", 1)]);

    private static Task<CliRun> RunAsync(ServerProcess server, params string[] arguments) =>
        CliRun.RunAsync([.. arguments, "--connect", server.Address]);

    private static int Number(CliRun run, string name) => Of(run.Document, name);

    private static int Of(JsonElement element, string name) => (int)double.Parse(
        element.GetProperty(name).ToString(), System.Globalization.CultureInfo.InvariantCulture);

    private static string CodeOf(CliRun run) =>
        run.Document.GetProperty("error").GetProperty("code").GetString()!;
}
