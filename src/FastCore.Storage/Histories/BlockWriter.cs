namespace FastCore.Storage.Histories;

// The thread that writes the full blocks of all histories of a partition, keeps space reserved ahead of them and clears
// buffers for their next use. Each history says what it needs; the thread goes round until nobody needs anything.
internal sealed class BlockWriter : IDisposable
{
    private readonly object _gate = new();
    private readonly object _working = new();
    private readonly List<HistoryBlocks> _histories = [];
    private readonly int _retryMs;
    private readonly Thread _thread;
    private bool _asked;
    private bool _stopping;

    public BlockWriter(string folder, int retryMs)
    {
        _retryMs = retryMs;
        _thread = new Thread(Run) { IsBackground = true, Name = "history-write " + folder };
        _thread.Start();
    }

    // Called on the writing thread after it did something, so that a partition that was turned away looks again.
    public Action? OnProgress { get; set; }

    public void Add(HistoryBlocks history)
    {
        lock (_gate)
        {
            _histories.Add(history);
        }
    }

    // Afterwards the thread does not touch the history any more.
    public void Remove(HistoryBlocks history)
    {
        lock (_working)
        {
            lock (_gate)
            {
                _histories.Remove(history);
            }
        }
    }

    public void Ask()
    {
        lock (_gate)
        {
            _asked = true;
            Monitor.Pulse(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        int pauseMs = Timeout.Infinite;
        while (WaitForWork(pauseMs, out HistoryBlocks[] histories))
        {
            bool again = false;
            bool isFull = false;
            foreach (HistoryBlocks history in histories)
            {
                lock (_working)
                {
                    if (IsKnown(history))
                    {
                        again |= history.Work();
                        isFull |= history.IsFull;
                    }
                }
            }

            if (again)
            {
                OnProgress?.Invoke();
            }

            // Whoever got no space tries again at a bounded pace.
            pauseMs = again ? 0 : isFull ? _retryMs : Timeout.Infinite;
        }
    }

    private bool IsKnown(HistoryBlocks history)
    {
        lock (_gate)
        {
            return _histories.Contains(history);
        }
    }

    private bool WaitForWork(int pauseMs, out HistoryBlocks[] histories)
    {
        lock (_gate)
        {
            if (pauseMs != 0 && !_asked && !_stopping)
            {
                Monitor.Wait(_gate, pauseMs);
            }

            _asked = false;
            histories = [.. _histories];
            return !_stopping;
        }
    }
}
