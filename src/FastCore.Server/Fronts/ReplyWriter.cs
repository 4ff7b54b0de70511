// Hot file: may not allocate, lock, await or throw.
using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Server.Fronts;

/// <summary>Turns replies into frames in the connection's output. Used by its writer loop only.</summary>
internal sealed class ReplyWriter(PipeWriter output) : IReplySink
{
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
        Span<byte> target = output.GetSpan(Limits.FrameHeaderSize);
        MemoryMarshal.Write(target, in header);
        if (header.Length <= (uint)target.Length)
        {
            body.CopyTo(target[Limits.FrameHeaderSize..]);
            output.Advance((int)header.Length);
            return;
        }

        output.Advance(Limits.FrameHeaderSize);
        output.Write(body);
    }
}
