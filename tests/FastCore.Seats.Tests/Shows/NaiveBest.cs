using FastCore.Protocol.Seats;

namespace FastCore.Seats.Tests.Shows;

/// <summary>
/// The slow twin of best available: every candidate in a list, the list sorted by the documented order.
/// </summary>
internal static class NaiveBest
{
    public static (SeatStatus Code, uint[] Seats, bool Together) Find(
        ChartBlock[] blocks, SeatMapBlock[] map, in HoldBestAvailable request)
    {
        HoldBestAvailable wanted = request;
        int[] eligible = [.. Enumerable.Range(0, blocks.Length).Where(b => Wants(wanted, blocks[b]))];
        var runs =
            from b in eligible
            from start in Enumerable.Range(0, Math.Max(0, (int)blocks[b].Capacity - wanted.Count + 1))
            let seats = Enumerable.Range(start, wanted.Count).ToArray()
            where seats.All(seat => IsCandidate(wanted, blocks[b], map[b], seat))
                && seats.SkipLast(1).All(seat => AreNeighbours(blocks[b], seat, seat + 1))
                && seats.Count(seat => Has(blocks[b].Accessible, seat)) >= wanted.Accessible
            orderby MakesSingle(blocks[b], map[b].Free, seats), blocks[b].Rank, b,
                Math.Abs((2 * start) + wanted.Count - 1 - (2 * blocks[b].Focus)), start
            select seats.Select(seat => SeatPlace.Of(b, seat)).ToArray();
        if (runs.FirstOrDefault() is { } best)
        {
            return (SeatStatus.Ok, best, true);
        }

        var singles = (
            from b in eligible
            from seat in Enumerable.Range(0, (int)blocks[b].Capacity)
            where blocks[b].Kind != ChartBlockKind.GeneralAdmission && IsCandidate(wanted, blocks[b], map[b], seat)
            orderby blocks[b].Rank, b, Math.Abs(seat - blocks[b].Focus), seat
            select (Place: SeatPlace.Of(b, seat), IsAccessible: Has(blocks[b].Accessible, seat))).ToList();
        var accessible = singles.Where(seat => seat.IsAccessible).ToList();
        if (singles.Count < wanted.Count || accessible.Count < wanted.Accessible)
        {
            return (SeatStatus.NotEnoughSeats, [], false);
        }

        if ((wanted.Flags & HoldFlags.Together) != 0)
        {
            return (SeatStatus.NotTogether, [], false);
        }

        var chosen = accessible.Take(wanted.Accessible)
            .Concat(singles.Where(seat => !seat.IsAccessible))
            .Concat(accessible.Skip(wanted.Accessible))
            .Take(wanted.Count);
        return (SeatStatus.Ok, [.. chosen.Select(seat => seat.Place).Order()], false);
    }

    private static bool Has(ulong bits, int seat) => (bits & (1UL << seat)) != 0;

    private static bool Wants(in HoldBestAvailable request, in ChartBlock block) =>
        block.Kind is ChartBlockKind.Row or ChartBlockKind.Table
        && (request.Categories == 0 || (request.Categories & (1 << block.Category)) != 0)
        && (request.Zone == 0 || request.Zone == block.Zone);

    private static bool IsCandidate(in HoldBestAvailable request, in ChartBlock block, in SeatMapBlock map, int seat) =>
        Has(map.Free, seat) && (request.Accessible != 0 || !Has(block.Accessible, seat));

    private static bool AreNeighbours(in ChartBlock block, int low, int high) =>
        low >= 0 && high < block.Capacity && !Has(block.Aisles, low);

    private static bool MakesSingle(in ChartBlock block, ulong free, int[] taken)
    {
        ulong left = taken.Aggregate(free, (seats, seat) => seats & ~(1UL << seat));
        for (int seat = 0; seat < block.Capacity; seat++)
        {
            if (Has(left, seat) && IsSingle(block, left, seat) && !IsSingle(block, free, seat))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSingle(in ChartBlock block, ulong free, int seat) =>
        !(AreNeighbours(block, seat - 1, seat) && Has(free, seat - 1))
        && !(AreNeighbours(block, seat, seat + 1) && Has(free, seat + 1));
}
