using System.Buffers;
using System.Runtime.InteropServices;
using FastCore.Fuzz.Core;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Fuzz.Frames;

/// <summary>
/// A stream of frames, read whole and in pieces: both must find the same.
/// </summary>
public sealed class FrameFuzzer : StreamFuzzer
{
    private const int FrameSizeMax = 1024;

    private readonly byte[] _encoded = new byte[FrameSizeMax];
    private readonly byte[] _body = new byte[FrameSizeMax];

    /// <inheritdoc/>
    public override string Name => "frames";

    /// <inheritdoc/>
    public override string Summary => "FrameReader: a stream of frames, whole and cut into pieces.";

    /// <inheritdoc/>
    public override long AllocationMax => 0;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        List<byte[]> frames = [.. GoldenFrames.Requests, .. GoldenFrames.Replies];
        for (int i = 0; i < frames.Count; i++)
        {
            yield return [(byte)(i * 5), .. frames[i]];
            yield return [(byte)i, .. frames[i], .. frames[(i + 7) % frames.Count], .. frames[(i + 1) % frames.Count]];
        }

        FrameHeader large = new() { Operation = Operation.CreateTransfers };
        yield return [255, .. FrameBytes.Of(large, new byte[FrameSizeMax - Limits.FrameHeaderSize])];
        yield return [40, .. FrameBytes.Of(large, new byte[FrameSizeMax])];
    }

    /// <inheritdoc/>
    protected override Verdict Run(ReadOnlySpan<byte> bytes, in ReadOnlySequence<byte> pieces)
    {
        ReadOnlySequence<byte> one = new(Stream);
        ReadOnlySequence<byte> several = pieces;
        FrameReader whole = new(in one, FrameSizeMax);
        FrameReader cut = new(in several, FrameSizeMax);
        int taken = 0;
        int frames = 0;
        FrameRead read;
        while ((read = whole.Read()) == FrameRead.Complete)
        {
            BrokenPropertyException.Unless(cut.Read() == FrameRead.Complete, "a frame is one only when uncut");
            taken += Check(ref whole, ref cut, bytes[taken..]);
            frames++;
            BrokenPropertyException.Unless(frames * Limits.FrameHeaderSize <= bytes.Length, "more frames than bytes");
        }

        BrokenPropertyException.Unless(cut.Read() == read, "the pieces end another way");
        BrokenPropertyException.Unless(
            read != FrameRead.Refused || whole.Refusal == cut.Refusal, "the pieces are refused for another reason");
        if (frames > 0)
        {
            FlipOne(bytes);
        }

        int refusal = read == FrameRead.Refused ? (int)whole.Refusal : 0;
        return frames > 0
            ? Verdict.Accepted(Verdict.SizeClass(frames), (int)read, refusal, (int)whole.Header.Operation)
            : Verdict.Refused((int)read, refusal, Verdict.SizeClass(bytes.Length));
    }

    // One frame by both readers: same header, same body, and encoding it again gives the bytes it came from.
    private int Check(ref FrameReader whole, ref FrameReader cut, ReadOnlySpan<byte> source)
    {
        int length = (int)whole.Header.Length;
        BrokenPropertyException.Unless(
            length is >= Limits.FrameHeaderSize and <= FrameSizeMax && length <= source.Length,
            "a length out of bounds");
        FrameHeader header = whole.Header;
        int written = FrameSeal.Write(_encoded, ref header, whole.Body);
        BrokenPropertyException.Unless(
            source[..length].SequenceEqual(_encoded.AsSpan(0, written)), "a frame is encoded to other bytes");
        cut.CopyBodyTo(_body);
        BrokenPropertyException.Unless(
            MemoryMarshal.AsBytes(new ReadOnlySpan<FrameHeader>(in cut.Header)).SequenceEqual(source[..32])
            && _body.AsSpan(0, length - 32).SequenceEqual(whole.Body),
            "the pieces give another frame");
        return length;
    }

    // Behind the length field, which decides what the checksum covers, no single bit may change unnoticed.
    private void FlipOne(ReadOnlySpan<byte> bytes)
    {
        int length = MemoryMarshal.Read<int>(bytes);
        uint choice = MemoryMarshal.Read<uint>(bytes[4..]);
        int bit = 32 + (int)(choice % (uint)((length - 4) * 8));
        Stream.Span[bit / 8] ^= (byte)(1 << (bit % 8));
        FrameReader flipped = new(new ReadOnlySequence<byte>(Stream[..length]), FrameSizeMax);
        BrokenPropertyException.Unless(flipped.Read() != FrameRead.Complete, "a flipped bit was not noticed");
    }
}
