using System.Runtime.CompilerServices;
using FastCore.Engine.Ports;

namespace FastCore.Storage.Background;

// One piece of work on a thread of its own. Waking costs one exchange while the thread is at work anyway, and never
// holds a lock: on a shared core a thread that is woken runs at once, and would only meet the lock of its waker.
internal sealed class BackgroundThread : IBackgroundWork
{
    private const int AtWork = 0;
    private const int Waiting = 1;
    private const int Woken = 2;

    // Left to its finalizer: somebody may still wake a thread that has ended.
    private readonly AutoResetEvent _event = new(false);
    private readonly Func<int> _step;
    private readonly Thread _thread;
    private int _state;
    private volatile bool _stopping;

    public BackgroundThread(string name, Func<int> step)
    {
        _step = step;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public void Wake()
    {
        // A full fence: the step that follows sees what the caller did before.
        if (Interlocked.Exchange(ref _state, Woken) == Waiting)
        {
            _event.Set();
        }
    }

    public void Dispose()
    {
        _stopping = true;
        Wake();
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

            if (Interlocked.CompareExchange(ref _state, Waiting, AtWork) == AtWork)
            {
                // Whoever wakes a thread that has waited long enough sets the event for the next wait: one step more.
                _event.WaitOne(waitMs);
            }

            // Before the next step, and a full fence: who wakes it from here on is not seen by that step for sure.
            Interlocked.Exchange(ref _state, AtWork);
            isStopping = _stopping;
        }
    }
}
