using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>Opens shows, and says what of them is for sale.</summary>
internal sealed class ShowMaking(SeatStore store, SeatMoves moves, ShowOrder order, int blocksMax)
{
    public SeatResult Create(in CreateShow request)
    {
        SeatStatus broken = SeatRules.Check(request);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        int slot = store.FindShow(request.Show);
        if (slot >= 0)
        {
            ref readonly ShowRow known = ref store.Shows.Read(slot);
            broken = Compare(request, known);
            return broken != 0
                ? SeatAnswers.Refusal(broken)
                : SeatAnswers.Repeated(new SeatResult { Code = SeatStatus.Ok, Timestamp = known.CreatedAt });
        }

        int chartSlot = store.Charts.Find(request.Chart);
        if (chartSlot < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ChartNotFound);
        }

        Chart chart = store.Charts.At(chartSlot);
        for (int category = 0; category < SeatLimits.CategoriesMax; category++)
        {
            if (request.Prices[category] != 0 && (chart.CategoriesUsed & (1 << category)) == 0)
            {
                return SeatAnswers.Refusal(SeatStatus.CategoryOutOfRange);
            }
        }

        if (store.Shows.IsFull || chart.Blocks.Length > blocksMax - store.Blocks.Count)
        {
            return SeatAnswers.Refusal(SeatStatus.ShowsFull);
        }

        ShowRow show = RowOf(request, chartSlot, store.Blocks.SlotsUsed);
        show.CreatedAt = store.Time.Next();
        AddBlocks(ref show, chart);
        store.Shows.Insert(new NumberKey(request.Show), out slot) = show;
        order.Add(request.Show, slot);
        return new SeatResult { Code = SeatStatus.Ok, Timestamp = show.CreatedAt };
    }

    public SeatResult SetForSale(in SetForSale request)
    {
        if (request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0 || request.IsForSale > 1)
        {
            return SeatAnswers.Refusal(SeatStatus.ReservedField);
        }

        int slot = store.FindShow(request.Show);
        if (slot < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.ShowNotFound);
        }

        Chart chart = store.Charts.At(store.Shows.Read(slot).ChartSlot);
        bool isForSale = request.IsForSale != 0;
        if (request.Block != Protocol.Seats.SetForSale.EveryBlock)
        {
            SeatStatus broken = CheckBlock(request, store.Shows.Read(slot).FirstBlock, chart);
            if (broken != 0)
            {
                return SeatAnswers.Refusal(broken);
            }
        }

        // From here on it must succeed.
        ulong timestamp = store.Time.Next();
        if (request.Block != Protocol.Seats.SetForSale.EveryBlock)
        {
            bool isArea = chart.IsArea((int)request.Block);
            ulong wanted = isArea ? chart.Blocks[request.Block].Capacity - request.Seats : request.Seats;
            Set(slot, chart, (int)request.Block, wanted, isForSale, isArea);
        }
        else
        {
            for (int block = 0; block < chart.Blocks.Length; block++)
            {
                // Of an area: so many places on sale, taken ones included.
                ulong wanted = !chart.IsArea(block) ? chart.All[block] : isForSale ? chart.Blocks[block].Capacity : 0;
                Set(slot, chart, block, wanted, isForSale, chart.IsArea(block));
            }
        }

        return new SeatResult { Code = SeatStatus.Ok, Timestamp = timestamp };
    }

    private static ShowRow RowOf(in CreateShow request, int chartSlot, int firstBlock) => new()
    {
        Show = request.Show,
        LastChange = -1,
        FirstBlock = firstBlock,
        ChartSlot = chartSlot,
        HoldMs = SeatRules.HoldMsOf(request),
        HoldMsMax = SeatRules.HoldMsMaxOf(request),
        Merchant = request.Merchant,
        Currency = request.Currency,
        SeatsPerBuyerMax = request.SeatsPerBuyerMax,
        Flags = request.Flags,
        Prices = request.Prices,
        Chart = request.Chart,
        StartsAt = request.StartsAt,
        City = request.City,
        Title = request.Title,
        HoldMsAsked = request.HoldMs,
        HoldMsMaxAsked = request.HoldMsMax,
    };

    private static SeatStatus Compare(in CreateShow request, in ShowRow known) =>
        request.Chart != known.Chart ? SeatStatus.ExistsWithDifferentChart
        : request.Merchant != known.Merchant ? SeatStatus.ExistsWithDifferentMerchant
        : request.StartsAt != known.StartsAt || request.Currency != known.Currency || request.City != known.City
            || request.Title != known.Title || request.HoldMs != known.HoldMsAsked
            || request.HoldMsMax != known.HoldMsMaxAsked || request.SeatsPerBuyerMax != known.SeatsPerBuyerMax
            || request.Flags != (known.Flags & SeatRules.AskedFor)
            || !((ReadOnlySpan<uint>)request.Prices).SequenceEqual(known.Prices)
        ? SeatStatus.ExistsWithDifferentTerms
        : 0;

    private void AddBlocks(ref ShowRow show, Chart chart)
    {
        bool isForSale = (show.Flags & ShowFlags.NotForSale) == 0;
        for (int block = 0; block < chart.Blocks.Length; block++)
        {
            ulong free = chart.IsArea(block) ? chart.Blocks[block].Capacity : chart.All[block];
            store.Blocks.Insert(default, out _) = new BlockRow { Free = isForSale ? free : 0 };
        }

        for (int category = 0; isForSale && category < SeatLimits.CategoriesMax; category++)
        {
            show.Free[category] = chart.CapacityOf[category];
        }
    }

    private SeatStatus CheckBlock(in SetForSale request, int firstBlock, Chart chart)
    {
        if (request.Block >= (uint)chart.Blocks.Length)
        {
            return SeatStatus.BlockNotFound;
        }

        int block = (int)request.Block;
        if (!chart.IsArea(block))
        {
            return (request.Seats & ~chart.All[block]) != 0 ? SeatStatus.SeatNotFound : 0;
        }

        ref readonly BlockRow row = ref store.Blocks.Read(firstBlock + block);
        return request.IsForSale != 0 ? SeatStatus.ReservedField
            : request.Seats > chart.Blocks[block].Capacity - row.Held - row.Booked ? SeatStatus.NotEnoughSeats
            : 0;
    }

    // Of an area: wanted places on sale in all. Else: the wanted seats on sale, or off it.
    private void Set(int slot, Chart chart, int block, ulong wanted, bool isForSale, bool isArea)
    {
        BlockRow row = store.Blocks.Read(store.Shows.Read(slot).FirstBlock + block);
        ulong taken = isArea ? row.Held + row.Booked : row.Held | row.Booked;
        ulong opened;
        ulong closed;
        if (isArea)
        {
            ulong free = Math.Max(wanted, taken) - taken;
            opened = free > row.Free ? free - row.Free : 0;
            closed = row.Free > free ? row.Free - free : 0;
        }
        else
        {
            opened = isForSale ? wanted & chart.All[block] & ~row.Free & ~taken : 0;
            closed = isForSale ? 0 : wanted & row.Free;
        }

        if (opened != 0)
        {
            moves.Move(slot, block, opened, SeatState.NotForSale, SeatState.Free, -1);
        }

        if (closed != 0)
        {
            moves.Move(slot, block, closed, SeatState.Free, SeatState.NotForSale, -1);
        }
    }
}
