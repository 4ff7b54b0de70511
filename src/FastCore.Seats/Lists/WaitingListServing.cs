using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Lists;

/// <summary>
/// Offers what is free to those who wait: always to the first of them whose wish can be met, a bounded number in one
/// command or timer. What is left follows in the next journal entries, and nobody else may hold seats of the show
/// before that is done.
/// </summary>
internal sealed class WaitingListServing(SeatStore all, SeatMoves moves, HoldMaking holds, int offersMax)
{
    private readonly WaitingListStore _store = all.Lists;
    private int _left;

    private enum Outcome
    {
        /// <summary>The entry has its offer, or has ended.</summary>
        Served,

        /// <summary>Nothing that it wishes for is free.</summary>
        Failed,

        /// <summary>There is no room for one more hold.</summary>
        Full,
    }

    /// <summary>A command or a timer begins: so many offers come of it at most.</summary>
    public void Begin() => _left = offersMax;

    /// <summary>Does the work of all lists that is due.</summary>
    public void Work()
    {
        _store.IsTouched = false;
        while (_store.Works.TryTake(_store.Time.BatchNs, out int slot))
        {
            _store.Lists.Write(slot).WorkDueNs = 0;
            if (_store.Lists.Read(slot).State == WaitingListState.Ended)
            {
                ForgetSome(slot);
            }
            else
            {
                Serve(slot);
            }
        }
    }

    /// <summary>Somebody has joined: all who were there already found nothing, so nobody else is asked.</summary>
    public void ServeLast(int slot, uint place)
    {
        ref readonly WaitingListRow list = ref _store.Lists.Read(slot);
        if (list.IsStalled != 0)
        {
            Serve(slot);
        }
        else if (list.WorkDueNs == 0)
        {
            // While others are served, it stands behind them.
            _ = Offer(slot, place, looks: false);
        }
    }

    /// <summary>A list ends; what was offered stays. Its timers may be gone.</summary>
    public void End(int slot)
    {
        ref WaitingListRow list = ref _store.Lists.Write(slot);
        list.State = WaitingListState.Ended;
        list.EndedAt = _store.Time.Next();
        all.Shows.Write(list.ShowSlot).Flags &= ~ShowFlags.HasWaitingList;
        if (list.EndsAt != 0)
        {
            _store.Ends.Cancel(slot);
        }

        if (list.WorkDueNs == 0 && list.Waiting == 0)
        {
            Forgotten(slot);
        }
        else if (list.WorkDueNs == 0)
        {
            _store.Schedule(slot, _store.Time.BatchNs + 1);
        }

        _store.Count(slot, -(int)list.Waiting, 0);
    }

    /// <summary>One who waits does so no more.</summary>
    public void Leave(int slot, int entrySlot, WaitingListEntryState state)
    {
        ref readonly WaitingListEntryRow entry = ref _store.Entries.Read(entrySlot);
        _store.LineOf(slot).Take(entry.Place, entry.Wish);
        _store.Count(slot, -1, 0);
        _store.End(slot, entrySlot, state, _store.Time.Next());
    }

    private void Serve(int slot)
    {
        WaitingListLine line = _store.LineOf(slot);
        _store.Lists.Write(slot).IsStalled = 0;
        line.BeginPass();
        while (line.TryFirst(out uint place))
        {
            bool isSpent = _left == 0;
            switch (Offer(slot, place, isSpent))
            {
                case Outcome.Served when isSpent:
                    _store.Schedule(slot, _store.Time.BatchNs + 1);
                    return;
                case Outcome.Served:
                    _left--;
                    break;
                case Outcome.Failed:
                    line.Fail(_store.Entries.Read(line.SlotAt(place)).Wish);
                    break;
                default:
                    // Nobody can hold seats now; tried again when more become free, or somebody joins.
                    return;
            }
        }
    }

    // Looks: what would come of it, and nothing changes.
    private Outcome Offer(int slot, uint place, bool looks)
    {
        WaitingListLine line = _store.LineOf(slot);
        int entrySlot = line.SlotAt(place);
        WaitingListEntryRow entry = _store.Entries.Read(entrySlot);
        HoldOrder order = HoldOrder.Of(entry);
        order.ExpiresInMs = _store.Lists.Read(slot).OfferMs;
        order.Flags |= HoldFlags.Offered;
        SeatResult hold;
        if (looks)
        {
            hold = holds.Look(ref order, 0, out _);
        }
        else
        {
            holds.Hold(ref order, out hold, out _);
        }

        switch (hold.Code)
        {
            case 0:
                return Outcome.Served;
            case SeatStatus.Ok:
                break;
            case SeatStatus.NotEnoughSeats or SeatStatus.NotTogether:
                return Outcome.Failed;
            case SeatStatus.BuyerLimitExceeded:
                ref readonly ShowRow show = ref all.Shows.Read(_store.Lists.Read(slot).ShowSlot);
                if (!moves.HasRoomForBuyer(show, entry.Buyer, 0))
                {
                    return Stall(slot);
                }

                if (!looks)
                {
                    Leave(slot, entrySlot, WaitingListEntryState.OverLimit);
                }

                return Outcome.Served;
            default:
                return Stall(slot);
        }

        _store.Count(slot, -1, 1);
        line.Take(place, entry.Wish);
        (entry.State, entry.Timestamp, entry.HasHold) = (WaitingListEntryState.Offered, hold.Timestamp, 1);
        _store.Entries.Write(entrySlot) = entry;
        all.Counters.Offers++;
        return Outcome.Served;
    }

    private Outcome Stall(int slot)
    {
        _store.Lists.Write(slot).IsStalled = 1;
        return Outcome.Full;
    }

    private void ForgetSome(int slot)
    {
        ref WaitingListRow list = ref _store.Lists.Write(slot);
        WaitingListLine line = _store.LineOf(slot);
        for (int steps = 0; steps < all.Waiting.StepsMax && list.Progress < list.Places; steps++)
        {
            int entry = line.SlotAt(++list.Progress);
            if (entry >= 0)
            {
                line.Take(list.Progress, _store.Entries.Read(entry).Wish);
                _store.End(slot, entry, WaitingListEntryState.Ended, list.EndedAt);
            }
        }

        if (list.Progress < list.Places)
        {
            _store.Schedule(slot, _store.Time.BatchNs + 1);
        }
        else
        {
            Forgotten(slot);
        }
    }

    private void Forgotten(int slot) => _store.SetLine(slot, null);
}
