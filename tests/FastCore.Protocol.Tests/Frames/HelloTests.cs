using System.Runtime.InteropServices;
using System.Text;
using FastCore.Protocol.Frames;
using Xunit;

namespace FastCore.Protocol.Tests.Frames;

public sealed class HelloTests
{
    [Fact]
    public void Round_trip()
    {
        Assert.True(HelloRequest.TryCreate("till-7", "secret", out HelloRequest request));
        Assert.Equal(FrameStatus.Ok, HelloRequest.TryRead(Bytes(request), out HelloRequest read));
        Assert.Equal("till-7", Encoding.UTF8.GetString(((ReadOnlySpan<byte>)read.ClientName)[..read.NameLength]));
        Assert.Equal("secret", Encoding.UTF8.GetString(((ReadOnlySpan<byte>)read.ApiKey)[..read.KeyLength]));
        Assert.Equal("FASTCORE", Encoding.ASCII.GetString(Bytes(request)[..8]));
    }

    [Fact]
    public void The_longest_hello_fits_the_only_frame_accepted_before_it()
    {
        Assert.True(HelloRequest.TryCreate(new string('n', 64), new string('k', 128), out _));
        Assert.True(Limits.FrameHeaderSize + HelloRequest.Size <= Limits.HelloFrameSizeMax);
        Assert.False(HelloRequest.TryCreate(new string('n', 65), "k", out _));
        Assert.False(HelloRequest.TryCreate("n", new string('k', 129), out _));
    }

    [Fact]
    public void Every_malformed_hello_is_refused_with_its_reason()
    {
        Assert.True(HelloRequest.TryCreate("n", "k", out HelloRequest good));
        byte[] bytes = Bytes(good);
        Assert.Equal(FrameStatus.InvalidBodySize, HelloRequest.TryRead(bytes.AsSpan(1), out _));
        Assert.Equal(FrameStatus.InvalidBodySize, HelloRequest.TryRead([], out _));
        Assert.Equal(FrameStatus.HelloExpected, HelloRequest.TryRead(With(bytes, 0, (byte)'G'), out _));
        Assert.Equal(FrameStatus.InvalidBodySize, HelloRequest.TryRead(With(bytes, 10, 65), out _));
        Assert.Equal(FrameStatus.InvalidBodySize, HelloRequest.TryRead(With(bytes, 11, 129), out _));
        Assert.Equal(FrameStatus.ReservedNotZero, HelloRequest.TryRead(With(bytes, 12, 1), out _));
        Assert.Equal(FrameStatus.ReservedNotZero, HelloRequest.TryRead(With(bytes, 16 + 63, 1), out _));
        Assert.Equal(FrameStatus.ReservedNotZero, HelloRequest.TryRead(With(bytes, 80 + 127, 1), out _));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 9, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(2, 9, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(9, 1, 0)]
    public void The_highest_shared_version_is_chosen(byte peerMin, byte peerMax, byte expected) =>
        Assert.Equal(expected, ProtocolVersions.Choose(peerMin, peerMax));

    [Fact]
    public void A_malformed_answer_is_refused()
    {
        HelloReply reply = new() { Magic = HelloRequest.ExpectedMagic, Version = 1, NodeId = UInt128.MaxValue };
        byte[] bytes = Bytes(reply);
        Assert.True(HelloReply.TryRead(bytes, out HelloReply read));
        Assert.Equal(UInt128.MaxValue, read.NodeId);
        Assert.False(HelloReply.TryRead(bytes.AsSpan(1), out _));
        Assert.False(HelloReply.TryRead(With(bytes, 0, 0), out _));
        Assert.False(HelloReply.TryRead(With(bytes, 11, 1), out _));
        Assert.False(HelloReply.TryRead(With(bytes, 28, 1), out _));
        Assert.False(HelloReply.TryRead(With(bytes, 63, 1), out _));
    }

    private static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private static byte[] With(byte[] bytes, int offset, byte value)
    {
        byte[] changed = [.. bytes];
        changed[offset] = value;
        return changed;
    }
}
