using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Waiting;

/// <summary>Who is called when a place in the show is free, and when turns end.</summary>
internal sealed class WaitingTurns(WaitingStore store)
{
    private const ulong NsPerMs = 1_000_000;

    // How much of a new gap the running mean takes: one sixteenth.
    private const long MeanOver = 16;

    /// <summary>
    /// Calls as many as may be in the show, in the order of their places; the rest in the next entry.
    /// </summary>
    public void CallWaiting(int roomSlot)
    {
        for (int steps = 0; steps < store.StepsMax && store.Rooms.Read(roomSlot).CanCall; steps++)
        {
            ref WaitingRoomRow room = ref store.Rooms.Write(roomSlot);
            WaitingLine line = store.LineOf(roomSlot);
            uint place = line.First();
            int slot = line.SlotAt(place);
            line.SetWaits(place, false);
            ref WaitingRow buyer = ref store.Buyers.Write(slot);
            buyer.State = WaitingState.Called;
            buyer.Calls++;
            buyer.Session = 0;
            buyer.Timestamp = store.Time.Next();
            buyer.ExpiresAt = store.Time.BatchNs + (room.CallMs * NsPerMs);
            room.Waiting--;
            room.Called++;
            room.CallsMade++;
            store.Endings.Set(slot, buyer.ExpiresAt);
        }

        if (store.Rooms.Read(roomSlot).CanCall)
        {
            store.Schedule(roomSlot);
        }
    }

    /// <summary>The time of a call or a turn has passed.</summary>
    public void Expire(int slot) => End(
        slot, store.Buyers.Read(slot).State == WaitingState.Called ? WaitingState.Missed : WaitingState.Over);

    /// <summary>A call or a turn ends, which calls the next. Its timer must be gone.</summary>
    public void End(int slot, WaitingState state)
    {
        ref WaitingRow buyer = ref store.Buyers.Write(slot);
        ref WaitingRoomRow room = ref store.Rooms.Write(buyer.RoomSlot);
        if (buyer.State == WaitingState.Called)
        {
            room.Called--;
        }
        else
        {
            room.Active--;
        }

        buyer.State = state;
        buyer.ExpiresAt = 0;
        buyer.Timestamp = store.Time.Next();
        ulong gap = store.Time.BatchNs - room.EndedAt;
        room.GapNs = room.Ended == 0 ? gap : (ulong)((long)room.GapNs + (((long)gap - (long)room.GapNs) / MeanOver));
        room.EndedAt = store.Time.BatchNs;
        room.Ended++;
        CallWaiting(buyer.RoomSlot);
    }

    /// <summary>Whether a buyer is in a show that has a waiting room.</summary>
    public bool IsAdmitted(ulong show, ulong buyer, out int slot)
    {
        slot = store.Buyers.Find(new BuyerKey(show, buyer));
        return slot >= 0 && store.Buyers.Read(slot).State == WaitingState.Active;
    }

    /// <summary>Seats that somebody held are booked; counted where there is a waiting room.</summary>
    public void CountBooked(in ShowRow show, ulong buyer)
    {
        int slot = (show.Flags & ShowFlags.HasWaitingRoom) == 0
            ? -1
            : store.Buyers.Find(new BuyerKey(show.Show, buyer));
        if (slot >= 0)
        {
            store.Buyers.Write(slot).Booked++;
        }
    }

    /// <summary>A buyer in the show has held seats: the turn goes on, up to its longest.</summary>
    public void Prolong(int slot)
    {
        ref WaitingRow buyer = ref store.Buyers.Write(slot);
        buyer.Holds++;
        ref readonly WaitingRoomRow room = ref store.Rooms.Read(buyer.RoomSlot);
        buyer.ExpiresAt = Math.Min(
            store.Time.BatchNs + (room.SessionMs * NsPerMs), buyer.EnteredAt + (room.SessionMsMax * NsPerMs));
        store.Endings.Set(slot, buyer.ExpiresAt);
    }
}
