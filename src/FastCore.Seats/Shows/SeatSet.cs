using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>Seats of one block as bits, or a number of places of an area.</summary>
/// <param name="Block">Number of the block.</param>
/// <param name="Seats">Bits or number.</param>
internal readonly record struct BlockSeats(int Block, ulong Seats);

/// <summary>
/// Up to 16 seats by block, in the order of the blocks; or places of one area. A quarter of a kilobyte, so what is on
/// the way of every hold is a field of its owner that is set anew, neither cleared nor copied.
/// </summary>
internal struct SeatSet
{
    private Room _blocks;
    private int _count;

    /// <summary>Blocks and their seats.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<BlockSeats> All => ((ReadOnlySpan<BlockSeats>)_blocks)[.._count];

    /// <summary>The seats of a list but for some.</summary>
    /// <param name="places">The list.</param>
    /// <param name="count">Seats in it.</param>
    /// <param name="except">Bit i: not seat i.</param>
    public static SeatSet Of(in SeatPlaces places, int count, uint except = 0)
    {
        SeatSet set = default;
        set.Set(places, count, except);
        return set;
    }

    /// <summary>Becomes the seats of a list but for some.</summary>
    /// <param name="places">The list.</param>
    /// <param name="count">Seats in it.</param>
    /// <param name="except">Bit i: not seat i.</param>
    public void Set(in SeatPlaces places, int count, uint except = 0)
    {
        _count = 0;
        for (int i = 0; i < count; i++)
        {
            if ((except & (1u << i)) == 0)
            {
                Add(SeatPlace.BlockOf(places[i]), 1UL << SeatPlace.SeatOf(places[i]));
            }
        }
    }

    /// <summary>Becomes what one block has of it.</summary>
    public void Set(int block, ulong seats)
    {
        _blocks[0] = new BlockSeats(block, seats);
        _count = 1;
    }

    private void Add(int block, ulong seats)
    {
        Span<BlockSeats> room = _blocks;
        int at = _count;
        while (at > 0 && room[at - 1].Block >= block)
        {
            at--;
        }

        if (at == _count)
        {
            room[_count++] = new BlockSeats(block, seats);
            return;
        }

        if (room[at].Block == block)
        {
            room[at] = new BlockSeats(block, room[at].Seats | seats);
            return;
        }

        room[at.._count].CopyTo(room[(at + 1)..]);
        room[at] = new BlockSeats(block, seats);
        _count++;
    }

    [InlineArray(SeatLimits.SeatsPerHoldMax)]
    private struct Room
    {
        private BlockSeats _first;
    }
}
