using System.Runtime.CompilerServices;
using FastCore.Engine.Ports;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>Extends holds, gives them back, and lets them expire.</summary>
internal sealed class HoldChanging(SeatStore store, SeatMoves moves)
{
    // A row must be there before its key can be looked at.
    private const int HintRowAhead = 16;
    private const int HintKeyAhead = 8;

    // What the hold that ends had.
    private SeatSet _seats;

    public SeatResult Extend(in HoldChange request)
    {
        SeatStatus broken = SeatRules.CheckExtension(request);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        if (!TryFindOpen(request.Hold, request.Show, out int slot, out SeatResult refusal))
        {
            return refusal;
        }

        HoldRow hold = store.Holds.Read(slot);
        ref readonly ShowRow show = ref store.Shows.Read(hold.ShowSlot);
        ulong lasts = request.ExpiresInMs == 0 ? show.HoldMs : request.ExpiresInMs;
        ulong expiresAt = store.Time.BatchNs + (lasts * 1_000_000);
        if (expiresAt > hold.CreatedAt + (show.HoldMsMax * 1_000_000UL))
        {
            return SeatAnswers.Refusal(SeatStatus.ExpiresInOutOfRange, (byte)hold.State);
        }

        hold.ExpiresAt = expiresAt;
        store.AppendHold(ref hold);
        store.Holds.Write(slot) = hold;
        store.Timers.Set(slot, expiresAt);
        return SeatAnswers.Of(hold);
    }

    public void Release(in HoldChange request, out SeatResult answer)
    {
        answer = default;
        answer.Code = SeatRules.CheckRelease(request);
        if (answer.Code != 0)
        {
            return;
        }

        if (!TryFindOpen(request.Hold, request.Show, out int slot, out SeatResult refusal, out long ended))
        {
            answer = refusal.Code == SeatStatus.HoldReleased
                ? SeatAnswers.Repeated(SeatAnswers.Of(store.HoldHistory.Get(ended)))
                : refusal;
            return;
        }

        ref readonly HoldRow open = ref store.Holds.Read(slot);
        answer.Code = Choose(request, open, out ushort given, out answer.Blocked);
        if (answer.Code != 0)
        {
            answer.State = (byte)open.State;
            return;
        }

        // From here on it must succeed.
        ushort released = (ushort)(open.Released | given);
        bool isWhole = (~released & ((1 << open.Count) - 1)) == 0;
        ref readonly HoldRow hold = ref isWhole
            ? ref store.AppendEnd(open, HoldState.Released, released, 0)
            : ref ReleaseSome(slot, released);
        ref readonly ShowRow show = ref store.Shows.Read(hold.ShowSlot);
        uint units = hold.Quantity != 0 ? hold.Quantity : (uint)int.PopCount(given);
        Set(ref _seats, hold.ShowSlot, hold.Seats, hold.Count, hold.Quantity, (ushort)~given);
        moves.CountBuyer(show, hold.Buyer, units, isMore: false);
        moves.Move(hold.ShowSlot, _seats, SeatState.Held, SeatState.Free, hold.Position);
        if (isWhole)
        {
            store.Counts.Released(show, hold.Buyer);
            Close(slot);
        }

        answer.Timestamp = hold.Timestamp;
        answer.Code = SeatStatus.Ok;
        answer.State = (byte)hold.State;
        answer.ExpiresAt = hold.ExpiresAt;
        answer.Amount = hold.Amount;
    }

    /// <summary>Brings towards the CPU what the holds that expire next will touch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void HintExpiries()
    {
        if (store.Timers.TryPeekAhead(HintRowAhead, out int later))
        {
            store.Holds.Prefetch(later);
            _ = store.Timers.TryPeekAhead(HintKeyAhead, out int soon);
            ref readonly HoldRow hold = ref store.Holds.Read(soon);
            store.Index.Hint(HoldKey.Of(hold.Id, hold.Show));
            store.Holds.PrefetchEntry(new ShowIdKey(hold.Show, hold.Id));
        }
    }

    /// <summary>The time of a hold has passed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Expire(int slot)
    {
        ref readonly HoldRow open = ref store.Holds.Read(slot);
        ref readonly HoldRow hold = ref store.AppendEnd(open, HoldState.Expired, open.Released, open.Amount);
        ref readonly ShowRow show = ref store.Shows.Read(hold.ShowSlot);
        Set(ref _seats, hold.ShowSlot, hold.Seats, hold.Count, hold.Quantity, hold.Released);
        moves.CountBuyer(show, hold.Buyer, UnitsOf(hold), isMore: false);
        moves.Move(hold.ShowSlot, _seats, SeatState.Held, SeatState.Free, hold.Position);
        store.Holds.Remove(slot);
        store.Counts.Expired(show, hold.Buyer);
    }

    /// <summary>A hold does not hold any more: neither row nor timer is needed.</summary>
    public void Close(int slot)
    {
        store.Timers.Cancel(slot);
        store.Holds.Remove(slot);
    }

    /// <summary>What a hold has of its show, but for some seats.</summary>
    /// <param name="hold">The hold.</param>
    /// <param name="except">Bit i: not seat i.</param>
    public SeatSet SeatsOf(in HoldRow hold, ushort except) =>
        SeatsOf(hold.ShowSlot, hold.Seats, hold.Count, hold.Quantity, except);

    /// <summary>Seats by number, or what an area or a whole table gives for places.</summary>
    public SeatSet SeatsOf(int showSlot, in SeatPlaces places, int count, uint quantity, ushort except)
    {
        SeatSet seats = default;
        Set(ref seats, showSlot, places, count, quantity, except);
        return seats;
    }

    /// <summary>What a buyer's count has for a hold.</summary>
    public static uint UnitsOf(in HoldRow hold) =>
        HoldMaking.Units(hold.Count - int.PopCount(hold.Released), hold.Quantity);

    /// <summary>Finds a hold that holds, or says why there is none.</summary>
    public bool TryFindOpen(UInt128 id, ulong showNumber, out int slot, out SeatResult refusal) =>
        TryFindOpen(id, showNumber, out slot, out refusal, out _);

    // Ended: where the newest version of one that does not hold any more is; else −1.
    private bool TryFindOpen(UInt128 id, ulong showNumber, out int slot, out SeatResult refusal, out long ended)
    {
        refusal = default;
        slot = -1;
        ended = -1;
        if (store.FindShow(showNumber) < 0)
        {
            refusal = SeatAnswers.Refusal(SeatStatus.ShowNotFound);
            return false;
        }

        slot = store.Holds.Find(new ShowIdKey(showNumber, id));
        if (slot >= 0)
        {
            return true;
        }

        bool isKnown = store.TryFind(id, RecordKinds.Hold, showNumber, out long position);
        ended = isKnown ? position : -1;
        refusal = isKnown
            ? SeatAnswers.Ended(store.HoldHistory.Get(position))
            : SeatAnswers.Refusal(SeatStatus.HoldNotFound);
        return false;
    }

    private void Set(
        ref SeatSet seats, int showSlot, in SeatPlaces places, int count, uint quantity, ushort except)
    {
        if (quantity == 0)
        {
            seats.Set(places, count, except);
            return;
        }

        int block = SeatPlace.BlockOf(places[0]);
        Chart chart = store.Charts.At(store.Shows.Read(showSlot).ChartSlot);
        seats.Set(block, chart.IsArea(block) ? quantity : chart.All[block]);
    }

    // The hold goes on with what is left of it.
    private ref readonly HoldRow ReleaseSome(int slot, ushort released)
    {
        HoldRow hold = store.Holds.Read(slot);
        ref readonly ShowRow show = ref store.Shows.Read(hold.ShowSlot);
        hold.Released = released;
        hold.Amount = HoldMaking.AmountOf(show, store.Charts.At(show.ChartSlot), hold, released);
        store.AppendHold(ref hold);
        store.Holds.Write(slot) = hold;
        return ref store.Holds.Read(slot);
    }

    // Bit i of given: seat i of the hold is given back. Of an area or a table all is.
    private static SeatStatus Choose(in HoldChange request, in HoldRow hold, out ushort given, out ushort blocked)
    {
        blocked = 0;
        given = (ushort)(((1 << hold.Count) - 1) & ~hold.Released);
        if (hold.Booking != 0)
        {
            return SeatStatus.HoldBooked;
        }

        // Most are given back whole, without a word or by naming all that they were made with.
        bool isWhole = request.Count == 0 || (request.Count == hold.Count && hold.Released == 0
            && ((ReadOnlySpan<uint>)request.Seats).SequenceEqual(hold.Seats));
        return isWhole ? 0 : ChooseSome(request, hold, out given, out blocked);
    }

    private static SeatStatus ChooseSome(in HoldChange request, in HoldRow hold, out ushort given, out ushort blocked)
    {
        given = 0;

        uint repeated = 0;
        uint foreign = 0;
        for (int i = 0; i < request.Count; i++)
        {
            ReadOnlySpan<uint> before = ((ReadOnlySpan<uint>)request.Seats)[..i];
            repeated |= before.Contains(request.Seats[i]) ? 1u << i : 0;
            int at = ((ReadOnlySpan<uint>)hold.Seats)[..hold.Count].IndexOf(request.Seats[i]);
            if (at < 0 || (hold.Released & (1 << at)) != 0)
            {
                foreign |= 1u << i;
                continue;
            }

            given |= (ushort)(1 << at);
        }

        blocked = (ushort)(repeated != 0 ? repeated : foreign);
        return repeated != 0 ? SeatStatus.SeatRepeated : foreign != 0 ? SeatStatus.SeatNotInHold : 0;
    }
}
