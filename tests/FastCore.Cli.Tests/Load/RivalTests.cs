using FastCore.Bench.Load;

namespace FastCore.Cli.Tests.Load;

/// <summary>
/// Rivals do the same work and are verified alike. Where a rival is not installed, what is checked is that the run says
/// how to come by it.
/// </summary>
public sealed class RivalTests
{
    [Theory]
    [InlineData("postgres", 1)]
    [InlineData("postgres-batch", 40)]
    [InlineData("redis", 40)]
    public async Task PaymentsOfARivalAreVerifiedOrItIsSaidWhatIsMissing(string front, int batch)
    {
        LoadOptions options = new()
        {
            Workload = "payments",
            Front = front,
            Count = 300,
            Batch = batch,
            Connections = 2,
            InFlight = 2,
            Accounts = 20,
        };
        LoadReport report;
        try
        {
            report = await LoadRun.RunAsync(options, _ => { }, CancellationToken.None);
        }
        catch (LoadException e)
        {
            string package = front == "redis" ? "redis-server" : "postgresql";
            Assert.Contains($"apt-get install {package}", e.Message, StringComparison.Ordinal);
            return;
        }

        Assert.True(report.Verified, string.Join('\n', report.Differences));
        Assert.True(report.Accepted >= 300 && report.Duplicates > 0 && report.Refused > 0);
    }

    [Theory]
    [InlineData("ledger")]
    [InlineData("seats")]
    public async Task WhatARivalDoesNotKnowIsRefused(string workload)
    {
        LoadOptions options = new() { Workload = workload, Front = "postgres" };
        LoadException refused = await Assert.ThrowsAsync<LoadException>(
            () => LoadRun.RunAsync(options, _ => { }, CancellationToken.None));
        Assert.Contains("payments only", refused.Message, StringComparison.Ordinal);
    }
}
