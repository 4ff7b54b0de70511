using FastCore.Engine.Tables;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Charts;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Waiting;

/// <summary>What must hold of waiting rooms between any two commands: every count is what its buyers say.</summary>
internal sealed class WaitingInvariants(WaitingStore store, OffHeapTable<NumberKey, ShowRow> shows)
{
    /// <summary>Null, or a sentence that says what is broken.</summary>
    public string? Check()
    {
        Dictionary<(int Room, WaitingState State), uint> counts = [];
        for (int slot = 0; slot < store.Buyers.SlotsUsed; slot++)
        {
            if (store.Buyers.IsLive(slot))
            {
                ref readonly WaitingRow buyer = ref store.Buyers.Read(slot);
                counts[(buyer.RoomSlot, buyer.State)] = counts.GetValueOrDefault((buyer.RoomSlot, buyer.State)) + 1;
                if (store.LineOf(buyer.RoomSlot).SlotAt(buyer.Place) != slot)
                {
                    return $"Buyer {buyer.Buyer} of show {buyer.Show} is not at place {buyer.Place} of the line.";
                }
            }
        }

        string? broken = null;
        for (int slot = 0; broken is null && slot < store.Rooms.SlotsUsed; slot++)
        {
            ref readonly WaitingRoomRow room = ref store.Rooms.Read(slot);
            uint Of(WaitingState state) => counts.GetValueOrDefault((slot, state));
            broken = CheckRoom(
                slot, room, (Of(WaitingState.Waiting), Of(WaitingState.Called), Of(WaitingState.Active)));
        }

        return broken;
    }

    private string? CheckRoom(int slot, in WaitingRoomRow room, (uint Waiting, uint Called, uint Active) found)
    {
        bool isOpen = room.State < WaitingRoomState.Closing;
        bool isFlagged = (shows.Read(room.ShowSlot).Flags & ShowFlags.HasWaitingRoom) != 0;
        uint inLine = isOpen && room.Places != 0 ? store.LineOf(slot).CountUpTo(room.Places) : room.Waiting;
        return found != (room.Waiting, room.Called, room.Active) || inLine != room.Waiting
            || room.Called + room.Active > room.SessionsMax || room.Places > room.PlacesMax
            || room.InDraw > room.Places || isOpen != isFlagged
            ? $"The waiting room of show {room.Show} counts {room.Waiting} waiting, {room.Called} called and "
                + $"{room.Active} active of {room.SessionsMax}; its buyers are {found}, {inLine} in the line."
            : null;
    }
}
