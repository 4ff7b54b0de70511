using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Simulation.Seats.Waiting;

namespace FastCore.Simulation.Seats;

/// <summary>Bookings, their cancellation, and how their payments end (docs/SEATS.md).</summary>
internal sealed class BookingRules(SeatsState state, TurnRules turns)
{
    public SeatResult Book(BookHeld request)
    {
        SeatStatus broken = request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
            : request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0 ? SeatStatus.ReservedField
            : (request.Flags & ~(BookingFlags.PaidElsewhere | BookingFlags.AllowEquivalents)) != 0
                ? SeatStatus.ReservedFlag
            : HoldRules.CheckId(request.Id);
        ModelShow? show = null;
        ModelHold? hold = null;
        if (broken == 0 && !state.Shows.TryGetValue(request.Show, out show))
        {
            broken = SeatStatus.ShowNotFound;
        }

        if (broken == 0 && show!.Bookings.TryGetValue(request.Id, out ModelBooking? known))
        {
            SeatStatus difference = Difference(known.Request, request);
            return difference != 0
                ? new SeatResult { Code = difference, State = (byte)known.Record.State }
                : AnswerOf(known, isAgain: true);
        }

        if (broken == 0 && !show!.Holds.TryGetValue(request.Hold, out hold))
        {
            broken = SeatStatus.HoldNotFound;
        }

        if (broken != 0)
        {
            return new SeatResult { Code = broken };
        }

        return Refusal(hold!) is { } ended
            ? new SeatResult { Code = ended, State = (byte)hold!.Record.State }
            : Begin(show!, hold!, request);
    }

    public SeatResult Cancel(CancelBooking request)
    {
        SeatStatus broken = request.Reserved != 0 ? SeatStatus.ReservedField : HoldRules.CheckId(request.Id);
        if (broken != 0)
        {
            return new SeatResult { Code = broken };
        }

        if (Find(request.Show, request.Id, out ModelBooking? booking) is { } notFound)
        {
            return new SeatResult { Code = notFound };
        }

        BookingState now = booking!.Record.State;
        if (now is BookingState.Pending or BookingState.Failed)
        {
            return new SeatResult { Code = SeatStatus.BookingNotConfirmed, State = (byte)now };
        }

        if (now != BookingState.Confirmed)
        {
            SeatResult again = AnswerOf(booking, isAgain: true);
            again.Code = SeatStatus.Ok;
            return again;
        }

        if (booking.IsPaid && state.AreBookingsFull)
        {
            return new SeatResult { Code = SeatStatus.BookingsFull };
        }

        booking.Hold.Record.State = HoldState.Released;
        booking.Hold.Record.Timestamp = state.Time.Next();
        state.Move(
            booking.Show, booking.Pieces, SeatState.Booked, SeatState.Free, booking.Hold.Record.Timestamp,
            booking.Hold);
        Become(booking, booking.IsPaid ? BookingState.Refunding : BookingState.Cancelled);
        SeatResult done = AnswerOf(booking);
        done.Code = SeatStatus.Ok;
        return done;
    }

    public SeatResult End(BookingOutcome outcome)
    {
        _ = Find(outcome.Show, outcome.Id, out ModelBooking? booking);
        BookingState expected = outcome.Step switch
        {
            BookingStep.Payment => BookingState.Pending,
            BookingStep.Refund => BookingState.Refunding,
            _ => (BookingState)255,
        };
        if (booking?.Record.State != expected)
        {
            // Nobody waits for it, or not any more.
            return new SeatResult { Code = SeatStatus.Ok, Flags = SeatResultFlags.Duplicate };
        }

        booking.Record.Refusal = outcome.Refusal;
        if (outcome.Step == BookingStep.Refund)
        {
            Become(booking, outcome.IsDone != 0 ? BookingState.Refunded : BookingState.RefundFailed);
        }
        else if (outcome.IsDone != 0)
        {
            Paid(booking);
        }
        else
        {
            Declined(booking, outcome.DeclineCode);
        }

        return AnswerOf(booking);
    }

    private static SeatStatus? Refusal(ModelHold hold) => hold.Record.State switch
    {
        HoldState.Expired => SeatStatus.HoldExpired,
        HoldState.Released => SeatStatus.HoldReleased,
        HoldState.Booked => SeatStatus.HoldBooked,
        _ => hold.Record.Booking != 0 ? SeatStatus.HoldBooked : null,
    };

    private static SeatStatus Difference(BookHeld known, BookHeld request) =>
        known.Hold != request.Hold ? SeatStatus.ExistsWithDifferentHold
        : known.Card != request.Card ? SeatStatus.ExistsWithDifferentCard
        : known.Terminal != request.Terminal ? SeatStatus.ExistsWithDifferentTerminal
        : known.Device != request.Device ? SeatStatus.ExistsWithDifferentDevice
        : known.Connector != request.Connector ? SeatStatus.ExistsWithDifferentConnector
        : known.Method != request.Method ? SeatStatus.ExistsWithDifferentMethod
        : known.Flags != request.Flags ? SeatStatus.ExistsWithDifferentFlags
        : known.UserData64 != request.UserData64 ? SeatStatus.ExistsWithDifferentUserData64
        : known.UserData128 != request.UserData128 ? SeatStatus.ExistsWithDifferentUserData128
        : 0;

    private static SeatResult AnswerOf(ModelBooking booking, bool isAgain = false) => new()
    {
        Code = booking.Record.State switch
        {
            BookingState.Pending => SeatStatus.Pending,
            BookingState.Confirmed => SeatStatus.Ok,
            BookingState.Failed => SeatStatus.BookingFailed,
            BookingState.Refunding or BookingState.Refunded => SeatStatus.BookingRefunded,
            BookingState.Cancelled => SeatStatus.BookingCancelled,
            _ => SeatStatus.RefundFailed,
        },
        State = (byte)booking.Record.State,
        Timestamp = booking.Record.Timestamp,
        Flags = isAgain ? SeatResultFlags.Duplicate : 0,
        Amount = booking.Record.Amount,
    };

    private SeatResult Begin(ModelShow show, ModelHold hold, BookHeld request)
    {
        ModelBooking booking = new(show, hold, request);
        uint[] seats = [.. hold.Seats.Select(seat => seat.Number)];
        booking.Record = new BookingRecord
        {
            Id = request.Id,
            Show = request.Show,
            Hold = request.Hold,
            Amount = hold.Record.Amount,
            Buyer = hold.Record.Buyer,
            UserData128 = request.UserData128,
            UserData64 = request.UserData64,
            Currency = show.Terms.Currency,
            Quantity = hold.Record.Quantity,
            Count = hold.Area is null ? (byte)seats.Length : hold.Record.Count,
            Flags = request.Flags,
        };
        booking.Record.Merchant = booking.IsPaid ? show.Terms.Merchant : 0;
        if (hold.Area is { } area)
        {
            seats = [SeatPlace.Of(area.Number, 0)];
        }

        seats.CopyTo((Span<uint>)booking.Record.Seats);
        if (booking.IsPaid && state.AreBookingsFull)
        {
            return new SeatResult { Code = SeatStatus.BookingsFull };
        }

        show.Bookings.Add(request.Id, booking);
        hold.Record.Booking = request.Id;
        if (booking.IsPaid)
        {
            hold.Record.Timestamp = state.Time.Next();
            Become(booking, BookingState.Pending);
        }
        else
        {
            Confirm(booking, SeatState.Held);
        }

        booking.Record.CreatedAt = booking.Record.Timestamp;
        SeatResult answer = AnswerOf(booking);
        answer.ExpiresAt = hold.Record.ExpiresAt;
        return answer;
    }

    private void Declined(ModelBooking booking, DeclineCode reason)
    {
        if (booking.Hold.IsHeld)
        {
            // It goes on, for another booking.
            booking.Hold.Record.Booking = 0;
            booking.Hold.Record.Timestamp = state.Time.Next();
        }

        booking.Record.DeclineCode = reason;
        Become(booking, BookingState.Failed);
    }

    // The money is there: the table of docs/SEATS.md, "Bookings and their payment".
    private void Paid(ModelBooking booking)
    {
        ModelHold hold = booking.Hold;
        if (hold.IsHeld)
        {
            Confirm(booking, SeatState.Held);
            return;
        }

        if (!booking.Pieces.AreFree)
        {
            bool mayBeOthers = (booking.Request.Flags & BookingFlags.AllowEquivalents) != 0 && hold.Area is null;
            if (!mayBeOthers || Equivalents(booking) is not { } others)
            {
                Become(booking, BookingState.Refunding);
                return;
            }

            others.Select(seat => seat.Number).ToArray().CopyTo((Span<uint>)booking.Record.Seats);
        }

        booking.IsLate = true;
        Confirm(booking, SeatState.Free);
    }

    private void Confirm(ModelBooking booking, SeatState from)
    {
        ulong now = state.Time.Next();
        ModelHold hold = booking.Hold;
        state.Move(booking.Show, booking.Pieces, from, SeatState.Booked, now, hold);
        if (hold.IsHeld)
        {
            state.End(hold, HoldState.Booked, now);
        }
        else
        {
            hold.Record.State = HoldState.Booked;
            hold.Record.Timestamp = now;
        }

        Become(booking, BookingState.Confirmed);
        booking.WasConfirmed = true;
        turns.CountBooked(booking.Record.Show, booking.Record.Buyer);
    }

    private void Become(ModelBooking booking, BookingState next)
    {
        booking.Record.State = next;
        booking.Record.Timestamp = state.Time.Next();
    }

    private static ModelSeat[]? Equivalents(ModelBooking booking)
    {
        SeatPlaces places = booking.Record.Seats;
        ModelSeat[] lost = [.. places[..booking.Record.Count].ToArray().Select(place => booking.Show.Seat(place)!)];
        (SeatStatus code, ModelSeat[] found, _) = BestSeats.Find(
            booking.Show, lost.Length, lost.Count(seat => seat.IsAccessible),
            seat => Array.Exists(lost, one => one.Block.Chart.Category == seat.Block.Chart.Category)
                && booking.Show.Holds[booking.Record.Hold].Terms.Sees(seat.Channel),
            together: false);
        ulong price = (ulong)found.Sum(seat => booking.Show.PriceOf(seat.Block));
        return code == SeatStatus.Ok && price <= booking.Record.Amount ? found : null;
    }

    private SeatStatus? Find(ulong number, UInt128 id, out ModelBooking? booking)
    {
        booking = null;
        return !state.Shows.TryGetValue(number, out ModelShow? show) ? SeatStatus.ShowNotFound
            : !show.Bookings.TryGetValue(id, out booking) ? SeatStatus.BookingNotFound
            : null;
    }
}
