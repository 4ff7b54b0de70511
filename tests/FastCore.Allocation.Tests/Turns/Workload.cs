using FastCore.Protocol;

namespace FastCore.Allocation.Tests.Turns;

/// <summary>
/// What a client asks for again and again, a turn at a time: each turn the same requests with new ids. Every answer is
/// compared with what it must be, so that what is measured is what was meant. Turns allocate nothing themselves.
/// </summary>
internal abstract class Workload
{
    private ulong _ids;

    /// <summary>Elements answered so far.</summary>
    public long Commands { get; private set; }

    /// <summary>Opens what the turns need. May allocate.</summary>
    public abstract void Prepare(IFastCoreSession session);

    /// <summary>One turn.</summary>
    public abstract void Turn(IFastCoreSession session);

    /// <summary>The next of so many ids; the first is 1.</summary>
    protected ulong NextId() => ++_ids;

    /// <summary>Sends a batch, again while it is refused for the moment, and waits for its results.</summary>
    protected ReadOnlySpan<TResult> Send<TElement, TResult>(
        IFastCoreSession session, RequestBatch<TElement, TResult> batch)
        where TElement : unmanaged
        where TResult : unmanaged
    {
        SpinWait spin = default;
        while (true)
        {
            ValueTask<Reply> pending = batch.SendAsync(session);
            while (!pending.IsCompleted)
            {
                spin.SpinOnce();
            }

            Reply reply = pending.GetAwaiter().GetResult();
            if (reply.Status == FrameStatus.Ok)
            {
                Commands += batch.Count;
                return batch.Results(reply);
            }

            if (reply.Status != FrameStatus.Overloaded)
            {
                throw new InvalidOperationException($"A request of {typeof(TElement).Name} ended as {reply.Status}.");
            }

            spin.SpinOnce();
        }
    }

    /// <summary>Throws unless a result is the expected one.</summary>
    protected static void Expect<TCode>(TCode code, TCode expected, int index)
        where TCode : unmanaged, Enum
    {
        if (!EqualityComparer<TCode>.Default.Equals(code, expected))
        {
            throw new InvalidOperationException($"Result {index} is {code} instead of {expected}.");
        }
    }
}
