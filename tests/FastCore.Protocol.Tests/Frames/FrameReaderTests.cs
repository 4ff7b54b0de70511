using System.Buffers;
using System.Buffers.Binary;
using FastCore.Protocol.Frames;
using Xunit;

namespace FastCore.Protocol.Tests.Frames;

public sealed class FrameReaderTests
{
    private const int SizeMax = 4096;

    [Fact]
    public void Three_frames_in_one_segment()
    {
        byte[] bytes = [.. Frame(1, 0), .. Frame(2, 33), .. Frame(3, 128)];
        Assert.Equal([(1UL, 0), (2UL, 33), (3UL, 128)], ReadAll(new ReadOnlySequence<byte>(bytes)));
    }

    [Fact]
    public void Split_at_every_byte()
    {
        byte[] bytes = [.. Frame(1, 40), .. Frame(2, 0), .. Frame(3, 17)];
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            ReadOnlySequence<byte> buffer = Segments.Of(bytes[..cut], bytes[cut..]);
            Assert.Equal([(1UL, 40), (2UL, 0), (3UL, 17)], ReadAll(buffer));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void Segments_of_any_size(int chunkSize)
    {
        byte[] bytes = [.. Frame(1, 100), .. Frame(2, 5), .. Frame(3, 1000), .. Frame(4, 0)];
        Assert.Equal([(1UL, 100), (2UL, 5), (3UL, 1000), (4UL, 0)], ReadAll(Segments.Chunked(bytes, chunkSize)));
    }

    // What a slow peer looks like: the buffer grows by one byte between two reads, and nothing is taken before its end.
    [Fact]
    public void Every_prefix_is_incomplete_and_takes_nothing()
    {
        byte[] bytes = Frame(7, 50);
        for (int length = 0; length < bytes.Length; length++)
        {
            FrameReader reader = new(new ReadOnlySequence<byte>(bytes, 0, length), SizeMax);
            Assert.Equal(FrameRead.Incomplete, reader.Read());
            Assert.Equal(length > 0, reader.HasPartialFrame);
            Assert.Equal(0, reader.Consumed.GetInteger());
        }
    }

    [Fact]
    public void Consumed_stops_before_the_partial_frame()
    {
        byte[] whole = Frame(1, 64);
        byte[] bytes = [.. whole, .. Frame(2, 64)[..20]];
        ReadOnlySequence<byte> buffer = Segments.Chunked(bytes, 10);
        FrameReader reader = new(buffer, SizeMax);
        Assert.Equal(FrameRead.Complete, reader.Read());
        Assert.Equal(FrameRead.Incomplete, reader.Read());
        Assert.True(reader.HasPartialFrame);
        Assert.Equal(whole.Length, buffer.Slice(0, reader.Consumed).Length);
    }

    [Fact]
    public void Every_flipped_bit_is_refused()
    {
        byte[] bytes = Frame(9, 24);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            FrameReader reader = new(new ReadOnlySequence<byte>(flipped), SizeMax);
            FrameRead read = reader.Read();

            // A longer length within the limit waits for bytes that would then fail the checksum.
            bool longer = bit < 32 && BinaryPrimitives.ReadUInt32LittleEndian(flipped) > bytes.Length;
            Assert.True(read == FrameRead.Refused || (longer && read == FrameRead.Incomplete), $"bit {bit}: {read}");
        }
    }

    [Theory]
    [InlineData(0u, FrameStatus.InvalidBodySize)]
    [InlineData(31u, FrameStatus.InvalidBodySize)]
    [InlineData(4097u, FrameStatus.FrameTooLarge)]
    [InlineData(0x7FFFFFFFu, FrameStatus.FrameTooLarge)]
    [InlineData(0xFFFFFFFFu, FrameStatus.FrameTooLarge)]
    public void A_length_out_of_bounds_is_refused_as_soon_as_the_header_is_here(uint length, FrameStatus expected)
    {
        byte[] header = Frame(5, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);
        FrameReader whole = new(new ReadOnlySequence<byte>(header), SizeMax);
        Assert.Equal(FrameRead.Refused, whole.Read());
        Assert.Equal(expected, whole.Refusal);
        Assert.Equal(5UL, whole.Header.Correlation);

        FrameReader split = new(Segments.Chunked(header, 5), SizeMax);
        Assert.Equal(FrameRead.Refused, split.Read());
        Assert.Equal(expected, split.Refusal);
    }

    [Fact]
    public void Another_version_is_named_even_though_its_checksum_cannot_be_known()
    {
        byte[] bytes = Frame(5, 8);
        bytes[18] = 2;
        FrameReader reader = new(new ReadOnlySequence<byte>(bytes), SizeMax);
        Assert.Equal(FrameRead.Refused, reader.Read());
        Assert.Equal(FrameStatus.VersionUnsupported, reader.Refusal);
    }

    [Fact]
    public void Reserved_fields_of_a_request_are_seen()
    {
        Assert.True(FrameSeal.IsRequestReservedZero(new FrameHeader { Flags = 3, TimeoutMs = 9, Correlation = 1 }));
        Assert.False(FrameSeal.IsRequestReservedZero(new FrameHeader { Flags = 4 }));
        Assert.False(FrameSeal.IsRequestReservedZero(new FrameHeader { Status = FrameStatus.Overloaded }));
        Assert.False(FrameSeal.IsRequestReservedZero(new FrameHeader { Reserved0 = 1 }));
        Assert.False(FrameSeal.IsRequestReservedZero(new FrameHeader { Reserved1 = 0x80000000 }));
        Assert.False(FrameSeal.IsReplyReservedZero(new FrameHeader { Flags = 1 }));
        Assert.True(FrameSeal.IsReplyReservedZero(new FrameHeader { Status = FrameStatus.Forbidden, TimeoutMs = 5 }));
    }

    [Fact]
    public void A_body_in_two_pieces_has_the_checksum_of_the_whole()
    {
        byte[] body = Body(100);
        FrameHeader whole = new() { Correlation = 3, Operation = Operation.CreateTransfers };
        FrameHeader pieces = whole;
        FrameSeal.Close(ref whole, body);
        FrameSeal.Close(ref pieces, body.AsSpan(0, 16), body.AsSpan(16));
        Assert.Equal(whole.Checksum, pieces.Checksum);
        Assert.Equal(132u, pieces.Length);
    }

    [Fact]
    public void Random_bytes_never_throw_and_never_pass()
    {
        Random random = new(77);
        byte[] bytes = new byte[256];
        for (int round = 0; round < 2000; round++)
        {
            random.NextBytes(bytes);
            bytes[2] = 0;
            bytes[3] = 0;
            FrameReader reader = new(Segments.Chunked(bytes, random.Next(1, 300)), SizeMax);
            Assert.NotEqual(FrameRead.Complete, reader.Read());
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        byte[] bytes = [.. Frame(1, 128), .. Frame(2, 128), .. Frame(3, 128)];
        ReadOnlySequence<byte> buffer = new(bytes);
        ReadOnlySequence<byte> split = Segments.Chunked(bytes, 50);
        long total = Drain(buffer) + Drain(split);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 100; round++)
        {
            total += Drain(buffer) + Drain(split);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(101 * 12, total);
    }

    private static long Drain(in ReadOnlySequence<byte> buffer)
    {
        FrameReader reader = new(buffer, SizeMax);
        long sum = 0;
        while (reader.Read() == FrameRead.Complete)
        {
            sum += (long)reader.Header.Correlation;
        }

        return sum;
    }

    private static List<(ulong Correlation, int Length)> ReadAll(ReadOnlySequence<byte> buffer)
    {
        List<(ulong, int)> frames = [];
        FrameReader reader = new(buffer, SizeMax);
        while (reader.Read() == FrameRead.Complete)
        {
            byte[] body = reader.IsContiguous ? reader.Body.ToArray() : reader.BodyPieces.ToArray();
            Assert.Equal(Body(body.Length), body);
            frames.Add((reader.Header.Correlation, body.Length));
        }

        Assert.False(reader.HasPartialFrame);
        return frames;
    }

    private static byte[] Frame(ulong correlation, int bodyLength)
    {
        FrameHeader header = new() { Correlation = correlation, Operation = Operation.CreateTransfers };
        byte[] frame = new byte[Limits.FrameHeaderSize + bodyLength];
        Assert.Equal(frame.Length, FrameSeal.Write(frame, ref header, Body(bodyLength)));
        return frame;
    }

    private static byte[] Body(int length) => Enumerable.Range(0, length).Select(i => (byte)(i * 31 + 7)).ToArray();
}
