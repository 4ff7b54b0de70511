using System.Numerics;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>What best available looks for.</summary>
/// <param name="Count">Seats.</param>
/// <param name="Accessible">Accessible ones of them.</param>
/// <param name="Categories">Bit c: category c; 0 = all.</param>
/// <param name="Zone">Part of the house; 0 = all.</param>
/// <param name="Together">Side by side or not at all.</param>
internal readonly record struct BestRequest(int Count, int Accessible, ushort Categories, ushort Zone, bool Together);

/// <summary>
/// Finds the best free seats of a show, by docs/SEATS.md. A scan over the words of its blocks in the order of their
/// rank, which ends at the first block that has a place; it allocates nothing.
/// </summary>
internal sealed class BestAvailable(SeatStore store)
{
    /// <summary>Finds seats, and changes nothing.</summary>
    /// <param name="show">The show.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="view">What is barred.</param>
    /// <param name="places">The seats, in the order of their numbers.</param>
    /// <param name="together">Whether they are side by side.</param>
    /// <returns>Ok, or why there are none.</returns>
    public SeatStatus Find(
        in ShowRow show, in BestRequest request, in ChannelView view, out SeatPlaces places, out bool together)
    {
        Chart chart = store.Charts.At(show.ChartSlot);
        places = default;
        if (!MayBeThere(show, request))
        {
            together = false;
            return SeatStatus.NotEnoughSeats;
        }

        together = FindTogether(chart, show.FirstBlock, request, view, ref places);
        if (together)
        {
            return SeatStatus.Ok;
        }

        SeatPlaces single = default;
        if (!FindSingle(chart, show.FirstBlock, request, view, ref single))
        {
            return SeatStatus.NotEnoughSeats;
        }

        if (request.Together)
        {
            return SeatStatus.NotTogether;
        }

        places = single;
        return SeatStatus.Ok;
    }

    // The counts of the show tell at once of one that is sold out.
    private static bool MayBeThere(in ShowRow show, in BestRequest request)
    {
        ulong free = 0;
        for (int category = 0; category < SeatLimits.CategoriesMax; category++)
        {
            bool wants = request.Categories == 0 || (request.Categories & (1 << category)) != 0;
            free += wants ? show.Free[category] : 0;
        }

        return free >= (ulong)request.Count;
    }

    private static bool Wants(in BestRequest request, in RankedBlock block) =>
        (request.Categories == 0 || (request.Categories & (1 << block.Category)) != 0)
        && (request.Zone == 0 || request.Zone == block.Zone);

    // Starts of runs of so many candidates.
    private static ulong StartsOf(ulong candidates, ulong links, int count)
    {
        ulong starts = candidates;
        ulong next = candidates;
        ulong linked = links;
        for (int i = 1; i < count && starts != 0; i++)
        {
            next >>= 1;
            starts &= next & linked;
            linked >>= 1;
        }

        return starts;
    }

    // The nearest start to the focus of those that make no seat single, else of those that do.
    private static int BestStart(
        ulong starts, ulong free, in RankedBlock block, in BestRequest request, out bool makesSingle)
    {
        ulong run = ulong.MaxValue >> (64 - request.Count);
        int best = -1;
        int bestDistance = int.MaxValue;
        makesSingle = true;
        for (; starts != 0; starts &= starts - 1)
        {
            int start = BitOperations.TrailingZeroCount(starts);
            ulong taken = run << start;
            if (request.Accessible != 0 && BitOperations.PopCount(taken & block.Accessible) < request.Accessible)
            {
                continue;
            }

            bool makes = SingleSeats.AreMade(free, taken, block.Links);
            int distance = Math.Abs((2 * start) + request.Count - 1 - (2 * block.Focus));
            if ((makes && !makesSingle) || (makes == makesSingle && distance >= bestDistance))
            {
                continue;
            }

            best = start;
            bestDistance = distance;
            makesSingle = makes;
        }

        return best;
    }

    private static void Fill(ref SeatPlaces places, int block, int start, int count)
    {
        for (int i = 0; i < count; i++)
        {
            places[i] = SeatPlace.Of(block, start + i);
        }
    }

    private bool FindTogether(
        Chart chart, int firstBlock, in BestRequest request, in ChannelView view, ref SeatPlaces places)
    {
        bool isFound = false;
        foreach (ref readonly RankedBlock block in chart.ByRank.AsSpan())
        {
            ulong free = store.Blocks.Read(firstBlock + block.Block).Free;
            ulong candidates = request.Accessible == 0 ? free & ~block.Accessible : free;
            if (view.Bars)
            {
                candidates &= ~view.BarredOf(block.Block);
            }

            ulong starts = StartsOf(candidates, block.Links, request.Count);
            if (starts == 0 || !Wants(request, block))
            {
                continue;
            }

            int start = BestStart(starts, free, block, request, out bool makesSingle);
            if (start < 0 || (makesSingle && isFound))
            {
                continue;
            }

            Fill(ref places, block.Block, start, request.Count);
            isFound = true;
            if (!makesSingle)
            {
                return true;
            }
        }

        return isFound;
    }

    private bool FindSingle(
        Chart chart, int firstBlock, in BestRequest request, in ChannelView view, ref SeatPlaces places)
    {
        SeatPlaces accessible = default;
        SeatPlaces others = default;
        int accessibleCount = 0;
        int otherCount = 0;
        int othersWanted = request.Count - request.Accessible;
        int accessibleWanted = request.Accessible == 0 ? 0 : request.Count;
        foreach (ref readonly RankedBlock block in chart.ByRank.AsSpan())
        {
            ulong free = store.Blocks.Read(firstBlock + block.Block).Free;
            if (view.Bars)
            {
                free &= ~view.BarredOf(block.Block);
            }

            if (free == 0 || !Wants(request, block))
            {
                continue;
            }

            Collect(free & ~block.Accessible, block, ref others, ref otherCount, othersWanted);
            Collect(free & block.Accessible, block, ref accessible, ref accessibleCount, accessibleWanted);
            if (otherCount == othersWanted && accessibleCount >= request.Accessible)
            {
                break;
            }
        }

        if (accessibleCount < request.Accessible || accessibleCount + otherCount < request.Count)
        {
            return false;
        }

        ((ReadOnlySpan<uint>)others)[..otherCount].CopyTo(places);
        ((ReadOnlySpan<uint>)accessible)[..(request.Count - otherCount)].CopyTo(((Span<uint>)places)[otherCount..]);
        ((Span<uint>)places)[..request.Count].Sort();
        return true;
    }

    // Outwards from the focus; of two as near the lower place first.
    private static void Collect(
        ulong candidates, in RankedBlock block, ref SeatPlaces places, ref int count, int wanted)
    {
        for (int distance = 0; candidates != 0 && count < wanted; distance++)
        {
            for (int side = 0; side < (distance == 0 ? 1 : 2) && count < wanted; side++)
            {
                int seat = side == 0 ? block.Focus - distance : block.Focus + distance;
                if (seat is >= 0 and < 64 && (candidates & (1UL << seat)) != 0)
                {
                    places[count++] = SeatPlace.Of(block.Block, seat);
                    candidates &= ~(1UL << seat);
                }
            }
        }
    }
}
