using System.Runtime.CompilerServices;
using FastCore.Engine.Ports;

namespace FastCore.Storage.Background;

// One piece of work on a thread of its own. Waking costs one lock and no wake-up while the thread is at work anyway.
internal sealed class BackgroundThread : IBackgroundWork
{
    private readonly object _gate = new();
    private readonly Func<int> _step;
    private readonly Thread _thread;
    private bool _woken;
    private bool _stopping;

    public BackgroundThread(string name, Func<int> step)
    {
        _step = step;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.Pulse(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    // Called once and never returns: without this it would stay in the first tier for ever, counting its own rounds.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run()
    {
        bool isStopping = false;
        while (true)
        {
            int waitMs;
            while ((waitMs = _step()) == 0)
            {
                // There is more.
            }

            if (isStopping || waitMs == IBackgroundWork.Ended)
            {
                return;
            }

            lock (_gate)
            {
                if (!_woken && !_stopping)
                {
                    Monitor.Wait(_gate, waitMs);
                }

                _woken = false;
                isStopping = _stopping;
            }
        }
    }
}
