using System.Buffers;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Simulation.Domains;
using Xunit;

namespace FastCore.Simulation.Tests.Network;

/// <summary>A peer that sends whatever bytes a test likes over the simulated network.</summary>
internal sealed class RawPeer
{
    private readonly NetworkWorld _world;
    private readonly Stream _stream;
    private readonly List<byte> _received = [];
    private readonly byte[] _buffer = new byte[4096];
    private Task<int>? _reading;

    public RawPeer(NetworkWorld world)
    {
        _world = world;
        Task<Stream> dialing = world.Network.DialAsync(default).AsTask();
        world.Until(() => dialing.IsCompleted, 10_000, "no connection");
        _stream = dialing.GetAwaiter().GetResult();
    }

    /// <summary>Connects and says Hello.</summary>
    public static RawPeer Greet(NetworkWorld world)
    {
        RawPeer peer = new(world);
        peer.Send(Hello());
        Assert.Equal(FrameStatus.Ok, peer.Receive()!.Value.Header.Status);
        return peer;
    }

    public static byte[] Hello()
    {
        Assert.True(HelloRequest.TryCreate("raw", "", out HelloRequest request));
        return Frame(Operation.Hello, 99, MemoryMarshal.AsBytes(new ReadOnlySpan<HelloRequest>(in request)));
    }

    public static byte[] Frame(SimulatedRequest request, ulong correlation) =>
        Frame(request.Operation, correlation, request.Body);

    /// <summary>Writes bytes; they are on their way when this returns.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        Task writing = _stream.WriteAsync(bytes.ToArray()).AsTask();
        Assert.True(writing.IsCompletedSuccessfully);
    }

    /// <summary>The next reply; null when the connection ended in order.</summary>
    public (FrameHeader Header, byte[] Body)? Receive()
    {
        while (true)
        {
            byte[] bytes = [.. _received];
            FrameReader reader = new(new ReadOnlySequence<byte>(bytes), Limits.ReplyFrameSizeMax);
            FrameRead read = reader.Read();
            Assert.NotEqual(FrameRead.Refused, read);
            if (read == FrameRead.Complete)
            {
                _received.RemoveRange(0, (int)reader.Header.Length);
                return (reader.Header, reader.Body.ToArray());
            }

            if (ReadMore() == 0)
            {
                Assert.Empty(_received);
                return null;
            }
        }
    }

    /// <summary>Expects a reply with this status, and returns its body.</summary>
    public byte[] Expect(FrameStatus status, ulong correlation)
    {
        (FrameHeader Header, byte[] Body)? reply = Receive();
        Assert.NotNull(reply);
        Assert.Equal((status, correlation), (reply.Value.Header.Status, reply.Value.Header.Correlation));
        return reply.Value.Body;
    }

    /// <summary>Ends the connection in order.</summary>
    public void Close() => _stream.Dispose();

    private int ReadMore()
    {
        _reading ??= _stream.ReadAsync(_buffer).AsTask();
        _world.Until(() => _reading.IsCompleted, 600_000, "no bytes");
        int count = _reading.GetAwaiter().GetResult();
        _reading = null;
        _received.AddRange(_buffer.AsSpan(0, count));
        return count;
    }

    private static byte[] Frame(Operation operation, ulong correlation, ReadOnlySpan<byte> body)
    {
        FrameHeader header = new() { Operation = operation, Correlation = correlation };
        byte[] frame = new byte[Limits.FrameHeaderSize + body.Length];
        FrameSeal.Write(frame, ref header, body);
        return frame;
    }
}
