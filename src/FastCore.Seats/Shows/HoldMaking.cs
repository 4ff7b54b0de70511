using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;
using FastCore.Seats.Waiting;

namespace FastCore.Seats.Shows;

/// <summary>
/// Makes holds, all or nothing. Hot: a hold of new seats looks once into the index and writes it once, inserts one row,
/// appends one row and one change per block, and allocates nothing.
/// </summary>
internal sealed class HoldMaking(SeatStore store, SeatMoves moves, BestAvailable best, WaitingTurns turns)
{
    /// <summary>Makes a hold; the rules that need no state were looked at.</summary>
    /// <param name="order">What is asked for.</param>
    /// <param name="seats">The best seats, where they were asked for.</param>
    public SeatResult Hold(in HoldOrder order, out SeatPlaces seats) => Hold(order, out seats, looks: false, 0);

    /// <summary>What an order would be answered with, if so many holds of other shows were made before it.</summary>
    /// <returns>Nothing (code 0) when the hold would be made, else its refusal or what has become of it.</returns>
    public SeatResult Look(in HoldOrder order, int ahead, out SeatPlaces seats) =>
        Hold(order, out seats, looks: true, ahead);

    private SeatResult Hold(HoldOrder order, out SeatPlaces seats, bool looks, int ahead)
    {
        seats = default;
        int showSlot = store.FindShow(order.Show);
        if (showSlot < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ShowNotFound);
        }

        // An offer's id was looked up when its entry joined, and has been the entry's since then.
        bool isOffered = (order.Flags & HoldFlags.Offered) != 0;
        if (!isOffered && store.TryFind(order.Id, RecordKinds.Hold, order.Show, out long position))
        {
            return Repeat(order, store.HoldHistory.Get(position), showSlot, out seats);
        }

        ref readonly ShowRow show = ref store.Shows.Read(showSlot);
        bool hasList = !isOffered && (show.Flags & ShowFlags.HasWaitingList) != 0;
        if (hasList && store.Lists.FindEntry(order.Show, order.Id) >= 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ExistsWithDifferentOperation);
        }

        if (show.SeatsPerBuyerMax != 0 && order.Buyer == 0)
        {
            return SeatAnswers.Refusal(SeatStatus.BuyerMustNotBeZero);
        }

        int turn = -1;
        if ((show.Flags & ShowFlags.HasWaitingRoom) != 0 && !MayHold(order, out turn))
        {
            return SeatAnswers.Refusal(SeatStatus.NotAdmitted);
        }

        if (hasList && (order.Flags & HoldFlags.BoxOffice) == 0 && store.Lists.IsServing(order.Show))
        {
            return SeatAnswers.Refusal(SeatStatus.WaitingListFirst);
        }

        if (order.ExpiresInMs > show.HoldMsMax)
        {
            return SeatAnswers.Refusal(SeatStatus.ExpiresInOutOfRange);
        }

        Chart chart = store.Charts.At(show.ChartSlot);
        SeatResult refusal = Choose(ref order, show, chart, out SeatSet wanted, out bool together);
        if (refusal.Code != 0)
        {
            return refusal;
        }

        if (!moves.AllowsBuyer(show, order.Buyer, Units(order.Count, order.Quantity), ahead))
        {
            return SeatAnswers.Refusal(SeatStatus.BuyerLimitExceeded);
        }

        if (!store.Holds.HasRoomFor(ahead + 1))
        {
            return SeatAnswers.Refusal(SeatStatus.HoldsFull);
        }

        if (looks)
        {
            return default;
        }

        // From here on it must succeed.
        HoldRow hold = order.ToRow();
        hold.ShowSlot = showSlot;
        hold.Amount = AmountOf(show, chart, hold, 0);
        ulong lasts = order.ExpiresInMs == 0 ? show.HoldMs : order.ExpiresInMs;
        hold.ExpiresAt = store.Time.BatchNs + (lasts * 1_000_000);
        store.AppendHold(ref hold);
        moves.CountBuyer(show, order.Buyer, Units(order.Count, order.Quantity), isMore: true);
        moves.Move(showSlot, wanted, SeatState.Free, SeatState.Held, hold.Position);
        store.Holds.Insert(new ShowIdKey(hold.Show, hold.Id), out int slot) = hold;
        store.Timers.Set(slot, hold.ExpiresAt);
        store.Counts.Made(show, hold);
        if (turn >= 0)
        {
            turns.Prolong(turn);
        }

        seats = hold.Kind == HoldKind.BestAvailable ? hold.Seats : default;
        SeatResult answer = SeatAnswers.Of(hold);
        answer.Flags = together ? SeatResultFlags.Together : SeatResultFlags.None;
        return answer;
    }

    /// <summary>What a buyer's count and a limit count of a hold: seats, places, or people at a table.</summary>
    public static uint Units(int count, uint quantity) => quantity == 0 ? (uint)count : quantity;

    /// <summary>Sum of the prices of a hold.</summary>
    /// <param name="show">Its show.</param>
    /// <param name="chart">The show's chart.</param>
    /// <param name="hold">The hold.</param>
    /// <param name="except">Bit i: without seat i.</param>
    public static ulong AmountOf(in ShowRow show, Chart chart, in HoldRow hold, ushort except)
    {
        if (hold.Quantity != 0)
        {
            byte category = chart.Categories[SeatPlace.BlockOf(hold.Seats[0])];
            return (ulong)show.Prices[category] * hold.Quantity;
        }

        return PriceOf(show, chart, hold.Seats, hold.Count, except);
    }

    /// <summary>Sum of the prices of seats; bit i of <paramref name="except"/>: without seat i.</summary>
    public static ulong PriceOf(in ShowRow show, Chart chart, in SeatPlaces places, int count, ushort except)
    {
        ulong amount = 0;
        for (int i = 0; i < count; i++)
        {
            byte category = chart.Categories[SeatPlace.BlockOf(places[i])];
            amount += (except & (1 << i)) == 0 ? show.Prices[category] : 0;
        }

        return amount;
    }

    // Turn: of the buyer whom the waiting room has admitted; −1 = over the counter, or offered.
    private bool MayHold(in HoldOrder order, out int turn)
    {
        turn = -1;
        return (order.Flags & (HoldFlags.BoxOffice | HoldFlags.Offered)) != 0
            || turns.IsAdmitted(order.Show, order.Buyer, out turn);
    }

    // The index leads to the newest version, so the answer tells what has become of the hold.
    private SeatResult Repeat(in HoldOrder order, in HoldRow known, int showSlot, out SeatPlaces seats)
    {
        seats = default;
        SeatStatus broken = order.Compare(known);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken, (byte)known.State);
        }

        SeatResult answer = SeatAnswers.Repeated(SeatAnswers.Of(known));
        if (known.Kind == HoldKind.BestAvailable)
        {
            seats = known.Seats;
            Chart chart = store.Charts.At(store.Shows.Read(showSlot).ChartSlot);
            answer.Flags |= AreTogether(chart, known) ? SeatResultFlags.Together : 0;
        }

        return answer;
    }

    // Seats of one block in the order of their numbers, each the neighbour of the one before.
    private static bool AreTogether(Chart chart, in HoldRow hold)
    {
        ulong links = chart.Links[SeatPlace.BlockOf(hold.Seats[0])];
        for (int i = 1; i < hold.Count; i++)
        {
            if (hold.Seats[i] != hold.Seats[i - 1] + 1 || (links & (1UL << SeatPlace.SeatOf(hold.Seats[i - 1]))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private SeatResult Choose(ref HoldOrder order, in ShowRow show, Chart chart, out SeatSet wanted, out bool together)
    {
        together = false;
        ChannelView view = ChannelView.Of(store, show, order.Channel, order.Flags);
        switch (order.Kind)
        {
            case HoldKind.BestAvailable:
                BestRequest request = new(
                    order.Count, order.Accessible, order.Categories, order.Zone,
                    (order.Flags & HoldFlags.Together) != 0);
                SeatStatus found = best.Find(show, request, view, out order.Seats, out together);
                wanted = SeatSet.Of(order.Seats, order.Count);
                return found == SeatStatus.Ok ? default : SeatAnswers.Refusal(found);
            case HoldKind.GeneralAdmission:
                return SeatAnswers.Refusal(ChoosePlaces(order, show, chart, view, out wanted));
            default:
                return ChooseSeats(order, show, chart, view, out wanted);
        }
    }

    private SeatStatus ChoosePlaces(
        in HoldOrder order, in ShowRow show, Chart chart, in ChannelView view, out SeatSet wanted)
    {
        wanted = default;
        int block = SeatPlace.BlockOf(order.Seats[0]);
        if (block >= chart.Blocks.Length)
        {
            return SeatStatus.BlockNotFound;
        }

        if (chart.IsSoldBySeat(block))
        {
            return SeatStatus.NotGeneralAdmission;
        }

        bool isBarred = view.Bars && view.BarredOf(block) != 0;
        ulong free = isBarred ? 0 : store.Blocks.Read(show.FirstBlock + block).Free;
        if (chart.IsArea(block))
        {
            wanted = SeatSet.Of(block, order.Quantity);
            return free < order.Quantity ? SeatStatus.NotEnoughSeats : 0;
        }

        ref readonly ChartBlock table = ref chart.Blocks[block];
        wanted = SeatSet.Of(block, chart.All[block]);
        return order.Quantity < table.OccupancyMin || order.Quantity > table.OccupancyMax
            ? SeatStatus.QuantityOutOfRange
            : free != chart.All[block] ? SeatStatus.NotEnoughSeats
            : 0;
    }

    private SeatResult ChooseSeats(
        in HoldOrder order, in ShowRow show, Chart chart, in ChannelView view, out SeatSet wanted)
    {
        wanted = default;
        uint missing = 0;
        uint foreign = 0;
        uint repeated = 0;
        uint taken = 0;
        for (int i = 0; i < order.Count; i++)
        {
            uint bit = 1u << i;
            int block = SeatPlace.BlockOf(order.Seats[i]);
            if (block >= chart.Blocks.Length)
            {
                missing |= bit;
                continue;
            }

            ulong seat = 1UL << SeatPlace.SeatOf(order.Seats[i]);
            if (!chart.IsSoldBySeat(block))
            {
                foreign |= bit;
                continue;
            }

            missing |= (chart.All[block] & seat) == 0 ? bit : 0;
            repeated |= ((ReadOnlySpan<uint>)order.Seats)[..i].Contains(order.Seats[i]) ? bit : 0;
            ulong barred = view.Bars ? view.BarredOf(block) : 0;
            taken |= (store.Blocks.Read(show.FirstBlock + block).Free & ~barred & seat) == 0 ? bit : 0;
        }

        if ((missing | foreign | repeated | taken) != 0)
        {
            return missing != 0 ? SeatAnswers.Refusal(SeatStatus.SeatNotFound, 0, (ushort)missing)
                : foreign != 0 ? SeatAnswers.Refusal(SeatStatus.NotASeat, 0, (ushort)foreign)
                : repeated != 0 ? SeatAnswers.Refusal(SeatStatus.SeatRepeated, 0, (ushort)repeated)
                : SeatAnswers.Refusal(SeatStatus.SeatsUnavailable, 0, (ushort)taken);
        }

        wanted = SeatSet.Of(order.Seats, order.Count);
        if ((show.Flags & ShowFlags.NoSingleSeats) == 0 || (order.Flags & HoldFlags.AllowSingleSeats) != 0)
        {
            return default;
        }

        ushort blocking = SingleSeats.Blocking(store, show, chart, wanted, order.Seats, order.Count);
        return blocking == 0 ? default : SeatAnswers.Refusal(SeatStatus.LeavesSingleSeat, 0, blocking);
    }
}
