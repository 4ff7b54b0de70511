using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Simulation.Seats.Waiting;

namespace FastCore.Simulation.Seats;

/// <summary>Bookings, their cancellation, and how their payments end (docs/SEATS.md).</summary>
internal sealed class BookingRules(SeatsState state, TurnRules turns)
{
    private const BookingFlags Allowed =
        BookingFlags.PaidElsewhere | BookingFlags.AllowEquivalents | BookingFlags.Linked;

    /// <summary>Answers the bookings of a request, linked ones together or not at all.</summary>
    public SeatResult[] BookAll(BookHeld[] requests)
    {
        List<SeatResult> results = [];
        while (results.Count < requests.Length)
        {
            BookHeld[] rest = requests[results.Count..];
            int links = rest.TakeWhile(one => (one.Flags & BookingFlags.Linked) != 0).Count();
            bool isOpen = links == rest.Length;
            BookHeld[] chain = rest[..(isOpen ? links : links + 1)];
            results.AddRange(chain.Length == 1 && !isOpen ? [Book(chain[0])] : BookTogether(chain, isOpen));
        }

        return [.. results];
    }

    private SeatResult Book(BookHeld request)
    {
        if (Look(request) is { } refusal)
        {
            return refusal;
        }

        ModelBooking booking = Draft(request);
        return booking.IsPaid && state.AreBookingsFull
            ? new SeatResult { Code = SeatStatus.BookingsFull }
            : Begin(booking);
    }

    private SeatResult[] BookTogether(BookHeld[] chain, bool isOpen)
    {
        ulong[] shows = [.. chain.Select(one => one.Show)];
        SeatResult?[] would = [.. chain.Select((one, at) =>
        {
            SeatStatus code = isOpen && at == chain.Length - 1 ? SeatStatus.LinkedBookingChainOpen
                : at >= 64 ? SeatStatus.LinkedBookingsTooMany
                : Check(one) != 0 ? Check(one)
                : at > 0 && !state.Shows.ContainsKey(one.Show) ? SeatStatus.LinkedShowNotHere
                : Array.IndexOf(shows, one.Show) < at ? SeatStatus.LinkedShowRepeated
                : 0;
            SeatResult? refusal = code != 0 ? new SeatResult { Code = code } : Look(one);
            return refusal is null && Differ(chain[0], one)
                ? new SeatResult { Code = SeatStatus.LinkedBookingDiffers }
                : refusal;
        })];
        if (would.All(one => one is null))
        {
            ModelBooking[] together = [.. chain.Select(Draft)];
            foreach (ModelBooking booking in together)
            {
                booking.Chain = together;
                booking.Record.Flags |= booking.IsPayer ? 0 : BookingFlags.Joined;
            }

            if (!together[0].IsPaid || !state.AreBookingsFull)
            {
                return [.. together.Select(Begin)];
            }

            would[0] = new SeatResult { Code = SeatStatus.BookingsFull };
        }

        return [.. would.Select(one => one ?? new SeatResult { Code = SeatStatus.LinkedBookingFailed })];
    }

    // What one payment can have once only.
    private bool Differ(BookHeld first, BookHeld request)
    {
        if (!state.Shows.TryGetValue(first.Show, out ModelShow? payer))
        {
            return false;
        }

        ModelShow show = state.Shows[request.Show];
        return (payer.Terms.Merchant, payer.Terms.Currency) != (show.Terms.Merchant, show.Terms.Currency)
            || (first.Id, first.Card, first.Terminal, first.Device, first.Connector, first.Method)
                != (request.Id, request.Card, request.Terminal, request.Device, request.Connector, request.Method)
            || (first.Flags | BookingFlags.Linked) != (request.Flags | BookingFlags.Linked);
    }

    private static SeatStatus Check(BookHeld request) =>
        request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
        : request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0 ? SeatStatus.ReservedField
        : (request.Flags & ~Allowed) != 0 ? SeatStatus.ReservedFlag
        : HoldRules.CheckId(request.Id);

    // Null = it can be booked.
    private SeatResult? Look(BookHeld request)
    {
        SeatStatus broken = Check(request);
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

        return Refusal(hold!) is { } ended ? new SeatResult { Code = ended, State = (byte)hold!.Record.State } : null;
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

        foreach (ModelBooking each in state.Options.CancelsAlone ? [booking] : booking.Together)
        {
            each.Hold.Record.State = HoldState.Released;
            each.Hold.Record.Timestamp = state.Time.Next();
            state.Move(
                each.Show, each.Pieces, SeatState.Booked, SeatState.Free, each.Hold.Record.Timestamp, each.Hold);
            Become(each, each.IsPaid ? BookingState.Refunding : BookingState.Cancelled);
        }

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
        if (booking?.Record.State != expected || !booking.IsPayer)
        {
            // Nobody waits for it, or not any more.
            return new SeatResult { Code = SeatStatus.Ok, Flags = SeatResultFlags.Duplicate };
        }

        foreach (ModelBooking each in booking.Together)
        {
            each.Record.Refusal = outcome.Refusal;
        }

        if (outcome.Step == BookingStep.Refund)
        {
            foreach (ModelBooking each in booking.Together)
            {
                Become(each, outcome.IsDone != 0 ? BookingState.Refunded : BookingState.RefundFailed);
            }
        }
        else if (outcome.IsDone != 0)
        {
            Paid(booking);
        }
        else
        {
            foreach (ModelBooking each in booking.Together)
            {
                each.Record.DeclineCode = outcome.DeclineCode;
                LetGo(each, BookingState.Failed);
            }
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

    // As it will be, not there yet.
    private ModelBooking Draft(BookHeld request)
    {
        ModelShow show = state.Shows[request.Show];
        ModelHold hold = show.Holds[request.Hold];
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
        if (hold.Area is { } area)
        {
            seats = [SeatPlace.Of(area.Number, 0)];
        }

        seats.CopyTo((Span<uint>)booking.Record.Seats);
        return booking;
    }

    private SeatResult Begin(ModelBooking booking)
    {
        ModelHold hold = booking.Hold;
        booking.Record.Merchant = booking.IsPaid ? booking.Show.Terms.Merchant : 0;
        booking.Show.Bookings.Add(booking.Record.Id, booking);
        hold.Record.Booking = booking.Record.Id;
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

    // What still holds goes on, for another booking.
    private void LetGo(ModelBooking booking, BookingState next)
    {
        if (booking.Hold.IsHeld)
        {
            booking.Hold.Record.Booking = 0;
            booking.Hold.Record.Timestamp = state.Time.Next();
        }

        Become(booking, next);
    }

    // The money is there: the table of docs/SEATS.md, "Bookings and their payment", all of them or none.
    private void Paid(ModelBooking payer)
    {
        bool areAll = payer.Together.All(booking => booking.Hold.IsHeld || SeatsFor(booking) is not null);
        foreach (ModelBooking booking in payer.Together)
        {
            if (!areAll && !(state.Options.LandsAlone && booking.Hold.IsHeld))
            {
                LetGo(booking, BookingState.Refunding);
            }
            else if (booking.Hold.IsHeld)
            {
                Confirm(booking, SeatState.Held);
            }
            else
            {
                SeatsFor(booking)!.CopyTo((Span<uint>)booking.Record.Seats);
                booking.IsLate = true;
                Confirm(booking, SeatState.Free);
            }
        }
    }

    // Its own seats, or others as good.
    private static uint[]? SeatsFor(ModelBooking booking)
    {
        SeatPlaces own = booking.Record.Seats;
        return booking.Pieces.AreFree ? own[..].ToArray()
            : (booking.Request.Flags & BookingFlags.AllowEquivalents) == 0 || booking.Hold.Area is not null ? null
            : Equivalents(booking)?.Select(seat => seat.Number).ToArray();
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
