using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>What a buyer has done in a show that counts it.</summary>
[StructLayout(LayoutKind.Explicit, Size = BuyerRecord.Size)]
internal struct CountedBuyerRow : ITableRow<BuyerKey>
{
    [FieldOffset(0)] public BuyerRecord Record;

    readonly BuyerKey ITableRow<BuyerKey>.Key => new(Record.Show, Record.Buyer);
}

/// <summary>
/// Counts what buyers do in shows with the flag <c>counts_buyers</c>. In a full table one who has held nothing for long
/// makes room: of a few places, which the new buyer's key names, the one that was used last the longest ago.
/// </summary>
internal sealed class BuyerCounts(SeatStore store)
{
    private const ulong NsPerMinute = 60_000_000_000;
    private const int PlacesLookedAt = 4;

    /// <summary>Counts a hold that was made.</summary>
    public void Made(in ShowRow show, in HoldOrder hold, ulong madeAt)
    {
        store.Counters.Holds++;
        if ((show.Flags & ShowFlags.CountsBuyers) != 0 && hold.Buyer != 0)
        {
            Count(show, hold, madeAt);
        }
    }

    /// <summary>Counts a hold that expired.</summary>
    public void Expired(in ShowRow show, ulong buyer)
    {
        store.Counters.HoldsExpired++;
        if (TryFind(show, buyer, out int slot))
        {
            store.Counted.Write(slot).Record.Expired++;
        }
    }

    /// <summary>Counts a hold that was given back whole.</summary>
    public void Released(in ShowRow show, ulong buyer)
    {
        store.Counters.HoldsReleased++;
        if (TryFind(show, buyer, out int slot))
        {
            store.Counted.Write(slot).Record.Released++;
        }
    }

    /// <summary>Counts a booking that was confirmed.</summary>
    public void Booked(in ShowRow show, ulong buyer)
    {
        store.Counters.Bookings++;
        if (TryFind(show, buyer, out int slot))
        {
            store.Counted.Write(slot).Record.Bookings++;
        }
    }

    private void Count(in ShowRow show, in HoldOrder hold, ulong madeAt)
    {
        BuyerKey key = new(show.Show, hold.Buyer);
        int slot = store.Counted.Find(key);
        if (slot < 0)
        {
            if (store.Counted.IsFull)
            {
                Forget(key);
            }

            store.Counted.Insert(key, out slot) = new CountedBuyerRow
            {
                Record = new BuyerRecord { Show = show.Show, Buyer = hold.Buyer, FirstHoldAt = madeAt },
            };
        }

        ref BuyerRecord buyer = ref store.Counted.Write(slot).Record;
        ulong minute = madeAt / NsPerMinute;
        ulong last = buyer.LastHoldAt / NsPerMinute;
        if (minute != last)
        {
            buyer.MinuteBefore = minute == last + 1 ? buyer.MinuteHolds : 0;
            buyer.MinuteHolds = 0;
        }

        buyer.MinuteHolds++;
        buyer.Holds++;
        buyer.Seats += HoldMaking.Units(hold.Count, hold.Quantity);
        buyer.LastHoldAt = madeAt;
        store.Counters.HoldsFast += buyer.MinuteHolds > SeatLimits.FastHoldsPerMinute ? 1 : 0;
    }

    // One who was forgotten meanwhile begins anew with the next hold.
    private bool TryFind(in ShowRow show, ulong buyer, out int slot)
    {
        slot = (show.Flags & ShowFlags.CountsBuyers) == 0 || buyer == 0
            ? -1
            : store.Counted.Find(new BuyerKey(show.Show, buyer));
        return slot >= 0;
    }

    // All places are taken, so each number below their count is one.
    private void Forget(in BuyerKey key)
    {
        ulong mixed = key.Hash64();
        int oldest = -1;
        for (int i = 0; i < PlacesLookedAt; i++)
        {
            int place = (int)((mixed >> (i * 8)) % (uint)store.Counted.Count);
            oldest = oldest < 0 || store.Counted.Read(place).Record.LastHoldAt
                < store.Counted.Read(oldest).Record.LastHoldAt ? place : oldest;
        }

        store.Counted.Remove(oldest);
        store.Counters.BuyersForgotten++;
    }
}
