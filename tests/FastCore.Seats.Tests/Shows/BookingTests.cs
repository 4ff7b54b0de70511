using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats.Shows;
using Xunit;

namespace FastCore.Seats.Tests.Shows;

/// <summary>Bookings: held to booked in one step, paid once, one outcome whenever the payment lands.</summary>
public sealed class BookingTests : IDisposable
{
    private readonly SeatsRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void D2_T7_held_to_booked_is_one_step_and_the_seat_never_looks_free()
    {
        _rig.Open(SeatsRig.ShowOf(), SeatsRig.Row(4));
        _rig.Hold(1, 0, 1);
        Assert.Equal(SeatStatus.Ok, _rig.Book(100, 1).Code);
        SeatMapBlock block = Assert.Single(_rig.Map());
        Assert.Equal((0b1100UL, 0UL, 0b11UL), (block.Free, block.Held, block.Booked));
        Assert.DoesNotContain(_rig.ChangesAfter(0), change => change.To == SeatState.Free);
        Assert.Equal(SeatStatus.HoldBooked, _rig.Release(1).Code);
        Assert.Equal(SeatStatus.HoldBooked, _rig.Book(101, 1).Code);
        Assert.Equal(HoldState.Booked, _rig.Get(1).State);
    }

    [Fact]
    public void T17_T18_a_booking_is_pending_until_its_payment_is_made_and_the_same_when_asked_again()
    {
        _rig.Open(SeatsRig.ShowOf(isPaid: true), SeatsRig.Row(4));
        _rig.Hold(1, 0, 1);
        SeatResult pending = _rig.Book(100, 1);
        Assert.Equal((SeatStatus.Pending, 2_000UL), (pending.Code, pending.Amount));
        Assert.Equal(SeatStatus.HoldBooked, _rig.Release(1).Code);
        Assert.Equal(SeatStatus.HoldBooked, _rig.Book(101, 1).Code);
        _rig.CrashAndRecover();
        SeatResult again = _rig.Book(100, 1);
        Assert.Equal((SeatStatus.Pending, SeatResultFlags.Duplicate), (again.Code, again.Flags));
        BookingCall call = Assert.Single(_rig.Calls);
        Assert.Equal((SeatsRig.Merchant, 2_000UL, (UInt128)100), (call.Merchant, call.Amount, call.Id));
        _rig.Answer(isDone: true);
        Assert.Equal(SeatStatus.Ok, _rig.Book(100, 1).Code);
        Assert.Equal(BookingState.Confirmed, _rig.GetBooking(100).State);
        Assert.Equal(
            SeatStatus.ExistsWithDifferentCard,
            _rig.Run(Operation.BookHeld, SeatsRig.BookingOf(100, 1) with { Card = 8 }).Code);
        _rig.CrashAndRecover();
        Assert.Empty(_rig.Calls);
    }

    [Fact]
    public void An_answer_that_comes_twice_changes_nothing()
    {
        _rig.Open(SeatsRig.ShowOf(isPaid: true), SeatsRig.Row(4));
        _rig.Hold(1, 0);
        _rig.Book(100, 1);
        BookingOutcome paid = new() { Id = 100, Show = SeatsRig.Show, Step = BookingStep.Payment, IsDone = 1 };
        _rig.Run(Operation.EndBookingSteps, paid);
        ulong hash = _rig.GetShow().Version;
        Assert.Equal(SeatResultFlags.Duplicate, _rig.Run(Operation.EndBookingSteps, paid with { IsDone = 0 }).Flags);
        Assert.Equal((hash, BookingState.Confirmed), (_rig.GetShow().Version, _rig.GetBooking(100).State));
    }

    [Fact]
    public void A_declined_payment_leaves_the_hold_for_another_try()
    {
        _rig.Open(SeatsRig.ShowOf(isPaid: true), SeatsRig.Row(4));
        _rig.Hold(1, 0);
        _rig.Book(100, 1);
        _rig.Answer(isDone: false);
        Assert.Equal(SeatStatus.BookingFailed, _rig.Book(100, 1).Code);
        HoldRecord hold = _rig.Get(1);
        Assert.Equal((HoldState.Held, (UInt128)0), (hold.State, hold.Booking));
        Assert.Equal(SeatStatus.Pending, _rig.Book(101, 1).Code);
        _rig.Answer(isDone: true);
        Assert.Equal(SeatStatus.Ok, _rig.Book(101, 1).Code);
    }

    [Theory]
    [InlineData(false, false, BookingState.Confirmed)]
    [InlineData(true, true, BookingState.Confirmed)]
    [InlineData(true, false, BookingState.Refunded)]
    public void D3_T12_a_payment_that_lands_after_the_expiry_has_one_outcome(
        bool isTaken, bool allowsOthers, BookingState expected)
    {
        _rig.Open(SeatsRig.ShowOf(isPaid: true) with { HoldMs = 1_000 }, SeatsRig.Row(4), SeatsRig.Row(4));
        _rig.Hold(1, 0, 1);
        BookingFlags flags = allowsOthers ? BookingFlags.AllowEquivalents : BookingFlags.None;
        _rig.Run(Operation.BookHeld, SeatsRig.BookingOf(100, 1) with { Flags = flags });
        _rig.AdvanceMs(1_000);
        _rig.Tick();
        Assert.Equal(8u, _rig.GetShow().Free[0]);
        if (isTaken)
        {
            Assert.Equal(SeatStatus.Ok, _rig.Hold(2, 1, 2).Code);
        }

        _rig.Answer(isDone: true);
        if (expected == BookingState.Refunded)
        {
            BookHeld again = SeatsRig.BookingOf(100, 1) with { Flags = flags };
            Assert.Equal(SeatStatus.BookingRefunded, _rig.Run(Operation.BookHeld, again).Code);
            Assert.Equal(BookingStep.Refund, _rig.Calls.Peek().Step);
            _rig.CrashAndRecover();
            _rig.Answer(isDone: true);
        }

        BookingRecord booking = _rig.GetBooking(100);
        Assert.Equal((expected, 2_000UL), (booking.State, booking.Amount));
        Assert.Equal(expected == BookingState.Confirmed ? 2u : 0u, _rig.GetShow().Booked);
        Assert.Equal(allowsOthers ? 64u : 0u, booking.Seats[0]);
        Assert.Empty(_rig.Calls);
        _rig.CrashAndRecover();
    }

    [Fact]
    public void A_payment_that_fails_after_the_expiry_touches_no_seat()
    {
        _rig.Open(SeatsRig.ShowOf(isPaid: true) with { HoldMs = 1_000 }, SeatsRig.Row(4));
        _rig.Hold(1, 0, 1);
        _rig.Book(100, 1);
        _rig.AdvanceMs(1_000);
        _rig.Answer(isDone: false);
        ShowRecord show = _rig.GetShow();
        Assert.Equal((4u, 0u), (show.Free[0], show.Booked));
        Assert.Equal(BookingState.Failed, _rig.GetBooking(100).State);
    }

    [Fact]
    public void Cancelling_frees_the_seats_at_once_and_gives_the_money_back()
    {
        _rig.Open(SeatsRig.ShowOf(isPaid: true), SeatsRig.Row(4));
        _rig.Hold(1, 0, 1);
        _rig.Book(100, 1);
        CancelBooking cancel = new() { Id = 100, Show = SeatsRig.Show };
        Assert.Equal(SeatStatus.BookingNotConfirmed, _rig.Run(Operation.CancelBooking, cancel).Code);
        _rig.Answer(isDone: true);
        SeatResult cancelled = _rig.Run(Operation.CancelBooking, cancel);
        Assert.Equal((SeatStatus.Ok, (byte)BookingState.Refunding), (cancelled.Code, cancelled.State));
        Assert.Equal(4u, _rig.GetShow().Free[0]);
        Assert.Equal(SeatStatus.Ok, _rig.Hold(2, 0, 1).Code);
        _rig.CrashAndRecover();
        _rig.Answer(isDone: false);
        Assert.Equal(BookingState.RefundFailed, _rig.GetBooking(100).State);
        Assert.Equal(SeatResultFlags.Duplicate, _rig.Run(Operation.CancelBooking, cancel).Flags);
        Assert.Equal(SeatStatus.BookingNotFound, _rig.Run(Operation.CancelBooking, cancel with { Id = 5 }).Code);
    }

    [Fact]
    public void T17_the_price_is_that_of_the_hold_and_what_was_given_back_is_not_paid()
    {
        _rig.Open(SeatsRig.ShowOf(isPaid: true), SeatsRig.Row(4));
        _rig.Hold(1, 0, 1, 2);
        _rig.Release(1, 1);
        Assert.Equal(2_000UL, _rig.Book(100, 1).Amount);
        _rig.Answer(isDone: true);
        BookingRecord booking = _rig.GetBooking(100);
        Assert.Equal((2, 0u, 2u), (booking.Count, booking.Seats[0], booking.Seats[1]));
        Assert.Equal(0b101UL, _rig.Map()[0].Booked);
    }
}
