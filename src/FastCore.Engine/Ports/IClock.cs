using FastCore.Engine.Time;

namespace FastCore.Engine.Ports;

/// <summary>Time for a node and its partitions, injected so that a simulator or a script can own it.</summary>
public interface IClock
{
    /// <summary>
    /// Nanoseconds since 1970-01-01 UTC. May stand still or step; the partition makes it strictly rising.
    /// </summary>
    ulong NowNs { get; }

    /// <summary>
    /// Nanoseconds since some moment, never falling: the time of admission, deadlines and idleness. The machine's
    /// unless a clock has its own.
    /// </summary>
    long MonotonicNs => MonotonicTime.NowNs;
}
