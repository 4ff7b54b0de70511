using System.Runtime.CompilerServices;
using FastCore.Engine.Ports;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>
/// The only place where seats change hands: bits of the block, counts of the show and of the buyer, and the change in
/// the history move together.
/// </summary>
internal sealed class SeatMoves(SeatStore store)
{
    /// <summary>Whether all of it is free.</summary>
    public bool AreFree(int showSlot, in SeatSet seats)
    {
        ref readonly ShowRow show = ref store.Shows.Read(showSlot);
        Chart chart = store.Charts.At(show.ChartSlot);
        foreach ((int block, ulong wanted) in seats.All)
        {
            ulong free = store.Blocks.Read(show.FirstBlock + block).Free;
            if (chart.IsArea(block) ? free < wanted : (wanted & ~free) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Moves seats from one state to another. All of them must be in the first.</summary>
    /// <param name="showSlot">The show.</param>
    /// <param name="seats">Which.</param>
    /// <param name="from">State before.</param>
    /// <param name="to">State after.</param>
    /// <param name="hold">Position of the version of the hold that changed with them, or −1.</param>
    public void Move(int showSlot, in SeatSet seats, SeatState from, SeatState to, long hold)
    {
        foreach ((int block, ulong moved) in seats.All)
        {
            Move(showSlot, block, moved, from, to, hold);
        }
    }

    /// <summary>Moves seats of one block.</summary>
    public void Move(int showSlot, int block, ulong moved, SeatState from, SeatState to, long hold)
    {
        ref ShowRow show = ref store.Shows.Write(showSlot);
        Chart chart = store.Charts.At(show.ChartSlot);
        ref BlockRow row = ref store.Blocks.Write(show.FirstBlock + block);
        uint units = chart.UnitsOf(block, moved);
        byte category = chart.Categories[block];
        Take(ref row, chart.IsArea(block), moved, from);
        Put(ref row, chart.IsArea(block), moved, to);
        Count(ref show, category, units, from, isMore: false);
        Count(ref show, category, units, to, isMore: true);
        Append(ref show, ref row, block, moved, from, to, hold);
        if (to == SeatState.Free)
        {
            OfferFirst(show);
        }
    }

    /// <summary>Notes that seats of one block came from one channel to another; their states stay.</summary>
    public void Note(int showSlot, int block, ulong seats, ushort from, ushort to)
    {
        ref ShowRow show = ref store.Shows.Write(showSlot);
        ref BlockRow row = ref store.Blocks.Write(show.FirstBlock + block);
        SeatState before = from == 0 ? SeatState.NotAllotted : SeatState.Allotted;
        SeatState after = to == 0 ? SeatState.NotAllotted : SeatState.Allotted;
        Append(ref show, ref row, block, seats, before, after, -1, to);
        OfferFirst(show);
    }

    /// <summary>Whether a buyer may have so many more.</summary>
    /// <param name="show">In this show.</param>
    /// <param name="buyer">The buyer.</param>
    /// <param name="more">Seats and places.</param>
    /// <param name="ahead">Holds that are made before.</param>
    public bool AllowsBuyer(in ShowRow show, ulong buyer, uint more, int ahead)
    {
        if (show.SeatsPerBuyerMax == 0)
        {
            return true;
        }

        int slot = store.Buyers.Find(new BuyerKey(show.Show, buyer));
        ulong has = slot < 0 ? 0 : store.Buyers.Read(slot).Count;
        return has + more <= show.SeatsPerBuyerMax && (slot >= 0 || store.Buyers.HasRoomFor(ahead + 1));
    }

    /// <summary>
    /// Whether a buyer can be counted, whatever the limit says, if so many of other shows were counted before.
    /// </summary>
    public bool HasRoomForBuyer(in ShowRow show, ulong buyer, int ahead) => show.SeatsPerBuyerMax == 0
        || store.Buyers.HasRoomFor(ahead + 1) || store.Buyers.Find(new BuyerKey(show.Show, buyer)) >= 0;

    /// <summary>A buyer has more, or less, in a show that limits it.</summary>
    public void CountBuyer(in ShowRow show, ulong buyer, uint units, bool isMore)
    {
        if (show.SeatsPerBuyerMax == 0)
        {
            return;
        }

        BuyerKey key = new(show.Show, buyer);
        int slot = store.Buyers.Find(key);
        if (isMore && slot < 0)
        {
            store.Buyers.Insert(key, out _) = new BuyerRow { Show = show.Show, Buyer = buyer, Count = units };
            return;
        }

        ref BuyerRow row = ref store.Buyers.Write(slot);
        row.Count = isMore ? row.Count + units : checked(row.Count - units);
        if (row.Count == 0)
        {
            store.Buyers.Remove(slot);
        }
    }

    // What may be somebody's who waits is offered before anything else happens.
    private void OfferFirst(in ShowRow show)
    {
        if ((show.Flags & ShowFlags.HasWaitingList) != 0)
        {
            store.Lists.Touch(show.Show);
        }
    }

    // Written in place: a change is made for every block of every hold.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Append(
        ref ShowRow show, ref BlockRow row, int block, ulong seats, SeatState from, SeatState to, long hold,
        ushort channel = 0)
    {
        show.Version++;
        long position = store.Changes.Count;
        ref ChangeRow change = ref store.Changes.Append();
        change.Version = show.Version;
        change.Timestamp = store.Time.Last;
        change.Seats = seats;
        change.PreviousOfShow = show.LastChange;
        change.PreviousOfBlock = row.LastChange;
        change.Hold = hold;
        change.Block = (uint)block;
        change.Principal = store.Principal;
        change.From = from;
        change.To = to;
        change.Channel = channel;
        show.LastChange = position;
        row.LastChange = (ulong)position + 1;
    }

    private static void Take(ref BlockRow row, bool isArea, ulong moved, SeatState from)
    {
        if (from == SeatState.NotForSale)
        {
            return;
        }

        ref ulong word = ref WordOf(ref row, from);
        if (isArea ? word < moved : (moved & ~word) != 0)
        {
            throw new InvalidOperationException($"Seats {moved:x} were to leave {from} and are not there.");
        }

        word = isArea ? word - moved : word & ~moved;
    }

    private static void Put(ref BlockRow row, bool isArea, ulong moved, SeatState to)
    {
        if (to == SeatState.NotForSale)
        {
            return;
        }

        ref ulong word = ref WordOf(ref row, to);
        word = isArea ? word + moved : word | moved;
    }

    private static ref ulong WordOf(ref BlockRow row, SeatState state)
    {
        if (state == SeatState.Free)
        {
            return ref row.Free;
        }

        if (state == SeatState.Held)
        {
            return ref row.Held;
        }

        return ref row.Booked;
    }

    private static void Count(ref ShowRow show, byte category, uint units, SeatState state, bool isMore)
    {
        uint change = isMore ? units : unchecked(0 - units);
        switch (state)
        {
            case SeatState.Free:
                show.Free[category] = unchecked(show.Free[category] + change);
                break;
            case SeatState.Held:
                show.Held = unchecked(show.Held + change);
                break;
            case SeatState.Booked:
                show.Booked = unchecked(show.Booked + change);
                break;
        }
    }
}
