using FastCore.Node;
using FastCore.Node.Sessions;

namespace FastCore.Hosting;

/// <summary>
/// Settings of a hosted engine: the engine's own, and those of its life in a host. In configuration they are keys of
/// one section: <c>"FastCore": { "DataDirectory": "/var/lib/fastcore", "Partitions": 2, "CheckpointOnStop": true }</c>.
/// </summary>
public sealed class FastCoreOptions : NodeOptions
{
    /// <summary>Calls in flight of the embedded session at most, a power of two.</summary>
    public int SessionInFlightMax { get; set; } = 4096;

    /// <summary>
    /// Whether a checkpoint is written before the node closes, so that the next start has nothing to replay.
    /// </summary>
    public bool CheckpointOnStop { get; set; } = true;

    /// <summary>Bytes waiting in the request rings above which the node counts as degraded.</summary>
    public long DegradedQueuedBytes { get; set; } = 6 << 20;

    /// <summary>
    /// Policy file of fraud scoring, put in force when the node opens; null = none, and what was in force stays. With
    /// one the node scores, unless its data directory was made without that.
    /// </summary>
    public string? FraudPolicy { get; set; }

    internal FrontSessionOptions Session => new() { InFlightMax = SessionInFlightMax };
}
