using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Integration.Tests.Fronts;

/// <summary>A client that sends whatever bytes a test likes, built from the product's own codec.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public Socket Socket => _socket;

    public static async Task<RawClient> ConnectAsync(string address)
    {
        RawClient client = new();
        await client._socket.ConnectAsync(IPEndPoint.Parse(address["tcp://".Length..]));
        return client;
    }

    /// <summary>Connects and says Hello.</summary>
    public static async Task<RawClient> GreetAsync(string address, string key = "")
    {
        RawClient client = await ConnectAsync(address);
        await client.SendAsync(Hello(key));
        RawReply reply = (await client.ReadAsync())!;
        Assert.Equal(FrameStatus.Ok, reply.Header.Status);
        return client;
    }

    public static byte[] Hello(string key = "", byte versionMin = 1, byte versionMax = 1)
    {
        Assert.True(HelloRequest.TryCreate("test", key, out HelloRequest request));
        request.VersionMin = versionMin;
        request.VersionMax = versionMax;
        byte[] body = MemoryMarshal.AsBytes(new ReadOnlySpan<HelloRequest>(in request)).ToArray();
        return Frame(Operation.Hello, 99, body);
    }

    public static byte[] Frame(Operation operation, ulong correlation, byte[] body, byte flags = 0, uint reserved1 = 0)
    {
        FrameHeader header = new()
        {
            Operation = operation,
            Correlation = correlation,
            Flags = flags,
            Reserved1 = reserved1,
        };
        byte[] frame = new byte[Limits.FrameHeaderSize + body.Length];
        FrameSeal.Write(frame, ref header, body);
        return frame;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    /// <summary>The next reply, checked by the codec; null when the server closed the connection.</summary>
    public async Task<RawReply?> ReadAsync()
    {
        byte[] header = new byte[Limits.FrameHeaderSize];
        if (!await FillAsync(header))
        {
            return null;
        }

        byte[] frame = new byte[MemoryMarshal.Read<FrameHeader>(header).Length];
        header.CopyTo(frame, 0);
        Assert.True(await FillAsync(frame.AsMemory(Limits.FrameHeaderSize)));
        return Check(frame);
    }

    /// <summary>Reads a reply that must be there and have this status.</summary>
    public async Task<RawReply> ExpectAsync(FrameStatus status, ulong correlation)
    {
        RawReply? reply = await ReadAsync();
        Assert.NotNull(reply);
        Assert.Equal(status, reply.Header.Status);
        Assert.Equal(correlation, reply.Header.Correlation);
        return reply;
    }

    /// <summary>The server closed the connection, in order or by a reset.</summary>
    public async Task ExpectEndAsync() => Assert.Null(await ReadAsync());

    public void Dispose() => _socket.Dispose();

    private static RawReply Check(byte[] frame)
    {
        FrameReader reader = new(new ReadOnlySequence<byte>(frame), frame.Length);
        Assert.Equal(FrameRead.Complete, reader.Read());
        Assert.True(FrameSeal.IsReplyReservedZero(in reader.Header));
        return new RawReply(reader.Header, reader.Body.ToArray());
    }

    private async Task<bool> FillAsync(Memory<byte> target)
    {
        while (target.Length > 0)
        {
            int count;
            try
            {
                count = await _socket.ReceiveAsync(target);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
            {
                return false;
            }

            if (count == 0)
            {
                return false;
            }

            target = target[count..];
        }

        return true;
    }
}

/// <summary>A reply as the client received it.</summary>
internal sealed record RawReply(FrameHeader Header, byte[] Body);
