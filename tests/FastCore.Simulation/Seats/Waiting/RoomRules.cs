using System.Security.Cryptography;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Simulation.Seats.Waiting;

/// <summary>Waiting rooms are made, drawn and closed (docs/SEATS.md).</summary>
internal sealed class RoomRules(SeatsState state, TurnRules turns)
{
    public SeatResult Open(OpenWaitingRoom request)
    {
        uint[] durations = [request.CallMs, request.SessionMs, request.SessionMsMax];
        SeatStatus broken = request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
            : request.Reserved != 0 ? SeatStatus.ReservedField
            : request.SessionsMax is 0 or > SeatLimits.WaitingSessionsMax ? SeatStatus.SessionsOutOfRange
            : request.PlacesMax is 0 or > SeatLimits.WaitingPlacesMax ? SeatStatus.PlacesOutOfRange
            : Array.Exists(durations, duration => duration is 0 or > SeatLimits.WaitingMsMax)
                || request.SessionMsMax < request.SessionMs ? SeatStatus.SessionMsOutOfRange
            : !state.Shows.ContainsKey(request.Show) ? SeatStatus.ShowNotFound
            : 0;
        if (broken != 0)
        {
            return new SeatResult { Code = broken };
        }

        if (state.Rooms.TryGetValue(request.Show, out ModelRoom? known))
        {
            return StructTextOf(known.Terms) == StructTextOf(request)
                ? AnswerOf(known, SeatResultFlags.Duplicate)
                : new SeatResult { Code = SeatStatus.ExistsWithDifferentTerms };
        }

        if (request.OpensAt <= state.Time.EntryNs)
        {
            return new SeatResult { Code = SeatStatus.OpensAtOutOfRange };
        }

        if (state.Rooms.Count >= state.Options.WaitingRoomsMax)
        {
            return new SeatResult { Code = SeatStatus.WaitingRoomsFull };
        }

        ModelRoom room = new(state.Shows[request.Show], request, state.Time.Next());
        state.Rooms.Add(request.Show, room);
        state.RoomsInOrder.Add(room);
        return AnswerOf(room);
    }

    public SeatResult Draw(DrawWaitingRoom request)
    {
        SeatStatus broken = request.Reserved != 0 ? SeatStatus.ReservedField : Find(request.Show, out _);
        if (broken != 0)
        {
            return new SeatResult { Code = broken };
        }

        ModelRoom room = state.Rooms[request.Show];
        bool isQueueing = room.State == WaitingRoomState.Queueing;
        if (isQueueing && state.Time.EntryNs < room.Terms.OpensAt)
        {
            return new SeatResult { Code = SeatStatus.WaitingRoomNotOpen };
        }

        if (!SHA256.HashData(BytesOf(request.Seed)).SequenceEqual(BytesOf(room.Terms.Commitment)))
        {
            return new SeatResult { Code = SeatStatus.SeedDiffers };
        }

        if (!isQueueing)
        {
            return AnswerOf(room, SeatResultFlags.Duplicate);
        }

        room.State = WaitingRoomState.Drawing;
        room.Seed = request.Seed;
        room.Timestamp = state.Time.Next();
        ulong timestamp = room.Timestamp;
        Work(room);
        return new SeatResult { Code = SeatStatus.Ok, Timestamp = timestamp, State = (byte)room.State };
    }

    public SeatResult Close(WaitingChange request)
    {
        SeatStatus broken = request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
            : request.Reserved != 0 || request.Buyer != 0 ? SeatStatus.ReservedField
            : Find(request.Show, out _);
        if (broken is not (0 or SeatStatus.WaitingRoomClosed))
        {
            return new SeatResult { Code = broken };
        }

        ModelRoom room = state.Rooms[request.Show];
        if (!room.IsGuarding)
        {
            return AnswerOf(room, SeatResultFlags.Duplicate);
        }

        room.State = WaitingRoomState.Closing;
        room.Progress = 0;
        room.Timestamp = state.Time.Next();
        Work(room);
        return AnswerOf(room);
    }

    /// <summary>The room of a show that is not closed, or what is broken.</summary>
    public SeatStatus Find(ulong show, out ModelRoom? room) =>
        !state.Rooms.TryGetValue(show, out room)
            ? state.Shows.ContainsKey(show) ? SeatStatus.WaitingRoomNotFound : SeatStatus.ShowNotFound
            : room.IsGuarding ? 0
            : SeatStatus.WaitingRoomClosed;

    /// <summary>Whatever was left over from the entries before.</summary>
    public void GoOn()
    {
        foreach (ModelRoom room in state.RoomsInOrder.Where(room => room.WorkAt <= state.Time.EntryNs))
        {
            room.WorkAt = null;
            Work(room);
        }
    }

    /// <summary>The hash of the list, step by step.</summary>
    public static byte[] ListHashOf(ModelRoom room) => room.List.Aggregate(
        new byte[32], (hash, waiter) => SHA256.HashData([.. hash, .. BitConverter.GetBytes(waiter.Buyer)]));

    private static byte[] BytesOf(Hash256 hash) => [.. ((ReadOnlySpan<byte>)hash).ToArray()];

    private static string StructTextOf(OpenWaitingRoom terms) =>
        $"{terms.OpensAt} {Convert.ToHexString(BytesOf(terms.Commitment))} {terms.SessionsMax} {terms.PlacesMax} "
        + $"{terms.CallMs} {terms.SessionMs} {terms.SessionMsMax}";

    private static SeatResult AnswerOf(ModelRoom room, SeatResultFlags flags = 0) => new()
    {
        Code = SeatStatus.Ok,
        Timestamp = room.Timestamp,
        State = (byte)room.State,
        Flags = flags,
    };

    private void Work(ModelRoom room)
    {
        if (room.State == WaitingRoomState.Drawing)
        {
            Draw(room);
        }
        else if (room.State == WaitingRoomState.Closing)
        {
            Forget(room);
        }
        else
        {
            turns.Call(room);
        }
    }

    // One number a step: from the last place down, each changes with one that is not behind it.
    private void Draw(ModelRoom room)
    {
        byte[] seed = SHA256.HashData(
        [
            .. "fastcore draw 1"u8, .. BitConverter.GetBytes(room.Terms.Show), .. BytesOf(room.Seed),
            .. ListHashOf(room),
        ]);
        int all = Math.Max(room.List.Count - 1, 0);
        for (int steps = 0; steps < state.Options.WaitingStepsMax && room.Progress < all; steps++)
        {
            int last = room.List.Count - 1 - room.Progress++;
            UInt128 bound = (UInt128)last + 1;
            UInt128 word;
            do
            {
                byte[] block = SHA256.HashData([.. seed, .. BitConverter.GetBytes(room.Words / 4)]);
                word = BitConverter.ToUInt64(block, (int)(room.Words++ % 4) * 8);
            }
            while (word >= (UInt128.One << 64) / bound * bound);

            int other = (int)(word % bound);
            (room.Line[last], room.Line[other]) = (room.Line[other], room.Line[last]);
        }

        if (room.Progress < all)
        {
            room.WorkAt = state.Time.EntryNs + 1;
            return;
        }

        room.State = WaitingRoomState.Open;
        room.OpenedAt = state.Time.EntryNs;
        room.EndedAt = state.Time.EntryNs;
        turns.Call(room);
    }

    private void Forget(ModelRoom room)
    {
        for (int steps = 0; steps < state.Options.WaitingStepsMax && room.Progress < room.Line.Count; steps++)
        {
            if (room.Line[room.Progress++] is { } waiter)
            {
                state.WaiterPlaces.GiveBack(waiter.TablePlace);
                room.Waiters.Remove(waiter.Buyer);
            }
        }

        bool isOver = room.Progress == room.Line.Count;
        room.State = isOver ? WaitingRoomState.Closed : WaitingRoomState.Closing;
        room.WorkAt = isOver ? null : state.Time.EntryNs + 1;
    }
}
