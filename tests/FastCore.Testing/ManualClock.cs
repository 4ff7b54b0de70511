using FastCore.Engine.Ports;

namespace FastCore.Testing;

/// <summary>A clock that moves only when a test moves it. Safe to read from any thread.</summary>
public sealed class ManualClock : IClock
{
    /// <summary>2024-01-01T00:00:00Z, where manual clocks start.</summary>
    public const ulong StartNs = 1_704_067_200_000_000_000;

    private ulong _nowNs;

    public ManualClock(ulong nowNs = StartNs) => _nowNs = nowNs;

    /// <summary>The time; may be set forward or back.</summary>
    public ulong NowNs
    {
        get => Volatile.Read(ref _nowNs);
        set => Volatile.Write(ref _nowNs, value);
    }

    public void Advance(TimeSpan by) => Interlocked.Add(ref _nowNs, checked((ulong)by.Ticks * 100));
}
