using FastCore.Engine.Partitions;

namespace FastCore.Node.Knobs;

/// <summary>A partition of an open node, as its knobs see it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Options">What the node was opened with.</param>
/// <param name="Partition">The partition.</param>
/// <param name="PinFailure">Why its thread is not pinned although that was asked for; null when it is or need not
/// be.</param>
public sealed record OpenPartition(
    FastCoreNode Node, NodeOptions Options, Partition Partition, Func<string?> PinFailure);
