using System.Threading.Tasks.Sources;

namespace FastCore.Protocol.Frames;

/// <summary>
/// Wakes the one loop that writes frames. Setting is cheap, sticky and allowed from any thread; the loop continues on
/// the thread pool, never on the thread that set the signal, unless a simulator asks for just that. Waiting again and
/// again allocates nothing.
/// </summary>
/// <param name="threads">Where the loop continues.</param>
public sealed class LoopSignal(LoopThreads threads = LoopThreads.Pool) : IValueTaskSource
{
    private const int Idle = 0;
    private const int Set = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core =
        new() { RunContinuationsAsynchronously = threads == LoopThreads.Pool };
    private int _state;

    /// <summary>Wakes the loop, or lets its next wait return at once.</summary>
    public void Raise()
    {
        while (true)
        {
            // A full fence even when nothing is exchanged: what the caller published before must be visible to the loop
            // before the loop can consume a signal that was already set.
            int state = Interlocked.CompareExchange(ref _state, Set, Idle);
            if (state != Waiting)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
            {
                _core.SetResult(true);
                return;
            }
        }
    }

    /// <summary>
    /// Waits for a signal; only one loop may wait, and it must await what it gets before it waits again.
    /// </summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Set) == Set)
        {
            return default;
        }

        // Reset before the waiter becomes visible: a raise that sees it completes this version.
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) != Idle)
        {
            Volatile.Write(ref _state, Idle);
            return default;
        }

        return new ValueTask(this, _core.Version);
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
