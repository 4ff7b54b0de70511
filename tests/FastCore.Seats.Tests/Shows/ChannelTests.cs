using FastCore.Protocol;
using FastCore.Protocol.Seats;
using Xunit;

namespace FastCore.Seats.Tests.Shows;

/// <summary>Channels (T13): who does not name the channel of a seat finds it not available.</summary>
public sealed class ChannelTests : IDisposable
{
    private readonly SeatsRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void T13_seats_of_a_channel_are_there_only_for_who_names_it_and_over_the_counter()
    {
        OpenHouse();
        Assert.Equal(SeatStatus.Ok, Move(0, 0b1110, 0, 5).Code);
        SeatResult refused = Hold(1, 0, 0, 0, 1, 2);
        Assert.Equal((SeatStatus.SeatsUnavailable, (ushort)0b110), (refused.Code, refused.Blocked));
        Assert.Equal(SeatStatus.SeatsUnavailable, Hold(1, 4, 0, 1).Code);
        Assert.Equal(SeatStatus.Ok, Hold(1, 5, 0, 0, 1).Code);
        Assert.Equal(SeatStatus.Ok, Hold(2, 0, HoldFlags.BoxOffice, 2).Code);
        Assert.Equal((ushort)5, _rig.Get(1).Channel);
    }

    [Fact]
    public void T13_best_available_takes_what_is_in_no_channel_or_in_the_one_that_is_named()
    {
        OpenHouse();
        Move(0, 0x3FF, 0, 2);
        Assert.Equal(64u, _rig.RunBest(BestOf(1, 0)).Seats[0] & ~63u);
        Assert.Equal(0u, _rig.RunBest(BestOf(2, 2)).Seats[0] & ~63u);
        Assert.Equal(0u, _rig.RunBest(BestOf(3, 0) with { Flags = HoldFlags.BoxOffice }).Seats[0] & ~63u);
        Assert.All([1, 2, 3], id => Assert.Equal(SeatStatus.Ok, _rig.Release((UInt128)id).Code));
        Move(1, 0x3FF, 0, 3);
        Assert.Equal(SeatStatus.NotEnoughSeats, _rig.RunBest(BestOf(4, 0)).Code);

        // One seat is in no channel: with the free ones of a channel it makes a pair, but not side by side.
        Move(1, 0b1, 3, 0);
        Assert.Equal(SeatStatus.NotEnoughSeats, _rig.RunBest(BestOf(5, 0)).Code);
        Move(0, 0x3FE, 2, 4);
        HoldBestAvailable pair = BestOf(6, 2) with { Flags = HoldFlags.Together };
        Assert.Equal(SeatStatus.NotTogether, _rig.RunBest(pair).Code);
        SeatPlaces found = _rig.RunBest(pair with { Flags = 0 }).Seats;
        Assert.Equal([0u, 64u], found[..2].ToArray());
    }

    [Fact]
    public void T13_an_area_and_a_whole_table_are_in_a_channel_as_a_whole()
    {
        OpenHouse();
        Assert.Equal(SeatStatus.ReservedField, Move(2, 1, 0, 7).Code);
        foreach (uint block in (uint[])[2, 3])
        {
            Assert.Equal(SeatStatus.Ok, Move(block, 0, 0, 7).Code);
            HoldGeneralAdmission places = new() { Id = block, Show = SeatsRig.Show, Block = block, Quantity = 2 };
            Assert.Equal(SeatStatus.NotEnoughSeats, _rig.Run(Operation.HoldGeneralAdmission, places).Code);
            places.Channel = 7;
            Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.HoldGeneralAdmission, places).Code);
        }

        Assert.Equal([0UL, 0UL, 40UL, 0b1111UL], _rig.Map().Select(block => block.Allotted));
    }

    [Fact]
    public void T13_a_move_takes_all_seats_or_none_and_a_seat_is_in_one_channel()
    {
        OpenHouse();
        Move(0, 0b0011, 0, 1);
        Assert.Equal(SeatStatus.NotInChannel, Move(0, 0b0110, 1, 2).Code);
        Assert.Equal(SeatStatus.NotInChannel, Move(0, 0b0110, 0, 2).Code);
        Assert.Equal(SeatStatus.Ok, Move(0, 0b0010, 1, 15).Code);
        Assert.Equal(
            [(0u, (ushort)1, 0b01UL), (0u, (ushort)15, 0b10UL)],
            Channels().Select(found => (found.Block, found.Channel, found.Seats)));
        Assert.Equal([15], Channels(15).Select(found => (int)found.Channel));
        Assert.Empty(Channels(16));
        Assert.Equal(SeatStatus.Ok, Move(0, 0b0010, 15, 0).Code);
        Assert.Equal([0b01UL, 0UL, 0UL, 0UL], _rig.Map().Select(block => block.Allotted));
    }

    [Fact]
    public void T13_taken_seats_move_as_well_and_are_in_their_channel_when_they_are_given_back()
    {
        OpenHouse();
        Hold(1, 0, 0, 3);
        Assert.Equal(SeatStatus.Ok, Move(0, 0b1000, 0, 4).Code);
        SeatMapBlock block = _rig.Map()[0];
        Assert.Equal((0b1000UL, 0b1000UL), (block.Held, block.Allotted));
        _rig.Release(1);
        Assert.Equal(SeatStatus.SeatsUnavailable, Hold(2, 0, 0, 3).Code);
        Assert.Equal(SeatStatus.Ok, Hold(2, 4, 0, 3).Code);
        SeatChange[] history = _rig.Query<SeatChange>(
            Operation.SeatHistory, SeatsRig.Show, new SeatFilter { Place = 3, Limit = 10 });
        Assert.Equal(
            (SeatState.NotAllotted, SeatState.Allotted, (ushort)4),
            (history[2].From, history[2].To, history[2].Channel));
    }

    [Theory]
    [InlineData(0, BookingState.Refunding)]
    [InlineData(6, BookingState.Confirmed)]
    public void T13_a_late_payment_finds_equivalents_where_its_hold_did(ushort channel, BookingState expected)
    {
        _rig.Open(SeatsRig.ShowOf(isPaid: true) with { HoldMs = 1_000 }, SeatsRig.Row(2), SeatsRig.Row(2));
        Assert.Equal(SeatStatus.Ok, Hold(1, channel, 0, 0, 1).Code);
        BookHeld booking = SeatsRig.BookingOf(100, 1) with { Flags = BookingFlags.AllowEquivalents };
        Assert.Equal(SeatStatus.Pending, _rig.Run(Operation.BookHeld, booking).Code);
        _rig.AdvanceMs(1_000);
        Hold(2, 0, 0, 0, 1);
        Move(1, 0b11, 0, 6);
        _rig.Answer(isDone: true);
        Assert.Equal(expected, _rig.GetBooking(100).State);
    }

    [Fact]
    public void T13_moves_refuse_by_the_first_rule_that_is_broken()
    {
        using SeatsRig rig = new(new SeatsOptions { ChannelBlocksMax = 5 });
        rig.Open(SeatsRig.ShowOf(), SeatsRig.Row(10), SeatsRig.Area(40));
        rig.Open(SeatsRig.ShowOf(8, 2), [.. Enumerable.Repeat(SeatsRig.Row(4), 4)]);
        MoveToChannel right = new() { Show = SeatsRig.Show, Seats = 1, To = 3 };
        foreach ((SeatStatus code, MoveToChannel request) in ((SeatStatus, MoveToChannel)[])
        [
            (SeatStatus.TimestampMustBeZero, right with { Timestamp = 1, To = 16 }),
            (SeatStatus.ChannelOutOfRange, right with { To = 16, Show = 99 }),
            (SeatStatus.ChannelOutOfRange, right with { From = 16 }),
            (SeatStatus.ChannelOutOfRange, right with { To = 0 }),
            (SeatStatus.ShowNotFound, right with { Show = 99 }),
            (SeatStatus.BlockNotFound, right with { Block = 2 }),
            (SeatStatus.ReservedField, right with { Block = 1 }),
            (SeatStatus.SeatNotFound, right with { Seats = 1 << 10 }),
            (SeatStatus.NotInChannel, right with { From = 1 }),
            (SeatStatus.Ok, right),
            (SeatStatus.NotInChannel, right),
            (SeatStatus.ChannelsFull, right with { Show = 8 }),
        ])
        {
            Assert.Equal(code, rig.Run(Operation.MoveToChannel, request).Code);
        }

        HoldSeats hold = SeatsRig.HoldOf(1, 5) with { Channel = 16 };
        Assert.Equal(SeatStatus.ChannelOutOfRange, rig.Run(Operation.HoldSeats, hold).Code);
        Assert.Equal(SeatStatus.Ok, rig.Run(Operation.HoldSeats, hold with { Channel = 3 }).Code);
        Assert.Equal(
            SeatStatus.ExistsWithDifferentChannel, rig.Run(Operation.HoldSeats, hold with { Channel = 2 }).Code);
    }

    [Fact]
    public void T13_channels_survive_crashes_and_checkpoints()
    {
        OpenHouse();
        Move(0, 0b1010, 0, 9);
        _rig.Checkpoint();
        Move(0, 0b0010, 9, 0);
        Move(2, 0, 0, 3);
        _rig.CrashAndRecover();
        Assert.Equal([0b1000UL, 0UL, 40UL, 0UL], _rig.Map().Select(block => block.Allotted));
        Assert.Equal(SeatStatus.SeatsUnavailable, Hold(1, 0, 0, 3).Code);
    }

    private static HoldBestAvailable BestOf(UInt128 id, ushort channel, byte count = 2) =>
        new() { Id = id, Show = SeatsRig.Show, Count = count, Channel = channel };

    private void OpenHouse() => _rig.Open(
        SeatsRig.ShowOf(), SeatsRig.Row(10), SeatsRig.Row(10, rank: 1), SeatsRig.Area(40), SeatsRig.Table(4, 1, 4));

    private SeatResult Move(uint block, ulong seats, ushort from, ushort to) => _rig.Run(
        Operation.MoveToChannel,
        new MoveToChannel { Show = SeatsRig.Show, Block = block, Seats = seats, From = from, To = to });

    private SeatResult Hold(UInt128 id, ushort channel, HoldFlags flags, params uint[] seats) => _rig.Run(
        Operation.HoldSeats, SeatsRig.HoldOf(id, seats) with { Channel = channel, Flags = flags });

    private ChannelSeats[] Channels(ulong from = 0) => _rig.Query<ChannelSeats>(
        Operation.GetChannels, SeatsRig.Show, new SeatFilter { From = from, Limit = 100 });
}
