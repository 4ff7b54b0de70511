using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Simulation.Seats.Waiting;

namespace FastCore.Simulation.Seats.Lists;

/// <summary>Waiting lists are opened and closed, joined and left, and looked up (docs/SEATS.md).</summary>
internal sealed class ListRules(SeatsState state, ListServing serving, HoldChangeRules changes, TurnRules turns)
{
    public SeatResult Open(OpenWaitingList request)
    {
        ModelShow? show = null;
        SeatStatus broken = request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
            : request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0 ? SeatStatus.ReservedField
            : request.PlacesMax is 0 or > SeatLimits.WaitingPlacesMax ? SeatStatus.PlacesOutOfRange
            : !state.Shows.TryGetValue(request.Show, out show) ? SeatStatus.ShowNotFound
            : 0;
        if (broken != 0)
        {
            return new SeatResult { Code = broken };
        }

        if (state.Lists.TryGetValue(request.Show, out ModelList? known))
        {
            bool isSame = (known.Terms.EndsAt, known.Terms.OfferMs, known.Terms.PlacesMax)
                == (request.EndsAt, request.OfferMs, request.PlacesMax)
                && known.Terms.EntriesPerBuyerMax == request.EntriesPerBuyerMax;
            return isSame
                ? AnswerOf(known, SeatResultFlags.Duplicate)
                : new SeatResult { Code = SeatStatus.ExistsWithDifferentTerms };
        }

        broken = request.OfferMs > show!.HoldMsMax ? SeatStatus.OfferMsOutOfRange
            : request.EndsAt != 0 && request.EndsAt <= state.Time.EntryNs ? SeatStatus.EndsAtOutOfRange
            : state.Lists.Count >= state.Options.WaitingListsMax ? SeatStatus.WaitingListsFull
            : 0;
        if (broken != 0)
        {
            return new SeatResult { Code = broken };
        }

        ModelList list = new(show, request, state.Lists.Count, state.Time.Next());
        state.Lists.Add(request.Show, list);
        return AnswerOf(list);
    }

    public SeatResult Close(CloseWaitingList request)
    {
        ModelList? list = null;
        SeatStatus broken = request.Timestamp != 0
            ? SeatStatus.TimestampMustBeZero
            : Find(request.Show, out list);
        switch (broken)
        {
            case 0:
                serving.End(list!);
                return AnswerOf(list!);
            case SeatStatus.WaitingListEnded:
                return AnswerOf(list!, SeatResultFlags.Duplicate);
            default:
                return new SeatResult { Code = broken };
        }
    }

    public SeatResult Join(JoinWaitingList request)
    {
        SeatStatus broken = Check(request);
        ModelList? list = null;
        if (broken == 0 && !state.Shows.ContainsKey(request.Show))
        {
            broken = SeatStatus.ShowNotFound;
        }

        if (broken == 0 && state.Lists.GetValueOrDefault(request.Show)?.Find(request.Id) is { } known)
        {
            SeatStatus difference = HoldTerms.Of(known.Terms).DifferenceTo(HoldTerms.Of(request));
            return difference != 0
                ? new SeatResult { Code = difference, State = (byte)known.State }
                : AnswerOf(known, SeatResultFlags.Duplicate);
        }

        broken = broken != 0 ? broken : Find(request.Show, out list);
        broken = broken != 0 ? broken : CheckJoin(list!, request);
        if (broken != 0)
        {
            return new SeatResult { Code = broken };
        }

        ModelListEntry entry = new(request, (uint)list!.Entries.Count + 1, state.Time.Next());
        list.Entries.Add(entry);
        serving.Joined(list);
        return AnswerOf(entry);
    }

    public SeatResult Leave(LeaveWaitingList request)
    {
        SeatStatus broken = request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
            : HoldRules.CheckId(request.Id) != 0 ? HoldRules.CheckId(request.Id)
            : !state.Shows.ContainsKey(request.Show) ? SeatStatus.ShowNotFound
            : 0;
        ModelListEntry? entry = state.Lists.GetValueOrDefault(request.Show)?.Find(request.Id);
        if (broken != 0 || entry is null)
        {
            return new SeatResult { Code = broken != 0 ? broken : SeatStatus.WaitingListEntryNotFound };
        }

        switch (entry.State)
        {
            case WaitingListEntryState.Waiting:
                (entry.State, entry.Timestamp) = (WaitingListEntryState.Left, state.Time.Next());
                return AnswerOf(entry);
            case WaitingListEntryState.Offered:
                SeatResult given = changes.Release(new HoldChange { Hold = request.Id, Show = request.Show });
                return given.Code == SeatStatus.Ok
                    ? AnswerOf(entry)
                    : new SeatResult { Code = given.Code, State = (byte)entry.State };
            default:
                return AnswerOf(entry, SeatResultFlags.Duplicate);
        }
    }

    public WaitingListRecord? List(ulong key, ulong show) =>
        key != show || !state.Lists.TryGetValue(show, out ModelList? list) ? null : new WaitingListRecord
        {
            Show = show,
            CreatedAt = list.CreatedAt,
            EndsAt = list.Terms.EndsAt,
            EndedAt = list.EndedAt,
            OfferMs = list.Terms.OfferMs,
            PlacesMax = list.Terms.PlacesMax,
            Places = (uint)list.Entries.Count,
            Waiting = (uint)list.Waiting.Count(),
            Offered = (uint)list.Entries.Count(entry => entry.State == WaitingListEntryState.Offered),
            EntriesPerBuyerMax = list.Terms.EntriesPerBuyerMax,
            State = StateOf(list),
            IsServing = (byte)(list.IsServing ? 1 : 0),
        };

    public WaitingListEntry? Entry(ulong show, UInt128 id) =>
        state.Lists.TryGetValue(show, out ModelList? list) && list.Find(id) is { } entry
            ? RecordOf(list, entry)
            : null;

    public IEnumerable<WaitingListEntry> Page(ulong show, SeatFilter filter) =>
        filter.Place != 0 || !state.Lists.TryGetValue(show, out ModelList? list)
            ? []
            : list.Waiting.Where(entry => entry.Place > filter.From)
                .Take((int)Math.Min(filter.Limit, Limits.ElementsPerRequestMax))
                .Select(entry => RecordOf(list, entry));

    private static WaitingListEntry RecordOf(ModelList list, ModelListEntry entry) => new()
    {
        Id = entry.Terms.Id,
        Show = entry.Terms.Show,
        Buyer = entry.Terms.Buyer,
        Hold = entry.Hold?.Record.Id ?? 0,
        JoinedAt = entry.JoinedAt,
        Timestamp = entry.Timestamp,
        ExpiresAt = entry.State == WaitingListEntryState.Offered ? entry.Hold!.Record.ExpiresAt : 0,
        UserData64 = entry.Terms.UserData64,
        Place = entry.Place,
        Position = entry.State == WaitingListEntryState.Waiting
            ? (uint)list.Waiting.Count(other => other.Place <= entry.Place)
            : 0,
        Block = entry.Terms.Block,
        Quantity = entry.Terms.Quantity,
        Flags = entry.Terms.Flags,
        Categories = entry.Terms.Categories,
        Zone = entry.Terms.Zone,
        Channel = entry.Terms.Channel,
        Count = entry.Terms.Count,
        Accessible = entry.Terms.Accessible,
        State = entry.State,
    };

    private static WaitingListState StateOf(ModelList list) =>
        list.IsOpen ? WaitingListState.Open : WaitingListState.Ended;

    private static SeatResult AnswerOf(ModelList list, SeatResultFlags flags = 0) => new()
    {
        Code = SeatStatus.Ok,
        Timestamp = list.IsOpen ? list.CreatedAt : list.EndedAt,
        State = (byte)StateOf(list),
        Flags = flags,
    };

    private static SeatResult AnswerOf(ModelListEntry entry, SeatResultFlags flags = 0)
    {
        bool hasOffer = entry.State == WaitingListEntryState.Offered;
        return new SeatResult
        {
            Code = SeatStatus.Ok,
            Timestamp = entry.Timestamp,
            State = (byte)entry.State,
            Flags = flags,
            ExpiresAt = hasOffer ? entry.Hold!.Record.ExpiresAt : 0,
            Amount = hasOffer ? entry.Hold!.Record.Amount : 0,
        };
    }

    private static SeatStatus Check(JoinWaitingList request)
    {
        bool isPlaces = request.Quantity != 0;
        bool hasOfOthers = isPlaces ? request.Categories != 0 || request.Zone != 0 : request.Block != 0;
        bool isFlag = request.Flags == 0 || (request.Flags == HoldFlags.Together && !isPlaces);
        bool isCount = isPlaces
            ? (request.Count, request.Accessible) == (0, 0)
            : request.Count is > 0 and <= SeatLimits.SeatsPerHoldMax && request.Accessible <= request.Count;
        return request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
            : hasOfOthers ? SeatStatus.ReservedField
            : !isFlag ? SeatStatus.ReservedFlag
            : HoldRules.CheckId(request.Id) != 0 ? HoldRules.CheckId(request.Id)
            : request.Channel > 15 ? SeatStatus.ChannelOutOfRange
            : !isCount ? SeatStatus.CountOutOfRange
            : request.Quantity > SeatLimits.QuantityMax ? SeatStatus.QuantityOutOfRange
            : request.Buyer == 0 ? SeatStatus.BuyerMustNotBeZero
            : 0;
    }

    private SeatStatus Find(ulong show, out ModelList? list) =>
        !state.Lists.TryGetValue(show, out list)
            ? state.Shows.ContainsKey(show) ? SeatStatus.WaitingListNotFound : SeatStatus.ShowNotFound
            : list.IsOpen ? 0
            : SeatStatus.WaitingListEnded;

    private SeatStatus CheckJoin(ModelList list, JoinWaitingList request)
    {
        ModelShow show = list.Show;
        if (request.Quantity != 0)
        {
            ModelBlock? block = request.Block < show.Blocks.Count ? show.Blocks[(int)request.Block] : null;
            bool isForSo = block is not { IsWholeTable: true }
                || (request.Quantity >= block.Chart.OccupancyMin && request.Quantity <= block.Chart.OccupancyMax);
            SeatStatus broken = block is null ? SeatStatus.BlockNotFound
                : block.HasSingleSeats ? SeatStatus.NotGeneralAdmission
                : !isForSo ? SeatStatus.QuantityOutOfRange
                : 0;
            if (broken != 0)
            {
                return broken;
            }
        }

        int limit = show.Terms.SeatsPerBuyerMax;
        int wants = request.Quantity != 0 ? request.Quantity : request.Count;
        int has = list.Entries.Count(entry => entry.Terms.Buyer == request.Buyer
            && entry.State is (WaitingListEntryState.Waiting or WaitingListEntryState.Offered));
        return !turns.MayHold(request.Show, request.Buyer, out _) ? SeatStatus.NotAdmitted
            : limit != 0 && wants > limit ? SeatStatus.BuyerLimitExceeded
            : show.Holds.ContainsKey(request.Id) ? SeatStatus.ExistsWithDifferentOperation
            : has >= Math.Max((int)list.Terms.EntriesPerBuyerMax, 1) ? SeatStatus.BuyerWaits
            : list.Entries.Count >= list.Terms.PlacesMax ? SeatStatus.WaitingListFull
            : 0;
    }
}
