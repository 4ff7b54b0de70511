using System.Threading.Tasks.Sources;

using FastCore.Node.Access;
using FastCore.Protocol;

namespace FastCore.Node.Sessions;

/// <summary>
/// The awaitable door inside the process. Completions run on the thread pool, never on a partition thread; a call
/// allocates nothing in steady state beyond what awaiting itself costs the caller.
/// </summary>
internal sealed class EmbeddedSession : NodeSession, IFastCoreSession, IThreadPoolWorkItem
{
    private readonly FastCoreNode _node;
    private readonly Call[] _calls;

    // One submission at a time fills the slot-to-call hand-over below.
    [ThreadStatic]
    private static (Memory<byte> Reply, Call? Prepared) _submitting;

    public EmbeddedSession(FastCoreNode node, Grant grant, FrontSessionOptions options, bool isNodeOwn = false)
        : base(node, grant, options)
    {
        _node = node;
        IsNodeOwn = isNodeOwn;
        _calls = new Call[options.InFlightMax];
        for (int i = 0; i < _calls.Length; i++)
        {
            _calls[i] = new Call(node.IsStepped);
        }
    }

    public ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        ThrowIfTooSmall(operation, body.Span, reply.Length);
        _submitting = (reply, null);
        FrameStatus status = Admit(
            0, operation, options.PriorityClass, options.TimeoutMs, body.Span,
            out int slotNumber, out uint retryAfterMs);
        Call? call = _submitting.Prepared;
        _submitting = default;
        if (status != FrameStatus.Ok)
        {
            call?.Abandon();
        }

        return status == FrameStatus.Ok
            ? new ValueTask<Reply>(call!, call!.PreparedVersion)
            : new ValueTask<Reply>(new Reply(status, 0, retryAfterMs));
    }

    private protected override bool IsNodeOwn { get; }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes the replies that are there; runs on the thread pool, one run at a time (see Arm).</summary>
    public void Execute()
    {
        do
        {
            while (TryTakeReply(out int number, out RequestSlot slot, out FrameStatus status, out uint retryAfterMs,
                out ReadOnlySpan<byte> results))
            {
                Call call = _calls[number];
                if (slot.Parts == 1 && !results.IsEmpty)
                {
                    results.CopyTo(call.Reply.Span);
                }

                Reply outcome = new(status, results.Length, retryAfterMs);
                call.Reply = default;

                // The caller reads the outcome from the call, so the slot may be reused only after that: see Call.
                EndReply(number);
                call.SetResult(outcome);
            }
        }
        while (!Arm());
    }

    protected override void OnReady() => _node.Post(this);

    private protected override void Prepare(int slotNumber)
    {
        Call call = _calls[slotNumber];
        if (!call.TryPrepare())
        {
            // The caller of the slot's previous request has not looked at its outcome yet; it keeps that call.
            call = new Call(_node.IsStepped);
            _ = call.TryPrepare();
            _calls[slotNumber] = call;
        }

        call.Reply = _submitting.Reply;
        _submitting.Prepared = call;
    }

    private protected override Span<byte> GatherBuffer(int slotNumber) => _calls[slotNumber].Reply.Span;

    // The one programming error that would corrupt the consumer, so it throws at the caller.
    private static void ThrowIfTooSmall(Operation operation, ReadOnlySpan<byte> body, int replyLength)
    {
        if (OperationTable.Find(operation) is { Kind: not OperationKind.Session } shape
            && body.Length >= shape.PrefixSize + shape.ElementSize)
        {
            int needed = RequestGate.ReplyMax(shape, body, (body.Length - shape.PrefixSize) / shape.ElementSize);
            if (replyLength < needed)
            {
                throw new ArgumentException(
                    $"The reply buffer of {shape.Name} needs {needed} bytes and has {replyLength}.",
                    nameof(replyLength));
            }
        }
    }

    private sealed class Call(bool isStepped) : IValueTaskSource<Reply>
    {
        private ManualResetValueTaskSourceCore<Reply> _core = new() { RunContinuationsAsynchronously = !isStepped };
        private int _used;

        public Memory<byte> Reply { get; set; }

        public short PreparedVersion { get; private set; }

        public bool TryPrepare()
        {
            if (Interlocked.CompareExchange(ref _used, 1, 0) != 0)
            {
                return false;
            }

            _core.Reset();
            PreparedVersion = _core.Version;
            return true;
        }

        public void Abandon()
        {
            Reply = default;
            Volatile.Write(ref _used, 0);
        }

        public void SetResult(Reply outcome) => _core.SetResult(outcome);

        public Reply GetResult(short token)
        {
            Reply outcome = _core.GetResult(token);
            Volatile.Write(ref _used, 0);
            return outcome;
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
