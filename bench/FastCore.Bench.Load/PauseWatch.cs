using System.Diagnostics;

namespace FastCore.Bench.Load;

/// <summary>
/// Remembers the pauses of the garbage collector. Looked at every few milliseconds; asks for durations only after a
/// collection, so that the asking itself stays out of the measurement.
/// </summary>
internal sealed class PauseWatch
{
    private const int PausesMax = 2_000;

    private readonly List<GcPause> _pauses = [];
    private int _collections = GC.CollectionCount(0);
    private TimeSpan _total = GC.GetTotalPauseDuration();
    private long _from = Stopwatch.GetTimestamp();

    /// <summary>Longest pause seen since <see cref="Begin"/>, milliseconds.</summary>
    public double LongestMs { get; private set; }

    /// <summary>The first pauses since <see cref="Begin"/>, at most 2,000.</summary>
    public IReadOnlyList<GcPause> Pauses => _pauses;

    /// <summary>Measuring begins: pauses count from now.</summary>
    public void Begin()
    {
        Look();
        _pauses.Clear();
        LongestMs = 0;
        _from = Stopwatch.GetTimestamp();
    }

    /// <summary>Looks once.</summary>
    public void Look()
    {
        int collections = GC.CollectionCount(0);
        if (collections == _collections)
        {
            return;
        }

        // Several collections between two looks: their sum is an upper bound of the longest, and is what is reported.
        TimeSpan total = GC.GetTotalPauseDuration();
        double pauseMs = (total - _total).TotalMilliseconds;
        LongestMs = Math.Max(LongestMs, pauseMs);
        if (_pauses.Count < PausesMax)
        {
            _pauses.Add(new GcPause(Stopwatch.GetElapsedTime(_from).TotalSeconds, pauseMs));
        }

        _total = total;
        _collections = collections;
    }
}

/// <summary>A pause of the garbage collector, or a few between two looks.</summary>
/// <param name="AtS">Seconds since measuring began.</param>
/// <param name="Ms">How long, milliseconds.</param>
internal readonly record struct GcPause(double AtS, double Ms);
