using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Client.Tests;

/// <summary>A server that does what a test says, built from the product's own codec.</summary>
internal sealed class ScriptedPeer : IDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);

    public ScriptedPeer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Endpoint = $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}";
    }

    public string Endpoint { get; }

    public FastCoreClientOptions Options => new() { Endpoint = Endpoint, ReconnectDelayMinMs = 1, KeepAliveMs = 0 };

    /// <summary>Accepts a connection without a word.</summary>
    public async Task<PeerConnection> AcceptSilentAsync() => new(await _listener.AcceptAsync());

    /// <summary>Accepts a connection and answers its Hello.</summary>
    public async Task<PeerConnection> AcceptAsync(HelloReply? hello = null, FrameStatus status = FrameStatus.Ok)
    {
        PeerConnection connection = await AcceptSilentAsync();
        Frame frame = await connection.ReadAsync();
        Assert.Equal(Operation.Hello, frame.Header.Operation);
        Assert.Equal(FrameStatus.Ok, HelloRequest.TryRead(frame.Body, out _));
        HelloReply reply = hello ?? DefaultHello;
        await connection.ReplyAsync(
            frame, status, MemoryMarshal.AsBytes(new ReadOnlySpan<HelloReply>(in reply)).ToArray());
        return connection;
    }

    public static HelloReply DefaultHello => new()
    {
        Magic = HelloRequest.ExpectedMagic,
        Version = 1,
        VersionMin = 1,
        VersionMax = 1,
        RequestFrameSizeMax = Limits.RequestFrameSizeMax,
        ReplyFrameSizeMax = Limits.ReplyFrameSizeMax,
        RequestsInFlightMax = 1000,
        NodeId = 42,
    };

    public void Dispose() => _listener.Dispose();
}

/// <summary>A frame as the peer received it.</summary>
internal sealed record Frame(FrameHeader Header, byte[] Body);

/// <summary>The peer's end of one connection.</summary>
internal sealed class PeerConnection(Socket socket) : IDisposable
{
    /// <summary>The next frame, checked by the codec.</summary>
    public async Task<Frame> ReadAsync()
    {
        byte[] header = new byte[Limits.FrameHeaderSize];
        await FillAsync(header);
        FrameHeader read = MemoryMarshal.Read<FrameHeader>(header);
        byte[] frame = new byte[read.Length];
        header.CopyTo(frame, 0);
        await FillAsync(frame.AsMemory(Limits.FrameHeaderSize));
        FrameReader reader = new(new System.Buffers.ReadOnlySequence<byte>(frame), frame.Length);
        Assert.Equal(FrameRead.Complete, reader.Read());
        Assert.True(FrameSeal.IsRequestReservedZero(in reader.Header));
        return new Frame(reader.Header, reader.Body.ToArray());
    }

    public Task ReplyAsync(
        Frame request, FrameStatus status = FrameStatus.Ok, byte[]? body = null, uint retryAfterMs = 0) =>
        WriteAsync(Reply(request, status, body ?? [], retryAfterMs));

    public static byte[] Reply(Frame request, FrameStatus status, byte[] body, uint retryAfterMs = 0)
    {
        FrameHeader header = new()
        {
            Operation = request.Header.Operation,
            Correlation = request.Header.Correlation,
            Status = status,
            TimeoutMs = retryAfterMs,
        };
        byte[] frame = new byte[Limits.FrameHeaderSize + body.Length];
        FrameSeal.Write(frame, ref header, body);
        return frame;
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes);

    /// <summary>Waits until the client closed its end.</summary>
    public async Task ReadEndAsync()
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with bytes of ours unread: an end as well.
        }
    }

    public Socket Socket => socket;

    public void Dispose() => socket.Dispose();

    private async Task FillAsync(Memory<byte> target)
    {
        while (target.Length > 0)
        {
            int count = await socket.ReceiveAsync(target);
            Assert.NotEqual(0, count);
            target = target[count..];
        }
    }
}
