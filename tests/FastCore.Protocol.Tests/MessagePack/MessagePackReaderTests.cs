using FastCore.Protocol.MessagePack;
using FastCore.Testing;
using Xunit;

namespace FastCore.Protocol.Tests.MessagePack;

public sealed class MessagePackReaderTests
{
    // Each byte string is the beginning of a value whose length or count nothing stands behind.
    [Theory]
    [InlineData("")]
    [InlineData("a1")]
    [InlineData("91")]
    [InlineData("81c0")]
    [InlineData("cc")]
    [InlineData("cf00000000000000")]
    [InlineData("ca000000")]
    [InlineData("c4")]
    [InlineData("c6ffffffff00")]
    [InlineData("dbffffffff00")]
    [InlineData("ddffffffffc0c0")]
    [InlineData("df80000000c0c0")]
    [InlineData("dfffffffffc0c0")]
    [InlineData("c7")]
    [InlineData("c702")]
    [InlineData("c9ffffffff0100")]
    [InlineData("d6ff0000")]
    [InlineData("d80100")]
    public void A_length_is_held_against_what_is_left(string hex)
    {
        MessagePackReader reader = new(Convert.FromHexString(hex));
        Assert.False(reader.TrySkip());
        Assert.Equal((MessagePackStatus.Truncated, 0), (reader.Status, reader.Position));
        Assert.False(reader.TryReadUtf8(out _) || reader.TryReadBinary(out _) || reader.TryReadArrayHeader(out _));
        Assert.False(reader.TryReadMapHeader(out _) || reader.TryReadExtension(out _, out _));
        Assert.Equal((MessagePackStatus.Truncated, 0), (reader.Status, reader.Position));
    }

    // The kinds of all 256 first bytes, against the table of the specification written a second time.
    [Fact]
    public void Every_first_byte_has_the_kind_of_the_specification()
    {
        string table =
            string.Concat(Enumerable.Repeat("i", 128)) + new string('m', 16) + new string('a', 16) + new string('t', 32)
            + "n!bb" + "BBB" + "eee" + "fd" + "iiiiiiii" + "eeeee" + "ttt" + "aa" + "mm" + new string('i', 32);
        Dictionary<MessagePackKind, char> letters = new()
        {
            [MessagePackKind.Integer] = 'i',
            [MessagePackKind.Map] = 'm',
            [MessagePackKind.Array] = 'a',
            [MessagePackKind.Text] = 't',
            [MessagePackKind.Nil] = 'n',
            [MessagePackKind.Invalid] = '!',
            [MessagePackKind.Boolean] = 'b',
            [MessagePackKind.Binary] = 'B',
            [MessagePackKind.Extension] = 'e',
            [MessagePackKind.Float32] = 'f',
            [MessagePackKind.Float64] = 'd',
        };
        for (int first = 0; first < 256; first++)
        {
            Assert.Equal(table[first], letters[new MessagePackReader([(byte)first]).NextKind]);
        }

        Assert.Equal(MessagePackKind.End, new MessagePackReader([]).NextKind);
        Assert.Equal(MessagePackKind.Timestamp, new MessagePackReader([0xD4, 0xFF, 0]).NextKind);
    }

    [Fact]
    public void The_byte_that_is_never_used_is_refused_wherever_it_stands()
    {
        MessagePackReader reader = new([0x92, 1, 0xC1]);
        Assert.False(reader.TrySkip());
        Assert.Equal((MessagePackStatus.Invalid, 0), (reader.Status, reader.Position));
        Assert.True(reader.TryReadArrayHeader(out int count) && count == 2 && reader.TryReadInt64(out _));
        Assert.False(reader.TryReadNil());
        Assert.Equal((MessagePackStatus.Invalid, 2, 1), (reader.Status, reader.Position, reader.Depth));
    }

    [Fact]
    public void Another_kind_is_refused_and_stays_to_be_read()
    {
        MessagePackReader reader = new([0x05, 0xC0]);
        Assert.False(reader.TryReadNil() || reader.TryReadBoolean(out _) || reader.TryReadUtf8(out _)
            || reader.TryReadBinary(out _) || reader.TryReadFloat32(out _) || reader.TryReadFloat64(out _)
            || reader.TryReadArrayHeader(out _) || reader.TryReadMapHeader(out _)
            || reader.TryReadExtension(out _, out _) || reader.TryReadTimestamp(out _));
        Assert.Equal((MessagePackStatus.OtherKind, 0), (reader.Status, reader.Position));
        Assert.True(reader.TryReadUInt64(out ulong five));
        Assert.Equal(5UL, five);
        Assert.False(reader.TryReadUInt64(out ulong none) || reader.TryReadInt64(out _));
        Assert.Equal((0UL, MessagePackStatus.OtherKind), (none, reader.Status));
        Assert.True(reader.TryReadNil());
        Assert.Equal((MessagePackStatus.Ok, true), (reader.Status, reader.IsAtEnd));
    }

    [Fact]
    public void A_number_that_does_not_fit_is_out_of_range()
    {
        MessagePackReader negative = new([0xFF]);
        Assert.False(negative.TryReadUInt64(out ulong unsigned));
        Assert.Equal((0UL, MessagePackStatus.OutOfRange, 0), (unsigned, negative.Status, negative.Position));
        Assert.True(negative.TryReadInt64(out long minusOne) && minusOne == -1);

        MessagePackReader large = new([0xCF, 0x80, 0, 0, 0, 0, 0, 0, 0]);
        Assert.False(large.TryReadInt64(out long signed));
        Assert.Equal((0L, MessagePackStatus.OutOfRange, 0), (signed, large.Status, large.Position));
        Assert.True(large.TryReadUInt64(out ulong read) && read == 1UL << 63);

        // A positive number in a signed format is no negative one.
        MessagePackReader signedFormat = new([0xD0, 0x7F]);
        Assert.True(signedFormat.TryReadUInt64(out ulong plain) && plain == 127);
    }

    [Theory]
    [InlineData("d4ff00")]
    [InlineData("d5ff0000")]
    [InlineData("d8ff00000000000000000000000000000000")]
    [InlineData("c700ff")]
    [InlineData("d7ffee6b280000000000")]
    [InlineData("d7ffffffffffffffffff")]
    [InlineData("c70cff3b9aca000000000000000000")]
    public void An_extension_that_is_no_time_is_no_timestamp_and_stays_an_extension(string hex)
    {
        MessagePackReader reader = new(Convert.FromHexString(hex));
        Assert.Equal(MessagePackKind.Timestamp, reader.NextKind);
        Assert.False(reader.TryReadTimestamp(out MessagePackTimestamp none));
        Assert.Equal((MessagePackStatus.InvalidTimestamp, 0, default), (reader.Status, reader.Position, none));
        Assert.True(reader.TryReadExtension(out sbyte type, out _) && type == -1 && reader.IsAtEnd);
    }

    [Fact]
    public void What_lies_too_deep_is_refused_without_reading_it()
    {
        byte[] nested = new byte[1_000_000];
        Array.Fill(nested, (byte)0x91);
        MessagePackReader reader = new(nested);
        Assert.False(reader.TrySkip());
        Assert.Equal((MessagePackStatus.TooDeep, 0, 0), (reader.Status, reader.Position, reader.Depth));
        for (int depth = 0; depth < MessagePackReader.DepthMax; depth++)
        {
            Assert.True(reader.TryReadArrayHeader(out _));
        }

        Assert.False(reader.TryReadArrayHeader(out int none) || reader.TrySkip());
        Assert.Equal((0, MessagePackStatus.TooDeep, 64), (none, reader.Status, reader.Depth));
    }

    [Fact]
    public void As_deep_as_allowed_is_read_and_an_empty_array_opens_nothing()
    {
        byte[] nested = [.. Enumerable.Repeat((byte)0x91, MessagePackReader.DepthMax), 0x90, 0x2A];
        MessagePackReader reader = new(nested);
        Assert.True(reader.TrySkip());
        Assert.Equal((65, 0), (reader.Position, reader.Depth));
        Assert.True(reader.TryReadInt64(out long next) && next == 42);
    }

    // Depth tells where arrays and maps end, so that a reader needs no stack of its own.
    [Fact]
    public void Depth_follows_what_is_open()
    {
        // {"a": [1, {}, [2]], 3: nil} "x"
        MessagePackReader reader = new([0x82, 0xA1, (byte)'a', 0x93, 1, 0x80, 0x91, 2, 3, 0xC0, 0xA1, (byte)'x']);
        Assert.True(reader.TryReadMapHeader(out int pairs) && pairs == 2 && reader.Depth == 1);
        Assert.True(reader.TryReadUtf8(out _) && reader.TryReadArrayHeader(out int count) && count == 3);
        Assert.Equal(2, reader.Depth);
        Assert.True(reader.TryReadUInt64(out _) && reader.TryReadMapHeader(out int none) && none == 0);
        Assert.Equal(2, reader.Depth);
        Assert.True(reader.TryReadArrayHeader(out _) && reader.Depth == 3);
        Assert.True(reader.TrySkip() && reader.Depth == 1);
        Assert.True(reader.TryReadUInt64(out _) && reader.TryReadNil() && reader.Depth == 0);
        Assert.True(reader.TryReadUtf8(out _) && reader.IsAtEnd);
    }

    // A failed skip has gone over parts; what it left open is forgotten.
    [Fact]
    public void A_failed_skip_changes_nothing()
    {
        MessagePackReader reader = new([0x93, 0x92, 1, 0x91, 5, 7, 0x91, 0xC1]);
        Assert.True(reader.TryReadArrayHeader(out _));
        Assert.True(reader.TrySkip() && reader.TrySkip());
        Assert.False(reader.TrySkip());
        Assert.Equal((MessagePackStatus.Invalid, 6, 1), (reader.Status, reader.Position, reader.Depth));
        Assert.True(reader.TryReadArrayHeader(out int count) && count == 1 && reader.Depth == 1 + 1);
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        byte[] bytes = new byte[256];
        Assert.Equal(0, Allocations.Of(() =>
        {
            MessagePackWriter writer = new(bytes);
            bool written = writer.TryWriteMapHeader(2) && writer.TryWriteText("größe") && writer.TryWriteInt64(-40_000)
                && writer.TryWriteUtf8("at"u8) && writer.TryWriteTimestamp(new(-1, 5));
            MessagePackReader reader = new(writer.Written);
            Assert.True(written && reader.TryReadMapHeader(out _) && reader.TryReadUtf8(out _)
                && reader.TryReadInt64(out _) && reader.TrySkip() && reader.TryReadTimestamp(out _));
        }));
    }
}
