using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats.Shows;
using Xunit;

namespace FastCore.Seats.Tests.Shows;

/// <summary>
/// Bookings of several shows that are made together or not at all and paid once (T16): one outcome for all of them,
/// whenever the payment lands and wherever the process dies.
/// </summary>
public sealed class LinkedBookingTests : IDisposable
{
    private const ulong First = SeatsRig.Show;
    private const int Shows = 3;
    private const uint HoldMs = 1_000;

    private readonly SeatsRig _rig = new(
        new SeatsOptions { HoldsMax = 100, BookingsUnderWayMax = 1, BuyersMax = 100 });

    public LinkedBookingTests()
    {
        _rig.Open(Terms(First), SeatsRig.Row(8), SeatsRig.Area(10));
        for (ulong show = First + 1; show < First + Shows; show++)
        {
            Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.CreateShow, Terms(show)).Code);
        }
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void T16_T17_one_payment_pays_the_holds_of_all_shows_wherever_the_process_dies()
    {
        HoldAll(1);
        _rig.CrashAndRecover();
        SeatResult[] pending = Book(Chain(100, 1));
        Assert.All(pending, result => Assert.Equal((SeatStatus.Pending, 2_000UL), (result.Code, result.Amount)));
        _rig.CrashAndRecover();
        _rig.Checkpoint();
        _rig.CrashAndRecover();
        BookingCall call = Assert.Single(_rig.Calls);
        Assert.Equal(
            ((UInt128)100, First, 6_000UL, BookingStep.Payment), (call.Id, call.Show, call.Amount, call.Step));
        Assert.All(Book(Chain(100, 1)), result => Assert.Equal(
            (SeatStatus.Pending, SeatResultFlags.Duplicate), (result.Code, result.Flags)));
        Assert.Single(_rig.Calls);
        _rig.Answer(isDone: true);
        _rig.CrashAndRecover();
        Assert.Empty(_rig.Calls);
        Assert.All(Book(Chain(100, 1)), result => Assert.Equal(SeatStatus.Ok, result.Code));
        Assert.Equal(Enumerable.Repeat(BookingState.Confirmed, Shows), States(100));
        Assert.Equal(
            [BookingFlags.Linked, BookingFlags.Linked | BookingFlags.Joined, BookingFlags.Joined],
            Records(100).Select(record => record.Flags));
        Assert.All(Counts(), counts => Assert.Equal((0u, 2u), counts));

        // What another show of the chain is told changes nothing.
        BookingOutcome other = new() { Id = 100, Show = First + 1, Step = BookingStep.Payment };
        Assert.Equal(SeatResultFlags.Duplicate, _rig.Run(Operation.EndBookingSteps, other).Flags);
        Assert.Equal(BookingState.Confirmed, States(100)[1]);
    }

    [Fact]
    public void T16_one_hold_that_is_gone_refuses_the_bookings_of_all_and_is_named()
    {
        HoldAll(1);
        _rig.Run(Operation.ReleaseHold, new HoldChange { Hold = 1, Show = First + 1 });
        ulong before = _rig.StateHashWithoutTime;
        Assert.Equal(
            [SeatStatus.LinkedBookingFailed, SeatStatus.HoldReleased, SeatStatus.LinkedBookingFailed],
            Codes(Chain(100, 1)));
        Assert.Equal(before, _rig.StateHashWithoutTime);
        Assert.Empty(_rig.Calls);
        BookHeld[] two = [Chain(100, 1)[0], Chain(100, 1)[2]];
        Assert.Equal([SeatStatus.Pending, SeatStatus.Pending], Codes(two));
        Assert.Equal(4_000UL, Assert.Single(_rig.Calls).Amount);

        // What is there answers for itself, and nothing new comes beside it.
        _rig.Run(Operation.HoldSeats, SeatsRig.HoldOf(2, 4) with { Show = First + 1 });
        BookHeld[] mixed = [two[0], two[1] with { Show = First + 1, Hold = 2, Flags = BookingFlags.Linked }, two[1]];
        Assert.Equal([SeatStatus.Pending, SeatStatus.LinkedBookingFailed, SeatStatus.Pending], Codes(mixed));
    }

    [Fact]
    public void T16_what_one_payment_has_once_must_be_the_same_in_all_bookings()
    {
        HoldAll(1);
        CreateShow foreign = Terms(40) with { Merchant = SeatsRig.Merchant + 1 };
        CreateShow free = Terms(41) with { Merchant = 0, Currency = 0 };
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.CreateShow, foreign).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.CreateShow, free).Code);
        BookHeld last = Chain(100, 1)[2];
        foreach (ulong show in (ulong[])[40, 41])
        {
            _rig.Run(Operation.HoldSeats, SeatsRig.HoldOf(1, 0, 1) with { Show = show });
        }

        BookHeld[] others =
        [
            last with { Id = 101 }, last with { Card = 8 }, last with { Terminal = 1 }, last with { Device = 1 },
            last with { Connector = 1 }, last with { Method = 1 }, last with { Flags = BookingFlags.PaidElsewhere },
            last with { Flags = BookingFlags.AllowEquivalents }, last with { Show = 40 }, last with { Show = 41 },
        ];
        foreach (BookHeld other in others)
        {
            Assert.Equal(
                [SeatStatus.LinkedBookingFailed, SeatStatus.LinkedBookingFailed, SeatStatus.LinkedBookingDiffers],
                Codes([.. Chain(100, 1)[..2], other]));
        }

        // The client's own may differ.
        Assert.All(
            Codes([.. Chain(100, 1)[..2], last with { UserData64 = 5, UserData128 = 6 }]),
            code => Assert.Equal(SeatStatus.Pending, code));
    }

    [Fact]
    public void T16_a_payment_that_is_declined_leaves_the_holds_of_all_shows()
    {
        HoldAll(1);
        Book(Chain(100, 1));
        _rig.Answer(isDone: false);
        Assert.Equal(Enumerable.Repeat(BookingState.Failed, Shows), States(100));
        Assert.All(Counts(), counts => Assert.Equal((2u, 0u), counts));
        _rig.CrashAndRecover();
        Assert.All(Codes(Chain(101, 1)), code => Assert.Equal(SeatStatus.Pending, code));
    }

    // Of three holds those of two have expired, and the seats of one of the two may be somebody else's by then.
    [Theory]
    [InlineData(false, false, BookingState.Confirmed)]
    [InlineData(true, true, BookingState.Confirmed)]
    [InlineData(true, false, BookingState.Refunded)]
    public void D3_T12_T16_a_payment_that_lands_late_has_one_outcome_for_all_shows(
        bool isTaken, bool allowsOthers, BookingState expected)
    {
        HoldAll(1);
        HoldChange longer = new() { Hold = 1, Show = First, ExpiresInMs = 3 * HoldMs };
        Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.ExtendHold, longer).Code);
        BookingFlags flags = allowsOthers ? BookingFlags.AllowEquivalents : 0;
        BookHeld[] chain = [.. Chain(100, 1).Select(one => one with { Flags = one.Flags | flags })];
        Book(chain);
        _rig.AdvanceMs(HoldMs);
        _rig.Tick();
        if (isTaken)
        {
            HoldSeats thief = SeatsRig.HoldOf(9, 1) with { Show = First + 2, ExpiresInMs = 2 * HoldMs };
            Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.HoldSeats, thief).Code);
        }

        _rig.Answer(isDone: true);
        _rig.CrashAndRecover();
        if (expected == BookingState.Refunded)
        {
            // What was still held is held, and nothing else of it is taken.
            Assert.Equal([(2u, 0u), (0u, 0u), (1u, 0u)], Counts());
            Assert.Equal((UInt128)0, _rig.Get(1).Booking);
            BookingCall refund = Assert.Single(_rig.Calls);
            Assert.Equal((BookingStep.Refund, First), (refund.Step, refund.Show));
            Assert.All(Codes(chain), code => Assert.Equal(SeatStatus.BookingRefunded, code));
            _rig.Answer(isDone: true);
        }
        else
        {
            Assert.All(Counts(), counts => Assert.Equal(2u, counts.Booked));
        }

        Assert.Equal(Enumerable.Repeat(expected, Shows), States(100));
        Assert.Equal([0u, 0u, allowsOthers ? 2u : 0u], Records(100).Select(record => record.Seats[0]));
        Assert.Empty(_rig.Calls);
        _rig.CrashAndRecover();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void T16_cancelling_in_any_show_gives_all_of_it_back_with_one_refund(int at)
    {
        HoldAll(1);
        Book(Chain(100, 1));
        CancelBooking cancel = new() { Id = 100, Show = First + (ulong)at };
        Assert.Equal(SeatStatus.BookingNotConfirmed, _rig.Run(Operation.CancelBooking, cancel).Code);
        _rig.Answer(isDone: true);
        SeatResult cancelled = _rig.Run(Operation.CancelBooking, cancel);
        Assert.Equal(
            (SeatStatus.Ok, (byte)BookingState.Refunding, 2_000UL),
            (cancelled.Code, cancelled.State, cancelled.Amount));
        Assert.All(Counts(), counts => Assert.Equal((0u, 0u), counts));
        _rig.CrashAndRecover();
        BookingCall refund = Assert.Single(_rig.Calls);
        Assert.Equal((BookingStep.Refund, First, 6_000UL), (refund.Step, refund.Show, refund.Amount));
        Assert.Equal(SeatResultFlags.Duplicate, _rig.Run(Operation.CancelBooking, cancel).Flags);
        _rig.Answer(isDone: true);
        Assert.Equal(Enumerable.Repeat(BookingState.Refunded, Shows), States(100));
        _rig.CrashAndRecover();
    }

    [Fact]
    public void T16_what_is_paid_elsewhere_is_booked_in_the_command_in_all_shows()
    {
        HoldAll(1);
        BookHeld[] chain =
            [.. Chain(100, 1).Select(one => one with { Flags = one.Flags | BookingFlags.PaidElsewhere })];
        Assert.All(Codes(chain), code => Assert.Equal(SeatStatus.Ok, code));
        Assert.Empty(_rig.Calls);
        Assert.All(Counts(), counts => Assert.Equal((0u, 2u), counts));
        Assert.Equal(
            SeatStatus.Ok, _rig.Run(Operation.CancelBooking, new CancelBooking { Id = 100, Show = First + 1 }).Code);
        Assert.Equal(Enumerable.Repeat(BookingState.Cancelled, Shows), States(100));
        _rig.CrashAndRecover();
    }

    // Of a place for one payment under way.
    [Fact]
    public void T16_however_many_shows_it_is_one_payment_under_way()
    {
        HoldAll(1);
        HoldAll(2, 4, 5);
        Assert.All(Codes(Chain(100, 1)), code => Assert.Equal(SeatStatus.Pending, code));
        Assert.Equal(
            [SeatStatus.BookingsFull, SeatStatus.LinkedBookingFailed, SeatStatus.LinkedBookingFailed],
            Codes(Chain(101, 2)));
        Assert.Equal((UInt128)0, _rig.Get(2).Booking);
        _rig.Answer(isDone: true);
        Assert.All(Codes(Chain(101, 2)), code => Assert.Equal(SeatStatus.Pending, code));
    }

    [Fact]
    public void T16_an_open_chain_a_show_twice_a_show_elsewhere_and_too_many_are_refused()
    {
        HoldAll(1);
        BookHeld[] chain = Chain(100, 1);
        Assert.Equal(
            [SeatStatus.LinkedBookingFailed, SeatStatus.LinkedBookingChainOpen], Codes(chain[..2]));
        Assert.Equal(
            [SeatStatus.LinkedBookingFailed, SeatStatus.LinkedShowRepeated, SeatStatus.LinkedShowNotHere],
            Codes([chain[0], chain[0], chain[2] with { Show = 99 }]));
        BookHeld joined = chain[2] with { Flags = BookingFlags.Joined };
        Assert.Equal([SeatStatus.ReservedFlag], Codes([joined]));
        BookHeld[] many = new BookHeld[SeatLimits.LinkedHoldsMax + 1];
        many.AsSpan().Fill(chain[0]);
        many[^1] = chain[2];
        Assert.Equal(SeatStatus.LinkedBookingsTooMany, Codes(many)[^1]);
        Assert.All(Counts(), counts => Assert.Equal((2u, 0u), counts));
    }

    private static CreateShow Terms(ulong show) =>
        SeatsRig.ShowOf(show, isPaid: true) with { HoldMs = HoldMs, HoldMsMax = 10 * HoldMs };

    private static BookHeld[] Chain(UInt128 id, UInt128 hold) => [.. Enumerable.Range(0, Shows).Select(i =>
        SeatsRig.BookingOf(id, hold) with
        {
            Show = First + (ulong)i,
            Flags = i < Shows - 1 ? BookingFlags.Linked : 0,
        })];

    private void HoldAll(UInt128 id, uint seat = 0, uint other = 1)
    {
        HoldSeats[] chain = [.. Enumerable.Range(0, Shows).Select(i => SeatsRig.HoldOf(id, seat, other) with
        {
            Show = First + (ulong)i,
            Flags = i < Shows - 1 ? HoldFlags.Linked : 0,
        })];
        Assert.All(
            _rig.RunBatch<HoldSeats>(Operation.HoldSeats, chain), result => Assert.Equal(SeatStatus.Ok, result.Code));
    }

    private SeatResult[] Book(params BookHeld[] bookings) => _rig.RunBatch<BookHeld>(Operation.BookHeld, bookings);

    private SeatStatus[] Codes(params BookHeld[] bookings) => [.. Book(bookings).Select(result => result.Code)];

    private BookingRecord[] Records(UInt128 id) => [.. Enumerable.Range(0, Shows).Select(i => Assert.Single(
        _rig.Read<BookingRecord>(Operation.GetBooking, SeatsRig.Prefixed(First + (ulong)i, id))))];

    private BookingState[] States(UInt128 id) => [.. Records(id).Select(record => record.State)];

    private (uint Held, uint Booked)[] Counts() => [.. Enumerable.Range(0, Shows).Select(i =>
    {
        ulong number = First + (ulong)i;
        ShowRecord show = Assert.Single(
            _rig.Read<ShowRecord>(Operation.GetShow, SeatsRig.Prefixed(number, number)));
        return (show.Held, show.Booked);
    })];
}
