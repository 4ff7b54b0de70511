using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastCore.Integration.Tests.Fronts;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Integration.Tests.Doors;

/// <summary>Lengths that contradict each other, and bits that must be zero, over every operation.</summary>
public sealed class ConfusedLengthTests(TenantRig rig) : IClassFixture<TenantRig>
{
    [Theory]
    [MemberData(nameof(TenantRig.ClientOperations), MemberType = typeof(TenantRig))]
    public async Task A_body_is_whole_elements_or_nothing(string name)
    {
        OperationShape shape = OperationTable.Find(name)!;
        byte[] whole = TenantRig.Body(shape, TenantRig.OwnBook);
        byte[][] wrong =
        [
            [],
            whole[..shape.PrefixSize],
            whole[..^1],
            [.. whole, 0],
            [.. whole, .. new byte[shape.ElementSize - 1]],
            [.. whole, .. new byte[shape.ElementSize * shape.ElementsMax]],
        ];
        foreach (byte[] body in wrong.Where(body => body.Length <= Limits.RequestBodySizeMax))
        {
            FrameStatus status = (await rig.CallAsync(rig.Own, shape.Operation, body)).Header.Status;
            Assert.Equal(FrameStatus.InvalidBodySize, status);
        }

        Assert.Equal(FrameStatus.Ok, (await rig.CallAsync(rig.Own, shape.Operation, whole)).Header.Status);
    }

    [Theory]
    [MemberData(nameof(TenantRig.ClientOperations), MemberType = typeof(TenantRig))]
    public async Task The_reserved_word_of_a_prefix_must_be_zero(string name)
    {
        OperationShape shape = OperationTable.Find(name)!;
        for (int bit = 0; bit < 64 && shape.PrefixSize > 0; bit++)
        {
            byte[] body = TenantRig.Body(shape, TenantRig.OwnBook);
            body[8 + (bit / 8)] = (byte)(1 << (bit % 8));
            FrameStatus status = (await rig.CallAsync(rig.Own, shape.Operation, body)).Header.Status;
            Assert.Equal(FrameStatus.ReservedNotZero, status);
        }
    }

    [Fact]
    public async Task Every_reserved_bit_of_a_header_refuses_its_frame_and_keeps_the_connection()
    {
        List<(int Byte, int Bit)> reserved =
        [
            .. Enumerable.Range(2, 6).Select(bit => (19, bit)),
            .. Enumerable.Range(20, 4).Concat(Enumerable.Range(28, 4))
                .SelectMany(at => Enumerable.Range(0, 8).Select(bit => (at, bit))),
        ];
        foreach ((int at, int bit) in reserved)
        {
            byte[] frame = Request(1);
            frame[at] |= (byte)(1 << bit);
            await rig.Own.SendAsync(Sealed(frame));
            await rig.Own.ExpectAsync(FrameStatus.ReservedNotZero, 1);
        }

        await rig.Own.SendAsync(Request(2));
        await rig.Own.ExpectAsync(FrameStatus.Ok, 2);
    }

    // Too short: what is left over is read as the next frame, out of step, and ends the connection. Too long: the next
    // frame is swallowed as a part of this one, whose checksum then does not hold.
    [Theory]
    [InlineData(-8)]
    [InlineData(8)]
    [InlineData(32)]
    public async Task A_length_that_is_not_the_frames_ends_the_connection(int difference)
    {
        using RawClient client = await RawClient.GreetAsync(rig.Address, rig.OwnKey);
        byte[] frame = Request(1);
        int length = frame.Length + difference;
        if (difference < 0)
        {
            Sealed(frame.AsSpan(0, length));
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)length);
        }

        await client.SendAsync((byte[])[.. frame, .. Request(2), .. Request(3)]);
        client.Socket.Shutdown(SocketShutdown.Send);
        List<FrameStatus> seen = [];
        while (await client.ReadAsync() is { } reply)
        {
            seen.Add(reply.Header.Status);
        }

        Assert.NotEmpty(seen);
        Assert.DoesNotContain(FrameStatus.Ok, seen);
    }

    [Fact]
    public async Task A_frame_that_never_ends_is_not_answered()
    {
        using RawClient client = await RawClient.GreetAsync(rig.Address, rig.OwnKey);
        byte[] frame = Request(1);
        await client.SendAsync(frame.AsMemory(0, frame.Length - 1));
        client.Socket.Shutdown(SocketShutdown.Send);
        await client.ExpectEndAsync();
    }

    private static byte[] Request(ulong correlation) => RawClient.Frame(
        Operation.LookupAccounts, correlation, TenantRig.Prefixed<UInt128>(TenantRig.OwnBook, 1, 2, 3));

    private static byte[] Sealed(byte[] frame)
    {
        Sealed(frame.AsSpan());
        return frame;
    }

    private static void Sealed(Span<byte> frame)
    {
        FrameHeader header = MemoryMarshal.Read<FrameHeader>(frame);
        FrameSeal.Write(frame, ref header, frame[Limits.FrameHeaderSize..].ToArray());
    }
}
