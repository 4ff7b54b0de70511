using System.Diagnostics;

namespace FastCore.Bench.Load;

/// <summary>
/// The worst latency of each tenth of a second, so that a stall can be laid beside what happened then: a collection, a
/// checkpoint, a slow sync. A percentile says how many waited, not when. One writer at a time; allocates nothing.
/// </summary>
internal sealed class LatencyTimeline
{
    private static readonly long SliceTicks = Stopwatch.Frequency / SlicesPerS;

    private readonly long[] _worstNs;

    /// <summary>Slices of a second.</summary>
    public const int SlicesPerS = 10;

    /// <summary>Makes an empty one.</summary>
    /// <param name="seconds">How long it reaches; what comes later is not kept.</param>
    public LatencyTimeline(int seconds) => _worstNs = new long[seconds * SlicesPerS];

    /// <summary>Notes a latency.</summary>
    /// <param name="sinceStartTicks">When its request was due, since measuring began.</param>
    /// <param name="ns">Nanoseconds.</param>
    public void Record(long sinceStartTicks, long ns)
    {
        long slice = sinceStartTicks / SliceTicks;
        if ((ulong)slice < (ulong)_worstNs.Length)
        {
            _worstNs[slice] = Math.Max(_worstNs[slice], ns);
        }
    }

    /// <summary>Adds what another of the same length saw.</summary>
    public void Add(LatencyTimeline other)
    {
        for (int i = 0; i < _worstNs.Length; i++)
        {
            _worstNs[i] = Math.Max(_worstNs[i], other._worstNs[i]);
        }
    }

    /// <summary>Begin of each slice that saw something, seconds, with its worst latency, nanoseconds.</summary>
    public IEnumerable<(double AtS, long WorstNs)> Slices => _worstNs
        .Select((worst, slice) => (slice / (double)SlicesPerS, worst))
        .Where(slice => slice.worst > 0);
}
