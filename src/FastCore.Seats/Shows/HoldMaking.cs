using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;
using FastCore.Seats.Waiting;

namespace FastCore.Seats.Shows;

/// <summary>
/// Makes holds, all or nothing. Hot: a hold of new seats looks once into the index, inserts one row, appends one row
/// and one change per block, and allocates nothing. Rows and answers are written where they stay, field by field: a
/// copy of what was just written in parts would wait until all writes before it are in the cache.
/// </summary>
internal sealed class HoldMaking(SeatStore store, SeatMoves moves, BestAvailable best, WaitingTurns turns)
{
    // What the hold that is judged wants.
    private SeatSet _wanted;

    /// <summary>Makes a hold; the rules that need no state were looked at.</summary>
    /// <param name="order">What is asked for; the best seats are put into it.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="seats">The best seats, where they were asked for.</param>
    public void Hold(ref HoldOrder order, out SeatResult answer, out SeatPlaces seats) =>
        Hold(ref order, out answer, out seats, looks: false, 0);

    /// <summary>What an order would be answered with, if so many holds of other shows were made before it.</summary>
    /// <returns>Nothing (code 0) when the hold would be made, else its refusal or what has become of it.</returns>
    public SeatResult Look(ref HoldOrder order, int ahead, out SeatPlaces seats)
    {
        Hold(ref order, out SeatResult answer, out seats, looks: true, ahead);
        return answer;
    }

    private void Hold(ref HoldOrder order, out SeatResult answer, out SeatPlaces seats, bool looks, int ahead)
    {
        answer = default;
        seats = default;
        int showSlot = store.FindShow(order.Show);
        if (showSlot < 0)
        {
            answer.Code = SeatStatus.ShowNotFound;
            return;
        }

        // An offer's id was looked up when its entry joined, and has been the entry's since then.
        if ((order.Flags & HoldFlags.Offered) == 0 && TryRepeat(order, showSlot, ref answer, ref seats))
        {
            return;
        }

        ref readonly ShowRow show = ref store.Shows.Read(showSlot);
        Chart chart = store.Charts.At(show.ChartSlot);
        bool together = false;
        ushort blocked = 0;
        SeatStatus broken = Admit(order, show, out int turn);
        broken = broken != 0 ? broken : Choose(ref order, show, chart, out together, out blocked);
        broken = broken != 0 ? broken
            : !moves.AllowsBuyer(show, order.Buyer, Units(order.Count, order.Quantity), ahead)
            ? SeatStatus.BuyerLimitExceeded
            : !store.Holds.HasRoomFor(ahead + 1) ? SeatStatus.HoldsFull
            : 0;
        if (broken != 0 || looks)
        {
            answer.Code = broken;
            answer.Blocked = blocked;
            return;
        }

        // From here on it must succeed.
        ulong lasts = order.ExpiresInMs == 0 ? show.HoldMs : order.ExpiresInMs;
        NewHold made = new()
        {
            ShowSlot = showSlot,
            Amount = AmountOf(show, chart, order),
            ExpiresAt = store.Time.BatchNs + (lasts * 1_000_000),
            Timestamp = store.Time.Next(),
            Position = store.HoldHistory.Count,
        };
        order.WriteTo(ref store.HoldHistory.Append(), made);
        moves.CountBuyer(show, order.Buyer, Units(order.Count, order.Quantity), isMore: true);
        moves.Move(showSlot, _wanted, SeatState.Free, SeatState.Held, made.Position);
        order.WriteTo(ref store.Holds.Insert(new ShowIdKey(order.Show, order.Id), out int slot), made);
        store.Timers.Set(slot, made.ExpiresAt);
        store.Counts.Made(show, order, made.Timestamp);
        if (turn >= 0)
        {
            turns.Prolong(turn);
        }

        if (order.Kind == HoldKind.BestAvailable)
        {
            seats = order.Seats;
        }

        answer.Timestamp = made.Timestamp;
        answer.Code = SeatStatus.Ok;
        answer.State = (byte)HoldState.Held;
        answer.Flags = together ? SeatResultFlags.Together : SeatResultFlags.None;
        answer.ExpiresAt = made.ExpiresAt;
        answer.Amount = made.Amount;
    }

    /// <summary>What a buyer's count and a limit count of a hold: seats, places, or people at a table.</summary>
    public static uint Units(int count, uint quantity) => quantity == 0 ? (uint)count : quantity;

    /// <summary>Sum of the prices of a hold.</summary>
    /// <param name="show">Its show.</param>
    /// <param name="chart">The show's chart.</param>
    /// <param name="hold">The hold.</param>
    /// <param name="except">Bit i: without seat i.</param>
    public static ulong AmountOf(in ShowRow show, Chart chart, in HoldRow hold, ushort except) => hold.Quantity != 0
        ? PlacesPriceOf(show, chart, hold.Seats[0], hold.Quantity)
        : PriceOf(show, chart, hold.Seats, hold.Count, except);

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

    private static ulong PlacesPriceOf(in ShowRow show, Chart chart, uint place, uint quantity) =>
        (ulong)show.Prices[chart.Categories[SeatPlace.BlockOf(place)]] * quantity;

    // Of what was chosen.
    private ulong AmountOf(in ShowRow show, Chart chart, in HoldOrder order)
    {
        if (order.Quantity != 0)
        {
            return PlacesPriceOf(show, chart, order.Seats[0], order.Quantity);
        }

        ulong amount = 0;
        foreach ((int block, ulong seats) in _wanted.All)
        {
            amount += (ulong)show.Prices[chart.Categories[block]] * ulong.PopCount(seats);
        }

        return amount;
    }

    // Whether the buyer may hold now. Turn: of the buyer whom the waiting room has admitted; else −1.
    private SeatStatus Admit(in HoldOrder order, in ShowRow show, out int turn)
    {
        turn = -1;
        bool hasList = (order.Flags & HoldFlags.Offered) == 0 && (show.Flags & ShowFlags.HasWaitingList) != 0;
        return hasList && store.Lists.FindEntry(order.Show, order.Id) >= 0 ? SeatStatus.ExistsWithDifferentOperation
            : show.SeatsPerBuyerMax != 0 && order.Buyer == 0 ? SeatStatus.BuyerMustNotBeZero
            : (show.Flags & ShowFlags.HasWaitingRoom) != 0 && !MayHold(order, out turn) ? SeatStatus.NotAdmitted
            : hasList && (order.Flags & HoldFlags.BoxOffice) == 0 && store.Lists.IsServing(order.Show)
            ? SeatStatus.WaitingListFirst
            : order.ExpiresInMs > show.HoldMsMax ? SeatStatus.ExpiresInOutOfRange
            : 0;
    }

    // Turn: −1 = over the counter, or offered.
    private bool MayHold(in HoldOrder order, out int turn)
    {
        turn = -1;
        return (order.Flags & (HoldFlags.BoxOffice | HoldFlags.Offered)) != 0
            || turns.IsAdmitted(order.Show, order.Buyer, out turn);
    }

    private bool TryRepeat(in HoldOrder order, int showSlot, ref SeatResult answer, ref SeatPlaces seats)
    {
        int slot = store.Holds.Find(new ShowIdKey(order.Show, order.Id));
        if (slot >= 0)
        {
            answer = Repeat(order, store.Holds.Read(slot), showSlot, out seats);
            return true;
        }

        if (store.TryFind(order.Id, RecordKinds.Hold, order.Show, out long position))
        {
            answer = Repeat(order, store.HoldHistory.Get(position), showSlot, out seats);
            return true;
        }

        return false;
    }

    // The newest version is known, so the answer tells what has become of the hold.
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

    private SeatStatus Choose(
        ref HoldOrder order, in ShowRow show, Chart chart, out bool together, out ushort blocked)
    {
        together = false;
        blocked = 0;
        ChannelView view = ChannelView.Of(store, show, order.Channel, order.Flags);
        switch (order.Kind)
        {
            case HoldKind.BestAvailable:
                BestRequest request = new(
                    order.Count, order.Accessible, order.Categories, order.Zone,
                    (order.Flags & HoldFlags.Together) != 0);
                SeatStatus found = best.Find(show, request, view, out order.Seats, out together);
                _wanted.Set(order.Seats, order.Count);
                return found == SeatStatus.Ok ? 0 : found;
            case HoldKind.GeneralAdmission:
                return ChoosePlaces(order, show, chart, view);
            default:
                SeatStatus broken = AreOfOneBlock(order, show, chart, view) ? 0
                    : ChooseSeats(order, show, chart, view, out blocked);
                return broken != 0 || (show.Flags & ShowFlags.NoSingleSeats) == 0
                    || (order.Flags & HoldFlags.AllowSingleSeats) != 0
                    ? broken
                    : ChooseNoSingle(order, show, chart, out blocked);
        }
    }

    private SeatStatus ChoosePlaces(in HoldOrder order, in ShowRow show, Chart chart, in ChannelView view)
    {
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
            _wanted.Set(block, order.Quantity);
            return free < order.Quantity ? SeatStatus.NotEnoughSeats : 0;
        }

        ref readonly ChartBlock table = ref chart.Blocks[block];
        _wanted.Set(block, chart.All[block]);
        return order.Quantity < table.OccupancyMin || order.Quantity > table.OccupancyMax
            ? SeatStatus.QuantityOutOfRange
            : free != chart.All[block] ? SeatStatus.NotEnoughSeats
            : 0;
    }

    // Most holds are of seats of one block that are free, each named once, and that is seen at once. False: look at
    // them one by one.
    private bool AreOfOneBlock(in HoldOrder order, in ShowRow show, Chart chart, in ChannelView view)
    {
        int block = SeatPlace.BlockOf(order.Seats[0]);
        ulong picked = 0;
        for (int i = 0; i < order.Count; i++)
        {
            ulong seat = 1UL << SeatPlace.SeatOf(order.Seats[i]);
            if (SeatPlace.BlockOf(order.Seats[i]) != block || (picked & seat) != 0)
            {
                return false;
            }

            picked |= seat;
        }

        _wanted.Set(block, picked);
        return block < chart.Blocks.Length && chart.IsSoldBySeat(block) && !view.Bars
            && (picked & ~(chart.All[block] & store.Blocks.Read(show.FirstBlock + block).Free)) == 0;
    }

    private SeatStatus ChooseSeats(
        in HoldOrder order, in ShowRow show, Chart chart, in ChannelView view, out ushort blocked)
    {
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

        blocked = (ushort)(missing != 0 ? missing : foreign != 0 ? foreign : repeated != 0 ? repeated : taken);
        _wanted.Set(order.Seats, order.Count);
        return missing != 0 ? SeatStatus.SeatNotFound
            : foreign != 0 ? SeatStatus.NotASeat
            : repeated != 0 ? SeatStatus.SeatRepeated
            : taken != 0 ? SeatStatus.SeatsUnavailable
            : 0;
    }

    private SeatStatus ChooseNoSingle(in HoldOrder order, in ShowRow show, Chart chart, out ushort blocked)
    {
        blocked = SingleSeats.Blocking(store, show, chart, _wanted, order.Seats, order.Count);
        return blocked == 0 ? 0 : SeatStatus.LeavesSingleSeat;
    }
}
