using FastCore.Bench.Load;

namespace FastCore.Bench.Soak;

/// <summary>Latencies and acknowledgements since they were last taken. Any thread.</summary>
internal sealed class LatencyWindow
{
    private readonly Lock _gate = new();
    private readonly LatencyHistogram _latencies = new();
    private long _acknowledged;

    /// <summary>Notes an answered request.</summary>
    public void Record(TimeSpan latency, int elements)
    {
        lock (_gate)
        {
            _latencies.Record((long)latency.TotalNanoseconds);
            _acknowledged += elements;
        }
    }

    /// <summary>Gives what was noted, and forgets it.</summary>
    public (double P999Ms, long Acknowledged) Take()
    {
        lock (_gate)
        {
            (double, long) taken = (_latencies.Percentile(99.9) / 1e6, _acknowledged);
            _latencies.Clear();
            _acknowledged = 0;
            return taken;
        }
    }
}
