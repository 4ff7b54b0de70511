using FastCore.Engine.Tables;
using FastCore.Engine.Time;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Charts;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Waiting;

/// <summary>The waiting rooms of one partition: rows, and what is derived from them.</summary>
internal sealed class WaitingStore : IDisposable
{
    // By slot of the room; null = none, or closed.
    private readonly List<WaitingLine?> _lines = [];

    public WaitingStore(EventClock time, SeatsOptions options)
    {
        Time = time;
        StepsMax = options.WaitingStepsMax;
        Rooms = new("waiting-rooms", 1, options.WaitingRoomsMax);
        Buyers = new("waiting-buyers", 1, options.WaitingBuyersMax);
    }

    public EventClock Time { get; }

    /// <summary>Steps of one room in one entry at most.</summary>
    public int StepsMax { get; }

    public OffHeapTable<NumberKey, WaitingRoomRow> Rooms { get; }

    public OffHeapTable<BuyerKey, WaitingRow> Buyers { get; }

    /// <summary>When calls and turns end, by slot of the buyer.</summary>
    public SeatTimers Endings { get; } = new();

    /// <summary>Rooms whose work goes on, by slot.</summary>
    public SeatTimers Works { get; } = new();

    /// <summary>The line of a room that is not closed.</summary>
    public WaitingLine LineOf(int roomSlot) => _lines[roomSlot]!;

    /// <summary>A room has an empty line, or none any more.</summary>
    public void SetLine(int roomSlot, WaitingLine? line)
    {
        while (_lines.Count <= roomSlot)
        {
            _lines.Add(null);
        }

        _lines[roomSlot] = line;
    }

    /// <summary>The slot of a show's room, or −1.</summary>
    public int Find(ulong show) => Rooms.Find(new NumberKey(show));

    /// <summary>Sees to it that a room's work goes on in the next entry, if it has any.</summary>
    public void Schedule(int roomSlot)
    {
        if (Rooms.Read(roomSlot).HasWork)
        {
            Works.Set(roomSlot, Time.BatchNs + 1);
        }
    }

    /// <summary>Makes what is derived anew from the recovered rows.</summary>
    public void Rebuild()
    {
        _lines.Clear();
        Endings.Clear(Time.Last);
        Works.Clear(Time.Last);
        for (int slot = 0; slot < Rooms.SlotsUsed; slot++)
        {
            SetLine(slot, Rooms.Read(slot).State == WaitingRoomState.Closed ? null : new WaitingLine());
            Schedule(slot);
        }

        for (int slot = 0; slot < Buyers.SlotsUsed; slot++)
        {
            if (!Buyers.IsLive(slot))
            {
                continue;
            }

            ref readonly WaitingRow buyer = ref Buyers.Read(slot);
            WaitingLine line = LineOf(buyer.RoomSlot);
            line.Put(buyer.Place, slot, buyer.State == WaitingState.Waiting);
            if (buyer.Number != 0)
            {
                line.SetNumber(buyer.Number, slot);
            }

            if (buyer.State is WaitingState.Called or WaitingState.Active)
            {
                Endings.Set(slot, buyer.ExpiresAt);
            }
        }
    }

    public void Dispose()
    {
        Rooms.Dispose();
        Buyers.Dispose();
    }
}
