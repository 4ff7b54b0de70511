using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Testing;
using Xunit;

namespace FastCore.Node.Tests.Seats;

/// <summary>A waiting list through a whole node that is closed and opened again, and its journal verified.</summary>
public sealed class WaitingListTests : IDisposable
{
    private const ulong Show = 7;
    private const uint OfferMs = 10_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-list-").FullName;
    private readonly ManualClock _clock = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task T21_who_waits_is_served_by_whatever_process_runs_when_the_turn_comes(bool hasCheckpoint)
    {
        await using (FastCoreNode node = Open())
        {
            await using IFastCoreSession session = node.OpenSession();
            await SellOutAsync(session);
            Assert.Equal(WaitingListEntryState.Waiting, await JoinAsync(session, 1));
            Assert.Equal(WaitingListEntryState.Waiting, await JoinAsync(session, 2));
            await ReleaseAsync(session, 900);
            Assert.Equal(WaitingListEntryState.Offered, (await GetAsync(session, 1)).State);
            Assert.Equal((1L, 1L), (node.Statistics.SeatListWaiting, node.Statistics.SeatListOffered));
            if (hasCheckpoint)
            {
                await node.CheckpointAsync();
            }
        }

        await using (FastCoreNode node = Open())
        {
            await using IFastCoreSession session = node.OpenSession();
            Assert.Equal((1L, 1L), (node.Statistics.SeatListWaiting, node.Statistics.SeatListOffered));

            // Nobody sends anything: the timer of the hold frees the seats and offers them.
            _clock.Advance(TimeSpan.FromMilliseconds(OfferMs + 1));
            WaitingListEntry second = await GetAsync(session, 2);
            Assert.Equal((WaitingListEntryState.Offered, (UInt128)2), (second.State, second.Hold));
            Assert.Equal(WaitingListEntryState.Expired, (await GetAsync(session, 1)).State);
            BookHeld booking = new() { Id = 500, Show = Show, Hold = 2 };
            SeatResult[] booked = new SeatResult[1];
            await session.BookHeldAsync(new[] { booking }, booked);
            Assert.Equal(SeatStatus.Ok, booked[0].Code);
            await node.CheckInvariantsAsync();
        }

        await using (FastCoreNode node = Open())
        {
            await using IFastCoreSession session = node.OpenSession();
            Assert.Equal(WaitingListEntryState.Taken, (await GetAsync(session, 2)).State);
            Assert.Equal(WaitingListEntryState.Expired, await JoinAsync(session, 1));
        }

        VerificationReport report = JournalVerifier.Verify(_directory);
        Assert.True(report.IsSound, string.Join(" ", report.Partitions.Select(p => p.Failure)));
    }

    private static async Task SellOutAsync(IFastCoreSession session)
    {
        ChartBlock[] chart = [new() { Kind = ChartBlockKind.Row, Capacity = 2, NumberStep = 1, FirstNumber = 1 }];
        SeatResult[] results = new SeatResult[1];
        await session.CreateChartAsync(1, chart, results);
        await session.CreateShowAsync(new CreateShow[] { new() { Show = Show, Chart = 1 } }, results);
        HoldBestAvailable hold = new() { Id = 900, Show = Show, Count = 2, ExpiresInMs = 1_800_000 };
        BestSeatsResult[] held = new BestSeatsResult[1];
        await session.HoldBestAvailableAsync(new[] { hold }, held);
        Assert.Equal(SeatStatus.Ok, held[0].Code);
        OpenWaitingList list = new() { Show = Show, PlacesMax = 10, OfferMs = OfferMs };
        await session.OpenWaitingListAsync(new[] { list }, results);
        Assert.Equal(SeatStatus.Ok, results[0].Code);
    }

    private static async Task<WaitingListEntryState> JoinAsync(IFastCoreSession session, UInt128 id)
    {
        JoinWaitingList wish = new() { Id = id, Show = Show, Buyer = (ulong)id, Count = 2 };
        SeatResult[] results = new SeatResult[1];
        await session.JoinWaitingListAsync(new[] { wish }, results);
        Assert.Equal(SeatStatus.Ok, results[0].Code);
        return (WaitingListEntryState)results[0].State;
    }

    private static async Task ReleaseAsync(IFastCoreSession session, UInt128 hold)
    {
        SeatResult[] results = new SeatResult[1];
        await session.ReleaseHoldAsync(new HoldChange[] { new() { Hold = hold, Show = Show } }, results);
        Assert.Equal(SeatStatus.Ok, results[0].Code);
    }

    private static async Task<WaitingListEntry> GetAsync(IFastCoreSession session, UInt128 id)
    {
        WaitingListEntry[] entries = new WaitingListEntry[1];
        Reply reply = await session.GetWaitingListEntryAsync(Show, new[] { id }, entries);
        Assert.Equal((FrameStatus.Ok, 1), (reply.Status, reply.CountOf<WaitingListEntry>()));
        return entries[0];
    }

    private FastCoreNode Open() => FastCoreNode.Open(
        new NodeOptions { DataDirectory = _directory, Partitions = 2, Clock = _clock });
}
