using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Simulation.Seats.Lists;
using FastCore.Simulation.Seats.Waiting;

namespace FastCore.Simulation.Seats;

/// <summary>The three ways to hold (docs/SEATS.md, "Order of rules").</summary>
internal sealed class HoldRules(SeatsState state, TurnRules turns)
{
    private const ulong NsPerMs = 1_000_000;

    private const HoldFlags OfSeats = HoldFlags.AllowSingleSeats | HoldFlags.BoxOffice | HoldFlags.Linked;

    /// <summary>Holds by number, linked ones together or not at all.</summary>
    public SeatResult[] HoldAll(HoldSeats[] requests) =>
        [.. LinkedRules.HoldAll(requests, HoldTerms.Of, Check, Hold).Select(made => made.Hold)];

    /// <summary>Holds of places, linked ones together or not at all.</summary>
    public SeatResult[] HoldAll(HoldGeneralAdmission[] requests) =>
        [.. LinkedRules.HoldAll(requests, HoldTerms.Of, Check, Hold).Select(made => made.Hold)];

    /// <summary>Holds of the best seats, linked ones together or not at all.</summary>
    public BestSeatsResult[] HoldAll(HoldBestAvailable[] requests) =>
        [.. LinkedRules.HoldAll(requests, HoldTerms.Of, Check, Hold).Select(made => new BestSeatsResult
        {
            Timestamp = made.Hold.Timestamp,
            Code = made.Hold.Code,
            State = made.Hold.State,
            Flags = made.Hold.Flags,
            ExpiresAt = made.Hold.ExpiresAt,
            Amount = made.Hold.Amount,
            Seats = made.Seats,
        })];

    private static SeatStatus Check(HoldSeats request)
    {
        SeatPlaces seats = request.Seats;
        return request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
            : request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0
                ? SeatStatus.ReservedField
            : (request.Flags & ~OfSeats) != 0 ? SeatStatus.ReservedFlag
            : CheckId(request.Id) != 0 ? CheckId(request.Id)
            : request.Channel > 15 ? SeatStatus.ChannelOutOfRange
            : !IsCount(request.Count, 0) || seats[..].ToArray().Skip(request.Count).Any(seat => seat != 0)
                ? SeatStatus.CountOutOfRange
            : 0;
    }

    // Ahead: so many holds of other shows would be made before; null = it is made.
    private (SeatResult Hold, SeatPlaces Seats) Hold(HoldSeats request, int? ahead)
    {
        SeatPlaces given = request.Seats;
        uint[] seats = given[..].ToArray();
        return Make(
            Check(request), HoldTerms.Of(request), show => Pick(show, request, seats[..request.Count]), ahead);
    }

    private static SeatStatus Check(HoldBestAvailable request) =>
        request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
        : request.Reserved != 0 ? SeatStatus.ReservedField
        : (request.Flags & ~(HoldFlags.Together | HoldFlags.BoxOffice | HoldFlags.Linked)) != 0
            ? SeatStatus.ReservedFlag
        : CheckId(request.Id) != 0 ? CheckId(request.Id)
        : request.Channel > 15 ? SeatStatus.ChannelOutOfRange
        : !IsCount(request.Count, request.Accessible) ? SeatStatus.CountOutOfRange
        : 0;

    private (SeatResult Hold, SeatPlaces Seats) Hold(HoldBestAvailable request, int? ahead)
    {
        HoldTerms terms = HoldTerms.Of(request);
        return Make(Check(request), terms, show => PickBest(show, terms), ahead);
    }

    /// <summary>What would come of an offer; Ok = it could be made.</summary>
    public SeatStatus LookAtOffer(ModelList list, ModelListEntry entry) => Offer(list, entry, 0).Hold.Code;

    /// <summary>Makes an offer that could be made.</summary>
    public ModelHold Offer(ModelList list, ModelListEntry entry)
    {
        _ = Offer(list, entry, null);
        return list.Show.Holds[entry.Terms.Id];
    }

    private (SeatResult Hold, SeatPlaces Seats) Offer(ModelList list, ModelListEntry entry, int? ahead)
    {
        HoldTerms terms = HoldTerms.Of(entry.Terms) with
        {
            ExpiresInMs = list.Terms.OfferMs,
            Flags = entry.Terms.Flags | HoldFlags.Offered,
        };
        return Make(
            0, terms,
            show => entry.Terms.Quantity == 0 ? PickBest(show, terms) : PickPlaces(show, terms), ahead, entry);
    }

    private static SeatStatus Check(HoldGeneralAdmission request) =>
        request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
        : (request.Flags & ~(HoldFlags.BoxOffice | HoldFlags.Linked)) != 0 ? SeatStatus.ReservedFlag
        : CheckId(request.Id) != 0 ? CheckId(request.Id)
        : request.Channel > 15 ? SeatStatus.ChannelOutOfRange
        : request.Quantity is 0 or > SeatLimits.QuantityMax ? SeatStatus.QuantityOutOfRange
        : 0;

    private (SeatResult Hold, SeatPlaces Seats) Hold(HoldGeneralAdmission request, int? ahead) =>
        Make(Check(request), HoldTerms.Of(request), show => PickPlaces(show, HoldTerms.Of(request)), ahead);

    /// <summary>Whether an id can be one.</summary>
    public static SeatStatus CheckId(UInt128 id) => id == 0 ? SeatStatus.IdMustNotBeZero
        : id == UInt128.MaxValue ? SeatStatus.IdMustNotBeIntMax
        : 0;

    /// <summary>What an accepted request about a hold is answered with.</summary>
    public static SeatResult AnswerOf(ModelHold hold) => new()
    {
        Code = SeatStatus.Ok,
        Timestamp = hold.Record.Timestamp,
        State = (byte)hold.Record.State,
        ExpiresAt = hold.Record.ExpiresAt,
        Amount = hold.Record.Amount,
    };

    private static bool IsCount(int count, int accessible) =>
        count is > 0 and <= SeatLimits.SeatsPerHoldMax && accessible <= count;

    private static bool IsWanted(ChartBlock block, HoldTerms terms) =>
        (terms.Categories == 0 || (terms.Categories >> block.Category & 1) == 1)
        && (terms.Zone == 0 || terms.Zone == block.Zone);

    private static Picked PickBest(ModelShow show, HoldTerms terms)
    {
        (SeatStatus code, ModelSeat[] seats, bool areTogether) = BestSeats.Find(
            show, terms.Count, terms.Accessible,
            seat => IsWanted(seat.Block.Chart, terms) && terms.Sees(seat.Channel),
            (terms.Flags & HoldFlags.Together) != 0);
        return new Picked(code, Seats: seats, AreTogether: areTogether);
    }

    private static Picked Pick(ModelShow show, HoldSeats request, uint[] places)
    {
        ModelBlock?[] blocks = [.. places.Select(place => show.Blocks.ElementAtOrDefault(SeatPlace.BlockOf(place)))];
        ModelSeat?[] seats = [.. places.Select(show.Seat)];
        HoldTerms terms = HoldTerms.Of(request);
        (SeatStatus Code, Func<int, bool> IsBroken)[] rules =
        [
            (SeatStatus.SeatNotFound, i => blocks[i] is null or { HasSingleSeats: true } && seats[i] is null),
            (SeatStatus.NotASeat, i => !blocks[i]!.HasSingleSeats),
            (SeatStatus.SeatRepeated, i => Array.IndexOf(places, places[i]) < i),
            (SeatStatus.SeatsUnavailable, i => !seats[i]!.IsFree || !terms.Sees(seats[i]!.Channel)),
        ];
        foreach ((SeatStatus code, Func<int, bool> isBroken) in rules)
        {
            int blocked = Bits(places.Length, isBroken);
            if (blocked != 0)
            {
                return new Picked(code, blocked);
            }
        }

        bool mustLeaveNone = (show.Terms.Flags & ShowFlags.NoSingleSeats) != 0
            && (request.Flags & HoldFlags.AllowSingleSeats) == 0;
        ModelSeat[] found = [.. seats.OfType<ModelSeat>()];
        ModelSeat[] besideSingle = mustLeaveNone ? [.. SingleSeats.BlockedBy(found)] : [];
        return besideSingle.Length == 0
            ? new Picked(SeatStatus.Ok, Seats: found)
            : new Picked(SeatStatus.LeavesSingleSeat, Bits(found.Length, i => besideSingle.Contains(found[i])));
    }

    private static Picked PickPlaces(ModelShow show, HoldTerms terms)
    {
        if (terms.Seats[0] >= show.Blocks.Count)
        {
            return new Picked(SeatStatus.BlockNotFound);
        }

        ModelBlock block = show.Blocks[(int)terms.Seats[0]];
        bool isForSo = !block.IsWholeTable
            || (terms.Quantity >= block.Chart.OccupancyMin && terms.Quantity <= block.Chart.OccupancyMax);
        return block.HasSingleSeats ? new Picked(SeatStatus.NotGeneralAdmission)
            : !isForSo ? new Picked(SeatStatus.QuantityOutOfRange)
            : !Pieces.Of(block, terms.Quantity).AreFree || !terms.Sees(block.WholeChannel)
                ? new Picked(SeatStatus.NotEnoughSeats)
            : new Picked(SeatStatus.Ok, Area: block);
    }

    private static int Bits(int count, Func<int, bool> isSet) =>
        Enumerable.Range(0, count).Where(isSet).Sum(i => 1 << i);

    private (SeatResult Hold, SeatPlaces Seats) Make(
        SeatStatus broken, HoldTerms terms, Func<ModelShow, Picked> pick, int? ahead = null,
        ModelListEntry? offered = null)
    {
        if (broken != 0)
        {
            return Refused(broken);
        }

        if (!state.Shows.TryGetValue(terms.Show, out ModelShow? show))
        {
            return Refused(SeatStatus.ShowNotFound);
        }

        if (show.Holds.TryGetValue(terms.Id, out ModelHold? known))
        {
            SeatStatus difference = known.Terms.DifferenceTo(terms);
            return difference != 0
                ? Refused(difference, state: known.Record.State)
                : MadeOf(known, SeatResultFlags.Duplicate);
        }

        ModelList? list = offered is null ? state.Lists.GetValueOrDefault(terms.Show) : null;
        if (list?.Find(terms.Id) is { State: WaitingListEntryState.Waiting })
        {
            return Refused(SeatStatus.ExistsWithDifferentOperation);
        }

        int limit = show.Terms.SeatsPerBuyerMax;
        if (limit != 0 && terms.Buyer == 0)
        {
            return Refused(SeatStatus.BuyerMustNotBeZero);
        }

        ModelWaiter? waiter = null;
        bool isOverTheCounter = (terms.Flags & HoldFlags.BoxOffice) != 0;
        if (!isOverTheCounter && offered is null && !turns.MayHold(terms.Show, terms.Buyer, out waiter))
        {
            return Refused(SeatStatus.NotAdmitted);
        }

        if (!isOverTheCounter && list is { IsServing: true })
        {
            return Refused(SeatStatus.WaitingListFirst);
        }

        if (terms.ExpiresInMs > show.HoldMsMax)
        {
            return Refused(SeatStatus.ExpiresInOutOfRange);
        }

        Picked picked = pick(show);
        if (picked.Code != SeatStatus.Ok)
        {
            return Refused(picked.Code, picked.Blocked);
        }

        long places = picked.Area is null ? picked.Seats!.Length : terms.Quantity;
        if (limit != 0 && show.SeatsOf(terms.Buyer) + places > limit)
        {
            return Refused(SeatStatus.BuyerLimitExceeded);
        }

        if (state.HoldPlaces.Count + (ahead ?? 0) >= state.Options.HoldsMax)
        {
            return Refused(SeatStatus.HoldsFull);
        }

        if (ahead is not null)
        {
            return Refused(SeatStatus.Ok);
        }

        if (waiter is not null)
        {
            turns.Prolong(terms.Show, waiter);
        }

        return MadeOf(Begin(show, terms, picked, offered), 0);
    }

    private static (SeatResult Hold, SeatPlaces Seats) MadeOf(ModelHold hold, SeatResultFlags flags)
    {
        SeatResult answer = AnswerOf(hold);
        answer.Flags = flags | (hold.IsTogether ? SeatResultFlags.Together : 0);
        return (answer, hold.Record.Seats);
    }

    private ModelHold Begin(ModelShow show, HoldTerms terms, Picked picked, ModelListEntry? offered)
    {
        ModelHold hold = new(show, terms)
        {
            IsTogether = picked.AreTogether,
            Area = picked.Area,
            ListEntry = offered,
            Place = state.HoldPlaces.Take(),
        };
        ulong lastsMs = terms.ExpiresInMs == 0 ? show.HoldMs : terms.ExpiresInMs;
        ulong now = state.Time.Next();
        hold.Record = new HoldRecord
        {
            Id = terms.Id,
            Show = terms.Show,
            Buyer = terms.Buyer,
            ExpiresAt = state.Time.EntryNs + (lastsMs * NsPerMs),
            CreatedAt = now,
            UserData64 = terms.UserData64,
            Timestamp = now,
            Quantity = terms.Quantity,
            Channel = terms.Channel,
            State = HoldState.Held,
        };
        if (picked.Area is { } area)
        {
            hold.Record.Seats[0] = SeatPlace.Of(area.Number, 0);
            hold.Record.Amount = SeatsState.PriceOf(show, area, terms.Quantity);
        }
        else
        {
            hold.Record.Count = (byte)picked.Seats!.Length;
            for (int i = 0; i < picked.Seats.Length; i++)
            {
                hold.Record.Seats[i] = picked.Seats[i].Number;
                hold.Record.Amount += show.PriceOf(picked.Seats[i].Block);
            }
        }

        show.Holds.Add(terms.Id, hold);
        state.NoteExpiry(hold.Record.ExpiresAt);
        state.Move(show, hold.Pieces, SeatState.Free, SeatState.Held, now, hold);
        return hold;
    }

    private static (SeatResult Hold, SeatPlaces Seats) Refused(
        SeatStatus code, int blocked = 0, HoldState state = 0) =>
        (new SeatResult { Code = code, Blocked = (ushort)blocked, State = (byte)state }, default);

    /// <summary>What is to be held, or why nothing is.</summary>
    private sealed record Picked(
        SeatStatus Code, int Blocked = 0, ModelSeat[]? Seats = null, ModelBlock? Area = null, bool AreTogether = false);
}
