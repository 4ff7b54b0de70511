using FastCore.Engine.Ports;
using FastCore.Testing;

namespace FastCore.Simulation.Steps;

/// <summary>
/// The time of a simulated world. It passes only when it is told to; its wall clock may jump, its monotonic time never
/// does.
/// </summary>
public sealed class SimulatedClock : IClock
{
    private long _wallNs;

    /// <inheritdoc/>
    public ulong NowNs => ManualClock.StartNs + (ulong)_wallNs;

    /// <inheritdoc/>
    public long MonotonicNs { get; private set; } = 1_000_000_000;

    /// <summary>Lets time pass.</summary>
    public void Advance(long ns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ns);
        MonotonicNs += ns;
        _wallNs += ns;
    }

    /// <summary>Sets the wall clock forward or back; it never goes back behind its start.</summary>
    public void Jump(long ns) => _wallNs = Math.Max(0, _wallNs + ns);
}
