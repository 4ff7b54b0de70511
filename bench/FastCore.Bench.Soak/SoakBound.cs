namespace FastCore.Bench.Soak;

/// <summary>How much something may grow.</summary>
/// <param name="Name">What, in snake_case.</param>
/// <param name="Unit">Unit of its values.</param>
/// <param name="Meaning">What it is, in words.</param>
/// <param name="ByLife">Over a life of the server, with slopes inside lives only; otherwise over the soak.</param>
/// <param name="GrowthMax">Growth that is always allowed.</param>
/// <param name="ShareMax">Growth that is allowed as a share of the middle value.</param>
/// <param name="Of">The value of a window.</param>
public sealed record SoakBound(
    string Name, string Unit, string Meaning, bool ByLife, double GrowthMax, double ShareMax,
    Func<SoakWindow, double> Of)
{
    /// <summary>Whether it depends on what else the machine does.</summary>
    public bool IsOfSpeed { get; init; }

    private const double MiB = 1 << 20;

    /// <summary>Windows without which nothing is said.</summary>
    private const int WindowsMin = 4;

    /// <summary>
    /// All bounds. What the server's tables tell is growth that somebody ordered, so it is left out. Rings tell their
    /// size only: until they went round once they take memory as it is touched, some twenty MiB in a short life.
    /// </summary>
    public static IReadOnlyList<SoakBound> All { get; } =
    [
        new("other_bytes", "B", "working set without what tables and caches tell", true, 48 * MiB, 0.1,
            window => window.OtherBytes),

        // FasterLog takes the ring of a journal in pages of 8 MiB as it first comes to them, 64 MiB a partition.
        new("managed_bytes", "B", "managed heap after a collection", true, 48 * MiB, 0.2,
            window => window.ManagedBytes),
        new("handles", "", "open files and sockets", true, 8, 0.1, window => window.Handles),
        new("threads", "", "threads", true, 4, 0.1, window => window.Threads),
        new("p999_ms", "ms", "latency that a thousandth exceeds", false, 250, 1, window => window.P999Ms)
        {
            IsOfSpeed = true,
        },
        new("pause_ms", "ms", "pauses of the collector in a window", false, 50, 1, window => window.PauseMs)
        {
            IsOfSpeed = true,
        },
    ];

    /// <summary>Judges the steady windows.</summary>
    /// <param name="windows">All windows of the soak.</param>
    /// <param name="lifeSeconds">How long the steady part of a life is.</param>
    public SoakTrend Judge(IEnumerable<SoakWindow> windows, double lifeSeconds)
    {
        SoakWindow[] steady = [.. windows.Where(window => window.IsSteady)];
        double? slope = steady.Length < WindowsMin
            ? null
            : TheilSen.Slope([.. steady.Select(window => (ByLife ? window.Life : 0, window.AtS, Of(window)))]);
        double median = TheilSen.Median(steady.Select(Of));
        double seconds = ByLife ? lifeSeconds : steady.Length == 0 ? 0 : steady[^1].AtS - steady[0].AtS;
        return new SoakTrend(
            this, steady.Length, median, slope * 3600, slope * seconds, Math.Max(GrowthMax, ShareMax * median));
    }
}

/// <summary>What became of something over the soak.</summary>
/// <param name="Bound">What may be.</param>
/// <param name="Windows">Windows that it was judged by.</param>
/// <param name="Median">The middle value.</param>
/// <param name="SlopePerHour">How fast it grows by the robust fit; null when there were too few windows.</param>
/// <param name="Growth">What that makes over a life, or over the soak.</param>
/// <param name="Limit">What it may make.</param>
public sealed record SoakTrend(
    SoakBound Bound, int Windows, double Median, double? SlopePerHour, double? Growth, double Limit)
{
    /// <summary>Whether it stays in its bound; what cannot be told does not.</summary>
    public bool Holds => Growth <= Limit;
}
