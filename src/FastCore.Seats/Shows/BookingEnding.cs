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
    // A booking, or those that were made together, the payer's first; and where their versions before are.
    private readonly BookingRow[] _bookings = new BookingRow[SeatLimits.LinkedHoldsMax];
    private readonly long[] _positions = new long[SeatLimits.LinkedHoldsMax];
    private readonly ulong[] _shows = new ulong[SeatLimits.LinkedHoldsMax];

    public SeatResult End(in BookingOutcome outcome)
    {
        int underWay = store.UnderWay.Find(new ShowIdKey(outcome.Show, outcome.Id));
        if (underWay < 0 || store.UnderWay.Read(underWay).Record.State != StateOf(outcome.Step))
        {
            // Told before: after a crash steps are asked for again.
            return new SeatResult { Code = SeatStatus.Ok, Flags = SeatResultFlags.Duplicate };
        }

        int count = Gather(store.UnderWay.Read(underWay), outcome.Refusal);
        if (outcome.Step == BookingStep.Refund)
        {
            EndAll(count, outcome.IsDone != 0 ? BookingState.Refunded : BookingState.RefundFailed);
        }
        else if (outcome.IsDone != 0)
        {
            Paid(count);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                _bookings[i].Record.DeclineCode = outcome.DeclineCode;
            }

            LetGo(count, BookingState.Failed);
        }

        ref readonly BookingRow payer = ref _bookings[0];
        if (payer.Record.State == BookingState.Refunding)
        {
            store.UnderWay.Write(underWay) = payer;
            bookings.Call(payer, BookingStep.Refund);
        }
        else
        {
            store.UnderWay.Remove(underWay);
        }

        return SeatAnswers.Of(payer);
    }

    private static BookingState StateOf(BookingStep step) =>
        step == BookingStep.Refund ? BookingState.Refunding : BookingState.Pending;

    private int Gather(in BookingRow payer, PaymentStatus refusal)
    {
        int count = store.ShowsOf(payer, _shows);
        _bookings[0] = payer;
        _ = store.TryFind(payer.Record.Id, RecordKinds.Booking, payer.Record.Show, out _positions[0]);
        for (int i = 1; i < count; i++)
        {
            _bookings[i] = store.BookingOf(payer.Record.Id, _shows[i], out _positions[i]);
        }

        for (int i = 0; i < count; i++)
        {
            _bookings[i].Record.Refusal = refusal;
        }

        return count;
    }

    private void EndAll(int count, BookingState state)
    {
        for (int i = 0; i < count; i++)
        {
            End(ref _bookings[i], _positions[i], state);
        }
    }

    private void End(ref BookingRow booking, long position, BookingState state)
    {
        booking.Record.State = state;
        store.AppendBooking(ref booking, position);
    }

    // What still holds goes on, for another try.
    private void LetGo(int count, BookingState state)
    {
        for (int i = 0; i < count; i++)
        {
            int slot = SlotOf(_bookings[i]);
            if (slot >= 0)
            {
                HoldRow hold = store.Holds.Read(slot);
                hold.Booking = 0;
                store.AppendHold(ref hold);
                store.Holds.Write(slot) = hold;
            }

            End(ref _bookings[i], _positions[i], state);
        }
    }

    // All of them or none: as each is of another show, none changes what another finds.
    private void Paid(int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (SlotOf(_bookings[i]) < 0 && !CanTakeAgain(_bookings[i], i))
            {
                LetGo(count, BookingState.Refunding);
                return;
            }
        }

        for (int i = 0; i < count; i++)
        {
            int slot = SlotOf(_bookings[i]);
            if (slot >= 0)
            {
                HoldRow hold = store.Holds.Read(slot);
                bookings.Confirm(slot, ref hold, ref _bookings[i], _positions[i]);
            }
            else
            {
                _ = TryFindSeats(_bookings[i], out _bookings[i].Record.Seats);
                TakeAgain(ref _bookings[i], _positions[i]);
            }
        }
    }

    private int SlotOf(in BookingRow booking) =>
        store.Holds.Find(new ShowIdKey(booking.Record.Show, booking.Record.Hold));

    private bool CanTakeAgain(in BookingRow booking, int ahead) =>
        moves.HasRoomForBuyer(store.Shows.Read(booking.ShowSlot), booking.Record.Buyer, ahead)
            && TryFindSeats(booking, out _);

    // Those that it had, or others as good.
    private bool TryFindSeats(in BookingRow booking, out SeatPlaces places)
    {
        places = booking.Record.Seats;
        return moves.AreFree(booking.ShowSlot, bookings.SeatsOf(booking)) || FindEquivalents(booking, ref places);
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

    private bool FindEquivalents(in BookingRow booking, ref SeatPlaces places)
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
        if (best.Find(show, request, view, out SeatPlaces found, out _) != SeatStatus.Ok
            || HoldMaking.PriceOf(show, chart, found, booking.Record.Count, 0) > booking.Record.Amount)
        {
            return false;
        }

        places = found;
        return true;
    }
}
