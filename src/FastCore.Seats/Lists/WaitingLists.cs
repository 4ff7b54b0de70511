using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Charts;
using FastCore.Seats.Shows;
using FastCore.Seats.Waiting;

namespace FastCore.Seats.Lists;

/// <summary>Waiting lists are opened and closed, and buyers join and leave them.</summary>
internal sealed class WaitingLists(
    SeatStore all, HoldChanging holds, WaitingListServing serving, WaitingTurns turns)
{
    private readonly WaitingListStore _store = all.Lists;

    public SeatResult Open(in OpenWaitingList request)
    {
        SeatStatus broken = WaitingListRules.Check(request);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        int showSlot = all.FindShow(request.Show);
        if (showSlot < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ShowNotFound);
        }

        int slot = _store.Find(request.Show);
        if (slot >= 0)
        {
            ref readonly WaitingListRow known = ref _store.Lists.Read(slot);
            return request.EndsAt == known.EndsAt && request.OfferMs == known.OfferMs
                && request.PlacesMax == known.PlacesMax && request.EntriesPerBuyerMax == known.EntriesPerBuyerMax
                ? SeatAnswers.Repeated(AnswerOf(known))
                : SeatAnswers.Refusal(SeatStatus.ExistsWithDifferentTerms);
        }

        if (request.OfferMs > all.Shows.Read(showSlot).HoldMsMax)
        {
            return SeatAnswers.Refusal(SeatStatus.OfferMsOutOfRange);
        }

        if (request.EndsAt != 0 && request.EndsAt <= _store.Time.BatchNs)
        {
            return SeatAnswers.Refusal(SeatStatus.EndsAtOutOfRange);
        }

        if (_store.Lists.IsFull)
        {
            return SeatAnswers.Refusal(SeatStatus.WaitingListsFull);
        }

        // From here on it must succeed.
        ref WaitingListRow list = ref _store.Lists.Insert(new NumberKey(request.Show), out slot);
        list = new WaitingListRow
        {
            Show = request.Show,
            ShowSlot = showSlot,
            State = WaitingListState.Open,
            EntriesPerBuyerMax = request.EntriesPerBuyerMax,
            PlacesMax = request.PlacesMax,
            OfferMs = request.OfferMs,
            EndsAt = request.EndsAt,
            CreatedAt = _store.Time.Next(),
        };
        _store.SetLine(slot, new WaitingListLine());
        if (request.EndsAt != 0)
        {
            _store.Ends.Set(slot, request.EndsAt);
        }

        all.Shows.Write(showSlot).Flags |= ShowFlags.HasWaitingList;
        return AnswerOf(list);
    }

    public SeatResult Close(in CloseWaitingList request)
    {
        if (request.Timestamp != 0)
        {
            return SeatAnswers.Refusal(SeatStatus.TimestampMustBeZero);
        }

        switch (Find(request.Show, out int slot))
        {
            case 0:
                serving.End(slot);
                return AnswerOf(_store.Lists.Read(slot));
            case SeatStatus.WaitingListEnded:
                return SeatAnswers.Repeated(AnswerOf(_store.Lists.Read(slot)));
            case SeatStatus broken:
                return SeatAnswers.Refusal(broken);
        }
    }

    public SeatResult Join(in JoinWaitingList request)
    {
        SeatStatus broken = WaitingListRules.Check(request);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        int showSlot = all.FindShow(request.Show);
        if (showSlot < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ShowNotFound);
        }

        WaitingListEntryRow entry = WaitingListEntryRow.Of(request);
        if (_store.TryGet(request.Show, request.Id, out WaitingListEntryRow known))
        {
            HoldRow row = default;
            HoldOrder.Of(known).WriteTo(ref row, default);
            broken = HoldOrder.Of(entry).Compare(row);
            return broken != 0
                ? SeatAnswers.Refusal(broken, (byte)known.State)
                : SeatAnswers.Repeated(AnswerOf(known));
        }

        broken = Find(request.Show, out int slot);
        broken = broken != 0 ? broken : CheckJoin(entry, all.Shows.Read(showSlot), slot);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        // From here on it must succeed.
        ref WaitingListRow list = ref _store.Lists.Write(slot);
        entry.Place = ++list.Places;
        entry.Timestamp = _store.Time.Next();
        entry.JoinedAt = entry.Timestamp;
        _store.Count(slot, 1, 0);
        _store.Entries.Insert(new ShowIdKey(entry.Show, entry.Id), out int entrySlot) = entry;
        WaitingListLine line = _store.LineOf(slot);
        line.Count(entry.Buyer);
        line.Put(entry.Place, entrySlot, entry.Wish);
        all.Counters.Listed++;
        serving.ServeLast(slot, entry.Place);
        return AnswerOf(entry.Show, entry.Id);
    }

    public SeatResult Leave(in LeaveWaitingList request)
    {
        SeatStatus broken = request.Timestamp != 0
            ? SeatStatus.TimestampMustBeZero
            : SeatRules.CheckId(request.Id);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        if (all.FindShow(request.Show) < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ShowNotFound);
        }

        if (!_store.TryGet(request.Show, request.Id, out WaitingListEntryRow entry))
        {
            return SeatAnswers.Refusal(SeatStatus.WaitingListEntryNotFound);
        }

        switch (entry.State)
        {
            case WaitingListEntryState.Waiting:
                serving.Leave(
                    _store.Find(entry.Show), _store.FindEntry(entry.Show, entry.Id), WaitingListEntryState.Left);
                return AnswerOf(entry.Show, entry.Id);
            case WaitingListEntryState.Offered:
                // The entry follows its hold.
                holds.Release(new HoldChange { Hold = entry.Id, Show = entry.Show }, out SeatResult given);
                return given.Code == SeatStatus.Ok
                    ? AnswerOf(entry.Show, entry.Id)
                    : SeatAnswers.Refusal(given.Code, (byte)entry.State);
            default:
                return SeatAnswers.Repeated(AnswerOf(entry));
        }
    }

    private static SeatResult AnswerOf(in WaitingListRow list) =>
        new() { Code = SeatStatus.Ok, Timestamp = list.Timestamp, State = (byte)list.State };

    private SeatResult AnswerOf(ulong show, UInt128 id)
    {
        _ = _store.TryGet(show, id, out WaitingListEntryRow entry);
        return AnswerOf(entry);
    }

    private SeatResult AnswerOf(in WaitingListEntryRow entry)
    {
        SeatResult answer = new()
        {
            Code = SeatStatus.Ok,
            Timestamp = entry.Timestamp,
            State = (byte)entry.State,
        };
        if (entry.State == WaitingListEntryState.Offered)
        {
            ref readonly HoldRow hold = ref all.Holds.Read(all.Holds.Find(new ShowIdKey(entry.Show, entry.Id)));
            (answer.ExpiresAt, answer.Amount) = (hold.ExpiresAt, hold.Amount);
        }

        return answer;
    }

    /// <summary>The list of a show that has not ended, or what is broken.</summary>
    private SeatStatus Find(ulong show, out int slot)
    {
        slot = _store.Find(show);
        return slot < 0
            ? all.FindShow(show) < 0 ? SeatStatus.ShowNotFound : SeatStatus.WaitingListNotFound
            : _store.Lists.Read(slot).State == WaitingListState.Ended ? SeatStatus.WaitingListEnded
            : 0;
    }

    private SeatStatus CheckJoin(in WaitingListEntryRow entry, in ShowRow show, int slot)
    {
        SeatStatus broken = CheckPlaces(entry, all.Charts.At(show.ChartSlot));
        if (broken != 0)
        {
            return broken;
        }

        if ((show.Flags & ShowFlags.HasWaitingRoom) != 0 && !turns.IsAdmitted(show.Show, entry.Buyer, out _))
        {
            return SeatStatus.NotAdmitted;
        }

        if (show.SeatsPerBuyerMax != 0 && HoldMaking.Units(entry.Count, entry.Quantity) > show.SeatsPerBuyerMax)
        {
            return SeatStatus.BuyerLimitExceeded;
        }

        if (all.TryFindHold(entry.Id, entry.Show, out _))
        {
            return SeatStatus.ExistsWithDifferentOperation;
        }

        ref readonly WaitingListRow list = ref _store.Lists.Read(slot);
        WaitingListLine line = _store.LineOf(slot);
        return line.EntriesOf(entry.Buyer) >= Math.Max(list.EntriesPerBuyerMax, (ushort)1) ? SeatStatus.BuyerWaits
            : list.Places == list.PlacesMax || _store.Entries.IsFull || !line.HasRoomFor(entry.Wish)
            ? SeatStatus.WaitingListFull
            : 0;
    }

    // A wish that can never be met is none.
    private static SeatStatus CheckPlaces(in WaitingListEntryRow entry, Chart chart)
    {
        if (entry.Quantity == 0)
        {
            return 0;
        }

        if (entry.Block >= (uint)chart.Blocks.Length)
        {
            return SeatStatus.BlockNotFound;
        }

        ref readonly ChartBlock block = ref chart.Blocks[entry.Block];
        return chart.IsSoldBySeat((int)entry.Block) ? SeatStatus.NotGeneralAdmission
            : !chart.IsArea((int)entry.Block)
                && (entry.Quantity < block.OccupancyMin || entry.Quantity > block.OccupancyMax)
            ? SeatStatus.QuantityOutOfRange
            : 0;
    }
}
