using FastCore.Protocol;
using FastCore.Protocol.Seats;
using Xunit;

namespace FastCore.Seats.Tests.Shows;

/// <summary>Holds: all or nothing, theirs until the instant of their expiry, the same when asked for again.</summary>
public sealed class HoldTests : IDisposable
{
    private readonly SeatsRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void D1_T4_a_hold_takes_all_its_seats_or_none_and_says_which_blocked()
    {
        _rig.Open(SeatsRig.ShowOf(), SeatsRig.Row(10), SeatsRig.Row(5));
        Assert.Equal(SeatStatus.Ok, _rig.Hold(1, 3, 4).Code);

        // The textbook's second buyer overwrites the first; here it learns what stands in its way, and gets nothing.
        SeatResult refused = _rig.Hold(2, 64, 4, 5, 3);
        Assert.Equal((SeatStatus.SeatsUnavailable, (ushort)0b1010), (refused.Code, refused.Blocked));
        SeatMapBlock[] map = _rig.Map();
        Assert.Equal([0b11000UL, 0UL], map.Select(block => block.Held));
        Assert.Equal([0b1111100111UL, 0b11111UL], map.Select(block => block.Free));
        Assert.Empty(_rig.Read<HoldRecord>(Operation.GetHold, SeatsRig.Prefixed<UInt128>(SeatsRig.Show, 2)));
    }

    [Fact]
    public void T3_T6_a_hold_is_its_owners_until_the_instant_it_expires()
    {
        _rig.Open(SeatsRig.ShowOf() with { HoldMs = 1_000 }, SeatsRig.Row(4));
        SeatResult held = _rig.Hold(1, 0, 1);
        Assert.Equal(_rig.NowNs + 1_000_000_000, held.ExpiresAt);
        _rig.AdvanceMs(999);
        Assert.Equal(SeatStatus.SeatsUnavailable, _rig.Hold(2, 1).Code);
        _rig.AdvanceMs(1);
        Assert.Equal(SeatStatus.Ok, _rig.Hold(3, 1).Code);
        Assert.Equal(SeatStatus.HoldExpired, _rig.Book(10, 1).Code);
        Assert.Equal(HoldState.Expired, _rig.Get(1).State);
    }

    [Fact]
    public void T5_an_extension_sets_a_new_expiry_within_the_shows_limit_and_never_after_the_end()
    {
        _rig.Open(SeatsRig.ShowOf() with { HoldMs = 1_000, HoldMsMax = 2_500 }, SeatsRig.Row(4));
        _rig.Hold(1, 0);
        _rig.AdvanceMs(900);
        SeatResult extended = _rig.Run(Operation.ExtendHold, new HoldChange { Hold = 1, Show = SeatsRig.Show });
        Assert.Equal((SeatStatus.Ok, _rig.NowNs + 1_000_000_000), (extended.Code, extended.ExpiresAt));
        _rig.AdvanceMs(900);
        HoldChange tooLong = new() { Hold = 1, Show = SeatsRig.Show, ExpiresInMs = 701 };
        Assert.Equal(SeatStatus.ExpiresInOutOfRange, _rig.Run(Operation.ExtendHold, tooLong).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.ExtendHold, tooLong with { ExpiresInMs = 700 }).Code);
        _rig.AdvanceMs(700);
        Assert.Equal(SeatStatus.HoldExpired, _rig.Run(Operation.ExtendHold, tooLong with { ExpiresInMs = 1 }).Code);
    }

    [Fact]
    public void T8_a_hold_is_given_back_in_part_or_whole_and_once()
    {
        _rig.Open(SeatsRig.ShowOf(), SeatsRig.Row(6));
        Assert.Equal(3_000UL, _rig.Hold(1, 0, 1, 2).Amount);
        SeatResult part = _rig.Release(1, 1);
        Assert.Equal((SeatStatus.Ok, 2_000UL, (byte)HoldState.Held), (part.Code, part.Amount, part.State));
        SeatResult again = _rig.Release(1, 2, 1, 5);
        Assert.Equal((SeatStatus.SeatNotInHold, (ushort)0b110), (again.Code, again.Blocked));
        Assert.Equal(SeatStatus.Ok, _rig.Hold(2, 1).Code);
        Assert.Equal((byte)HoldState.Released, _rig.Release(1).State);
        SeatResult repeated = _rig.Release(1);
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.Duplicate), (repeated.Code, repeated.Flags));
        Assert.Equal([0b10UL], _rig.Map().Select(block => block.Held));
        Assert.Equal(SeatStatus.HoldReleased, _rig.Book(9, 1).Code);
    }

    [Fact]
    public void The_same_request_gets_the_same_hold_and_another_one_is_told_what_differs()
    {
        _rig.Open(SeatsRig.ShowOf(), SeatsRig.Row(6));
        SeatResult first = _rig.Hold(1, 0, 1);
        _rig.CrashAndRecover();
        SeatResult again = _rig.Hold(1, 0, 1);
        Assert.Equal(SeatResultFlags.Duplicate, again.Flags);
        Assert.Equal(
            (first.Timestamp, first.ExpiresAt, first.Amount), (again.Timestamp, again.ExpiresAt, again.Amount));
        Assert.Equal(SeatStatus.ExistsWithDifferentSeats, _rig.Hold(1, 0, 2).Code);
        HoldSeats other = SeatsRig.HoldOf(1, 0, 1);
        other.Buyer = 2;
        Assert.Equal(SeatStatus.ExistsWithDifferentBuyer, _rig.Run(Operation.HoldSeats, other).Code);
        Assert.Equal(
            SeatStatus.ExistsWithDifferentOperation,
            _rig.RunBest(new HoldBestAvailable { Id = 1, Show = SeatsRig.Show, Count = 2 }).Code);
        Assert.Equal(2, System.Numerics.BitOperations.PopCount(_rig.Map()[0].Held));
    }

    [Fact]
    public void T11_an_area_is_held_by_places_and_its_numbers_add_up()
    {
        _rig.Open(SeatsRig.ShowOf(), SeatsRig.Area(100));
        HoldGeneralAdmission hold = new() { Id = 1, Show = SeatsRig.Show, Quantity = 60 };
        SeatResult held = _rig.Run(Operation.HoldGeneralAdmission, hold);
        Assert.Equal((SeatStatus.Ok, 60_000UL), (held.Code, held.Amount));
        HoldGeneralAdmission tooMany = hold with { Id = 2, Quantity = 41 };
        Assert.Equal(SeatStatus.NotEnoughSeats, _rig.Run(Operation.HoldGeneralAdmission, tooMany).Code);
        SetForSale close = new() { Show = SeatsRig.Show, Block = 0, Seats = 10 };
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.SetForSale, close).Code);
        Assert.Equal(SeatStatus.NotEnoughSeats, _rig.Run(Operation.SetForSale, close with { Seats = 41 }).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Book(20, 1).Code);
        SeatMapBlock area = Assert.Single(_rig.Map());
        Assert.Equal((30UL, 0UL, 60UL), (area.Free, area.Held, area.Booked));
        Assert.Equal(30u, _rig.GetShow().Free[0]);
    }

    [Fact]
    public void T11_a_table_is_sold_whole_to_as_many_as_it_allows()
    {
        _rig.Open(SeatsRig.ShowOf(), SeatsRig.Table(8, 4, 10));
        SeatResult bySeat = _rig.Hold(1, 2);
        Assert.Equal((SeatStatus.NotASeat, (ushort)1), (bySeat.Code, bySeat.Blocked));
        HoldGeneralAdmission hold = new() { Id = 1, Show = SeatsRig.Show, Quantity = 3 };
        Assert.Equal(SeatStatus.QuantityOutOfRange, _rig.Run(Operation.HoldGeneralAdmission, hold).Code);
        Assert.Equal(10_000UL, _rig.Run(Operation.HoldGeneralAdmission, hold with { Quantity = 10 }).Amount);
        Assert.Equal(
            SeatStatus.NotEnoughSeats,
            _rig.Run(Operation.HoldGeneralAdmission, hold with { Id = 2, Quantity = 4 }).Code);
        Assert.Equal(0xFFUL, _rig.Map()[0].Held);
    }

    [Fact]
    public void T14_what_is_not_for_sale_cannot_be_held_and_what_is_taken_is_not_touched()
    {
        _rig.Open(SeatsRig.ShowOf() with { Flags = ShowFlags.NotForSale }, SeatsRig.Row(4), SeatsRig.Area(5));
        Assert.Equal(SeatStatus.SeatsUnavailable, _rig.Hold(1, 0).Code);
        SetForSale one = new() { Show = SeatsRig.Show, Block = 0, Seats = 0b0011, IsForSale = 1 };
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.SetForSale, one).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Hold(2, 0).Code);
        SetForSale all = new() { Show = SeatsRig.Show, Block = SetForSale.EveryBlock, IsForSale = 1 };
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.SetForSale, all).Code);
        Assert.Equal([0b1110UL, 5UL], _rig.Map().Select(block => block.Free));
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.SetForSale, all with { IsForSale = 0 }).Code);
        Assert.Equal([(0UL, 1UL), (0UL, 0UL)], _rig.Map().Select(block => (block.Free, block.Held)));
        Assert.Equal(SeatStatus.SeatNotFound, _rig.Run(Operation.SetForSale, one with { Seats = 0b10000 }).Code);
    }

    [Fact]
    public void T19_a_buyer_has_no_more_seats_than_the_show_allows_held_and_booked_together()
    {
        _rig.Open(SeatsRig.ShowOf() with { SeatsPerBuyerMax = 3, HoldMs = 1_000 }, SeatsRig.Row(20), SeatsRig.Area(9));
        HoldSeats nameless = SeatsRig.HoldOf(1, 0) with { Buyer = 0 };
        Assert.Equal(SeatStatus.BuyerMustNotBeZero, _rig.Run(Operation.HoldSeats, nameless).Code);
        _rig.Hold(1, 0, 1);
        Assert.Equal(SeatStatus.Ok, _rig.Book(50, 1).Code);
        Assert.Equal(SeatStatus.BuyerLimitExceeded, _rig.Hold(2, 4, 5).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Hold(3, 4).Code);
        HoldGeneralAdmission place = new() { Id = 4, Show = SeatsRig.Show, Buyer = 1, Block = 1, Quantity = 1 };
        Assert.Equal(SeatStatus.BuyerLimitExceeded, _rig.Run(Operation.HoldGeneralAdmission, place).Code);

        // What expires or is cancelled counts no more.
        _rig.AdvanceMs(1_000);
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.HoldGeneralAdmission, place).Code);
        CancelBooking cancel = new() { Id = 50, Show = SeatsRig.Show };
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.CancelBooking, cancel).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Hold(5, 0, 1).Code);
        _rig.CrashAndRecover();
        Assert.Equal(SeatStatus.BuyerLimitExceeded, _rig.Hold(6, 9).Code);
    }

    [Fact]
    public void T10_a_pick_leaves_no_single_seat_unless_nothing_better_can_be_left()
    {
        _rig.Open(SeatsRig.ShowOf() with { Flags = ShowFlags.NoSingleSeats }, SeatsRig.Row(5), SeatsRig.Row(3));
        SeatResult refused = _rig.Hold(1, 0, 2, 3);
        Assert.Equal((SeatStatus.LeavesSingleSeat, (ushort)0b111), (refused.Code, refused.Blocked));
        Assert.Equal(SeatStatus.LeavesSingleSeat, _rig.Hold(1, 1).Code);

        // Two of three: one is left whatever one picks.
        Assert.Equal(SeatStatus.Ok, _rig.Hold(2, 64, 65).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Hold(3, 0, 1).Code);

        // It was single before.
        Assert.Equal(SeatStatus.Ok, _rig.Hold(4, 2, 3).Code);
        Assert.Equal(
            SeatStatus.Ok,
            _rig.Run(Operation.HoldSeats, SeatsRig.HoldOf(5, 4) with { Flags = HoldFlags.AllowSingleSeats }).Code);
    }

    [Fact]
    public void A_hundred_holds_that_expire_together_free_their_seats_and_the_state_survives_a_crash()
    {
        ChartBlock[] rows = [.. Enumerable.Range(0, 20).Select(_ => SeatsRig.Row(20))];
        _rig.Open(SeatsRig.ShowOf() with { HoldMs = 5_000 }, rows);
        HoldSeats[] holds = [.. Enumerable.Range(0, 100).Select(i => SeatsRig.HoldOf(
            (UInt128)(i + 1), [.. Enumerable.Range(0, 4).Select(s => SeatPlace.Of(i / 5, (i % 5 * 4) + s))]))];
        Assert.All(
            _rig.RunBatch<HoldSeats>(Operation.HoldSeats, holds), result => Assert.Equal(SeatStatus.Ok, result.Code));
        _rig.Checkpoint();
        Assert.Equal(SeatStatus.Ok, _rig.Book(1_000, 7).Code);
        _rig.CrashAndRecover();
        _rig.AdvanceMs(5_000);
        _rig.Tick();
        ShowRecord show = _rig.GetShow();
        Assert.Equal((396u, 0u, 4u), (show.Free[0], show.Held, show.Booked));
        _rig.CrashAndRecover();
    }
}
