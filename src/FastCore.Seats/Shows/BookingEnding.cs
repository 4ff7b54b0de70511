using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>
/// Brings the steps that other partitions took for bookings to their end: exactly one outcome for every payment, also
/// for one that lands after its hold has expired.
/// </summary>
internal sealed class BookingEnding(
    SeatStore store, SeatMoves moves, BookingMaking bookings, BestAvailable best)
{
    public SeatResult End(in BookingOutcome outcome)
    {
        int underWay = store.UnderWay.Find(new ShowIdKey(outcome.Show, outcome.Id));
        if (underWay < 0 || store.UnderWay.Read(underWay).Record.State != StateOf(outcome.Step))
        {
            // Told before: after a crash steps are asked for again.
            return new SeatResult { Code = SeatStatus.Ok, Flags = SeatResultFlags.Duplicate };
        }

        BookingRow booking = store.UnderWay.Read(underWay);
        _ = store.TryFind(outcome.Id, RecordKinds.Booking, outcome.Show, out long position);
        booking.Record.Refusal = outcome.Refusal;
        if (outcome.Step == BookingStep.Refund)
        {
            End(ref booking, position, outcome.IsDone != 0 ? BookingState.Refunded : BookingState.RefundFailed);
        }
        else if (outcome.IsDone != 0)
        {
            Paid(ref booking, position);
        }
        else
        {
            Declined(ref booking, position, outcome.DeclineCode);
        }

        if (booking.Record.State == BookingState.Refunding)
        {
            store.UnderWay.Write(underWay) = booking;
        }
        else
        {
            store.UnderWay.Remove(underWay);
        }

        return SeatAnswers.Of(booking);
    }

    private static BookingState StateOf(BookingStep step) =>
        step == BookingStep.Refund ? BookingState.Refunding : BookingState.Pending;

    private void End(ref BookingRow booking, long position, BookingState state)
    {
        booking.Record.State = state;
        store.AppendBooking(ref booking, position);
    }

    private void Declined(ref BookingRow booking, long position, DeclineCode reason)
    {
        int slot = store.Holds.Find(new ShowIdKey(booking.Record.Show, booking.Record.Hold));
        if (slot >= 0)
        {
            // It goes on, for another try to pay.
            HoldRow hold = store.Holds.Read(slot);
            hold.Booking = 0;
            store.AppendHold(ref hold);
            store.Holds.Write(slot) = hold;
        }

        booking.Record.DeclineCode = reason;
        End(ref booking, position, BookingState.Failed);
    }

    private void Paid(ref BookingRow booking, long position)
    {
        int slot = store.Holds.Find(new ShowIdKey(booking.Record.Show, booking.Record.Hold));
        if (slot >= 0)
        {
            HoldRow hold = store.Holds.Read(slot);
            bookings.Confirm(slot, ref hold, ref booking, position);
        }
        else if (moves.HasRoomForBuyer(store.Shows.Read(booking.ShowSlot), booking.Record.Buyer)
            && (moves.AreFree(booking.ShowSlot, bookings.SeatsOf(booking)) || FindEquivalents(ref booking)))
        {
            TakeAgain(ref booking, position);
        }
        else
        {
            End(ref booking, position, BookingState.Refunding);
            bookings.Call(booking, BookingStep.Refund);
        }
    }

    // The hold has expired and what the booking names is free.
    private void TakeAgain(ref BookingRow booking, long position)
    {
        _ = store.TryFind(booking.Record.Hold, RecordKinds.Hold, booking.Record.Show, out long at);
        HoldRow hold = store.HoldHistory.Get(at);
        hold.State = HoldState.Booked;
        store.AppendHold(ref hold);
        ref readonly ShowRow show = ref store.Shows.Read(booking.ShowSlot);
        moves.CountBuyer(show, booking.Record.Buyer, BookingMaking.UnitsOf(booking), isMore: true);
        moves.Move(booking.ShowSlot, bookings.SeatsOf(booking), SeatState.Free, SeatState.Booked, hold.Position);
        booking.HoldPosition = hold.Position;
        End(ref booking, position, BookingState.Confirmed);
        bookings.CountBooked(booking);
    }

    private bool FindEquivalents(ref BookingRow booking)
    {
        if ((booking.Record.Flags & BookingFlags.AllowEquivalents) == 0 || booking.Record.Quantity != 0)
        {
            return false;
        }

        ref readonly ShowRow show = ref store.Shows.Read(booking.ShowSlot);
        Chart chart = store.Charts.At(show.ChartSlot);
        int accessible = 0;
        ushort categories = 0;
        for (int i = 0; i < booking.Record.Count; i++)
        {
            ref readonly ChartBlock block = ref chart.Blocks[SeatPlace.BlockOf(booking.Record.Seats[i])];
            accessible += (block.Accessible & (1UL << SeatPlace.SeatOf(booking.Record.Seats[i]))) != 0 ? 1 : 0;
            categories |= (ushort)(1 << block.Category);
        }

        // The hold has expired, and what it might take then it may take now.
        _ = store.TryFind(booking.Record.Hold, RecordKinds.Hold, booking.Record.Show, out long at);
        ref readonly HoldRow hold = ref store.HoldHistory.Get(at);
        ChannelView view = ChannelView.Of(store, show, hold.Channel, hold.Flags);
        BestRequest request = new(booking.Record.Count, accessible, categories, 0, false);
        if (best.Find(show, request, view, out SeatPlaces places, out _) != SeatStatus.Ok
            || HoldMaking.PriceOf(show, chart, places, booking.Record.Count, 0) > booking.Record.Amount)
        {
            return false;
        }

        booking.Record.Seats = places;
        return true;
    }
}
