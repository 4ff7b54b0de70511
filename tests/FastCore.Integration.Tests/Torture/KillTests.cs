using FastCore.Torture;
using Xunit.Abstractions;

namespace FastCore.Integration.Tests.Torture;

/// <summary>
/// A short torture of the real server. <c>FASTCORE_TORTURE_KILLS</c> sets the number of kills,
/// <c>FASTCORE_TORTURE_SEED</c> the seed; <c>fastcore torture</c> runs it for as long as one likes.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_9_under_load_loses_nothing_acknowledged_and_doubles_nothing(bool losePower)
    {
        TortureReport report = await RunAsync(
            (int)NumberOf("FASTCORE_TORTURE_KILLS", 6), NumberOf("FASTCORE_TORTURE_SEED", 20), losePower, "fsync");
        Assert.Empty(report.Findings.Texts);
        Assert.Equal((0L, 0L), (report.Findings.Lost, report.Findings.Contradictions));
        Assert.True(report.Findings.Verified >= report.Acknowledged && report.Acknowledged > 0);
        Assert.True(report.CheckpointsCompared > 0, "no checkpoint was written during the run");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_acknowledges_too_early_is_found_to_lose(bool losePower)
    {
        TortureReport report = await RunAsync(50, 21, losePower, "async");
        Assert.True(report.Findings.Lost > 0, "50 kills of an asynchronous server lost nothing");
        Assert.NotNull(report.FailedDirectory);
    }

    private async Task<TortureReport> RunAsync(int kills, ulong seed, bool losePower, string durability)
    {
        output.WriteLine($"seed {seed}, {kills} kills");
        using TemporaryFolder folder = new();
        TortureRun run = new(new TortureOptions
        {
            Program = Path.Combine(AppContext.BaseDirectory, "fastcore.dll"),
            Folder = folder.Path,
            Seed = seed,
            KillsMax = kills,
            LosePower = losePower,
            Durability = durability,
        })
        {
            Note = output.WriteLine,
        };
        await run.RunAsync(CancellationToken.None);
        return run.Report;
    }

    private static ulong NumberOf(string variable, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), out ulong number) ? number : otherwise;
}
