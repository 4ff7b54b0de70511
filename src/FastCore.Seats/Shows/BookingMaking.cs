using FastCore.Protocol.Seats;
using FastCore.Seats.Waiting;

namespace FastCore.Seats.Shows;

/// <summary>Books what holds have, and gives bookings back.</summary>
internal sealed class BookingMaking(SeatStore store, SeatMoves moves, HoldChanging holds, WaitingTurns turns)
{
    public SeatResult Book(in BookHeld request)
    {
        SeatStatus broken = SeatRules.Check(request);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        if (store.FindShow(request.Show) < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ShowNotFound);
        }

        if (store.TryFind(request.Id, RecordKinds.Booking, request.Show, out long position))
        {
            ref readonly BookingRow known = ref store.Bookings.Get(position);
            broken = Compare(request, known);
            return broken != 0
                ? SeatAnswers.Refusal(broken, (byte)known.Record.State)
                : SeatAnswers.Repeated(SeatAnswers.Of(known));
        }

        if (!holds.TryFindOpen(request.Hold, request.Show, out int slot, out SeatResult refusal))
        {
            return refusal;
        }

        HoldRow hold = store.Holds.Read(slot);
        if (hold.Booking != 0)
        {
            return SeatAnswers.Refusal(SeatStatus.HoldBooked, (byte)hold.State);
        }

        ref readonly ShowRow show = ref store.Shows.Read(hold.ShowSlot);
        bool isPaidHere = show.Merchant != 0 && hold.Amount != 0
            && (request.Flags & BookingFlags.PaidElsewhere) == 0;
        if (isPaidHere && store.UnderWay.IsFull)
        {
            return SeatAnswers.Refusal(SeatStatus.BookingsFull);
        }

        // From here on it must succeed.
        BookingRow booking = RowOf(request, show, hold, isPaidHere);
        hold.Booking = request.Id;
        if (isPaidHere)
        {
            store.AppendHold(ref hold);
            store.Holds.Write(slot) = hold;
            booking.Record.State = BookingState.Pending;
            booking.HoldPosition = hold.Position;
            store.AppendBooking(ref booking, -1);
            store.UnderWay.Insert(KeyOf(booking), out _) = booking;
            Call(booking, BookingStep.Payment);
        }
        else
        {
            Confirm(slot, ref hold, ref booking, -1);
        }

        return SeatAnswers.Of(booking, hold.ExpiresAt);
    }

    public SeatResult Cancel(in CancelBooking request)
    {
        SeatStatus broken = SeatRules.Check(request);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        int showSlot = store.FindShow(request.Show);
        if (showSlot < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ShowNotFound);
        }

        if (!store.TryFind(request.Id, RecordKinds.Booking, request.Show, out long position))
        {
            return SeatAnswers.Refusal(SeatStatus.BookingNotFound);
        }

        BookingRow booking = store.Bookings.Get(position);
        if (booking.Record.State != BookingState.Confirmed)
        {
            return booking.Record.State is BookingState.Pending or BookingState.Failed
                ? SeatAnswers.Refusal(SeatStatus.BookingNotConfirmed, (byte)booking.Record.State)
                : Cancelled(booking, SeatResultFlags.Duplicate);
        }

        if (booking.IsPaidHere && store.UnderWay.IsFull)
        {
            return SeatAnswers.Refusal(SeatStatus.BookingsFull);
        }

        // From here on it must succeed.
        HoldRow hold = store.HoldHistory.Get(booking.HoldPosition);
        hold.State = HoldState.Released;
        store.AppendHold(ref hold);
        ref readonly ShowRow show = ref store.Shows.Read(showSlot);
        moves.CountBuyer(show, booking.Record.Buyer, UnitsOf(booking), isMore: false);
        moves.Move(showSlot, SeatsOf(booking), SeatState.Booked, SeatState.Free, hold.Position);
        booking.Record.State = booking.IsPaidHere ? BookingState.Refunding : BookingState.Cancelled;
        booking.HoldPosition = hold.Position;
        store.AppendBooking(ref booking, position);
        if (booking.IsPaidHere)
        {
            store.UnderWay.Insert(KeyOf(booking), out _) = booking;
            Call(booking, BookingStep.Refund);
        }

        return Cancelled(booking, SeatResultFlags.None);
    }

    /// <summary>The hold's seats become the booking's.</summary>
    /// <param name="slot">The hold's slot; the row goes.</param>
    /// <param name="hold">The hold, with the booking's id.</param>
    /// <param name="booking">The booking.</param>
    /// <param name="position">Where its version before is; −1 = there is none.</param>
    public void Confirm(int slot, ref HoldRow hold, ref BookingRow booking, long position)
    {
        hold.State = HoldState.Booked;
        store.AppendHold(ref hold);
        moves.Move(hold.ShowSlot, SeatsOf(booking), SeatState.Held, SeatState.Booked, hold.Position);
        holds.Close(slot);
        booking.Record.State = BookingState.Confirmed;
        booking.HoldPosition = hold.Position;
        store.AppendBooking(ref booking, position);
        CountBooked(booking);
    }

    /// <summary>Counts that a buyer has booked, in the show's waiting room as well if it has one.</summary>
    public void CountBooked(in BookingRow booking)
    {
        ref readonly ShowRow show = ref store.Shows.Read(booking.ShowSlot);
        store.Counts.Booked(show, booking.Record.Buyer);
        turns.CountBooked(show, booking.Record.Buyer);
    }

    /// <summary>Asks the merchant's partition for what a booking needs of it.</summary>
    public void Call(in BookingRow booking, BookingStep step) => store.Effects.Add(
        BookingCall.EffectKind,
        new BookingCall
        {
            Id = booking.Record.Id,
            UserData128 = booking.Record.UserData128,
            Show = booking.Record.Show,
            Merchant = booking.Record.Merchant,
            Amount = booking.Record.Amount,
            Card = booking.Card,
            UserData64 = booking.Record.UserData64,
            Terminal = booking.Terminal,
            Device = booking.Device,
            Currency = booking.Record.Currency,
            Connector = booking.Connector,
            Method = booking.Method,
            Step = step,
        });

    /// <summary>Seats of a booking.</summary>
    public SeatSet SeatsOf(in BookingRow booking) => holds.SeatsOf(
        booking.ShowSlot, booking.Record.Seats, booking.Record.Count, booking.Record.Quantity, 0);

    /// <summary>What a buyer's count has for a booking.</summary>
    public static uint UnitsOf(in BookingRow booking) =>
        HoldMaking.Units(booking.Record.Count, booking.Record.Quantity);

    public static ShowIdKey KeyOf(in BookingRow booking) => new(booking.Record.Show, booking.Record.Id);

    private static SeatResult Cancelled(in BookingRow booking, SeatResultFlags flags) => new()
    {
        Timestamp = booking.Record.Timestamp,
        Code = SeatStatus.Ok,
        State = (byte)booking.Record.State,
        Flags = flags,
        Amount = booking.Record.Amount,
    };

    private static BookingRow RowOf(in BookHeld request, in ShowRow show, in HoldRow hold, bool isPaidHere)
    {
        BookingRow booking = new()
        {
            Record = new BookingRecord
            {
                Id = request.Id,
                Show = request.Show,
                Merchant = isPaidHere ? show.Merchant : 0,
                Hold = request.Hold,
                Amount = hold.Amount,
                Buyer = hold.Buyer,
                UserData128 = request.UserData128,
                UserData64 = request.UserData64,
                Currency = show.Currency,
                Quantity = hold.Quantity,
                Flags = request.Flags,
            },
            Card = request.Card,
            Terminal = request.Terminal,
            Device = request.Device,
            Connector = request.Connector,
            Method = request.Method,
            ShowSlot = hold.ShowSlot,
        };

        // What was given back of the hold is not booked.
        booking.Record.Seats[0] = hold.Quantity != 0 ? hold.Seats[0] : 0;
        for (int i = 0; i < hold.Count; i++)
        {
            if ((hold.Released & (1 << i)) == 0)
            {
                booking.Record.Seats[booking.Record.Count++] = hold.Seats[i];
            }
        }

        return booking;
    }

    private static SeatStatus Compare(in BookHeld request, in BookingRow known) =>
        request.Hold != known.Record.Hold ? SeatStatus.ExistsWithDifferentHold
        : request.Card != known.Card ? SeatStatus.ExistsWithDifferentCard
        : request.Terminal != known.Terminal ? SeatStatus.ExistsWithDifferentTerminal
        : request.Device != known.Device ? SeatStatus.ExistsWithDifferentDevice
        : request.Connector != known.Connector ? SeatStatus.ExistsWithDifferentConnector
        : request.Method != known.Method ? SeatStatus.ExistsWithDifferentMethod
        : request.Flags != known.Record.Flags ? SeatStatus.ExistsWithDifferentFlags
        : request.UserData64 != known.Record.UserData64 ? SeatStatus.ExistsWithDifferentUserData64
        : request.UserData128 != known.Record.UserData128 ? SeatStatus.ExistsWithDifferentUserData128
        : 0;
}
