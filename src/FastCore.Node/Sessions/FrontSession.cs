using FastCore.Node.Access;
using FastCore.Protocol;

namespace FastCore.Node.Sessions;

/// <summary>Limits of one session.</summary>
public sealed record FrontSessionOptions
{
    /// <summary>Requests in flight at most.</summary>
    public int InFlightMax { get; init; } = 4096;

    /// <summary>Requests in flight at most that wait for something to tell.</summary>
    public int AwaitingMax { get; init; } = 1_024;

    /// <summary>Bytes of the reply ring, a power of two; half of it can be reserved by requests in flight.</summary>
    public int ReplyRingBytes { get; init; } = 1 << 20;
}

/// <summary>Receives whole replies of a session.</summary>
public interface IReplySink
{
    /// <summary>Takes one reply; the bytes are valid during the call only.</summary>
    void OnReply(
        ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body);
}

/// <summary>
/// The door for network fronts, and the fastest door for an embedding host with a thread of its own: submit without
/// waiting, drain replies when it suits. One producer and one consumer, which may be the same thread.
/// </summary>
public sealed class FrontSession : NodeSession, IDisposable
{
    internal FrontSession(FastCoreNode node, Grant grant, FrontSessionOptions options)
        : base(node, grant, options)
    {
    }

    /// <summary>
    /// Called once when replies are there after <see cref="Drain{TSink}(ref TSink)"/> had found none. Any thread; must
    /// not block.
    /// Null for a consumer that polls.
    /// </summary>
    public Action? OnRepliesReady { get; set; }

    /// <summary>True when the last drain stopped at its byte limit. Consumer only.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Admits a request.</summary>
    /// <returns>
    /// Ok = its reply will come through <see cref="Drain{TSink}(ref TSink)"/>; anything else = refused, no effect.
    /// </returns>
    public FrameStatus TrySubmit(in FrameHeader header, ReadOnlySpan<byte> body, out uint retryAfterMs) =>
        Admit(
            header.Correlation, header.Operation, (byte)(header.Flags & 3), header.TimeoutMs, body,
            out _, out retryAfterMs);

    /// <summary>Hands over every reply that is there. Consumer only.</summary>
    /// <returns>Replies handed over.</returns>
    public int Drain<TSink>(ref TSink sink)
        where TSink : IReplySink, allows ref struct => Drain(ref sink, long.MaxValue);

    /// <summary>
    /// Hands over replies until none is there or about so many bytes were handed over, so that a consumer can flush
    /// what it has before more requests are let in. Consumer only.
    /// </summary>
    /// <param name="sink">Takes the replies.</param>
    /// <param name="bytesMax">
    /// Bytes after which to stop. <see cref="HasMore"/> is then true and no signal will come: drain again.
    /// </param>
    /// <returns>Replies handed over.</returns>
    public int Drain<TSink>(ref TSink sink, long bytesMax)
        where TSink : IReplySink, allows ref struct
    {
        int count = 0;
        long bytes = 0;
        do
        {
            while (TryTakeReply(out int number, out RequestSlot slot, out FrameStatus status, out uint retryAfterMs,
                out ReadOnlySpan<byte> results))
            {
                sink.OnReply(slot.Correlation, slot.Operation, status, retryAfterMs, results);
                bytes += Limits.FrameHeaderSize + results.Length;
                EndReply(number);
                count++;
                if (bytes >= bytesMax)
                {
                    HasMore = true;
                    return count;
                }
            }
        }
        while (!Arm());

        HasMore = false;
        return count;
    }

    /// <summary>
    /// Refuses further requests. Keep draining until <see cref="NodeSession.InFlight"/> is 0 to end cleanly.
    /// </summary>
    public void Dispose() => Close();

    /// <inheritdoc/>
    protected override void OnReady() => OnRepliesReady?.Invoke();
}
