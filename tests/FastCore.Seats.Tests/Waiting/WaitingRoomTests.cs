using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Tests.Shows;
using Xunit;

namespace FastCore.Seats.Tests.Waiting;

/// <summary>
/// Waiting rooms (T20): who is there at the opening is drawn by a seed that nobody could choose afterwards, whoever
/// comes later follows, and so many are in the show together and no more.
/// </summary>
public sealed class WaitingRoomTests : IDisposable
{
    private static readonly ulong[] Twenty = [.. Enumerable.Range(101, 20).Select(i => (ulong)i)];

    private readonly WaitingRig _rig = new();

    public void Dispose() => _rig.Dispose();

    // The numbers come from twenty lines of Python that follow docs/SEATS.md.
    [Fact]
    public void T20_the_draw_is_the_one_that_anybody_can_run_again()
    {
        ulong[] places = WaitingDraw.Run(SeatsRig.Show, WaitingRig.Seed, Twenty);
        Assert.Equal(
            [111, 106, 116, 112, 101, 104, 102, 107, 105, 118, 110, 119, 113, 120, 114, 115, 103, 117, 108, 109],
            places);
        _rig.OpenWith(_rig.Terms, Twenty);
        WaitingRecord[] list = _rig.List();
        Assert.Equal(Twenty, list.Select(one => one.Buyer));
        Assert.Equal(Enumerable.Range(1, 20), list.Select(one => (int)one.Number));
        Assert.Equal(places, list.OrderBy(one => one.Place).Select(one => one.Buyer));
        Assert.Equal(
            "27cdd47cbfd379660b5664a7fc328d571edd1e8408bb540e9d3f2232c267865b",
            _rig.Room.ListHash.ToString());
        Assert.Equal(
            "1f5e2b2008b7c073fb9887ddc08660c999c87fc83bfab82aa4ae18c1b0211048",
            WaitingTicket.Sign("sixteen and more"u8, SeatsRig.Show, 101, 1_704_067_200_000_000_000, 2).ToString());
    }

    [Fact]
    public void T20_every_order_of_a_draw_is_as_likely()
    {
        Dictionary<string, int> counts = [];
        for (int seed = 0; seed < 6_000; seed++)
        {
            Hash256 bytes = default;
            (bytes[0], bytes[1]) = ((byte)seed, (byte)(seed >> 8));
            string order = string.Concat(WaitingDraw.Run(1, bytes, [1, 2, 3]));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 880, 1_120));
    }

    [Fact]
    public void T20_those_who_come_later_follow_in_their_order_and_positions_are_exact()
    {
        _rig.OpenWith(_rig.Terms, 1, 2, 3, 4);
        _rig.Join(5);
        _rig.Join(6);
        ulong[] line = [.. WaitingDraw.Run(SeatsRig.Show, WaitingRig.Seed, [1, 2, 3, 4]), 5, 6];
        Assert.All(line[..2], buyer => Assert.Equal(WaitingState.Called, _rig.Get(buyer).State));
        Assert.Equal([1, 2, 3, 4], line[2..].Select(buyer => (int)_rig.Get(buyer).Position));
        _rig.Leave(line[3]);
        Assert.Equal([1, 0, 2, 3], line[2..].Select(buyer => (int)_rig.Get(buyer).Position));
        Assert.Equal((0u, 5u), (_rig.Get(5).Number, _rig.Get(5).Place));
    }

    [Fact]
    public void T20_only_who_was_admitted_holds_seats_and_no_more_than_the_budget_are()
    {
        _rig.OpenWith(_rig.Terms, 1, 2, 3);
        ulong[] line = WaitingDraw.Run(SeatsRig.Show, WaitingRig.Seed, [1, 2, 3]);
        Assert.Equal(SeatStatus.NotAdmitted, _rig.Hold(1, line[0], 0));
        Assert.Equal(SeatStatus.Ok, _rig.Enter(line[0]).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Hold(1, line[0], 0));
        Assert.Equal(SeatStatus.Ok, _rig.Enter(line[1]).Code);
        Assert.Equal(SeatStatus.NotCalled, _rig.Enter(line[2]).Code);
        Assert.Equal(SeatStatus.NotAdmitted, _rig.Hold(2, line[2], 1));
        Assert.Equal(SeatStatus.NotAdmitted, _rig.Hold(2, 0, 1));
        Assert.Equal(SeatStatus.Ok, _rig.Hold(2, line[2], 1, HoldFlags.BoxOffice));
        Assert.Equal((2u, 0u, 1u), (_rig.Room.Active, _rig.Room.Called, _rig.Room.Waiting));

        // Leaving frees the place at once.
        Assert.Equal(SeatStatus.Ok, _rig.Leave(line[0]).Code);
        Assert.Equal(WaitingState.Called, _rig.Get(line[2]).State);
        Assert.Equal(SeatStatus.NotAdmitted, _rig.Hold(3, line[0], 2));

        // What was held stays held, and a sent-again hold is answered as before.
        Assert.Equal(SeatStatus.Ok, _rig.Hold(1, line[0], 0));
        Assert.Equal(SeatStatus.Ok, _rig.Seats.Book(50, 1).Code);
    }

    [Fact]
    public void T20_a_ticket_is_used_once_and_the_same_visit_is_answered_again()
    {
        _rig.OpenWith(_rig.Terms, 1);
        EnterWaitingRoom ticket = _rig.TicketOf(1, 77);
        SeatResult first = _rig.Seats.Run(Operation.EnterWaitingRoom, ticket);
        SeatResult again = _rig.Seats.Run(Operation.EnterWaitingRoom, ticket);
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.None), (first.Code, first.Flags));
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.Duplicate), (again.Code, again.Flags));
        Assert.Equal((first.Timestamp, first.ExpiresAt), (again.Timestamp, again.ExpiresAt));
        SeatResult other = _rig.Seats.Run(Operation.EnterWaitingRoom, ticket with { Session = 78 });
        Assert.Equal(SeatStatus.TicketUsed, other.Code);
    }

    [Fact]
    public void T20_who_does_not_come_in_time_loses_the_call_and_who_holds_nothing_the_turn()
    {
        _rig.OpenWith(_rig.Terms with { SessionsMax = 1 }, 1, 2);
        ulong[] line = WaitingDraw.Run(SeatsRig.Show, WaitingRig.Seed, [1, 2]);
        EnterWaitingRoom late = _rig.TicketOf(line[0], 1);
        _rig.Seats.AdvanceMs(99);
        _rig.Seats.Tick();
        Assert.Equal(WaitingState.Called, _rig.Get(line[0]).State);
        _rig.Seats.AdvanceMs(1);
        _rig.Seats.Tick();
        Assert.Equal(WaitingState.Missed, _rig.Get(line[0]).State);
        Assert.Equal(SeatStatus.TicketExpired, _rig.Seats.Run(Operation.EnterWaitingRoom, late).Code);

        // Each hold prolongs the turn of the next one, up to its longest.
        Assert.Equal(SeatStatus.Ok, _rig.Enter(line[1]).Code);
        for (uint seat = 0; seat < 4; seat++)
        {
            _rig.Seats.AdvanceMs(240);
            Assert.Equal(SeatStatus.Ok, _rig.Hold(seat + 1, line[1], seat));
        }

        _rig.Seats.AdvanceMs(39);
        _rig.Seats.Tick();
        Assert.Equal(WaitingState.Active, _rig.Get(line[1]).State);
        _rig.Seats.AdvanceMs(2);
        _rig.Seats.Tick();
        Assert.Equal(WaitingState.Over, _rig.Get(line[1]).State);

        // Coming back is a new place and, with room, a call; the old ticket is worth nothing.
        Assert.Equal((byte)WaitingState.Called, _rig.Join(line[0]).State);
        Assert.Equal((3u, 2u), (_rig.Get(line[0]).Place, _rig.Get(line[0]).Calls));
        Assert.Equal(SeatStatus.TicketExpired, _rig.Seats.Run(Operation.EnterWaitingRoom, late).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Enter(line[0]).Code);
    }

    [Fact]
    public void T20_who_leaves_before_the_opening_and_comes_back_has_one_lot()
    {
        _rig.Open(_rig.Terms);
        _rig.Join(1);
        _rig.Join(2);
        _rig.Leave(1);
        _rig.Join(1);
        Assert.Equal((2u, 2u, 2u), (_rig.Room.InDraw, _rig.Room.Places, _rig.Room.Waiting));
        Assert.Equal(1u, _rig.Get(1).Number);
    }

    [Fact]
    public void T20_the_expected_wait_is_that_of_turns_lately_and_unknown_before_any()
    {
        _rig.OpenWith(_rig.Terms with { SessionsMax = 1, CallMs = 100 }, 1, 2, 3, 4, 5);
        ulong last = WaitingDraw.Run(SeatsRig.Show, WaitingRig.Seed, [1, 2, 3, 4, 5])[4];
        Assert.Equal((4u, 0UL), (_rig.Get(last).Position, _rig.Get(last).EtaMs));
        _rig.Seats.AdvanceMs(100);
        _rig.Seats.Tick();
        Assert.Equal((3u, 300UL), (_rig.Get(last).Position, _rig.Get(last).EtaMs));
        _rig.Seats.AdvanceMs(100);
        _rig.Seats.Tick();
        Assert.Equal((2u, 200UL), (_rig.Get(last).Position, _rig.Get(last).EtaMs));
    }

    [Fact]
    public void T23_a_buyer_s_holds_bookings_and_the_begin_of_the_turn_are_told_to_who_asks_for_him()
    {
        _rig.OpenWith(_rig.Terms with { SessionsMax = 1 }, 1);
        _rig.Enter(1);
        ulong entered = _rig.Seats.NowNs;
        _rig.Hold(1, 1, 0);
        _rig.Hold(2, 1, 1);
        _rig.Hold(2, 1, 1);
        _rig.Hold(3, 1, 0);
        _rig.Hold(4, 1, 5, HoldFlags.BoxOffice);
        Assert.Equal(SeatStatus.Ok, _rig.Seats.Book(50, 1).Code);
        WaitingRecord record = _rig.Get(1);
        Assert.Equal((2u, 1u, entered), (record.Holds, record.Booked, record.EnteredAt));
        Assert.Equal(0u, Assert.Single(_rig.List()).Holds);
    }

    [Fact]
    public void T20_a_closed_room_lets_everybody_in_and_forgets_its_buyers()
    {
        _rig.OpenWith(_rig.Terms, Twenty);
        Assert.True((_rig.Seats.GetShow().Flags & ShowFlags.HasWaitingRoom) != 0);
        Assert.Equal((byte)WaitingRoomState.Closed, _rig.Close().State);
        Assert.Equal(SeatResultFlags.Duplicate, _rig.Close().Flags);
        Assert.Equal(ShowFlags.None, _rig.Seats.GetShow().Flags);
        Assert.Equal(SeatStatus.Ok, _rig.Hold(1, 9, 0));
        Assert.Empty(_rig.Find(101));
        Assert.Empty(_rig.List());
        Assert.Equal(SeatStatus.WaitingRoomClosed, _rig.Join(1).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Seats.Run(Operation.CreateShow, SeatsRig.ShowOf()).Code);
    }

    [Fact]
    public void T20_reads_that_ask_for_what_is_not_defined_get_nothing()
    {
        _rig.OpenWith(_rig.Terms, Twenty);
        Assert.Equal([105, 106, 107], _rig.List(4, 3).Select(one => (int)one.Buyer));
        Assert.Equal([119, 120], _rig.List(18).Select(one => (int)one.Buyer));
        Assert.Empty(_rig.List(20));
        Assert.Empty(_rig.List(ulong.MaxValue));
        Assert.Empty(_rig.Seats.Query<WaitingRecord>(
            Operation.ListWaiting, SeatsRig.Show, new SeatFilter { Place = 1, Limit = 9 }));
        Assert.Empty(_rig.Seats.Read<WaitingRoomRecord>(
            Operation.GetWaitingRoom, SeatsRig.Prefixed(SeatsRig.Show, SeatsRig.Show + 1)));
        Assert.Empty(_rig.Find(9_999));
    }
}
