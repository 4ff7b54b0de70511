using FastCore.Engine.Ports;
using FastCore.Engine.Time;

namespace FastCore.Engine.Partitions;

/// <summary>What the domains of one partition share: its storage, its time and its way out.</summary>
/// <param name="Storage">Journal, histories and record index of the partition.</param>
/// <param name="Time">Timestamps of the partition.</param>
/// <param name="Effects">Effects to leave the partition after commit.</param>
public sealed record PartitionContext(IPartitionStorage Storage, EventClock Time, EffectQueue Effects);
