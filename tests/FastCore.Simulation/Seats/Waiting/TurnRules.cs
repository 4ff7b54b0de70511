using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Simulation.Seats.Waiting;

/// <summary>Who is called, and when calls and turns end (docs/SEATS.md).</summary>
internal sealed class TurnRules(SeatsState state)
{
    private const ulong NsPerMs = 1_000_000;

    /// <summary>Calls the first ones who wait, as many as there is room for, so many in one entry at most.</summary>
    public void Call(ModelRoom room)
    {
        for (int steps = 0; steps < state.Options.WaitingStepsMax && room.CanCall; steps++)
        {
            ModelWaiter next = room.Line.First(waiter => waiter?.State == WaitingState.Waiting)!;
            next.State = WaitingState.Called;
            next.Calls++;
            next.Session = 0;
            next.Timestamp = state.Time.Next();
            next.ExpiresAt = state.Time.EntryNs + (room.Terms.CallMs * NsPerMs);
            room.CallsMade++;
        }

        room.WorkAt = room.CanCall ? state.Time.EntryNs + 1 : room.WorkAt;
    }

    /// <summary>Every call and turn whose time has come, the earliest first, then by place in the table.</summary>
    public void Expire(ulong nowNs)
    {
        if (!IsAnyOver(nowNs))
        {
            return;
        }

        List<(ModelRoom Room, ModelWaiter Waiter)> due = [.. state.RoomsInOrder
            .SelectMany(room => room.Waiters.Values.Select(waiter => (room, waiter)))
            .Where(one => one.waiter.HasTurn && one.waiter.ExpiresAt <= nowNs)
            .OrderBy(one => one.waiter.ExpiresAt)
            .ThenBy(one => one.waiter.TablePlace)];
        foreach ((ModelRoom room, ModelWaiter waiter) in due)
        {
            End(room, waiter, waiter.State == WaitingState.Called ? WaitingState.Missed : WaitingState.Over);
        }
    }

    // Asked at each entry, and nearly always no.
    private bool IsAnyOver(ulong nowNs)
    {
        foreach (ModelRoom room in state.RoomsInOrder)
        {
            foreach (ModelWaiter waiter in room.Waiters.Values)
            {
                if (waiter.HasTurn && waiter.ExpiresAt <= nowNs)
                {
                    return true;
                }
            }
        }

        return false;
    }

    public void End(ModelRoom room, ModelWaiter waiter, WaitingState end)
    {
        waiter.State = end;
        waiter.ExpiresAt = 0;
        waiter.Timestamp = state.Time.Next();
        ulong gap = state.Time.EntryNs - room.EndedAt;
        room.GapNs = room.Ended == 0 ? gap : (ulong)((Int128)room.GapNs + (((Int128)gap - room.GapNs) / 16));
        room.EndedAt = state.Time.EntryNs;
        room.Ended++;
        Call(room);
    }

    /// <summary>Whether a buyer may hold seats of a show.</summary>
    public bool MayHold(ulong show, ulong buyer, out ModelWaiter? waiter)
    {
        waiter = null;
        return !state.Rooms.TryGetValue(show, out ModelRoom? room) || !room.IsGuarding
            || (room.Waiters.TryGetValue(buyer, out waiter) && waiter.State == WaitingState.Active);
    }

    /// <summary>Somebody's seats are booked.</summary>
    public void CountBooked(ulong show, ulong buyer)
    {
        if (state.Rooms.TryGetValue(show, out ModelRoom? room) && room.IsGuarding
            && room.Waiters.TryGetValue(buyer, out ModelWaiter? waiter))
        {
            waiter.Booked++;
        }
    }

    /// <summary>A buyer has held seats.</summary>
    public void Prolong(ulong show, ModelWaiter waiter)
    {
        waiter.Holds++;
        OpenWaitingRoom terms = state.Rooms[show].Terms;
        ulong idle = state.Time.EntryNs + (terms.SessionMs * NsPerMs);
        ulong longest = waiter.EnteredAt + (terms.SessionMsMax * NsPerMs);
        waiter.ExpiresAt = Math.Min(idle, longest);
    }
}
