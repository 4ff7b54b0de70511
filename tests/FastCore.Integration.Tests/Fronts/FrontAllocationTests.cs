using System.Net;
using System.Net.Sockets;
using FastCore.Node.Access;
using FastCore.Protocol;
using FastCore.Server;
using FastCore.Server.Fronts;
using Microsoft.Extensions.DependencyInjection;

namespace FastCore.Integration.Tests.Fronts;

/// <summary>Alone, since the count of allocated bytes is the process's.</summary>
[CollectionDefinition(nameof(FrontAllocationTests), DisableParallelization = true)]
public sealed class FrontAllocationCollection;

[Collection(nameof(FrontAllocationTests))]
public sealed class FrontAllocationTests
{
    private const int Pipelined = 64;
    private const int BodySize = 144;

    // Others in the process may allocate at any time, so the quietest round counts: an allocation per frame would be in
    // every round.
    [Fact]
    public async Task Frames_allocate_nothing_in_steady_state()
    {
        ServerOptions options = new();
        options.Endpoints.Add(new EndpointOptions { Address = "tcp://127.0.0.1:0" });
        await using FastCoreServer server = await FastCoreServer.StartAsync(
            services => services.AddSingleton<IFrontDoorSource>(new EchoDoors()), options, null, null, default);
        IPEndPoint target = IPEndPoint.Parse(server.Addresses[0]["tcp://".Length..]);
        long quietest = long.MaxValue;
        Thread client = new(() => quietest = QuietestRound(target));
        client.Start();
        client.Join();
        Assert.Equal(0, quietest);
    }

    private static long QuietestRound(IPEndPoint target)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(target);
        socket.Send(RawClient.Hello());
        Fill(socket, new byte[Limits.FrameHeaderSize + Protocol.Frames.HelloReply.Size]);
        byte[] requests =
        [
            .. Enumerable.Range(0, Pipelined)
                .SelectMany(i => RawClient.Frame(Operation.CreateTransfers, (ulong)i, new byte[BodySize])),
        ];
        byte[] replies = new byte[Pipelined * (Limits.FrameHeaderSize + EchoDoor.ReplySize)];
        long quietest = long.MaxValue;
        for (int round = 0; round < 60; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int turn = 0; turn < 20; turn++)
            {
                socket.Send(requests);
                Fill(socket, replies);
            }

            quietest = Math.Min(quietest, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return quietest;
    }

    private static void Fill(Socket socket, Span<byte> target)
    {
        while (target.Length > 0)
        {
            int count = socket.Receive(target);
            target = count > 0 ? target[count..] : throw new InvalidOperationException("The server closed.");
        }
    }

    private sealed class EchoDoors : IFrontDoorSource
    {
        public UInt128 NodeId => 1;

        public IFrontDoor Open(Grant grant, Action onRepliesReady) => new EchoDoor(onRepliesReady);
    }

    /// <summary>Answers every request at once, from a ring that is there from the start.</summary>
    private sealed class EchoDoor(Action onRepliesReady) : IFrontDoor
    {
        public const int ReplySize = 16;

        private readonly FrameHeader[] _ring = new FrameHeader[1024];
        private readonly byte[] _body = new byte[ReplySize];
        private long _head;
        private long _tail;

        public int InFlight => (int)(Volatile.Read(ref _tail) - Volatile.Read(ref _head));

        public FrameStatus TrySubmit(in FrameHeader header, ReadOnlySpan<byte> body, out uint retryAfterMs)
        {
            retryAfterMs = 0;
            if (InFlight == _ring.Length)
            {
                return FrameStatus.TooManyInFlight;
            }

            _ring[_tail % _ring.Length] = header;
            Volatile.Write(ref _tail, _tail + 1);
            onRepliesReady();
            return FrameStatus.Ok;
        }

        public void EndAwaiting()
        {
        }

        public bool HasMore => false;

        // The whole ring is less than any limit.
        public int Drain(ReplyWriter writer, long bytesMax)
        {
            int count = 0;
            for (long end = Volatile.Read(ref _tail); _head < end; count++)
            {
                FrameHeader header = _ring[_head % _ring.Length];
                writer.OnReply(header.Correlation, header.Operation, FrameStatus.Ok, 0, _body);
                Volatile.Write(ref _head, _head + 1);
            }

            return count;
        }

        public void Dispose()
        {
        }
    }
}
