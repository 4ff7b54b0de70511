using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Tests.Shows;
using Xunit;

namespace FastCore.Seats.Tests.Lists;

/// <summary>
/// Waiting lists (T21): what becomes free is offered in order, with a hold of one's own, before anybody else may take
/// it.
/// </summary>
public sealed class WaitingListTests : IDisposable
{
    private readonly ListRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void T21_the_first_whose_wish_can_be_met_is_served_and_who_cannot_keeps_the_place()
    {
        Assert.Equal((byte)WaitingListEntryState.Waiting, _rig.Join(1, 4).State);
        _rig.Join(2, 1);
        _rig.Join(3, 1);
        _rig.Seats.Release(900, 3);
        Assert.Equal(
            [WaitingListEntryState.Waiting, WaitingListEntryState.Offered, WaitingListEntryState.Waiting],
            ((UInt128[])[1, 2, 3]).Select(_rig.StateOf));
        SeatPlaces seats = _rig.Seats.Get(2).Seats;
        Assert.Equal(3u, seats[0]);
        Assert.Equal((1u, 1u), (_rig.Get(1).Place, _rig.Get(1).Position));
        Assert.Equal((3u, 2u), (_rig.Get(3).Place, _rig.Get(3).Position));
        _rig.Seats.Release(900, 4, 5, 6, 7);
        Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(1));
        Assert.Equal(WaitingListEntryState.Waiting, _rig.StateOf(3));
        Assert.Equal((1u, 2u, 3u), (_rig.List.Waiting, _rig.List.Offered, _rig.List.Places));
    }

    [Fact]
    public void T21_an_offer_is_a_hold_of_the_buyer_and_its_booking_takes_it()
    {
        _rig.Join(ListRig.WishOf(1, 2) with { UserData64 = 77 });
        SeatResult released = _rig.Seats.Release(900, 0, 1);
        HoldRecord hold = _rig.Seats.Get(1);
        WaitingListEntry entry = _rig.Get(1);
        Assert.Equal((HoldState.Held, 1UL, 2_000UL, 77UL), (hold.State, hold.Buyer, hold.Amount, hold.UserData64));
        Assert.Equal(((UInt128)1, hold.ExpiresAt), (entry.Hold, entry.ExpiresAt));
        Assert.Equal(hold.Timestamp, entry.Timestamp);
        Assert.Equal(released.Timestamp + 1, hold.Timestamp);
        Assert.Equal(_rig.Seats.NowNs + (ListRig.OfferMs * 1_000_000UL), hold.ExpiresAt);

        // Nobody could come between: seat by seat the change to free is followed by the one to held.
        SeatChange[] changes = _rig.Seats.ChangesAfter(0)[^2..];
        Assert.Equal([SeatState.Free, SeatState.Held], changes.Select(change => change.To));
        Assert.Equal(SeatStatus.SeatsUnavailable, _rig.Hold(950, 0).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Seats.Book(500, 1).Code);
        Assert.Equal((WaitingListEntryState.Taken, 0UL), (_rig.StateOf(1), _rig.Get(1).ExpiresAt));
        Assert.Equal((0u, 0u), (_rig.List.Waiting, _rig.List.Offered));

        // A booking that is given back is not an offer refused, and its seats go to who waits.
        _rig.Join(2, 2);
        _rig.Seats.Run(Operation.CancelBooking, new CancelBooking { Id = 500, Show = SeatsRig.Show });
        Assert.Equal(WaitingListEntryState.Taken, _rig.StateOf(1));
        Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(2));
    }

    [Fact]
    public void T21_what_is_refused_or_not_taken_in_time_goes_to_the_next()
    {
        Assert.All((UInt128[])[1, 2, 3, 4], id => _rig.Join(id, 1));
        _rig.Seats.Release(900, 5);
        Assert.Equal((byte)WaitingListEntryState.Refused, _rig.Leave(1).State);
        Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(2));
        Assert.Equal(SeatStatus.Ok, _rig.Seats.Release(2).Code);
        Assert.Equal(WaitingListEntryState.Refused, _rig.StateOf(2));
        Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(3));
        _rig.Seats.AdvanceMs(ListRig.OfferMs);
        _rig.Seats.Tick();
        Assert.Equal(WaitingListEntryState.Expired, _rig.StateOf(3));
        Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(4));
        Assert.Equal(4, _rig.Seats.Counters.Offers);
    }

    [Fact]
    public void T21_an_offer_goes_on_when_a_part_of_it_is_given_back_or_it_is_extended()
    {
        _rig.Join(1, 3);
        _rig.Join(2, 1);
        _rig.Seats.Release(900, 0, 1, 2);
        _rig.Seats.Release(1, 1);
        Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(1));
        Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(2));
        HoldChange longer = new() { Hold = 1, Show = SeatsRig.Show, ExpiresInMs = 20_000 };
        SeatResult extended = _rig.Seats.Run(Operation.ExtendHold, longer);
        Assert.Equal((SeatStatus.Ok, extended.ExpiresAt), (extended.Code, _rig.Get(1).ExpiresAt));
        Assert.Equal(2_000UL, _rig.Join(1, 3).Amount);
    }

    [Fact]
    public void T21_who_joins_while_there_are_seats_has_them_at_once()
    {
        _rig.Seats.Release(900, 0, 1);
        SeatResult joined = _rig.Join(1, 2);
        Assert.Equal(
            (SeatStatus.Ok, (byte)WaitingListEntryState.Offered, 2_000UL), (joined.Code, joined.State, joined.Amount));
        Assert.Equal(joined.ExpiresAt, _rig.Seats.Get(1).ExpiresAt);
        SeatResult again = _rig.Join(1, 2);
        Assert.Equal((SeatResultFlags.Duplicate, joined.ExpiresAt), (again.Flags, again.ExpiresAt));
    }

    [Fact]
    public void T21_areas_tables_and_neighbours_are_waited_for_too()
    {
        _rig.Join(ListRig.PlacesOf(1, ListRig.AreaBlock, 3));
        _rig.Join(ListRig.PlacesOf(2, ListRig.TableBlock, 2));
        _rig.Join(ListRig.WishOf(3, 2, isTogether: true));
        _rig.Seats.Release(900, 0);
        _rig.Seats.Release(900, 2);
        Assert.Equal(WaitingListEntryState.Waiting, _rig.StateOf(3));
        _rig.Seats.Release(901);
        _rig.Seats.Release(902);
        _rig.Seats.Release(900, 1);
        Assert.All((UInt128[])[1, 2, 3], id => Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(id)));
        Assert.Equal((3u, 2u), (_rig.Seats.Get(1).Quantity, _rig.Seats.Get(2).Quantity));
        Assert.Equal(2UL, _rig.Seats.Map()[(int)ListRig.AreaBlock].Free);
    }

    [Fact]
    public void T21_seats_of_channels_go_to_whoever_names_theirs()
    {
        MoveToChannel move = new() { Show = SeatsRig.Show, Seats = 0b11, To = 3 };
        Assert.Equal(SeatStatus.Ok, _rig.Seats.Run(Operation.MoveToChannel, move).Code);
        _rig.Join(1, 1);
        _rig.Join(ListRig.WishOf(2, 1) with { Channel = 3 });
        _rig.Seats.Release(900, 0, 1);
        Assert.Equal(WaitingListEntryState.Waiting, _rig.StateOf(1));
        Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(2));
        MoveToChannel back = new() { Show = SeatsRig.Show, Seats = 0b11, From = 3 };
        Assert.Equal(SeatStatus.Ok, _rig.Seats.Run(Operation.MoveToChannel, back).Code);
        Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(1));
    }

    [Fact]
    public void T21_many_offers_are_spread_over_entries_and_nobody_comes_between()
    {
        using ListRig rig = new(
            options => options.WaitingListOffersMax = 2, show => show[0].Flags = ShowFlags.NotForSale);
        Assert.All((UInt128[])[1, 2, 3, 4, 5, 6, 7], id => rig.Join(id, 1));
        rig.PutOnSale();
        Assert.Equal((5u, 2u, 1), (rig.List.Waiting, rig.List.Offered, rig.List.IsServing));

        // In the next entry two more are served before its command, and others have still to be.
        Assert.Equal(SeatStatus.WaitingListFirst, rig.Hold(900, 7).Code);
        Assert.Equal((3u, 4u, 1), (rig.List.Waiting, rig.List.Offered, rig.List.IsServing));
        rig.Seats.CrashAndRecover();
        HoldSeats overTheCounter = SeatsRig.HoldOf(901, 7) with { Flags = HoldFlags.BoxOffice };
        Assert.Equal(SeatStatus.Ok, rig.Seats.Run(Operation.HoldSeats, overTheCounter).Code);
        Assert.Equal((1u, 6u, 1), (rig.List.Waiting, rig.List.Offered, rig.List.IsServing));
        Assert.Equal(SeatStatus.Ok, rig.HoldPlaces(902, ListRig.AreaBlock, 1).Code);
        Assert.Equal((0u, 7u, 0), (rig.List.Waiting, rig.List.Offered, rig.List.IsServing));
    }

    [Fact]
    public void T21_a_list_is_not_being_served_when_nothing_is_left_for_anybody()
    {
        using ListRig rig = new(options => options.WaitingListOffersMax = 1);
        rig.Join(1, 1);
        rig.Join(2, 1);
        rig.Seats.Release(900, 0);
        Assert.Equal((1u, 1u, 0), (rig.List.Waiting, rig.List.Offered, rig.List.IsServing));
        Assert.Equal(SeatStatus.SeatsUnavailable, rig.Hold(950, 0).Code);
    }

    [Fact]
    public void T21_the_end_comes_by_itself_for_all_who_wait_and_offers_stay()
    {
        using ListRig rig = new(options => options.WaitingStepsMax = 2, isOpen: false);
        rig.Open(ListRig.Terms with { EndsAt = rig.Seats.NowNs + 5_000_000_000 });
        Assert.All((UInt128[])[1, 2, 3, 4, 5], id => rig.Join(id, 1));
        rig.Seats.Release(900, 0);
        rig.Seats.AdvanceMs(5_000);
        rig.Seats.Tick();
        WaitingListRecord ended = rig.List;
        Assert.Equal(
            (WaitingListState.Ended, 0u, 1u, 0), (ended.State, ended.Waiting, ended.Offered, ended.IsServing));
        Assert.True(ended.EndedAt >= ended.EndsAt);
        WaitingListEntry before = rig.Get(5);
        Assert.Equal(
            (WaitingListEntryState.Ended, ended.EndedAt, 0u), (before.State, before.Timestamp, before.Position));
        Assert.Empty(rig.WaitingAfter(0));
        Assert.False(rig.Seats.GetShow().Flags.HasFlag(ShowFlags.HasWaitingList));
        Assert.Equal(SeatStatus.WaitingListEnded, rig.Join(6, 1).Code);
        Assert.Equal(SeatResultFlags.Duplicate, rig.Leave(5).Flags);

        // Forgetting those who waited takes entries, and nobody sees it.
        rig.Seats.CrashAndRecover();
        for (int entries = 0; entries < 4; entries++)
        {
            Assert.Equal(before, rig.Get(5));
            rig.Seats.Tick();
        }

        Assert.Equal(WaitingListEntryState.Offered, rig.StateOf(1));
        Assert.Equal(SeatStatus.Ok, rig.Seats.Release(1).Code);
        Assert.Equal((WaitingListEntryState.Refused, 0u), (rig.StateOf(1), rig.List.Offered));
        Assert.Equal(SeatStatus.Ok, rig.Hold(950, 0).Code);
        Assert.Equal(SeatResultFlags.Duplicate, rig.Close().Flags);
    }

    [Fact]
    public void T21_a_list_that_is_closed_while_it_is_served_offers_nothing_more()
    {
        using ListRig rig = new(
            options => (options.WaitingListOffersMax, options.WaitingStepsMax) = (1, 1),
            show => show[0].Flags = ShowFlags.NotForSale);
        Assert.All((UInt128[])[1, 2, 3, 4], id => rig.Join(id, 1));
        rig.PutOnSale();
        Assert.Equal((byte)WaitingListState.Ended, rig.Close().State);
        Assert.Equal(SeatStatus.Ok, rig.Hold(900, 7).Code);
        rig.Seats.Tick();
        Assert.Equal((0u, 2u), (rig.List.Waiting, rig.List.Offered));
        Assert.Equal(WaitingListEntryState.Ended, rig.StateOf(4));
    }

    [Fact]
    public void T21_a_list_that_everybody_left_while_it_was_served_ends_as_well()
    {
        using ListRig rig = new(
            options => options.WaitingListOffersMax = 1, show => show[0].Flags = ShowFlags.NotForSale);
        Assert.All((UInt128[])[1, 2, 3], id => rig.Join(id, 1));
        rig.PutOnSale();
        rig.Leave(3);
        Assert.Equal((0u, 2u), (rig.List.Waiting, rig.List.Offered));
        rig.Close();
        rig.Seats.Tick();
        rig.Seats.CrashAndRecover();
        Assert.Equal(WaitingListState.Ended, rig.List.State);
    }

    [Fact]
    public void T21_a_wish_beyond_the_limit_of_a_buyer_is_refused_and_one_within_it_counts_what_he_has_then()
    {
        using ListRig rig = new(terms: show => show[0].SeatsPerBuyerMax = 17);
        Assert.Equal(SeatStatus.BuyerLimitExceeded, rig.Join(ListRig.PlacesOf(9, ListRig.AreaBlock, 18)).Code);
        rig.Join(ListRig.WishOf(1, 4) with { Buyer = 1_000 });
        rig.Seats.Release(900, 0, 1, 2, 3);
        Assert.Equal(WaitingListEntryState.Offered, rig.StateOf(1));
    }

    [Fact]
    public void T21_a_limit_counts_at_the_turn_and_the_next_is_served()
    {
        using ListRig rig = new(
            terms: show => (show[0].SeatsPerBuyerMax, show[0].Flags) = (3, ShowFlags.NotForSale));
        rig.Join(ListRig.WishOf(1, 3) with { Buyer = 1_000 });
        rig.Join(ListRig.PlacesOf(2, ListRig.AreaBlock, 3));
        SetForSale table = new() { Show = SeatsRig.Show, Block = ListRig.TableBlock, Seats = 0b1111, IsForSale = 1 };
        Assert.Equal(SeatStatus.Ok, rig.Seats.Run(Operation.SetForSale, table).Code);
        Assert.Equal(SeatStatus.Ok, rig.HoldPlaces(700, ListRig.TableBlock, 2).Code);
        rig.PutOnSale();
        Assert.Equal(WaitingListEntryState.OverLimit, rig.StateOf(1));
        Assert.Equal(WaitingListEntryState.Offered, rig.StateOf(2));
        Assert.Equal((byte)WaitingListEntryState.OverLimit, rig.Leave(1).State);
    }

    [Fact]
    public void T21_without_room_for_a_hold_nothing_is_offered_until_more_is_free_or_somebody_joins()
    {
        using ListRig rig = new(options => options.HoldsMax = 3);
        rig.Join(1, 1);
        rig.Seats.Release(900, 0);
        Assert.Equal((WaitingListEntryState.Waiting, 0), (rig.StateOf(1), rig.List.IsServing));
        rig.Seats.Release(901);
        Assert.Equal(WaitingListEntryState.Offered, rig.StateOf(1));
        rig.Seats.CheckInvariants();
    }

    [Fact]
    public void T21_in_a_show_with_a_waiting_room_only_who_was_admitted_joins_and_offers_reach_everybody()
    {
        _rig.Join(1, 1);
        OpenWaitingRoom room = new()
        {
            Show = SeatsRig.Show,
            OpensAt = _rig.Seats.NowNs + 1_000_000_000,
            Commitment = WaitingDraw.CommitmentOf(default),
            SessionsMax = 1,
            PlacesMax = 5,
            CallMs = 1_000,
            SessionMs = 1_000,
            SessionMsMax = 1_000,
        };
        Assert.Equal(SeatStatus.Ok, _rig.Seats.Run(Operation.OpenWaitingRoom, room).Code);
        Assert.Equal(SeatStatus.NotAdmitted, _rig.Join(2, 1).Code);
        _rig.Seats.Release(900, 0);
        Assert.Equal(WaitingListEntryState.Offered, _rig.StateOf(1));
    }

    [Fact]
    public void T21_operators_page_through_those_who_wait()
    {
        Assert.All((UInt128[])[1, 2, 3, 4, 5, 6], id => _rig.Join(id, ((int)id % 3) + 1));
        _rig.Leave(3);
        Assert.Equal([1, 2, 4, 5, 6], _rig.WaitingAfter(0));
        Assert.Equal([2, 4], _rig.WaitingAfter(1, limit: 2));
        Assert.Equal([6], _rig.WaitingAfter(5));
        Assert.Empty(_rig.WaitingAfter(6));
        Assert.Empty(_rig.WaitingAfter(ulong.MaxValue));
        Assert.Equal((byte)WaitingListEntryState.Left, _rig.Leave(3).State);
    }

    // The table, the history and the timers come back, with a checkpoint and without, in the middle of everything.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void T21_lists_are_the_same_after_a_crash(bool hasCheckpoint)
    {
        using ListRig rig = new(options => options.WaitingListOffersMax = 1);
        Assert.All((UInt128[])[1, 2, 3, 4, 5, 6], id => rig.Join(id, 1));
        rig.Leave(2);
        rig.Seats.Release(900, 0, 1, 2);
        Assert.Equal(1, rig.List.IsServing);
        if (hasCheckpoint)
        {
            rig.Seats.Checkpoint();
        }

        rig.Seats.CrashAndRecover();
        Assert.Equal((4u, 1u, 1), (rig.List.Waiting, rig.List.Offered, rig.List.IsServing));
        Assert.Equal((4L, 1L), (rig.Seats.Counters.ListWaiting, rig.Seats.Counters.ListOffered));
        Assert.Equal([3, 4, 5, 6], rig.WaitingAfter(0));
        Assert.Equal(WaitingListEntryState.Left, rig.StateOf(2));
        rig.Seats.Tick();
        rig.Seats.Tick();
        Assert.Equal([5, 6], rig.WaitingAfter(0));
        rig.Seats.CrashAndRecover();
        rig.Seats.AdvanceMs(ListRig.OfferMs);
        rig.Seats.Tick();
        Assert.Equal(WaitingListEntryState.Expired, rig.StateOf(1));
        Assert.Equal(SeatStatus.BuyerWaits, rig.Join(ListRig.WishOf(7, 1) with { Buyer = 6 }).Code);
        rig.Seats.CrashAndRecover();
        Assert.Equal(SeatResultFlags.Duplicate, rig.Join(2, 1).Flags);
    }

    [Fact]
    public void T21_what_a_late_payment_takes_again_was_nobody_elses()
    {
        using ListRig rig = new(terms: show => (show[0].Merchant, show[0].Currency) = (SeatsRig.Merchant, 356));
        rig.Join(1, 1);
        rig.Seats.Release(900, 0);
        Assert.Equal(SeatStatus.Pending, rig.Seats.Book(500, 1).Code);
        Assert.Equal(SeatStatus.HoldBooked, rig.Leave(1).Code);
        rig.Seats.AdvanceMs(ListRig.OfferMs);
        rig.Seats.Tick();
        Assert.Equal(WaitingListEntryState.Expired, rig.StateOf(1));
        Assert.Equal(SeatStatus.Ok, rig.Seats.Answer(isDone: true).Code);
        Assert.Equal((HoldState.Booked, WaitingListEntryState.Expired), (rig.Seats.Get(1).State, rig.StateOf(1)));
    }
}
