using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;

namespace FastCore.Simulation.Seats.Lists;

/// <summary>
/// Who of a list is offered what (docs/SEATS.md): whenever there may be something, everybody who waits is asked from
/// the first on, and after each offer from the first on again.
/// </summary>
internal sealed class ListServing(SeatsState state, HoldRules holds)
{
    private int _left;

    /// <summary>A command or the timers of an entry begin: so many offers come of them at most.</summary>
    public void Begin() => _left = state.Options.WaitingListOffersMax;

    /// <summary>Lists end whose time has come, the earliest first.</summary>
    public void EndDue()
    {
        List<ModelList> due = [.. state.Lists.Values
            .Where(list => list.IsOpen && list.Terms.EndsAt != 0 && list.Terms.EndsAt <= state.Time.EntryNs)
            .OrderBy(list => list.Terms.EndsAt)
            .ThenBy(list => list.Number)];
        due.ForEach(End);
    }

    /// <summary>A list ends for all who wait; what was offered stays.</summary>
    public void End(ModelList list)
    {
        list.EndedAt = state.Time.Next();
        list.WorkAt = null;
        foreach (ModelListEntry entry in list.Waiting.ToArray())
        {
            (entry.State, entry.Timestamp) = (WaitingListEntryState.Ended, list.EndedAt);
        }
    }

    /// <summary>Serves the lists whose turn it is.</summary>
    public void Work()
    {
        foreach (ModelList list in state.Lists.Values.Where(list => list.WorkAt <= state.Time.EntryNs)
            .OrderBy(list => list.WorkAt).ThenBy(list => list.Number).ToArray())
        {
            list.WorkAt = null;
            Serve(list, ref _left);
        }
    }

    /// <summary>Somebody joined. While others are served, everybody waits.</summary>
    public void Joined(ModelList list)
    {
        int noLimit = int.MaxValue;
        if (list.IsStalled)
        {
            Serve(list, ref _left);
        }
        else if (list.WorkAt is null)
        {
            Serve(list, ref noLimit);
        }
    }

    private void Serve(ModelList list, ref int left)
    {
        list.IsStalled = false;
        while (FirstToServe(list, out SeatStatus code) is { } entry)
        {
            if (code == SeatStatus.HoldsFull)
            {
                list.IsStalled = true;
                return;
            }

            if (left == 0)
            {
                list.WorkAt = state.Time.EntryNs + 1;
                return;
            }

            left--;
            if (code == SeatStatus.BuyerLimitExceeded)
            {
                (entry.State, entry.Timestamp) = (WaitingListEntryState.OverLimit, state.Time.Next());
                continue;
            }

            entry.Hold = holds.Offer(list, entry);
            (entry.State, entry.Timestamp) = (WaitingListEntryState.Offered, entry.Hold.Record.Timestamp);
        }
    }

    private ModelListEntry? FirstToServe(ModelList list, out SeatStatus code)
    {
        foreach (ModelListEntry entry in state.Options.ServesNewestFirst ? list.Waiting.Reverse() : list.Waiting)
        {
            code = holds.LookAtOffer(list, entry);
            if (code is not (SeatStatus.NotEnoughSeats or SeatStatus.NotTogether))
            {
                return entry;
            }
        }

        code = 0;
        return null;
    }
}
