// Hot file: Score may not allocate, lock or throw.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastCore.Fraud.Models.Scoring;

/// <summary>
/// Trees of up to six levels for one row: 64 decisions an instruction. Blocks of three levels (seven nodes and a byte
/// to spare) lie eight to a vector: the top blocks of eight trees, or the eight bottom blocks of one tree. A
/// permutation fetches the codes that the nodes ask for, a comparison decides all of them, and a table turns the
/// decisions of a block into its exit.
/// </summary>
internal sealed unsafe class BlockTrees
{
    /// <summary>Levels at most.</summary>
    public const int DepthMax = 2 * BlockDepth;

    /// <summary>Slots at most: the bytes of a vector.</summary>
    public const int SlotsMax = 64;

    private const int BlockDepth = 3;
    private const int GroupSize = 8;
    private const int VectorSize = 64;
    private const int Exits = 8;

    private readonly CodeSearch[] _searches;
    private readonly AlignedArray<byte> _exits = new(ExitsOfBlocks());
    private readonly AlignedArray<byte> _vectors;
    private readonly AlignedArray<float> _leaves;
    private readonly Group[] _groups;
    private readonly float _baseMargin;

    public BlockTrees(TreeModel model, CodePlan plan)
    {
        _baseMargin = model.BaseMargin;
        _searches = plan.Searches;
        _groups = [.. model.Trees.Chunk(GroupSize).Select(trees => GroupOf(trees))];
        _vectors = new AlignedArray<byte>(_groups.Sum(group => group.VectorSizes));
        _leaves = new AlignedArray<float>(_groups.Sum(group => group.LeafCount));
        int vectors = 0;
        int leaves = 0;
        for (int i = 0; i < model.Trees.Length; i++)
        {
            Group group = _groups[i / GroupSize];
            int place = i % GroupSize;
            Span<byte> top = _vectors.Span.Slice(vectors, 2 * VectorSize);
            Span<byte> bottom = group.IsDeep
                ? _vectors.Span.Slice(vectors + (2 * VectorSize * (place + 1)), 2 * VectorSize)
                : [];
            if (place == 0)
            {
                top[VectorSize..].Fill(CodePlan.Never);
            }

            bottom[(bottom.Length / 2)..].Fill(CodePlan.Never);
            int exits = group.LeavesPerTree;
            Filler filler = new(model, plan, top, place, bottom, _leaves.Span.Slice(leaves + (place * exits), exits));
            filler.Fill(model.Trees[i].Root, 0, 0);
            if (place == group.Count - 1)
            {
                vectors += group.VectorSizes;
                leaves += group.LeafCount;
            }
        }
    }

    /// <summary>Whether a model can be scored so.</summary>
    public static bool Fits(TreeModel model, CodePlan plan) =>
        model.Depth <= DepthMax && plan.SlotCount <= SlotsMax;

    /// <summary>The margin of one row.</summary>
    /// <param name="row">As many values as the model has features.</param>
    /// <param name="codes">Room for two vectors; the first byte is zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float Score(float* row, byte* codes)
    {
        foreach (CodeSearch search in _searches)
        {
            search.FindOne512(row, codes);
        }

        Vector512<byte> table = Vector512.LoadAligned(codes);
        byte* vectors = _vectors.Pointer;
        float* leaves = _leaves.Pointer;
        byte* exits = _exits.Pointer;
        float margin = _baseMargin;
        foreach (ref readonly Group group in _groups.AsSpan())
        {
            ulong tops = Decide(table, vectors);
            vectors += 2 * VectorSize;
            if (group.IsDeep)
            {
                for (int i = group.Count; i > 0; i--)
                {
                    uint first = exits[(byte)tops];
                    uint second = exits[(byte)(Decide(table, vectors) >> (int)(first * Exits))];

                    // In the order of the file, one after the other: any other order gives other bits.
                    margin += leaves[(first * Exits) + second];
                    tops >>= Exits;
                    vectors += 2 * VectorSize;
                    leaves += Exits * Exits;
                }
            }
            else
            {
                for (int i = group.Count; i > 0; i--)
                {
                    margin += leaves[exits[(byte)tops]];
                    tops >>= Exits;
                    leaves += Exits;
                }
            }
        }

        return margin;
    }

    private static ulong Decide(Vector512<byte> table, byte* vectors)
    {
        Vector512<byte> codes = Avx512Vbmi.PermuteVar64x8(table, Vector512.LoadAligned(vectors));
        return Vector512.GreaterThanOrEqual(codes, Vector512.LoadAligned(vectors + VectorSize))
            .ExtractMostSignificantBits();
    }

    private static Group GroupOf(Tree[] trees) => new(trees.Length, trees.Any(tree => tree.Depth > BlockDepth));

    // Which of the eight exits of a block its seven decisions lead to.
    private static byte[] ExitsOfBlocks()
    {
        byte[] exits = new byte[256];
        for (int decisions = 0; decisions < exits.Length; decisions++)
        {
            int node = 0;
            for (int level = 0; level < BlockDepth; level++)
            {
                node = (2 * node) + 1 + ((decisions >> node) & 1);
            }

            exits[decisions] = (byte)(node - 7);
        }

        return exits;
    }

    private readonly record struct Group(int Count, bool IsDeep)
    {
        public int LeavesPerTree => IsDeep ? Exits * Exits : Exits;

        public int LeafCount => Count * LeavesPerTree;

        public int VectorSizes => 2 * VectorSize * (IsDeep ? Count + 1 : 1);
    }

    // Writes one tree; below a leaf that ends early, every way leads to that leaf.
    private readonly ref struct Filler(
        TreeModel model, CodePlan plan, Span<byte> top, int place, Span<byte> bottom, Span<float> leaves)
    {
        private readonly Span<byte> _top = top;
        private readonly Span<byte> _bottom = bottom;
        private readonly Span<float> _leaves = leaves;

        public void Fill(int node, int level, int path)
        {
            if (1 << level == _leaves.Length)
            {
                _leaves[path] = model.Nodes[node].Value;
                return;
            }

            bool isLeaf = model.Nodes[node].IsLeaf;
            if (!isLeaf)
            {
                int below = level % BlockDepth;
                int block = level < BlockDepth ? place : path >> below;
                int at = (block * Exits) + (1 << below) - 1 + (path & ((1 << below) - 1));
                Span<byte> vectors = level < BlockDepth ? _top : _bottom;
                vectors[at] = (byte)plan.Nodes[node].Slot;
                vectors[VectorSize + at] = plan.Nodes[node].Code;
            }

            int left = isLeaf ? node : model.Nodes[node].Left;
            Fill(left, level + 1, 2 * path);
            Fill(isLeaf ? node : left + 1, level + 1, (2 * path) + 1);
        }
    }
}
