using FastCore.Protocol;
using FastCore.Protocol.Seats;
using Xunit;

namespace FastCore.Seats.Tests.Shows;

/// <summary>What buyers do is counted in shows that want it (T23).</summary>
public sealed class CountedBuyerTests : IDisposable
{
    private const ulong Silent = SeatsRig.Show + 1;
    private const ulong MinuteMs = 60_000;

    private readonly SeatsRig _rig = new(new SeatsOptions
    {
        HoldsMax = 1_000,
        BookingsUnderWayMax = 10,
        BuyersMax = 10,
        CountedBuyersMax = 16,
    });

    private UInt128 _id;

    public CountedBuyerTests()
    {
        _rig.Open(
            SeatsRig.ShowOf() with { HoldMs = 500, Flags = ShowFlags.CountsBuyers }, SeatsRig.Row(64),
            SeatsRig.Area(99));
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.CreateShow, SeatsRig.ShowOf(Silent)).Code);
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void T23_holds_bookings_and_what_becomes_of_holds_are_counted()
    {
        SeatResult first = Hold(5, 0, 1, 2);
        Hold(5, 4, 5);
        SeatResult last = Hold(5, 8);
        Assert.Equal(SeatStatus.Ok, _rig.Book(1, 1).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Release(2, 4).Code);
        Assert.Equal(0u, Single(5).Released);
        Assert.Equal(SeatStatus.Ok, _rig.Release(2).Code);
        _rig.AdvanceMs(500);
        _rig.Tick();
        BuyerRecord expected = new()
        {
            Show = SeatsRig.Show,
            Buyer = 5,
            FirstHoldAt = first.Timestamp,
            LastHoldAt = last.Timestamp,
            Holds = 3,
            Bookings = 1,
            Expired = 1,
            Released = 1,
            MinuteHolds = 3,
            Seats = 6,
        };
        Assert.Equal(expected, Single(5));
        _rig.Checkpoint();
        _rig.CrashAndRecover();
        Assert.Equal(expected, Single(5));

        // What happened before a recovery is not counted as having happened since.
        Assert.Equal(0, _rig.Counters.Holds);
    }

    [Fact]
    public void T23_refusals_repetitions_nobody_and_shows_that_do_not_count_leave_no_trace()
    {
        Hold(5, 0);
        Assert.Equal(SeatStatus.SeatsUnavailable, Hold(5, 0).Code);
        _rig.Run(Operation.HoldSeats, SeatsRig.HoldOf(1, 0) with { Buyer = 5 });
        Assert.Equal(1u, Single(5).Holds);
        Assert.Equal((1L, 1L), (_rig.Counters.Holds, _rig.Counters.HoldsRefused));
        Hold(0, 3);
        _rig.Run(Operation.HoldSeats, SeatsRig.HoldOf(99, 3) with { Buyer = 7, Show = Silent });
        Assert.Empty(Get(0, 7));
        Assert.Equal(3, _rig.Counters.Holds);
        Assert.Equal([5ul, 5ul], Get(5, 6, 5).Select(buyer => buyer.Buyer));
    }

    [Fact]
    public void T23_holds_in_a_minute_are_told_for_the_last_two_minutes()
    {
        ulong ms = _rig.NowNs / 1_000_000;
        _rig.AdvanceMs(MinuteMs - (ms % MinuteMs));
        for (int i = 0; i < 12; i++)
        {
            Hold(5, (uint)i);
        }

        Assert.Equal((12u, 0u), Minutes());
        Assert.Equal(2, _rig.Counters.HoldsFast);
        _rig.AdvanceMs(MinuteMs);
        Hold(5, 20);
        Assert.Equal((1u, 12u), Minutes());
        _rig.AdvanceMs(MinuteMs - 1_000);
        Hold(5, 22);
        Assert.Equal((2u, 12u), Minutes());
        _rig.AdvanceMs(2 * MinuteMs);
        Hold(5, 24);
        Assert.Equal((1u, 0u), Minutes());
        Assert.Equal(2, _rig.Counters.HoldsFast);

        (uint, uint) Minutes() => (Single(5).MinuteHolds, Single(5).MinuteBefore);
    }

    [Fact]
    public void T23_in_a_full_table_one_who_has_held_nothing_for_long_makes_room()
    {
        for (ulong buyer = 1; buyer <= 16; buyer++)
        {
            HoldPlace(buyer);
        }

        Assert.Equal(16, Get([.. Enumerable.Range(1, 16).Select(i => (ulong)i)]).Length);
        HoldPlace(1);
        for (ulong buyer = 17; buyer <= 40; buyer++)
        {
            HoldPlace(buyer);
            Assert.Equal(1u, Single(buyer).Holds);
        }

        Assert.Equal(24, _rig.Counters.BuyersForgotten);
        Assert.Equal(16, Get([.. Enumerable.Range(1, 40).Select(i => (ulong)i)]).Length);
        _rig.CrashAndRecover();

        // One who was forgotten begins anew; what becomes of older holds is nobody's.
        ulong gone = Enumerable.Range(1, 40).Select(i => (ulong)i).First(buyer => Get(buyer).Length == 0);
        HoldPlace(gone);
        Assert.Equal(1u, Single(gone).Holds);
    }

    private SeatResult Hold(ulong buyer, params uint[] seats) =>
        _rig.Run(Operation.HoldSeats, SeatsRig.HoldOf(++_id, seats) with { Buyer = buyer });

    private void HoldPlace(ulong buyer)
    {
        _rig.AdvanceMs(1);
        HoldGeneralAdmission hold = new() { Id = ++_id, Show = SeatsRig.Show, Buyer = buyer, Block = 1, Quantity = 1 };
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.HoldGeneralAdmission, hold).Code);
    }

    private BuyerRecord Single(ulong buyer) => Assert.Single(Get(buyer));

    private BuyerRecord[] Get(params ulong[] buyers) =>
        _rig.Read<BuyerRecord>(Operation.GetBuyers, SeatsRig.Prefixed(SeatsRig.Show, buyers));
}
