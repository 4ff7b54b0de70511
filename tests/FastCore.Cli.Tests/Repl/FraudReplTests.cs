using FastCore.Cli.Tests.Terminal;
using Xunit;

namespace FastCore.Cli.Tests.Repl;

/// <summary>Scoring by hand.</summary>
public sealed class FraudReplTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fastcore-fraud-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Transactions_are_scored_labelled_and_listed_by_the_policy_given()
    {
        const string Script = """
            score_transactions id=1 merchant=7 card=42 amount=500
            score_transactions id=2 merchant=7 card=42 amount=60000
            change_lists list=stolen key=42 kind=add
            score_transactions id=3 merchant=7 card=42 amount=500
            label_transactions id=2 merchant=7 card=42 label=chargeback
            lookup_decisions book=7 id=2
            """;
        CliRun run = await CliRun.WithInputAsync(
            Script, "repl", "--memory", "--json",
            "--fraud-policy", Write("rule \"large\": decline if amount > 50_000"));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(6, run.Lines.Count);
        Assert.Contains("\"decision\":\"approve\"", Line(run, 0), StringComparison.Ordinal);
        Assert.Contains("\"decision\":\"decline\"", Line(run, 1), StringComparison.Ordinal);
        Assert.Contains("\"score\":null", Line(run, 1), StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"list\"", Line(run, 3), StringComparison.Ordinal);
        Assert.Contains("\"code\":\"ok\"", Line(run, 4), StringComparison.Ordinal);
        Assert.Contains("\"label\":\"chargeback\"", Line(run, 5), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_with_mistakes_is_refused_with_all_of_them()
    {
        CliRun run = await CliRun.WithInputAsync(
            "", "repl", "--memory", "--json",
            "--fraud-policy", Write("rule \"large\": decline if amounts > 50_000"));
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("policy_", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("score_transactions id=1 merchant=7 card=42 amount=500")]
    [InlineData("lookup_decisions book=7 id=2")]
    [InlineData("change_lists list=stolen key=42 kind=add")]
    public async Task Without_a_policy_the_error_names_the_option_that_brings_one(string line)
    {
        CliRun run = await CliRun.WithInputAsync(line, "repl", "--memory", "--json");
        Assert.Contains("--fraud-policy", Line(run, 0), StringComparison.Ordinal);
        Assert.Contains("\"code\":\"unknown_operation\"", Line(run, 0), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get_policies", true)]
    [InlineData("get_policies after=1", false)]
    [InlineData("explain_decision merchant=1 id=1", true)]
    [InlineData("get_fraud_metrics", false)]
    public async Task Without_a_policy_a_person_is_told_why_nothing_is_found(string line, bool isTold)
    {
        CliRun run = await CliRun.WithInputAsync(line, "repl", "--memory");
        Assert.Equal(isTold, run.Out.Contains("(This engine scores nothing: open it with", StringComparison.Ordinal));
        Assert.Equal(isTold, !run.Out.Contains("(nothing found)", StringComparison.Ordinal));
    }

    private static string Line(CliRun run, int at) =>
        run.Lines[at].GetRawText().Replace(" ", "", StringComparison.Ordinal);

    private string Write(string rule)
    {
        File.WriteAllText(Path.Combine(_folder, "all.rules"), $"""
            list "stolen" of card block
            {rule}
              test "above" given amount = 50001 expect decline
            """);
        string path = Path.Combine(_folder, "policy.json");
        File.WriteAllText(path, """
            {
              "version": 1,
              "rules": ["all.rules"],
              "thresholds": { "review": 0.5, "decline": 0.9 },
              "failure": { "features": "open", "model": "closed" },
              "payments": true
            }
            """);
        return path;
    }
}
