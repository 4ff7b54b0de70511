using System.Runtime.ExceptionServices;

namespace FastCore.Fuzz.Litmus;

/// <summary>Threads that run at the same time and meet where they say.</summary>
internal sealed class Race(int threads)
{
    private int _arrived;

    /// <summary>Waits until all threads are here. Spins, so that they leave within the same microsecond.</summary>
    public void Meet()
    {
        int arrived = Interlocked.Increment(ref _arrived);
        int all = (arrived + threads - 1) / threads * threads;
        SpinWait spin = default;
        while (Volatile.Read(ref _arrived) < all)
        {
            // Never sleeps: with fewer cores than threads it yields.
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Runs the bodies, each on a thread of its own, and waits for all of them.</summary>
    public static void Run(params Action[] bodies)
    {
        ExceptionDispatchInfo? error = null;
        Thread[] running = [.. bodies.Select(body => new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref error, ExceptionDispatchInfo.Capture(e), null);
            }
        }) { IsBackground = true })];
        Array.ForEach(running, thread => thread.Start());
        Array.ForEach(running, thread => thread.Join());
        error?.Throw();
    }
}
