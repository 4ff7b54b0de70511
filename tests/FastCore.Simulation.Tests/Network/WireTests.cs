using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Server;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Network;
using Xunit;

namespace FastCore.Simulation.Tests.Network;

/// <summary>The real front under bytes that come in every way, on one thread and in simulated time.</summary>
public sealed class WireTests
{
    private const ulong Book = 7;

    private static readonly NetworkOptions Faultless = new() { DelayMaxMs = 1 };

    [Fact]
    public void A_frame_split_at_each_of_its_bytes_is_answered_the_same() => OneThread.Run(() =>
    {
        using NetworkWorld world = Open();
        world.Ask<CreateTransferResult>(Bodies.Transfers(Book, 1, 2, 3));
        byte[] lookup = RawPeer.Frame(Bodies.Lookup(Operation.LookupTransfers, Book, 3, 1, 9), 5);
        RawPeer peer = RawPeer.Greet(world);
        peer.Send(lookup);
        byte[] expected = peer.Expect(FrameStatus.Ok, 5);
        Assert.Equal(2, Bodies.Read<Transfer>(expected).Length);
        for (int at = 1; at < lookup.Length; at++)
        {
            peer.Send(lookup.AsSpan(0, at));
            world.Pass(10);
            peer.Send(lookup.AsSpan(at));
            Assert.Equal(expected, peer.Expect(FrameStatus.Ok, 5));
        }

        // The same for Hello with the frame behind it, so that each split leaves a piece of one or of the other.
        byte[] both = [.. RawPeer.Hello(), .. lookup];
        for (int at = 1; at < both.Length; at++)
        {
            RawPeer split = new(world);
            split.Send(both.AsSpan(0, at));
            world.Pass(10);
            split.Send(both.AsSpan(at));
            split.Expect(FrameStatus.Ok, 99);
            Assert.Equal(expected, split.Expect(FrameStatus.Ok, 5));
            split.Close();
        }

        world.Until(() => world.Front.Connections == 1, 1_000, "closed connections did not end");
    });

    [Theory]
    [InlineData(40, 0x01, FrameStatus.ChecksumMismatch)]
    [InlineData(4, 0x80, FrameStatus.ChecksumMismatch)]
    [InlineData(16, 0x04, FrameStatus.ChecksumMismatch)]
    [InlineData(3, 0x7F, FrameStatus.FrameTooLarge)]
    [InlineData(0, 0xB0, FrameStatus.InvalidBodySize)]
    [InlineData(18, 0x09, FrameStatus.VersionUnsupported)]
    public void Malformed_bytes_close_their_connection_with_a_code_and_harm_no_other(
        int at, byte turned, FrameStatus expected) => OneThread.Run(() =>
    {
        using NetworkWorld world = Open();
        RawPeer good = RawPeer.Greet(world);
        RawPeer bad = RawPeer.Greet(world);
        byte[] damaged = RawPeer.Frame(Bodies.Transfers(Book, 2), 2);
        Assert.Equal(176, damaged.Length);
        damaged[at] ^= turned;
        good.Send(RawPeer.Frame(Bodies.Transfers(Book, 11), 1));
        byte[] before = RawPeer.Frame(Bodies.Transfers(Book, 1), 1);
        byte[] after = RawPeer.Frame(Bodies.Transfers(Book, 3), 3);
        bad.Send([.. before, .. damaged, .. after]);
        good.Send(RawPeer.Frame(Bodies.Transfers(Book, 12), 2));

        // What came before the damage is answered, the damage is named, what came after it never happened.
        Dictionary<ulong, FrameStatus> replies = [];
        while (bad.Receive() is { } reply)
        {
            replies.Add(reply.Header.Correlation, reply.Header.Status);
        }

        Assert.Equal(2, replies.Count);
        Assert.Equal(FrameStatus.Ok, replies[1]);
        Assert.Equal(expected, replies[2]);
        good.Expect(FrameStatus.Ok, 1);
        good.Expect(FrameStatus.Ok, 2);
        good.Send(RawPeer.Frame(Bodies.Transfers(Book, 13), 3));
        good.Expect(FrameStatus.Ok, 3);
        Transfer[] made = world.Ask<Transfer>(Bodies.Lookup(Operation.LookupTransfers, Book, 1, 2, 3, 11, 12, 13));
        Assert.Equal([1, 11, 12, 13], made.Select(transfer => (int)transfer.Id));
        Assert.Equal(1, world.Front.Connections);
    });

    [Fact]
    public void A_peer_that_takes_too_long_is_cut_at_the_limit_of_its_phase() => OneThread.Run(() =>
    {
        ServerOptions limits = new();
        using NetworkWorld world = Open(limits);
        AssertCutAfter(world, new RawPeer(world), [], limits.HelloTimeoutMs);
        AssertCutAfter(world, new RawPeer(world), RawPeer.Hello().AsSpan(0, 239), limits.HelloTimeoutMs);
        byte[] frame = RawPeer.Frame(Bodies.Transfers(Book, 1), 1);
        AssertCutAfter(world, RawPeer.Greet(world), frame.AsSpan(0, frame.Length - 1), limits.FrameTimeoutMs);
        AssertCutAfter(world, RawPeer.Greet(world), [], limits.IdleTimeoutMs);
        Assert.Empty(world.Ask<Transfer>(Bodies.Lookup(Operation.LookupTransfers, Book, 1)));
    });

    private static void AssertCutAfter(NetworkWorld world, RawPeer peer, ReadOnlySpan<byte> sent, int limitMs)
    {
        peer.Send(sent);
        world.Pass(limitMs - 200);
        Assert.Equal(1, world.Front.Connections);

        // The sweep comes every 100 ms, and a connection that ends in order lingers.
        world.Until(() => world.Front.Connections == 0, 1_200, "the connection was not cut");
    }

    private static NetworkWorld Open(ServerOptions? server = null)
    {
        NetworkWorld world = new(1, Faultless, server);
        world.Ask<CreateAccountResult>(Bodies.Accounts(Book));
        return world;
    }
}
