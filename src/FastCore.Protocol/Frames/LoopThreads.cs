namespace FastCore.Protocol.Frames;

/// <summary>On which threads the asynchronous loops of a front, a client or a flow go on.</summary>
public enum LoopThreads : byte
{
    /// <summary>On the thread pool, never on the thread that woke them.</summary>
    Pool,

    /// <summary>
    /// On the thread that woke them, before it returns. For a simulator whose one thread wakes everything: with no
    /// synchronization context, and time and input that come on this thread only, nothing ever leaves it.
    /// </summary>
    Caller,
}

/// <summary>What the choice of threads means for starting, stopping and waiting.</summary>
public static class LoopThreadsExtensions
{
    /// <summary>Starts a loop.</summary>
    public static Task Start(this LoopThreads threads, Func<Task> loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        return threads == LoopThreads.Caller ? loop() : Task.Run(loop);
    }

    /// <summary>Cancels; completes when every callback ran.</summary>
    public static Task CancelAsync(this LoopThreads threads, CancellationTokenSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (threads != LoopThreads.Caller)
        {
            return source.CancelAsync();
        }

        source.Cancel();
        return Task.CompletedTask;
    }

    /// <summary>Waits for a time to pass.</summary>
    public static Task DelayAsync(
        this LoopThreads threads, TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        return threads == LoopThreads.Caller
            ? DelayOnCallerAsync(delay, time, cancellationToken)
            : Task.Delay(delay, time, cancellationToken);
    }

    // A delay of the runtime that is cancelled goes on in the thread pool, whoever cancels it.
    private static async Task DelayOnCallerAsync(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        TaskCompletionSource passed = new();
        ITimer timer = time.CreateTimer(
            static state => ((TaskCompletionSource)state!).TrySetResult(), passed, delay, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), passed);
            await passed.Task.ConfigureAwait(false);
        }
    }
}
