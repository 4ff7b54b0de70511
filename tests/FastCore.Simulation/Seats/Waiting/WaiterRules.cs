using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Simulation.Seats.Waiting;

/// <summary>Buyers join, come in and leave, and are looked up (docs/SEATS.md).</summary>
internal sealed class WaiterRules(SeatsState state, RoomRules rooms, TurnRules turns)
{
    public SeatResult Join(WaitingChange request)
    {
        SeatStatus broken = Check(request, out ModelRoom? room);
        if (broken != 0)
        {
            return new SeatResult { Code = broken };
        }

        ModelWaiter? waiter = room!.Waiters.GetValueOrDefault(request.Buyer);
        if (waiter is { State: WaitingState.Waiting or WaitingState.Called or WaitingState.Active })
        {
            return AnswerOf(waiter, SeatResultFlags.Duplicate);
        }

        bool isBefore = room.State == WaitingRoomState.Queueing && state.Time.EntryNs < room.Terms.OpensAt;
        bool isBack = waiter is not null && isBefore;
        bool isFull = room.Line.Count >= room.Terms.PlacesMax
            || (waiter is null && state.WaiterPlaces.Count >= state.Options.WaitingBuyersMax);
        if (!isBack && isFull)
        {
            return new SeatResult { Code = SeatStatus.WaitingRoomFull };
        }

        if (waiter is null)
        {
            waiter = new ModelWaiter(request.Buyer, state.WaiterPlaces.Take());
            room.Waiters.Add(request.Buyer, waiter);
            if (isBefore)
            {
                room.List.Add(waiter);
            }
        }
        else if (!isBack)
        {
            room.Line[room.Line.IndexOf(waiter)] = null;
        }

        if (!isBack)
        {
            room.Line.Add(waiter);
        }

        waiter.State = WaitingState.Waiting;
        waiter.Timestamp = state.Time.Next();
        waiter.JoinedAt = waiter.Timestamp;
        ulong timestamp = waiter.Timestamp;
        turns.Call(room);
        SeatResult answer = AnswerOf(waiter);
        answer.Timestamp = timestamp;
        return answer;
    }

    public SeatResult Enter(EnterWaitingRoom request)
    {
        ModelRoom? room = null;
        SeatStatus broken = request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
            : request.Reserved0 != 0 || request.Reserved1 != 0 ? SeatStatus.ReservedField
            : request.Session == 0 ? SeatStatus.IdMustNotBeZero
            : request.Buyer == 0 ? SeatStatus.BuyerMustNotBeZero
            : rooms.Find(request.Show, out room);
        if (broken != 0 || !room!.Waiters.TryGetValue(request.Buyer, out ModelWaiter? waiter))
        {
            return new SeatResult { Code = broken != 0 ? broken : SeatStatus.NotWaiting };
        }

        if (waiter.State == WaitingState.Waiting)
        {
            return Refused(SeatStatus.NotCalled, waiter);
        }

        bool wasUsed = waiter.Session != 0;
        if (wasUsed && waiter.Calls == request.Calls)
        {
            return waiter.Session == request.Session
                ? AnswerOf(waiter, SeatResultFlags.Duplicate)
                : Refused(SeatStatus.TicketUsed, waiter);
        }

        if (waiter.Calls != request.Calls || waiter.State != WaitingState.Called
            || request.ExpiresAt <= state.Time.EntryNs)
        {
            return Refused(SeatStatus.TicketExpired, waiter);
        }

        waiter.State = WaitingState.Active;
        waiter.Session = request.Session;
        waiter.EnteredAt = state.Time.EntryNs;
        waiter.ExpiresAt = state.Time.EntryNs + (room.Terms.SessionMs * 1_000_000UL);
        waiter.Timestamp = state.Time.Next();
        return AnswerOf(waiter);
    }

    public SeatResult Leave(WaitingChange request)
    {
        SeatStatus broken = Check(request, out ModelRoom? room);
        if (broken != 0 || !room!.Waiters.TryGetValue(request.Buyer, out ModelWaiter? waiter))
        {
            return new SeatResult { Code = broken != 0 ? broken : SeatStatus.NotWaiting };
        }

        if (waiter.HasTurn)
        {
            turns.End(room, waiter, WaitingState.Left);
            return AnswerOf(waiter);
        }

        if (waiter.State != WaitingState.Waiting)
        {
            return AnswerOf(waiter, SeatResultFlags.Duplicate);
        }

        waiter.State = WaitingState.Left;
        waiter.Timestamp = state.Time.Next();
        return AnswerOf(waiter);
    }

    public WaitingRoomRecord? Room(ulong key, ulong show) =>
        key != show || !state.Rooms.TryGetValue(key, out ModelRoom? room) ? null : new WaitingRoomRecord
        {
            Show = show,
            OpensAt = room.Terms.OpensAt,
            CreatedAt = room.CreatedAt,
            OpenedAt = room.OpenedAt,
            Commitment = room.Terms.Commitment,
            Seed = room.Seed,
            ListHash = Hash256.Of(RoomRules.ListHashOf(room)),
            InDraw = (uint)room.List.Count,
            Places = (uint)room.Line.Count,
            Waiting = room.Count(WaitingState.Waiting),
            Called = room.Count(WaitingState.Called),
            Active = room.Count(WaitingState.Active),
            CallsMade = room.CallsMade,
            SessionsMax = room.Terms.SessionsMax,
            PlacesMax = room.Terms.PlacesMax,
            CallMs = room.Terms.CallMs,
            SessionMs = room.Terms.SessionMs,
            SessionMsMax = room.Terms.SessionMsMax,
            State = room.State,
            Ended = room.Ended,
            GapNs = room.GapNs,
        };

    public WaitingRecord? Waiter(ulong show, ulong buyer)
    {
        if (!state.Rooms.TryGetValue(show, out ModelRoom? room)
            || !room.Waiters.TryGetValue(buyer, out ModelWaiter? waiter))
        {
            return null;
        }

        WaitingRecord record = RecordOf(room, waiter);
        (record.Holds, record.Booked, record.EnteredAt) = (waiter.Holds, waiter.Booked, waiter.EnteredAt);
        if (waiter.State == WaitingState.Waiting && room.State == WaitingRoomState.Open)
        {
            record.Position = (uint)room.Line.Take((int)record.Place).Count(
                one => one?.State == WaitingState.Waiting);
            record.EtaMs = room.GapNs * record.Position / 1_000_000;
        }

        if (waiter.State == WaitingState.Called)
        {
            record.Signature = WaitingTicket.Sign(
                SeatsModelOptions.TicketKey, show, buyer, waiter.ExpiresAt, waiter.Calls);
        }

        return record;
    }

    public IEnumerable<WaitingRecord> List(ulong show, SeatFilter filter) =>
        filter.Place != 0 || !state.Rooms.TryGetValue(show, out ModelRoom? room) || !room.IsGuarding
            ? []
            : room.List.Where((_, index) => (ulong)index >= filter.From)
                .Take((int)Math.Min(filter.Limit, Limits.ElementsPerRequestMax))
                .Select(waiter => RecordOf(room, waiter));

    private static WaitingRecord RecordOf(ModelRoom room, ModelWaiter waiter) => new()
    {
        Show = room.Terms.Show,
        Buyer = waiter.Buyer,
        JoinedAt = waiter.JoinedAt,
        Timestamp = waiter.Timestamp,
        ExpiresAt = waiter.ExpiresAt,
        Number = (uint)room.List.IndexOf(waiter) + 1,
        Place = room.PlaceOf(waiter),
        Calls = waiter.Calls,
        State = waiter.State,
    };

    private static SeatResult AnswerOf(ModelWaiter waiter, SeatResultFlags flags = 0) => new()
    {
        Code = SeatStatus.Ok,
        Timestamp = waiter.Timestamp,
        State = (byte)waiter.State,
        ExpiresAt = waiter.ExpiresAt,
        Flags = flags,
    };

    private static SeatResult Refused(SeatStatus code, ModelWaiter waiter) =>
        new() { Code = code, State = (byte)waiter.State };

    private SeatStatus Check(WaitingChange request, out ModelRoom? room)
    {
        room = null;
        return request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
            : request.Reserved != 0 ? SeatStatus.ReservedField
            : request.Buyer == 0 ? SeatStatus.BuyerMustNotBeZero
            : rooms.Find(request.Show, out room);
    }
}
