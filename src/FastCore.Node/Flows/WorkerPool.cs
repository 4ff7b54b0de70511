using System.Threading.Channels;
using FastCore.Protocol.Frames;

namespace FastCore.Node.Flows;

/// <summary>What happens to work when the queue is full.</summary>
public enum FullQueue
{
    /// <summary>The work is not taken; whoever offers it offers it again later.</summary>
    Wait,

    /// <summary>The work is turned away for good.</summary>
    Reject,

    /// <summary>The oldest work in the queue gives way.</summary>
    DropOldest,
}

/// <summary>What became of offered work.</summary>
public enum OfferOutcome
{
    /// <summary>In the queue.</summary>
    Taken,

    /// <summary>The queue is full; offer it again later.</summary>
    Busy,

    /// <summary>Turned away, or the pool is stopping.</summary>
    Rejected,
}

/// <summary>
/// A fixed number of asynchronous workers over a bounded queue: a bulkhead. Nothing here waits for room; what a full
/// queue means is the mode's. Work that gives way is handed to a callback, so nothing vanishes unseen.
/// </summary>
/// <typeparam name="TWork">A unit of work.</typeparam>
public sealed class WorkerPool<TWork> : IAsyncDisposable
{
    private readonly Channel<TWork> _queue;
    private readonly Func<TWork, CancellationToken, ValueTask> _work;
    private readonly FullQueue _mode;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task[] _workers;
    private readonly TimeProvider _time;
    private readonly LoopThreads _threads;
    private long _failures;
    private volatile bool _isClosed;

    /// <summary>Starts the workers.</summary>
    /// <param name="workers">Units of work under way at the same time, at most.</param>
    /// <param name="capacity">Units of work that wait, at most.</param>
    /// <param name="mode">What a full queue does.</param>
    /// <param name="work">Does one unit; an exception is counted and the worker goes on.</param>
    /// <param name="dropped">Told of each unit that gave way (<see cref="FullQueue.DropOldest"/>).</param>
    /// <param name="time">Time of the drain.</param>
    /// <param name="threads">Where workers go on.</param>
    public WorkerPool(
        int workers, int capacity, FullQueue mode, Func<TWork, CancellationToken, ValueTask> work,
        Action<TWork>? dropped = null, TimeProvider? time = null, LoopThreads threads = LoopThreads.Pool)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentNullException.ThrowIfNull(work);
        _work = work;
        _mode = mode;
        _time = time ?? TimeProvider.System;
        _threads = threads;
        BoundedChannelOptions options = new(capacity)
        {
            // In mode Wait a TryWrite to a full queue fails, which is all that is used of it.
            FullMode = mode == FullQueue.DropOldest ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait,
            AllowSynchronousContinuations = threads == LoopThreads.Caller,
        };
        _queue = Channel.CreateBounded(options, dropped);
        _workers = [.. Enumerable.Range(0, workers).Select(_ => threads.Start(RunAsync))];
    }

    /// <summary>Units of work that wait.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Units of work that ended with an exception.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Offers work. Any thread; never waits.</summary>
    public OfferOutcome Offer(TWork work)
    {
        if (_queue.Writer.TryWrite(work))
        {
            return OfferOutcome.Taken;
        }

        return _mode == FullQueue.Wait && !_isClosed ? OfferOutcome.Busy : OfferOutcome.Rejected;
    }

    /// <summary>Takes no more work, lets what waits be done within a time, then cancels the rest.</summary>
    /// <returns>True when everything was done in time.</returns>
    public async Task<bool> StopAsync(TimeSpan drain)
    {
        _isClosed = true;
        _queue.Writer.TryComplete();
        Task all = Task.WhenAll(_workers);
        bool isDrained = true;
        try
        {
            await all.WaitAsync(drain, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            isDrained = false;
            await _threads.CancelAsync(_stopped).ConfigureAwait(false);
            await all.ConfigureAwait(false);
        }

        return isDrained;
    }

    /// <summary>Stops without waiting for what is in the queue.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _stopped.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (TWork work in _queue.Reader.ReadAllAsync(_stopped.Token).ConfigureAwait(false))
            {
                try
                {
                    await _work(work, _stopped.Token).ConfigureAwait(false);
                }
                catch (Exception error)
                    when (error is not OperationCanceledException || !_stopped.IsCancellationRequested)
                {
                    // Also after the cancellation, which work may answer with any exception it likes.
                    Interlocked.Increment(ref _failures);
                }

                // What lies in the queue is handed out even when the token is cancelled.
                _stopped.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // Stopped before the queue was empty; what is left is asked about after the next start.
        }
    }
}
