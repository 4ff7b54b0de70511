using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Lists;

/// <summary>
/// What must hold of waiting lists between any two commands: every count is what its entries say, and who has an offer
/// has a hold.
/// </summary>
internal sealed class WaitingListInvariants(SeatStore all)
{
    private readonly WaitingListStore _store = all.Lists;

    /// <summary>Null, or a sentence that says what is broken.</summary>
    public string? Check()
    {
        Dictionary<(int List, WaitingListEntryState State), uint> counts = [];
        for (int slot = 0; slot < _store.Entries.SlotsUsed; slot++)
        {
            if (!_store.Entries.IsLive(slot))
            {
                continue;
            }

            WaitingListEntryRow entry = _store.Entries.Read(slot);
            int list = _store.Find(entry.Show);
            counts[(list, entry.State)] = counts.GetValueOrDefault((list, entry.State)) + 1;
            int hold = all.Holds.Find(new ShowIdKey(entry.Show, entry.Id));
            bool isRight = entry.State == WaitingListEntryState.Waiting
                ? _store.LineOf(list).SlotAt(entry.Place) == slot
                : entry.State == WaitingListEntryState.Offered && hold >= 0
                    && (all.Holds.Read(hold).Flags & HoldFlags.Offered) != 0;
            if (!isRight)
            {
                return $"Entry {entry.Id} of the waiting list of show {entry.Show} is {entry.State}, at place "
                    + $"{entry.Place} of {_store.Lists.Read(list).Places}, its hold in row {hold}.";
            }
        }

        string? broken = null;
        for (int slot = 0; broken is null && slot < _store.Lists.SlotsUsed; slot++)
        {
            uint Of(WaitingListEntryState state) => counts.GetValueOrDefault((slot, state));
            broken = CheckList(
                _store.Lists.Read(slot), Of(WaitingListEntryState.Waiting), Of(WaitingListEntryState.Offered));
        }

        return broken;
    }

    // Of a list that has ended those who waited are being forgotten.
    private string? CheckList(in WaitingListRow list, uint waiting, uint offered)
    {
        bool isOpen = list.State == WaitingListState.Open;
        bool isFlagged = (all.Shows.Read(list.ShowSlot).Flags & ShowFlags.HasWaitingList) != 0;
        bool isRight = isOpen
            ? waiting == list.Waiting
            : list.Waiting == 0 && (waiting == 0 || list.WorkDueNs != 0);
        return !isRight || offered != list.Offered || isOpen != isFlagged || list.Places > list.PlacesMax
            ? $"The waiting list of show {list.Show} counts {list.Waiting} waiting and {list.Offered} offered of "
                + $"{list.Places} places; its entries are {waiting} and {offered}."
            : null;
    }
}
