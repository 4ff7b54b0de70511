using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Testing;

namespace FastCore.Cli.Tests.Fraud;

/// <summary>A data directory of a node that scored a few transactions, and the operator's files beside it.</summary>
internal sealed class FraudBooks : IDisposable
{
    /// <summary>2018-08-01T12:00:00Z; transactions come an hour after one another.</summary>
    public const ulong StartNs = 1_533_124_800_000_000_000;

    public const ulong HourNs = 3_600_000_000_000;

    private readonly FraudFiles _files = new();

    /// <summary>The data directory.</summary>
    public string Data => _files.File("data");

    public string File(string name) => _files.File(name);

    /// <summary>Scores a script of the REPL by a policy.</summary>
    public static async Task<FraudBooks> OpenAsync(string script, int partitions = 1, string? policy = null)
    {
        FraudBooks books = new();
        CliRun run = await CliRun.WithInputAsync(
            script, "repl", "--data", books.Data, "--partitions", partitions.ToString(), "--json",
            "--fraud-policy", policy ?? books.WritePolicy("rule \"large\": decline if amount > 50_000"));
        Assert.True(run.ExitCode == ExitCode.Ok, run.Error + run.Out);
        Assert.DoesNotContain("\"error\"", run.Out, StringComparison.Ordinal);
        return books;
    }

    /// <summary>The policy of the repository, with a model of 100 trees.</summary>
    public static string ModelPolicy { get; } =
        Path.Combine(RepositoryRoot.Path, "tests", "data", "fraud", "policy", "policy.json");

    public string WritePolicy(string rules, ulong version = 1) => _files.WritePolicy(rules, version);

    public void Dispose() => _files.Dispose();
}
