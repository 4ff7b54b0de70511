using System.Diagnostics;

namespace FastCore.Bench.Load.Callers;

/// <summary>
/// Callers, each with one request under way at a time: a transfer, and the news that it is done. Subclasses keep them
/// apart in their ways.
/// </summary>
internal abstract class CallerCrowd(int count) : IDisposable
{
    private const int Stripes = 16;
    private const int SampleOf = 16;

    private readonly int[] _turns = new int[count];
    private readonly LatencyHistogram[] _latencies =
        [.. Enumerable.Range(0, Stripes).Select(_ => new LatencyHistogram())];

    private volatile bool _isStopped;
    private volatile bool _isMeasured;

    /// <summary>Callers.</summary>
    public int Count => count;

    /// <summary>The accounts.</summary>
    public CallerAccounts Accounts { get; } = new();

    /// <summary>Requests that are done.</summary>
    public long Done => _turns.Sum(turns => (long)turns);

    /// <summary>Turns that each caller made, once all have stopped.</summary>
    public ReadOnlySpan<int> Turns => _turns;

    /// <summary>No caller begins another request.</summary>
    protected bool IsStopped => _isStopped;

    /// <summary>Begins.</summary>
    /// <exception cref="LoadException">The system does not give as much.</exception>
    public abstract void Start();

    /// <summary>From now on latencies count.</summary>
    public void Measure() => _isMeasured = true;

    /// <summary>Ends, and waits until every request is done.</summary>
    public void Stop()
    {
        _isStopped = true;
        Join();
        _isMeasured = false;
    }

    /// <summary>Latencies of one request in sixteen.</summary>
    public LatencyHistogram Latencies()
    {
        LatencyHistogram all = new();
        foreach (LatencyHistogram stripe in _latencies)
        {
            all.Add(stripe);
        }

        return all;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>Waits until every request is done.</summary>
    protected abstract void Join();

    /// <summary>Gives back what it took.</summary>
    protected abstract void Close();

    /// <summary>A caller's next request.</summary>
    protected CallerRequest Next(int caller) => CallerRequest.Of(caller, _turns[caller]);

    /// <summary>A caller's request is done.</summary>
    protected void End(int caller, long startTicks)
    {
        int turn = ++_turns[caller];
        if (_isMeasured && ((caller + turn) & (SampleOf - 1)) == 0)
        {
            LatencyHistogram stripe = _latencies[(caller / SampleOf) & (Stripes - 1)];
            lock (stripe)
            {
                stripe.Record((long)Stopwatch.GetElapsedTime(startTicks).TotalNanoseconds);
            }
        }
    }
}
