// Hot file: may not allocate, lock, await or throw.
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Server.Fronts;

/// <summary>Turns replies into frames in the connection's output. Used by its writer loop only.</summary>
internal sealed class ReplyWriter(PipeWriter output) : IReplySink
{
    // What does not fit into the small buffer that a connection begins with goes into large ones: of more than eight
    // pieces the runtime makes arrays at each send.
    private const int SegmentBytes = 256 << 10;

    private bool _discards;

    /// <summary>
    /// The peer is gone: further replies are dropped, so that what is in flight can still be drained.
    /// </summary>
    public void Discard() => _discards = true;

    /// <summary>Whether replies are dropped.</summary>
    public bool Discards => _discards;

    /// <inheritdoc/>
    public void OnReply(
        ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body)
    {
        if (_discards)
        {
            return;
        }

        FrameHeader header = new()
        {
            Correlation = correlation,
            Operation = operation,
            Status = status,
            TimeoutMs = retryAfterMs,
        };
        FrameSeal.Close(ref header, body);
        Span<byte> target = output.GetSpan();
        if (target.Length < (int)header.Length)
        {
            target = output.GetSpan(Math.Max((int)header.Length, SegmentBytes));
        }

        MemoryMarshal.Write(target, in header);
        body.CopyTo(target[Limits.FrameHeaderSize..]);
        output.Advance((int)header.Length);
    }
}
