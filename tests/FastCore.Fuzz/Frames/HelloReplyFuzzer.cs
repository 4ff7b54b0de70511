using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using FastCore.Client.Connections;
using FastCore.Fuzz.Core;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Fuzz.Frames;

/// <summary>What a client does with the first bytes of a server it knows nothing of.</summary>
public sealed class HelloReplyFuzzer : StreamFuzzer
{

    /// <inheritdoc/>
    public override string Name => "hello-reply";

    /// <inheritdoc/>
    public override string Summary => "Connector: a client's handshake with an unknown server.";

    /// <inheritdoc/>
    public override int InputSizeMax => 512;

    /// <inheritdoc/>
    public override long AllocationMax => 0;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() =>
        GoldenFrames.Replies.Where(frame => frame.Length <= Limits.HelloFrameSizeMax + 1)
            .Select((frame, i) => (byte[])[(byte)(i * 11), .. frame]);

    /// <inheritdoc/>
    protected override Verdict Run(ReadOnlySpan<byte> bytes, in ReadOnlySequence<byte> pieces)
    {
        ReadResult result = new(pieces, false, false);
        FrameRead read = Connector.TakeHello(in result, out _, out FrameStatus status, out HelloReply hello);
        bool connects = read == FrameRead.Complete && status == FrameStatus.Ok;
        if (!connects)
        {
            return Verdict.Refused((int)read, (int)status, Verdict.SizeClass(bytes.Length));
        }

        ReadOnlySpan<byte> body = bytes.Slice(Limits.FrameHeaderSize, HelloReply.Size);
        BrokenPropertyException.Unless(
            body.SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<HelloReply>(in hello))),
            "the answer is encoded to other bytes");
        BrokenPropertyException.Unless(hello.Version == FrameHeader.CurrentVersion, "a version nobody agreed on");
        BrokenPropertyException.Unless(
            hello.Reserved0 == 0 && hello.Reserved1 == 0 && hello.Reserved2 == 0, "reserved bytes are not zero");
        return Verdict.Accepted(hello.VersionMin, Verdict.SizeClass(hello.RequestsInFlightMax));
    }
}
