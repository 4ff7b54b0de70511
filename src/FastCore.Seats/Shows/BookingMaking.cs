using FastCore.Protocol.Seats;
using FastCore.Seats.Waiting;

namespace FastCore.Seats.Shows;

/// <summary>Books what holds have, and gives bookings back.</summary>
internal sealed class BookingMaking(SeatStore store, SeatMoves moves, HoldChanging holds, WaitingTurns turns)
{
    private readonly ulong[] _shows = new ulong[SeatLimits.LinkedHoldsMax];

    public SeatResult Book(in BookHeld request)
    {
        SeatResult refusal = Look(request, out int slot);
        if (refusal.Code != 0)
        {
            return refusal;
        }

        bool isPaidHere = IsPaidHere(request, slot, store.Holds.Read(slot).Amount);
        if (isPaidHere && store.UnderWay.IsFull)
        {
            return SeatAnswers.Refusal(SeatStatus.BookingsFull);
        }

        SeatResult answer = Make(request, slot, isPaidHere, BookingFlags.None, out BookingRow booking);
        if (isPaidHere)
        {
            Await(booking, BookingStep.Payment);
        }

        return answer;
    }

    /// <summary>What a request is answered with before there is a booking.</summary>
    /// <param name="request">The request.</param>
    /// <param name="slot">The slot of its hold, when nothing is in the way.</param>
    /// <returns>Nothing (code 0) when it can be booked, else its refusal or what has become of it.</returns>
    public SeatResult Look(in BookHeld request, out int slot)
    {
        slot = -1;
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

        if (!holds.TryFindOpen(request.Hold, request.Show, out slot, out SeatResult refusal))
        {
            return refusal;
        }

        ref readonly HoldRow hold = ref store.Holds.Read(slot);
        return hold.Booking != 0 ? SeatAnswers.Refusal(SeatStatus.HoldBooked, (byte)hold.State) : default;
    }

    /// <summary>Whether what costs so much is paid at the merchant of the show that a hold is of.</summary>
    public bool IsPaidHere(in BookHeld request, int slot, ulong amount) => amount != 0
        && (request.Flags & BookingFlags.PaidElsewhere) == 0
        && store.Shows.Read(store.Holds.Read(slot).ShowSlot).Merchant != 0;

    /// <summary>Books what was looked at; it must succeed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="slot">The slot of its hold.</param>
    /// <param name="isPaidHere">Whether a payment is made first; it is the caller's to <see cref="Await"/>.</param>
    /// <param name="joined">Says whether it has the payment of the one before it.</param>
    /// <param name="booking">The booking.</param>
    public SeatResult Make(
        in BookHeld request, int slot, bool isPaidHere, BookingFlags joined, out BookingRow booking)
    {
        HoldRow hold = store.Holds.Read(slot);
        booking = RowOf(request, store.Shows.Read(hold.ShowSlot), hold, isPaidHere);
        booking.Record.Flags |= joined;
        hold.Booking = request.Id;
        if (isPaidHere)
        {
            store.AppendHold(ref hold);
            store.Holds.Write(slot) = hold;
            booking.Record.State = BookingState.Pending;
            booking.HoldPosition = hold.Position;
            store.AppendBooking(ref booking, -1);
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

        if (store.FindShow(request.Show) < 0)
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
        int count = store.ShowsOf(booking, _shows);
        for (int i = 0; i < count; i++)
        {
            BookingRow each = store.BookingOf(request.Id, _shows[i], out position);
            GiveBack(ref each, position);
            booking = i == 0 ? each : booking;
        }

        if (booking.IsPaidHere)
        {
            Await(booking, BookingStep.Refund);
        }

        return Cancelled(store.BookingOf(request.Id, request.Show, out _), SeatResultFlags.None);
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

    /// <summary>A booking, the first of those that were made together, waits for its merchant.</summary>
    public void Await(in BookingRow booking, BookingStep step)
    {
        store.UnderWay.Insert(KeyOf(booking), out _) = booking;
        Call(booking, step);
    }

    /// <summary>Asks the merchant's partition for what a booking and those made with it need of it.</summary>
    public void Call(in BookingRow booking, BookingStep step) => store.Effects.Add(
        BookingCall.EffectKind,
        new BookingCall
        {
            Id = booking.Record.Id,
            UserData128 = booking.Record.UserData128,
            Show = booking.Record.Show,
            Merchant = booking.Record.Merchant,
            Amount = TotalOf(booking),
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

    // What one payment pays.
    private ulong TotalOf(in BookingRow booking)
    {
        if (!booking.IsLinked)
        {
            return booking.Record.Amount;
        }

        ulong total = 0;
        foreach (ulong show in _shows.AsSpan(0, store.ShowsOf(booking, _shows)))
        {
            total += store.BookingOf(booking.Record.Id, show, out _).Record.Amount;
        }

        return total;
    }

    private void GiveBack(ref BookingRow booking, long position)
    {
        HoldRow hold = store.HoldHistory.Get(booking.HoldPosition);
        hold.State = HoldState.Released;
        store.AppendHold(ref hold);
        ref readonly ShowRow show = ref store.Shows.Read(booking.ShowSlot);
        moves.CountBuyer(show, booking.Record.Buyer, UnitsOf(booking), isMore: false);
        moves.Move(booking.ShowSlot, SeatsOf(booking), SeatState.Booked, SeatState.Free, hold.Position);
        booking.Record.State = booking.IsPaidHere ? BookingState.Refunding : BookingState.Cancelled;
        booking.HoldPosition = hold.Position;
        store.AppendBooking(ref booking, position);
    }

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
        : request.Flags != (known.Record.Flags & ~BookingFlags.Joined) ? SeatStatus.ExistsWithDifferentFlags
        : request.UserData64 != known.Record.UserData64 ? SeatStatus.ExistsWithDifferentUserData64
        : request.UserData128 != known.Record.UserData128 ? SeatStatus.ExistsWithDifferentUserData128
        : 0;
}
