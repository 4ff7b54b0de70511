namespace FastCore.Bench.Load;

/// <summary>
/// Remembers the longest pause of the garbage collector. Looked at every few milliseconds; asks for durations only
/// after a collection, so that the asking itself stays out of the measurement.
/// </summary>
internal sealed class PauseWatch
{
    private int _collections = GC.CollectionCount(0);
    private TimeSpan _total = GC.GetTotalPauseDuration();

    /// <summary>Longest pause seen, milliseconds.</summary>
    public double LongestMs { get; private set; }

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
        LongestMs = Math.Max(LongestMs, (total - _total).TotalMilliseconds);
        _total = total;
        _collections = collections;
    }
}
