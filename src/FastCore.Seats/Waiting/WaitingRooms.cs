using FastCore.Engine.Tables;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Charts;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Waiting;

/// <summary>
/// Makes waiting rooms, draws their lines and closes them. What takes long goes on from entry to entry, a bounded
/// number of steps in each.
/// </summary>
internal sealed class WaitingRooms(WaitingStore store, OffHeapTable<NumberKey, ShowRow> shows, WaitingTurns turns)
{
    public SeatResult Open(in OpenWaitingRoom request)
    {
        SeatStatus broken = WaitingRules.Check(request);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        int showSlot = shows.Find(new NumberKey(request.Show));
        if (showSlot < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ShowNotFound);
        }

        int slot = store.Find(request.Show);
        if (slot >= 0)
        {
            return Matches(request, store.Rooms.Read(slot))
                ? SeatAnswers.Repeated(AnswerOf(store.Rooms.Read(slot)))
                : SeatAnswers.Refusal(SeatStatus.ExistsWithDifferentTerms);
        }

        if (request.OpensAt <= store.Time.BatchNs)
        {
            return SeatAnswers.Refusal(SeatStatus.OpensAtOutOfRange);
        }

        if (store.Rooms.IsFull)
        {
            return SeatAnswers.Refusal(SeatStatus.WaitingRoomsFull);
        }

        // From here on it must succeed.
        ulong now = store.Time.Next();
        ref WaitingRoomRow room = ref store.Rooms.Insert(new NumberKey(request.Show), out slot);
        room = new WaitingRoomRow
        {
            Show = request.Show,
            ShowSlot = showSlot,
            State = WaitingRoomState.Queueing,
            SessionsMax = request.SessionsMax,
            PlacesMax = request.PlacesMax,
            CallMs = request.CallMs,
            SessionMs = request.SessionMs,
            SessionMsMax = request.SessionMsMax,
            Commitment = request.Commitment,
            OpensAt = request.OpensAt,
            CreatedAt = now,
            Timestamp = now,
        };
        store.SetLine(slot, new WaitingLine());
        shows.Write(showSlot).Flags |= ShowFlags.HasWaitingRoom;
        return AnswerOf(room);
    }

    public SeatResult Draw(in DrawWaitingRoom request)
    {
        if (request.Reserved != 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ReservedField);
        }

        SeatStatus broken = Find(request.Show, out int slot);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        if (store.Rooms.Read(slot).State == WaitingRoomState.Queueing
            && store.Time.BatchNs < store.Rooms.Read(slot).OpensAt)
        {
            return SeatAnswers.Refusal(SeatStatus.WaitingRoomNotOpen);
        }

        if (!Hash256.AreSame(WaitingDraw.CommitmentOf(request.Seed), store.Rooms.Read(slot).Commitment))
        {
            return SeatAnswers.Refusal(SeatStatus.SeedDiffers);
        }

        if (store.Rooms.Read(slot).State != WaitingRoomState.Queueing)
        {
            return SeatAnswers.Repeated(AnswerOf(store.Rooms.Read(slot)));
        }

        // From here on it must succeed.
        ref WaitingRoomRow room = ref store.Rooms.Write(slot);
        room.State = WaitingRoomState.Drawing;
        room.Seed = request.Seed;
        room.Timestamp = store.Time.Next();
        SeatResult answer = AnswerOf(room);
        Work(slot);
        answer.State = (byte)store.Rooms.Read(slot).State;
        return answer;
    }

    public SeatResult Close(in WaitingChange request)
    {
        SeatStatus broken = WaitingRules.CheckClosing(request);
        broken = broken != 0 ? broken : Find(request.Show, out _);
        if (broken is not (0 or SeatStatus.WaitingRoomClosed))
        {
            return SeatAnswers.Refusal(broken);
        }

        int slot = store.Find(request.Show);
        if (broken != 0)
        {
            return SeatAnswers.Repeated(AnswerOf(store.Rooms.Read(slot)));
        }

        // From here on it must succeed.
        ref WaitingRoomRow room = ref store.Rooms.Write(slot);
        room.State = WaitingRoomState.Closing;
        room.Progress = 0;
        room.Timestamp = store.Time.Next();
        shows.Write(room.ShowSlot).Flags &= ~ShowFlags.HasWaitingRoom;
        SeatResult answer = AnswerOf(room);
        Work(slot);
        answer.State = (byte)store.Rooms.Read(slot).State;
        return answer;
    }

    /// <summary>The next steps of a room.</summary>
    public void Work(int slot)
    {
        switch (store.Rooms.Read(slot).State)
        {
            case WaitingRoomState.Drawing:
                DrawSome(slot);
                break;
            case WaitingRoomState.Closing:
                ForgetSome(slot);
                break;
            default:
                turns.CallWaiting(slot);
                break;
        }
    }

    /// <summary>The room of a show that is not closed, or what is broken.</summary>
    public SeatStatus Find(ulong show, out int slot)
    {
        slot = store.Find(show);
        return slot < 0
            ? shows.Find(new NumberKey(show)) < 0 ? SeatStatus.ShowNotFound : SeatStatus.WaitingRoomNotFound
            : store.Rooms.Read(slot).State >= WaitingRoomState.Closing ? SeatStatus.WaitingRoomClosed
            : 0;
    }

    private static SeatResult AnswerOf(in WaitingRoomRow room) =>
        new() { Code = SeatStatus.Ok, Timestamp = room.Timestamp, State = (byte)room.State };

    private static bool Matches(in OpenWaitingRoom request, in WaitingRoomRow room) =>
        request.OpensAt == room.OpensAt && request.SessionsMax == room.SessionsMax
        && request.PlacesMax == room.PlacesMax && request.CallMs == room.CallMs
        && request.SessionMs == room.SessionMs && request.SessionMsMax == room.SessionMsMax
        && Hash256.AreSame(request.Commitment, room.Commitment);

    // The last place first: it changes hands with any up to itself.
    private void DrawSome(int slot)
    {
        ref WaitingRoomRow room = ref store.Rooms.Write(slot);
        WaitingLine line = store.LineOf(slot);
        WaitingDraw draw = new(room.Show, room.Seed, room.ListHash, room.Words);
        for (int steps = 0; steps < store.StepsMax && room.Progress + 1 < room.InDraw; steps++)
        {
            uint last = room.InDraw - room.Progress;
            Swap(line, last, draw.Below(last) + 1);
            room.Progress++;
        }

        room.Words = draw.Words;
        if (room.Progress + 1 < room.InDraw)
        {
            store.Schedule(slot);
            return;
        }

        room.State = WaitingRoomState.Open;
        room.OpenedAt = store.Time.BatchNs;
        room.EndedAt = store.Time.BatchNs;
        turns.CallWaiting(slot);
    }

    private void Swap(WaitingLine line, uint one, uint other)
    {
        if (one == other)
        {
            return;
        }

        line.Swap(one, other);
        foreach (uint place in (ReadOnlySpan<uint>)[one, other])
        {
            int slot = line.SlotAt(place);
            if (slot >= 0)
            {
                store.Buyers.Write(slot).Place = place;
            }
        }
    }

    private void ForgetSome(int slot)
    {
        ref WaitingRoomRow room = ref store.Rooms.Write(slot);
        WaitingLine line = store.LineOf(slot);
        for (int steps = 0; steps < store.StepsMax && room.Progress < room.Places; steps++)
        {
            int buyer = line.SlotAt(++room.Progress);
            if (buyer >= 0)
            {
                Forget(ref room, buyer);
            }
        }

        if (room.Progress == room.Places)
        {
            room.State = WaitingRoomState.Closed;
            store.SetLine(slot, null);
        }

        store.Schedule(slot);
    }

    private void Forget(ref WaitingRoomRow room, int slot)
    {
        switch (store.Buyers.Read(slot).State)
        {
            case WaitingState.Waiting:
                room.Waiting--;
                break;
            case WaitingState.Called:
                store.Endings.Cancel(slot);
                room.Called--;
                break;
            case WaitingState.Active:
                store.Endings.Cancel(slot);
                room.Active--;
                break;
        }

        store.Buyers.Remove(slot);
    }
}
