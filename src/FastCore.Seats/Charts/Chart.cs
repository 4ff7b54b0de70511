using System.Numerics;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Charts;

/// <summary>A chart as shows use it: its blocks, and what follows from them. Never changes.</summary>
internal sealed class Chart
{
    /// <summary>Works out a chart whose blocks passed <see cref="ChartRules"/>.</summary>
    public Chart(ChartBlock[] blocks)
    {
        Blocks = blocks;
        All = new ulong[blocks.Length];
        Links = new ulong[blocks.Length];
        Kinds = new ChartBlockKind[blocks.Length];
        Categories = new byte[blocks.Length];
        for (int i = 0; i < blocks.Length; i++)
        {
            ref readonly ChartBlock block = ref blocks[i];
            Kinds[i] = block.Kind;
            Categories[i] = block.Category;
            CategoriesUsed |= (ushort)(1 << block.Category);
            CapacityOf[block.Category] += block.Capacity;
            if (block.Kind != ChartBlockKind.GeneralAdmission)
            {
                All[i] = ulong.MaxValue >> (64 - (int)block.Capacity);
                Links[i] = (All[i] >> 1) & ~block.Aisles;
            }
        }

        ByRank =
        [
            .. Enumerable.Range(0, blocks.Length)
                .Where(i => blocks[i].Kind is ChartBlockKind.Row or ChartBlockKind.Table)
                .OrderBy(i => blocks[i].Rank).ThenBy(i => i)
                .Select(i => new RankedBlock(i, blocks[i], Links[i])),
        ];
    }

    public ChartBlock[] Blocks { get; }

    /// <summary>By block, in one piece: what every hold asks of the blocks, a cache line for 64 of them.</summary>
    public ChartBlockKind[] Kinds { get; }

    /// <summary>By block.</summary>
    public byte[] Categories { get; }

    /// <summary>By block: a bit for every seat; 0 for an area.</summary>
    public ulong[] All { get; }

    /// <summary>By block: bit i: seats i and i + 1 are neighbours.</summary>
    public ulong[] Links { get; }

    /// <summary>Rows and tables sold by seat, best first.</summary>
    public RankedBlock[] ByRank { get; }

    /// <summary>Bit c: some block has category c.</summary>
    public ushort CategoriesUsed { get; }

    /// <summary>Seats and places by category.</summary>
    public uint[] CapacityOf { get; } = new uint[SeatLimits.CategoriesMax];

    /// <summary>Seats and places of a block, as the counts of a show count them.</summary>
    public uint UnitsOf(int block, ulong seats) => IsArea(block) ? (uint)seats : (uint)BitOperations.PopCount(seats);

    /// <summary>Whether the block is an area of general admission.</summary>
    public bool IsArea(int block) => Kinds[block] == ChartBlockKind.GeneralAdmission;

    /// <summary>Whether its seats are sold one by one.</summary>
    public bool IsSoldBySeat(int block) => Kinds[block] is ChartBlockKind.Row or ChartBlockKind.Table;
}

/// <summary>What best available reads of a block, packed in the order in which it looks.</summary>
/// <param name="block">Number of the block.</param>
/// <param name="source">The block.</param>
/// <param name="links">Bit i: seats i and i + 1 are neighbours.</param>
internal readonly struct RankedBlock(int block, in ChartBlock source, ulong links)
{
    public readonly ulong Links = links;
    public readonly ulong Accessible = source.Accessible;
    public readonly int Block = block;
    public readonly ushort Zone = source.Zone;
    public readonly byte Category = source.Category;
    public readonly byte Focus = source.Focus;
}
