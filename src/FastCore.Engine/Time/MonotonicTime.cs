using System.Diagnostics;

namespace FastCore.Engine.Time;

/// <summary>The machine's monotonic time.</summary>
public static class MonotonicTime
{
    /// <summary>Nanoseconds since some moment before the process began.</summary>
    public static long NowNs =>
        Stopwatch.Frequency == 1_000_000_000
            ? Stopwatch.GetTimestamp()
            : (long)((Int128)Stopwatch.GetTimestamp() * 1_000_000_000 / Stopwatch.Frequency);
}
