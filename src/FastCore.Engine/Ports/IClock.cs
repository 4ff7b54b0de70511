namespace FastCore.Engine.Ports;

/// <summary>Wall-clock time for a partition, injected so that a simulator or a script can own it.</summary>
public interface IClock
{
    /// <summary>
    /// Nanoseconds since 1970-01-01 UTC. May stand still or step; the partition makes it strictly rising.
    /// </summary>
    ulong NowNs { get; }
}
