using FastCore.Node;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace FastCore.Hosting;

/// <summary>
/// Liveness: unhealthy only when a partition or a flow stopped, which nothing but a restart can mend.
/// </summary>
internal sealed class NodeLiveness(HostedNode node) : IHealthCheck
{
    /// <summary>Name of the check; its tag is <c>live</c>.</summary>
    public const string Name = "fastcore-live";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Judge(node.Current?.Statistics ?? new NodeStatistics()));

    /// <summary>What the counters say.</summary>
    public static HealthCheckResult Judge(NodeStatistics statistics) =>
        statistics.Stopped.Count != 0
            ? HealthCheckResult.Unhealthy($"Stopped: {string.Join(" ", statistics.Stopped)}")
            : statistics.FlowFailure is { } failure
            ? HealthCheckResult.Unhealthy(failure)
            : HealthCheckResult.Healthy("All partitions run.");
}

/// <summary>
/// Readiness: unhealthy while the node is not open, degraded with its reasons while it refuses or falls behind.
/// </summary>
internal sealed class NodeReadiness(HostedNode node, IOptions<FastCoreOptions> options) : IHealthCheck
{
    /// <summary>Name of the check; its tag is <c>ready</c>.</summary>
    public const string Name = "fastcore-ready";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(node.Current is { } open
            ? Judge(open.Statistics, options.Value)
            : HealthCheckResult.Unhealthy("The node is not open."));

    /// <summary>What the counters say.</summary>
    public static HealthCheckResult Judge(NodeStatistics statistics, FastCoreOptions options)
    {
        if (statistics.Stopped.Count > 0)
        {
            return HealthCheckResult.Unhealthy($"Stopped: {string.Join(" ", statistics.Stopped)}");
        }

        List<string> reasons = [];
        if (statistics.FlowFailure is { } failure)
        {
            reasons.Add(failure);
        }

        if (statistics.IsStorageFull)
        {
            reasons.Add("The disk is full: reads are served, writes are refused.");
        }

        if (statistics.CheckpointFailures > 0)
        {
            reasons.Add($"{statistics.CheckpointFailures} checkpoints failed: restarts take longer.");
        }

        if (statistics.QueuedBytes > options.DegradedQueuedBytes)
        {
            reasons.Add($"{statistics.QueuedBytes} bytes of requests are waiting.");
        }

        return reasons.Count == 0
            ? HealthCheckResult.Healthy("Open.")
            : HealthCheckResult.Degraded(string.Join(" ", reasons));
    }
}
