using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using Xunit;

namespace FastCore.Node.Tests.Seats;

/// <summary>Requests that wait for a change, through a whole node.</summary>
public sealed class AwaitSeatChangesTests
{
    private const ulong Show = 7;
    private const uint LongMs = 60_000;

    [Fact]
    public async Task T15_a_change_is_pushed_to_everybody_who_waits()
    {
        await using FastCoreNode node = Open();
        await using IFastCoreSession seller = node.OpenSession();
        await OpenHouseAsync(seller);
        await using IFastCoreSession watcher = node.OpenSession();
        SeatChange[][] seen = [.. Enumerable.Range(0, 300).Select(_ => new SeatChange[4])];
        Task<Reply>[] waiting = [.. seen.Select(changes => AwaitAsync(watcher, changes))];
        await HoldAsync(seller, 1);
        Reply[] replies = await Task.WhenAll(waiting);
        Assert.All(replies, reply => Assert.Equal((FrameStatus.Ok, 1), (reply.Status, reply.CountOf<SeatChange>())));
        Assert.All(seen, changes => Assert.Equal((1ul, (UInt128)1), (changes[0].Version, changes[0].Hold)));
    }

    [Fact]
    public async Task T15_the_end_of_a_session_or_of_the_node_is_not_waited_for()
    {
        FastCoreNode node = Open();
        IFastCoreSession first = node.OpenSession();
        await OpenHouseAsync(first);
        IFastCoreSession second = node.OpenSession();
        Task<Reply> ofFirst = AwaitAsync(first, new SeatChange[4]);
        Task<Reply> ofSecond = AwaitAsync(second, new SeatChange[4]);
        await first.DisposeAsync();
        Assert.Equal(new Reply(FrameStatus.Ok, 0, 0), await ofFirst);
        Assert.False(ofSecond.IsCompleted);
        await node.DisposeAsync();
        Assert.Equal(new Reply(FrameStatus.Ok, 0, 0), await ofSecond);
        Assert.Equal(FrameStatus.ShuttingDown, (await AwaitAsync(second, new SeatChange[4])).Status);
    }

    [Fact]
    public async Task T15_a_session_has_so_many_waiting_and_each_that_ends_leaves_room_for_another()
    {
        await using FastCoreNode node = Open();
        await using IFastCoreSession session = node.OpenSession(new FrontSessionOptions { AwaitingMax = 2 });
        await OpenHouseAsync(session);
        for (int round = 0; round < 5; round++)
        {
            ulong version = (ulong)round;
            Task<Reply> first = AwaitAsync(session, new SeatChange[1], version);
            Task<Reply> second = AwaitAsync(session, new SeatChange[1], version);
            Reply third = await AwaitAsync(session, new SeatChange[1], version);
            Assert.Equal(FrameStatus.TooManyInFlight, third.Status);
            await HoldAsync(session, (uint)round + 1);
            Assert.Equal(1, (await first).CountOf<SeatChange>());
            Assert.Equal(1, (await second).CountOf<SeatChange>());
        }
    }

    private static FastCoreNode Open() =>
        FastCoreNode.Open(new NodeOptions { Durability = Durability.None, Partitions = 2 });

    private static async Task OpenHouseAsync(IFastCoreSession session)
    {
        SeatResult[] results = new SeatResult[1];
        ChartBlock[] chart = [new() { Kind = ChartBlockKind.Row, Capacity = 40, NumberStep = 1, FirstNumber = 1 }];
        await session.CreateChartAsync(1, chart, results);
        await session.CreateShowAsync(new CreateShow[] { new() { Show = Show, Chart = 1 } }, results);
        Assert.Equal(SeatStatus.Ok, results[0].Code);
    }

    private static async Task HoldAsync(IFastCoreSession session, uint seat)
    {
        SeatResult[] results = new SeatResult[1];
        HoldSeats hold = new() { Id = seat, Show = Show, Count = 1 };
        hold.Seats[0] = seat;
        await session.HoldSeatsAsync(new[] { hold }, results);
        Assert.Equal(SeatStatus.Ok, results[0].Code);
    }

    private static Task<Reply> AwaitAsync(IFastCoreSession session, SeatChange[] changes, ulong from = 0)
    {
        AwaitSeatChanges request = new() { From = from, Limit = (uint)changes.Length, AwaitMs = LongMs };
        return session.AwaitSeatChangesAsync(Show, request, changes).AsTask();
    }
}
