using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Tests.Shows;
using FastCore.Testing;
using Xunit;

namespace FastCore.Seats.Tests.Waiting;

/// <summary>One row per refusal, and what crashes and slices do to a draw.</summary>
public sealed class WaitingRuleTests
{
    private delegate void Changing<T>(ref T element);

    [Fact]
    public void T20_open_refuses_by_the_first_rule_that_is_broken()
    {
        using WaitingRig rig = new(roomsMax: 1);
        foreach ((SeatStatus code, Changing<OpenWaitingRoom> change) in ((SeatStatus, Changing<OpenWaitingRoom>)[])
        [
            (SeatStatus.TimestampMustBeZero, static (ref OpenWaitingRoom terms) => terms.Timestamp = 1),
            (SeatStatus.ReservedField, static (ref OpenWaitingRoom terms) => terms.Reserved = 1),
            (SeatStatus.SessionsOutOfRange, static (ref OpenWaitingRoom terms) => terms.SessionsMax = 0),
            (SeatStatus.SessionsOutOfRange, static (ref OpenWaitingRoom terms) => terms.SessionsMax = 1_000_001),
            (SeatStatus.PlacesOutOfRange, static (ref OpenWaitingRoom terms) => terms.PlacesMax = 0),
            (SeatStatus.PlacesOutOfRange, static (ref OpenWaitingRoom terms) => terms.PlacesMax = 1_000_001),
            (SeatStatus.SessionMsOutOfRange, static (ref OpenWaitingRoom terms) => terms.CallMs = 0),
            (SeatStatus.SessionMsOutOfRange, static (ref OpenWaitingRoom terms) => terms.SessionMs = 0),
            (SeatStatus.SessionMsOutOfRange, static (ref OpenWaitingRoom terms) => terms.SessionMs = 1_001),
            (SeatStatus.SessionMsOutOfRange, static (ref OpenWaitingRoom terms) => terms.SessionMsMax = 86_400_001),
            (SeatStatus.ShowNotFound, static (ref OpenWaitingRoom terms) => terms.Show = 99),
            (SeatStatus.OpensAtOutOfRange, static (ref OpenWaitingRoom terms) => terms.OpensAt = 1),
        ])
        {
            OpenWaitingRoom terms = rig.Terms;
            change(ref terms);
            Assert.Equal(code, rig.Open(terms).Code);
        }

        OpenWaitingRoom right = rig.Terms;
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.None), Outcome(rig.Open(right)));
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.Duplicate), Outcome(rig.Open(right)));
        Assert.Equal(SeatStatus.ExistsWithDifferentTerms, rig.Open(right with { CallMs = 101 }).Code);
        rig.Seats.Open(SeatsRig.ShowOf(8, 2), SeatsRig.Row(2));
        Assert.Equal(SeatStatus.WaitingRoomsFull, rig.Open(right with { Show = 8 }).Code);
        Assert.Equal(
            SeatStatus.WaitingRoomNotFound,
            rig.Seats.Run(Operation.JoinWaitingRoom, new WaitingChange { Show = 8, Buyer = 1 }).Code);
    }

    [Fact]
    public void T20_a_seed_is_told_once_the_room_opens_and_only_the_one_committed_to()
    {
        using WaitingRig rig = new();
        rig.Open(rig.Terms);
        Assert.Equal(SeatStatus.WaitingRoomNotOpen, rig.Draw(WaitingRig.Seed).Code);
        rig.Seats.AdvanceMs(1_000);
        Assert.Equal(SeatStatus.SeedDiffers, rig.Draw(default).Code);
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.None), Outcome(rig.Draw(WaitingRig.Seed)));
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.Duplicate), Outcome(rig.Draw(WaitingRig.Seed)));
        Assert.Equal(SeatStatus.SeedDiffers, rig.Draw(default).Code);
        DrawWaitingRoom reserved = new() { Show = SeatsRig.Show, Seed = WaitingRig.Seed, Reserved = 1 };
        Assert.Equal(SeatStatus.ReservedField, rig.Seats.Run(Operation.DrawWaitingRoom, reserved).Code);
        rig.Close();
        Assert.Equal(SeatStatus.WaitingRoomClosed, rig.Draw(WaitingRig.Seed).Code);
    }

    [Fact]
    public void T20_joining_and_leaving_refuse_by_the_first_rule_that_is_broken()
    {
        using WaitingRig rig = new(buyersMax: 3);
        rig.Open(rig.Terms with { PlacesMax = 2 });
        foreach (Operation operation in (Operation[])[Operation.JoinWaitingRoom, Operation.LeaveWaitingRoom])
        {
            WaitingChange change = WaitingRig.ChangeOf(1);
            Assert.Equal(SeatStatus.TimestampMustBeZero, rig.Seats.Run(operation, change with { Timestamp = 1 }).Code);
            Assert.Equal(SeatStatus.ReservedField, rig.Seats.Run(operation, change with { Reserved = 1 }).Code);
            Assert.Equal(SeatStatus.BuyerMustNotBeZero, rig.Seats.Run(operation, change with { Buyer = 0 }).Code);
            Assert.Equal(SeatStatus.ShowNotFound, rig.Seats.Run(operation, change with { Show = 99 }).Code);
        }

        Assert.Equal(SeatStatus.NotWaiting, rig.Leave(1).Code);
        rig.Join(1);
        rig.Join(2);
        Assert.Equal(SeatStatus.WaitingRoomFull, rig.Join(3).Code);
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.Duplicate), Outcome(rig.Join(2)));
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.None), Outcome(rig.Leave(2)));
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.Duplicate), Outcome(rig.Leave(2)));
        WaitingChange close = WaitingRig.ChangeOf(0);
        Assert.Equal(
            SeatStatus.ReservedField, rig.Seats.Run(Operation.CloseWaitingRoom, close with { Buyer = 1 }).Code);
        Assert.Equal(
            SeatStatus.TimestampMustBeZero,
            rig.Seats.Run(Operation.CloseWaitingRoom, close with { Timestamp = 1 }).Code);
    }

    [Fact]
    public void T20_coming_in_refuses_by_the_first_rule_that_is_broken()
    {
        using WaitingRig rig = new();
        rig.OpenWith(rig.Terms with { SessionsMax = 1 }, 1, 2);
        ulong[] line = WaitingDraw.Run(SeatsRig.Show, WaitingRig.Seed, [1, 2]);
        foreach ((SeatStatus code, Changing<EnterWaitingRoom> change) in ((SeatStatus, Changing<EnterWaitingRoom>)[])
        [
            (SeatStatus.TimestampMustBeZero, static (ref EnterWaitingRoom ticket) => ticket.Timestamp = 1),
            (SeatStatus.ReservedField, static (ref EnterWaitingRoom ticket) => ticket.Reserved0 = 1),
            (SeatStatus.ReservedField, static (ref EnterWaitingRoom ticket) => ticket.Reserved1 = 1),
            (SeatStatus.IdMustNotBeZero, static (ref EnterWaitingRoom ticket) => ticket.Session = 0),
            (SeatStatus.BuyerMustNotBeZero, static (ref EnterWaitingRoom ticket) => ticket.Buyer = 0),
            (SeatStatus.ShowNotFound, static (ref EnterWaitingRoom ticket) => ticket.Show = 99),
            (SeatStatus.NotWaiting, static (ref EnterWaitingRoom ticket) => ticket.Buyer = 3),
            (SeatStatus.TicketExpired, static (ref EnterWaitingRoom ticket) => ticket.Calls++),
            (SeatStatus.TicketExpired, static (ref EnterWaitingRoom ticket) => ticket.ExpiresAt = 1),
        ])
        {
            EnterWaitingRoom ticket = rig.TicketOf(line[0], 5);
            change(ref ticket);
            Assert.Equal(code, rig.Seats.Run(Operation.EnterWaitingRoom, ticket).Code);
        }

        Assert.Equal(SeatStatus.NotCalled, rig.Enter(line[1]).Code);
    }

    // Seven steps an entry: drawing, calling and forgetting go on over many entries, and a crash between any two of
    // them changes nothing.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void T20_a_draw_in_many_steps_is_the_same_draw_across_crashes_and_checkpoints(int seed)
    {
        SeededRandom random = new((ulong)seed);
        ulong[] buyers = [.. Enumerable.Range(1, 100).Select(i => (ulong)(i * 31 % 1_009))];
        using WaitingRig rig = new(stepsMax: 7);
        rig.OpenWith(rig.Terms with { SessionsMax = 40, CallMs = 60_000 }, buyers);
        int entries = 0;
        while (rig.Room is { State: WaitingRoomState.Drawing } or { Called: < 40 })
        {
            Step(rig, random);
            entries++;
        }

        Assert.InRange(entries, 12, 25);
        ulong[] places = WaitingDraw.Run(SeatsRig.Show, WaitingRig.Seed, buyers);
        Assert.Equal(places, rig.List().OrderBy(one => one.Place).Select(one => one.Buyer));
        Assert.All(places[..40], buyer => Assert.Equal(WaitingState.Called, rig.Get(buyer).State));
        Assert.Equal(1u, rig.Get(places[40]).Position);
        Assert.Equal((byte)WaitingRoomState.Closing, rig.Close().State);
        while (rig.Room.State != WaitingRoomState.Closed)
        {
            Step(rig, random);
        }

        Assert.Equal((0u, 0u, 0u), (rig.Room.Waiting, rig.Room.Called, rig.Room.Active));
    }

    private static (SeatStatus, SeatResultFlags) Outcome(SeatResult result) => (result.Code, result.Flags);

    private static void Step(WaitingRig rig, SeededRandom random)
    {
        rig.Seats.AdvanceMs(1);
        rig.Seats.Tick();
        if (random.OneIn(3))
        {
            rig.Seats.Checkpoint();
        }

        if (random.OneIn(2))
        {
            rig.Seats.CrashAndRecover();
        }
    }
}
