using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>Free seats without a free neighbour, by docs/SEATS.md.</summary>
internal static class SingleSeats
{
    /// <summary>The single ones of the free seats of a block.</summary>
    /// <param name="free">Free seats.</param>
    /// <param name="links">Bit i: seats i and i + 1 are neighbours.</param>
    public static ulong Of(ulong free, ulong links) => free & ~NeighboursOf(free, links);

    /// <summary>The neighbours of seats.</summary>
    public static ulong NeighboursOf(ulong seats, ulong links) => ((seats & links) << 1) | ((seats >> 1) & links);

    /// <summary>Whether taking seats makes others single that were not.</summary>
    public static bool AreMade(ulong free, ulong taken, ulong links) =>
        (Of(free & ~taken, links) & ~Of(free, links)) != 0;

    /// <summary>Which seats of a pick by number are what leaves single seats.</summary>
    /// <returns>Bit i: seat i of the list is next to one.</returns>
    public static ushort Blocking(
        SeatStore store, in ShowRow show, Chart chart, in SeatSet picked, in SeatPlaces places, int count)
    {
        ushort blocked = 0;
        foreach ((int block, ulong seats) in picked.All)
        {
            ulong culprits = CulpritsOf(store.Blocks.Read(show.FirstBlock + block).Free, seats, chart.Links[block]);
            for (int i = 0; culprits != 0 && i < count; i++)
            {
                bool isCulprit = SeatPlace.BlockOf(places[i]) == block
                    && (culprits & (1UL << SeatPlace.SeatOf(places[i]))) != 0;
                blocked |= (ushort)(isCulprit ? 1 << i : 0);
            }
        }

        return blocked;
    }

    // The picked neighbours of the seats that become single, but for those that nothing could save.
    private static ulong CulpritsOf(ulong free, ulong taken, ulong links)
    {
        ulong culprits = 0;
        ulong left = free & ~taken;
        ulong made = Of(left, links) & ~Of(free, links);
        for (; made != 0; made &= made - 1)
        {
            ulong single = made & (0 - made);
            if ((RunOf(single, free, links) & left) != single)
            {
                culprits |= NeighboursOf(single, links) & taken;
            }
        }

        return culprits;
    }

    private static ulong RunOf(ulong seat, ulong free, ulong links)
    {
        ulong run = seat;
        ulong more;
        while ((more = NeighboursOf(run, links) & free & ~run) != 0)
        {
            run |= more;
        }

        return run;
    }
}
