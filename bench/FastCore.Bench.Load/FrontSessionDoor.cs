using FastCore.Node.Sessions;
using FastCore.Protocol;

namespace FastCore.Bench.Load;

/// <summary>
/// A connection through the door that network fronts and hosts with a thread of their own use: submit and drain on the
/// sender's thread, results read where they lie.
/// </summary>
internal sealed class FrontSessionDoor : ILoadDoor, IDisposable
{
    private readonly FrontSession _session;
    private AutoResetEvent? _wake;
    private int _isWaiting;

    /// <summary>Makes the door.</summary>
    public FrontSessionDoor(FrontSession session)
    {
        _session = session;
        _session.OnRepliesReady = OnRepliesReady;
    }

    /// <inheritdoc/>
    public FrameStatus TrySubmit(int slot, LoadRequest request) =>
        TrySubmit(slot, request.Operation, request.Body.AsSpan(0, request.BodyLength));

    /// <summary>Sends a request whose bytes are free again when this returns.</summary>
    public FrameStatus TrySubmit(int slot, Operation operation, ReadOnlySpan<byte> body)
    {
        FrameHeader header = new()
        {
            Correlation = (ulong)slot,
            Operation = operation,
            Version = FrameHeader.CurrentVersion,
        };
        return _session.TrySubmit(in header, body, out _);
    }

    /// <inheritdoc/>
    public int Drain(ILoadReplies replies)
    {
        Sink sink = new(replies);
        return _session.Drain(ref sink);
    }

    /// <inheritdoc/>
    public bool TryArm(AutoResetEvent wake)
    {
        // Set before the sender drains once more: a reply that comes after that drain finds the flag and wakes it.
        _wake = wake;
        Interlocked.Exchange(ref _isWaiting, 1);
        return true;
    }

    /// <inheritdoc/>
    public void Disarm() => Volatile.Write(ref _isWaiting, 0);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    // Waking costs the partition more than looking at a flag, and a sender that polls needs no waking.
    private void OnRepliesReady()
    {
        if (Interlocked.CompareExchange(ref _isWaiting, 0, 1) == 1)
        {
            _wake!.Set();
        }
    }

    private readonly struct Sink(ILoadReplies replies) : IReplySink
    {
        public void OnReply(
            ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body) =>
            replies.OnReply((int)correlation, status, body);
    }
}
