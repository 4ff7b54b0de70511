using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Waiting;

/// <summary>Buyers join waiting rooms, come in when they are called, and leave.</summary>
internal sealed class WaitingBuyers(WaitingStore store, WaitingRooms rooms, WaitingTurns turns)
{
    private const ulong NsPerMs = 1_000_000;

    public SeatResult Join(in WaitingChange request)
    {
        SeatStatus broken = WaitingRules.Check(request);
        int roomSlot = -1;
        broken = broken != 0 ? broken : rooms.Find(request.Show, out roomSlot);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        int slot = store.Buyers.Find(new BuyerKey(request.Show, request.Buyer));
        if (slot >= 0 && store.Buyers.Read(slot).State <= WaitingState.Active)
        {
            return SeatAnswers.Repeated(AnswerOf(store.Buyers.Read(slot)));
        }

        // Who comes back before the opening has the old place of the list: nobody gets two lots.
        ref readonly WaitingRoomRow room = ref store.Rooms.Read(roomSlot);
        bool isEarly = room.State == WaitingRoomState.Queueing && store.Time.BatchNs < room.OpensAt;
        bool takesPlace = slot < 0 || !isEarly;
        if (takesPlace && (room.Places == room.PlacesMax || (slot < 0 && store.Buyers.IsFull)))
        {
            return SeatAnswers.Refusal(SeatStatus.WaitingRoomFull);
        }

        // From here on it must succeed.
        if (slot < 0)
        {
            slot = Add(roomSlot, request.Buyer, isEarly);
        }
        else if (takesPlace)
        {
            store.LineOf(roomSlot).Clear(store.Buyers.Read(slot).Place);
        }

        ref WaitingRow buyer = ref store.Buyers.Write(slot);
        ref WaitingRoomRow changed = ref store.Rooms.Write(roomSlot);
        buyer.State = WaitingState.Waiting;
        buyer.Timestamp = store.Time.Next();
        buyer.JoinedAt = buyer.Timestamp;
        buyer.Place = takesPlace ? ++changed.Places : buyer.Place;
        changed.Waiting++;
        store.LineOf(roomSlot).Put(buyer.Place, slot, waits: true);
        SeatResult answer = AnswerOf(buyer);
        turns.CallWaiting(roomSlot);
        return WithState(answer, slot);
    }

    public SeatResult Enter(in EnterWaitingRoom request)
    {
        SeatStatus broken = WaitingRules.Check(request);
        broken = broken != 0 ? broken : rooms.Find(request.Show, out _);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        int slot = store.Buyers.Find(new BuyerKey(request.Show, request.Buyer));
        if (slot < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.NotWaiting);
        }

        ref readonly WaitingRow known = ref store.Buyers.Read(slot);
        broken = known.State == WaitingState.Waiting ? SeatStatus.NotCalled
            : request.Calls != known.Calls ? SeatStatus.TicketExpired
            : known.Session != 0 ? known.Session == request.Session ? SeatStatus.Ok : SeatStatus.TicketUsed
            : known.State != WaitingState.Called || store.Time.BatchNs >= request.ExpiresAt ? SeatStatus.TicketExpired
            : 0;
        if (broken != 0)
        {
            return broken == SeatStatus.Ok
                ? SeatAnswers.Repeated(AnswerOf(known))
                : SeatAnswers.Refusal(broken, (byte)known.State);
        }

        // From here on it must succeed.
        ref WaitingRow buyer = ref store.Buyers.Write(slot);
        ref WaitingRoomRow room = ref store.Rooms.Write(buyer.RoomSlot);
        buyer.State = WaitingState.Active;
        buyer.Session = request.Session;
        buyer.EnteredAt = store.Time.BatchNs;
        buyer.ExpiresAt = store.Time.BatchNs + (room.SessionMs * NsPerMs);
        buyer.Timestamp = store.Time.Next();
        room.Called--;
        room.Active++;
        store.Endings.Set(slot, buyer.ExpiresAt);
        return AnswerOf(buyer);
    }

    public SeatResult Leave(in WaitingChange request)
    {
        SeatStatus broken = WaitingRules.Check(request);
        int roomSlot = -1;
        broken = broken != 0 ? broken : rooms.Find(request.Show, out roomSlot);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        int slot = store.Buyers.Find(new BuyerKey(request.Show, request.Buyer));
        if (slot < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.NotWaiting);
        }

        switch (store.Buyers.Read(slot).State)
        {
            case WaitingState.Waiting:
                ref WaitingRow buyer = ref store.Buyers.Write(slot);
                buyer.State = WaitingState.Left;
                buyer.Timestamp = store.Time.Next();
                store.Rooms.Write(roomSlot).Waiting--;
                store.LineOf(roomSlot).SetWaits(buyer.Place, false);
                return AnswerOf(buyer);
            case WaitingState.Called or WaitingState.Active:
                store.Endings.Cancel(slot);
                turns.End(slot, WaitingState.Left);
                return AnswerOf(store.Buyers.Read(slot));
            default:
                return SeatAnswers.Repeated(AnswerOf(store.Buyers.Read(slot)));
        }
    }

    private static SeatResult AnswerOf(in WaitingRow buyer) => new()
    {
        Code = SeatStatus.Ok,
        Timestamp = buyer.Timestamp,
        State = (byte)buyer.State,
        ExpiresAt = buyer.ExpiresAt,
    };

    // Whoever finds the show half empty is called at once.
    private SeatResult WithState(SeatResult answer, int slot)
    {
        answer.State = (byte)store.Buyers.Read(slot).State;
        answer.ExpiresAt = store.Buyers.Read(slot).ExpiresAt;
        return answer;
    }

    private int Add(int roomSlot, ulong buyer, bool isEarly)
    {
        ref WaitingRoomRow room = ref store.Rooms.Write(roomSlot);
        ref WaitingRow row = ref store.Buyers.Insert(new BuyerKey(room.Show, buyer), out int slot);
        row.Show = room.Show;
        row.Buyer = buyer;
        row.RoomSlot = roomSlot;
        if (isEarly)
        {
            row.Number = ++room.InDraw;
            room.ListHash = WaitingDraw.Append(room.ListHash, buyer);
            store.LineOf(roomSlot).SetNumber(row.Number, slot);
        }

        return slot;
    }
}
