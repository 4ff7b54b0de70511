using System.Threading.Tasks.Sources;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Client.Calls;

/// <summary>Where a call in flight stands. Guarded by the call table.</summary>
internal enum CallStage : byte
{
    /// <summary>In no table: free, or completed.</summary>
    None,

    /// <summary>Waits for the sender.</summary>
    Queued,

    /// <summary>The sender copies its bytes now, so it must not complete before that is done.</summary>
    Sending,

    /// <summary>Handed to the connection; the reply decides.</summary>
    Awaiting,

    /// <summary>Refused for the moment on a later attempt; queued again when its time comes.</summary>
    Delayed,
}

/// <summary>
/// One call: its request, the place of its reply and its completion. Reused call after call; awaiting one allocates
/// nothing, and the caller continues on the thread pool, never on the loop that read the reply, unless a simulator asks
/// for just that.
/// </summary>
internal sealed class PendingCall(CallTable table, LoopThreads callers) : IValueTaskSource<Reply>
{
    private ManualResetValueTaskSourceCore<Reply> _core =
        new() { RunContinuationsAsynchronously = callers == LoopThreads.Pool };

    public CallStage Stage;
    public Operation Operation;
    public byte PriorityClass;

    /// <summary>Times its bytes were handed to a connection.</summary>
    public int Attempts;

    /// <summary>Sequence above, slot in the low 16 bits: a late reply never meets the slot's next call.</summary>
    public ulong Correlation;

    /// <summary>Timestamp after which the caller gave up; <see cref="long.MaxValue"/> = never.</summary>
    public long Deadline;

    /// <summary>When <see cref="CallStage.Delayed"/>: timestamp to queue it again.</summary>
    public long NotBefore;

    public ReadOnlyMemory<byte> Body;
    public Memory<byte> ReplyBuffer;

    /// <summary>
    /// Whether an attempt whose reply was lost may have changed something, so that only a reply that says Ok, or a
    /// lookup, can tell the outcome.
    /// </summary>
    public bool MayHaveHadEffect => Attempts > 1 && OperationTable.Find(Operation)?.Kind == OperationKind.Write;

    public ValueTask<Reply> Task => new(this, _core.Version);

    /// <summary>
    /// Completes the call. The caller of this must have detached it from the table, and must not touch it again.
    /// </summary>
    public void Complete(Reply reply)
    {
        Body = default;
        ReplyBuffer = default;
        _core.SetResult(reply);
    }

    Reply IValueTaskSource<Reply>.GetResult(short token)
    {
        Reply reply = _core.GetResult(token);
        _core.Reset();
        table.Return(this);
        return reply;
    }

    ValueTaskSourceStatus IValueTaskSource<Reply>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<Reply>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
