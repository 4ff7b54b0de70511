namespace FastCore.Bench.Load.Callers;

/// <summary>What callers wait for together.</summary>
internal abstract class CommitBatch
{
    /// <summary>Whether anybody waits for it.</summary>
    public volatile bool HasCallers;

    /// <summary>Lets all of them go on.</summary>
    public abstract void Complete();
}

/// <summary>A batch that threads wait for.</summary>
internal sealed class ThreadBatch : CommitBatch
{
    private readonly object _gate = new();
    private bool _isDone;

    /// <summary>Waits.</summary>
    public void Wait()
    {
        lock (_gate)
        {
            while (!_isDone)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        lock (_gate)
        {
            _isDone = true;
            Monitor.PulseAll(_gate);
        }
    }
}

/// <summary>A batch that tasks wait for.</summary>
internal sealed class TaskBatch : CommitBatch
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with it.</summary>
    public Task Task => _done.Task;

    /// <inheritdoc/>
    public override void Complete() => _done.SetResult();
}

/// <summary>
/// Group commit without a disk: a thread that completes the batch of those that joined meanwhile, again and again.
/// </summary>
internal sealed class CommitLoop<TBatch> : IDisposable
    where TBatch : CommitBatch, new()
{
    private readonly Thread _thread;
    private TBatch _current = new();
    private volatile bool _isStopped;

    /// <summary>Starts it.</summary>
    public CommitLoop()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "commits" };
        _thread.Start();
    }

    /// <summary>The batch of now. One that was completed in this very moment lets its caller go on at once.</summary>
    public TBatch Join()
    {
        TBatch batch = Volatile.Read(ref _current);
        batch.HasCallers = true;
        return batch;
    }

    /// <summary>Ends once nobody joins any more.</summary>
    public void Dispose()
    {
        _isStopped = true;
        _thread.Join();
    }

    private void Run()
    {
        while (!_isStopped)
        {
            if (Volatile.Read(ref _current).HasCallers)
            {
                Interlocked.Exchange(ref _current, new TBatch()).Complete();
            }
            else
            {
                Thread.Yield();
            }
        }
    }
}
