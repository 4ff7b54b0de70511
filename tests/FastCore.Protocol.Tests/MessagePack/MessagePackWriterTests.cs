using FastCore.Protocol.MessagePack;
using Xunit;

namespace FastCore.Protocol.Tests.MessagePack;

public sealed class MessagePackWriterTests
{
    private static readonly byte[] Thousand = new byte[1000];

    private delegate bool Write(ref MessagePackWriter writer);

    // Of one kind each, in every form that has a head of another size.
    private static readonly Write[] Writes =
    [
        (ref writer) => writer.TryWriteNil(),
        (ref writer) => writer.TryWriteBoolean(true),
        (ref writer) => writer.TryWriteUInt64(127),
        (ref writer) => writer.TryWriteUInt64(255),
        (ref writer) => writer.TryWriteUInt64(65_535),
        (ref writer) => writer.TryWriteUInt64(uint.MaxValue),
        (ref writer) => writer.TryWriteUInt64(ulong.MaxValue),
        (ref writer) => writer.TryWriteInt64(-32),
        (ref writer) => writer.TryWriteInt64(-128),
        (ref writer) => writer.TryWriteInt64(short.MinValue),
        (ref writer) => writer.TryWriteInt64(int.MinValue),
        (ref writer) => writer.TryWriteInt64(long.MinValue),
        (ref writer) => writer.TryWriteFloat32(1.5f),
        (ref writer) => writer.TryWriteFloat64(1.5),
        (ref writer) => writer.TryWriteText("käse"),
        (ref writer) => writer.TryWriteText(new string('ß', 40)),
        (ref writer) => writer.TryWriteUtf8("abc"u8),
        (ref writer) => writer.TryWriteUtf8(Thousand),
        (ref writer) => writer.TryWriteBinary(Thousand.AsSpan(0, 3)),
        (ref writer) => writer.TryWriteBinary(Thousand),
        (ref writer) => writer.TryWriteArrayHeader(15),
        (ref writer) => writer.TryWriteArrayHeader(16),
        (ref writer) => writer.TryWriteArrayHeader(65_536),
        (ref writer) => writer.TryWriteMapHeader(15),
        (ref writer) => writer.TryWriteMapHeader(16),
        (ref writer) => writer.TryWriteMapHeader(65_536),
        (ref writer) => writer.TryWriteExtension(1, Thousand.AsSpan(0, 16)),
        (ref writer) => writer.TryWriteExtension(1, Thousand.AsSpan(0, 17)),
        (ref writer) => writer.TryWriteTimestamp(new(1, 0)),
        (ref writer) => writer.TryWriteTimestamp(new(1, 1)),
        (ref writer) => writer.TryWriteTimestamp(new(-1, 1)),
        (ref writer) => writer.TryWriteRaw([0x92, 1, 2]),
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Writes.Length)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void What_has_no_room_is_not_begun(int index)
    {
        byte[] bytes = new byte[2000];
        MessagePackWriter whole = new(bytes);
        Assert.True(Writes[index](ref whole));
        int size = whole.Position;
        for (int room = 0; room < size; room++)
        {
            MessagePackWriter writer = new(bytes.AsSpan(0, room + 1));
            Assert.True(writer.TryWriteNil());
            Assert.False(Writes[index](ref writer));
            Assert.Equal(1, writer.Position);
        }

        MessagePackWriter exact = new(bytes.AsSpan(0, size));
        Assert.True(Writes[index](ref exact));
        Assert.Equal(size, exact.Written.Length);
    }

    [Fact]
    public void A_second_has_no_billionth_nanosecond()
    {
        MessagePackWriter writer = new(new byte[20]);
        Assert.False(writer.TryWriteTimestamp(new(1, 1_000_000_000)));
        Assert.Equal(0, writer.Position);
    }

    [Theory]
    [InlineData(0UL, 0L, 0u)]
    [InlineData(1_700_000_000_123_456_789UL, 1_700_000_000L, 123_456_789u)]
    [InlineData(ulong.MaxValue, 18_446_744_073L, 709_551_615u)]
    public void Times_of_FastCore_are_timestamps(ulong unixNs, long seconds, uint nanoseconds)
    {
        MessagePackTimestamp timestamp = MessagePackTimestamp.FromUnixNs(unixNs);
        Assert.Equal(new MessagePackTimestamp(seconds, nanoseconds), timestamp);
        Assert.True(timestamp.TryToUnixNs(out ulong back));
        Assert.Equal(unixNs, back);
    }

    [Theory]
    [InlineData(-1L, 0u)]
    [InlineData(18_446_744_073L, 709_551_616u)]
    [InlineData(long.MaxValue, 0u)]
    public void Times_before_1970_and_beyond_64_bits_are_none_of_FastCore(long seconds, uint nanoseconds) =>
        Assert.False(new MessagePackTimestamp(seconds, nanoseconds).TryToUnixNs(out _));

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character()
    {
        MessagePackWriter writer = new(new byte[20]);
        Assert.True(writer.TryWriteText("a\uD800"));
        Assert.Equal([0xA4, (byte)'a', 0xEF, 0xBF, 0xBD], writer.Written.ToArray());
    }
}
