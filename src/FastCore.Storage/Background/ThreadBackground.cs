using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Background;

/// <summary>A thread for each piece of work, the machine's time, and the thread pool for what is posted.</summary>
public sealed class ThreadBackground : IBackground
{
    private ThreadBackground()
    {
    }

    /// <summary>The one instance.</summary>
    public static ThreadBackground Instance { get; } = new();

    /// <inheritdoc/>
    public long NowMs => Environment.TickCount64;

    /// <inheritdoc/>
    public IBackgroundWork Start(string name, Func<int> step) => new BackgroundThread(name, step);

    /// <inheritdoc/>
    public void Post(IThreadPoolWorkItem item) => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);

    /// <inheritdoc/>
    public void Pause(int us)
    {
        if (OperatingSystem.IsLinux())
        {
            Posix.Duration duration = new(us / 1_000_000, us % 1_000_000 * 1_000);
            _ = Posix.Sleep(in duration, 0);
        }
        else
        {
            // There is no sleep so short: the core is offered to others.
            _ = Thread.Yield();
        }
    }

    /// <inheritdoc/>
    public void Wait(ref SpinWait spin) => spin.SpinOnce();
}
