using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Waiting;

/// <summary>
/// What is read of waiting rooms. Reads are never replayed, so only they know the key: a ticket is signed when the
/// buyer asks for it.
/// </summary>
internal sealed class WaitingLookups(WaitingStore store, byte[] ticketKey)
{
    private const ulong NsPerMs = 1_000_000;

    /// <summary>Answers a read in one go.</summary>
    /// <returns>Bytes of the answer.</returns>
    public int Read(Operation operation, ulong show, ReadOnlySpan<byte> elements, Span<byte> reply)
    {
        int slot = store.Find(show);
        if (slot < 0)
        {
            return 0;
        }

        switch (operation)
        {
            case Operation.GetWaitingRoom:
                if (MemoryMarshal.Read<ulong>(elements) != show)
                {
                    return 0;
                }

                MemoryMarshal.Write(reply, store.Rooms.Read(slot).ToRecord());
                return WaitingRoomRecord.Size;
            case Operation.GetWaiting:
                return GetWaiting(slot, show, MemoryMarshal.Cast<byte, ulong>(elements), reply);
            default:
                return List(slot, MemoryMarshal.Read<SeatFilter>(elements), reply);
        }
    }

    private int GetWaiting(int roomSlot, ulong show, ReadOnlySpan<ulong> buyers, Span<byte> reply)
    {
        int length = 0;
        foreach (ulong number in buyers)
        {
            int slot = store.Buyers.Find(new BuyerKey(show, number));
            if (slot >= 0)
            {
                MemoryMarshal.Write(reply[length..], RecordOf(roomSlot, store.Buyers.Read(slot)));
                length += WaitingRecord.Size;
            }
        }

        return length;
    }

    private WaitingRecord RecordOf(int roomSlot, in WaitingRow buyer)
    {
        WaitingRecord record = buyer.ToRecord();
        record.Holds = buyer.Holds;
        record.Booked = buyer.Booked;
        record.EnteredAt = buyer.EnteredAt;
        ref readonly WaitingRoomRow room = ref store.Rooms.Read(roomSlot);
        if (buyer.State == WaitingState.Waiting && room.State == WaitingRoomState.Open)
        {
            record.Position = store.LineOf(roomSlot).CountUpTo(buyer.Place);
            UInt128 eta = (UInt128)record.Position * room.GapNs / NsPerMs;
            record.EtaMs = eta > ulong.MaxValue ? ulong.MaxValue : (ulong)eta;
        }

        if (buyer.State == WaitingState.Called && ticketKey.Length != 0)
        {
            record.Signature = WaitingTicket.Sign(
                ticketKey, buyer.Show, buyer.Buyer, buyer.ExpiresAt, buyer.Calls);
        }

        return record;
    }

    // In one slice: a look and a copy each, and no more than one answer holds.
    private int List(int roomSlot, in SeatFilter filter, Span<byte> reply)
    {
        ref readonly WaitingRoomRow room = ref store.Rooms.Read(roomSlot);
        if (filter.Place != 0 || room.State >= WaitingRoomState.Closing)
        {
            return 0;
        }

        int length = 0;
        uint limit = Math.Min(filter.Limit, Limits.ElementsPerRequestMax);
        ulong last = Math.Min(filter.From + limit, room.InDraw);
        for (ulong number = filter.From + 1; filter.From < room.InDraw && number <= last; number++)
        {
            int slot = store.LineOf(roomSlot).SlotOfNumber((uint)number);
            MemoryMarshal.Write(reply[length..], store.Buyers.Read(slot).ToRecord());
            length += WaitingRecord.Size;
        }

        return length;
    }
}
