using System.Runtime.InteropServices;
using System.Text;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>Charts and shows (docs/SEATS.md, "Order of rules").</summary>
internal sealed class ChartRules(SeatsState state)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public SeatResult[] CreateChart(ulong number, ReadOnlySpan<ChartBlock> given)
    {
        ChartBlock[] blocks = given.ToArray();
        SeatStatus[] broken = [.. blocks.Select(Check)];
        if (Array.Exists(broken, code => code != 0))
        {
            return [.. broken.Select(code => Refused(code == 0 ? SeatStatus.ChartNotCreated : code))];
        }

        if (state.Charts.TryGetValue(number, out ModelChart? known))
        {
            bool isSame = MemoryMarshal.AsBytes(known.Blocks.AsSpan())
                .SequenceEqual(MemoryMarshal.AsBytes(blocks.AsSpan()));
            SeatResult again = new()
            {
                Code = SeatStatus.Ok,
                Flags = SeatResultFlags.Duplicate,
                Timestamp = known.CreatedAt,
            };
            return ForEach(blocks, isSame ? again : Refused(SeatStatus.ExistsWithDifferentBlocks));
        }

        if (state.Charts.Count >= state.Options.ChartsMax)
        {
            return ForEach(blocks, Refused(SeatStatus.ChartsFull));
        }

        ModelChart chart = new(number, blocks, state.Time.Next());
        state.Charts.Add(number, chart);
        return ForEach(blocks, new SeatResult { Code = SeatStatus.Ok, Timestamp = chart.CreatedAt });
    }

    public SeatResult OpenShow(CreateShow request)
    {
        SeatStatus broken = Check(request);
        if (broken != 0)
        {
            return Refused(broken);
        }

        if (state.Shows.TryGetValue(request.Show, out ModelShow? known))
        {
            SeatStatus difference = Difference(known.Terms, request);
            return difference != 0 ? Refused(difference) : new SeatResult
            {
                Code = SeatStatus.Ok,
                Flags = SeatResultFlags.Duplicate,
                Timestamp = known.CreatedAt,
            };
        }

        if (!state.Charts.TryGetValue(request.Chart, out ModelChart? chart))
        {
            return Refused(SeatStatus.ChartNotFound);
        }

        CategoryNumbers prices = request.Prices;
        for (int category = 0; category < SeatLimits.CategoriesMax; category++)
        {
            if (prices[category] != 0 && !chart.Categories.Contains(category))
            {
                return Refused(SeatStatus.CategoryOutOfRange);
            }
        }

        if (state.Shows.Count >= state.Options.ShowsMax)
        {
            return Refused(SeatStatus.ShowsFull);
        }

        ModelShow show = new(request, chart, state.Time.Next());
        state.Shows.Add(request.Show, show);
        return new SeatResult { Code = SeatStatus.Ok, Timestamp = show.CreatedAt };
    }

    private static SeatResult Refused(SeatStatus code) => new() { Code = code };

    private static SeatResult[] ForEach(ChartBlock[] blocks, SeatResult result) =>
        [.. Enumerable.Repeat(result, blocks.Length)];

    private static SeatStatus Check(ChartBlock block)
    {
        SectionName section = block.Section;
        RowName row = block.Row;
        bool isArea = block.Kind == ChartBlockKind.GeneralAdmission;
        long lastNumber = block.FirstNumber + (block.NumberStep * ((long)block.Capacity - 1));
        return block.Reserved != 0 ? SeatStatus.ReservedField
            : block.Kind is < ChartBlockKind.Row or > ChartBlockKind.GeneralAdmission
                ? SeatStatus.BlockKindOutOfRange
            : !IsName(section) || !IsName(row) ? SeatStatus.NameInvalid
            : block.Capacity == 0
                || block.Capacity > (isArea ? SeatLimits.AreaCapacityMax : SeatLimits.SeatsPerBlockMax)
                ? SeatStatus.CapacityOutOfRange
            : IsBeyond(block, isArea) ? SeatStatus.SeatsBeyondCapacity
            : isArea && (block.FirstNumber != 0 || block.NumberStep != 0) ? SeatStatus.NumberOutOfRange
            : !isArea && (block.NumberStep == 0 || lastNumber is < 0 or > ushort.MaxValue)
                ? SeatStatus.NumberOutOfRange
            : block.Category >= SeatLimits.CategoriesMax ? SeatStatus.CategoryOutOfRange
            : 0;
    }

    private static bool IsBeyond(ChartBlock block, bool isArea)
    {
        if (isArea)
        {
            return block.Accessible != 0 || block.Aisles != 0 || block.Focus != 0
                || block.OccupancyMin != 0 || block.OccupancyMax != 0;
        }

        for (int place = 0; place < 64; place++)
        {
            bool isAccessible = (block.Accessible >> place & 1) == 1;
            bool hasAisle = (block.Aisles >> place & 1) == 1;
            if ((isAccessible && place >= block.Capacity) || (hasAisle && place >= block.Capacity - 1))
            {
                return true;
            }
        }

        return block.Focus >= block.Capacity
            || (block.Kind == ChartBlockKind.WholeTable
                ? block.OccupancyMin == 0 || block.OccupancyMin > block.OccupancyMax
                : block.OccupancyMin != 0 || block.OccupancyMax != 0);
    }

    private static bool IsName(ReadOnlySpan<byte> padded)
    {
        ReadOnlySpan<byte> name = padded.TrimEnd((byte)0);
        try
        {
            return Strict.GetCharCount(name) >= 0 && !name.Contains((byte)0);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static SeatStatus Check(CreateShow request)
    {
        CategoryNumbers prices = request.Prices;
        bool isTooDear = false;
        foreach (uint price in prices)
        {
            isTooDear |= price > SeatLimits.PriceMax;
        }

        return request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
            : (request.Flags & ~(ShowFlags.NoSingleSeats | ShowFlags.NotForSale | ShowFlags.CountsBuyers)) != 0
                ? SeatStatus.ReservedFlag
            : request.Merchant > Limits.BookMax || (request.Merchant == 0) != (request.Currency == 0)
                ? SeatStatus.MerchantOutOfRange
            : isTooDear ? SeatStatus.PriceTooLarge
            : request.HoldMs > SeatLimits.HoldMsMax || request.HoldMsMax > SeatLimits.HoldMsMax
                || (request.HoldMsMax != 0 && ModelShow.HoldMsOf(request) > request.HoldMsMax)
                ? SeatStatus.HoldMsOutOfRange
            : 0;
    }

    private static SeatStatus Difference(CreateShow known, CreateShow request)
    {
        if (known.Chart != request.Chart)
        {
            return SeatStatus.ExistsWithDifferentChart;
        }

        if (known.Merchant != request.Merchant)
        {
            return SeatStatus.ExistsWithDifferentMerchant;
        }

        ReadOnlySpan<CreateShow> both = [known, request];
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(both);
        return bytes[..CreateShow.Size].SequenceEqual(bytes[CreateShow.Size..])
            ? 0
            : SeatStatus.ExistsWithDifferentTerms;
    }
}
