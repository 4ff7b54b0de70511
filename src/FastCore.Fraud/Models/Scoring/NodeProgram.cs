// Hot file: Score may not allocate, lock or throw.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastCore.Fraud.Models.Scoring;

/// <summary>
/// Trees for 64 rows at a time, from the leaves up: a node compares a slot of all rows with its code and takes for
/// each row the number of the leaf that its right or its left child came to. Only nodes that are there cost anything,
/// and how deep they lie does not matter.
/// </summary>
internal sealed unsafe class NodeProgram
{
    /// <summary>Rows of a pass: bytes of a vector, or of two.</summary>
    public const int RowsMax = 64;

    /// <summary>Leaves of a tree at most: the number of a leaf is a byte.</summary>
    public const int LeavesMax = 256;

    private readonly AlignedArray<Operation> _operations;
    private readonly AlignedArray<float> _leaves;
    private readonly TreeRange[] _trees;
    private readonly CodeSearch[] _searches;
    private readonly int _slotCount;
    private readonly int _leafRows;
    private readonly int _resultRows;
    private readonly int _features;
    private readonly float _baseMargin;

    public NodeProgram(TreeModel model, CodePlan plan)
    {
        _baseMargin = model.BaseMargin;
        _features = model.FeatureCount;
        _searches = plan.Searches;
        _slotCount = plan.SlotCount;
        _leafRows = Math.Max(1, model.Trees.Select(tree => tree.LeafCount).DefaultIfEmpty().Max());
        _resultRows = _leafRows;
        _operations = new AlignedArray<Operation>(model.NodeCount - model.LeafCount);
        _trees = new TreeRange[model.TreeCount];
        int operations = 0;
        int leaves = 0;
        foreach (Tree tree in model.Trees)
        {
            leaves += LeafRoom(tree.LeafCount);
        }

        _leaves = new AlignedArray<float>(leaves);
        leaves = 0;
        for (int i = 0; i < _trees.Length; i++)
        {
            Tree tree = model.Trees[i];
            int splits = tree.NodeCount - tree.LeafCount;
            Write(model, plan, tree, _operations.Span.Slice(operations, splits), _leaves.Span[leaves..]);
            _trees[i] = new TreeRange(splits, tree.LeafCount, LeafRoom(tree.LeafCount));
            operations += splits;
            leaves += LeafRoom(tree.LeafCount);
            _resultRows = Math.Max(_resultRows, splits);
        }
    }

    /// <summary>Bytes that a pass needs: codes, numbers of leaves, results of nodes.</summary>
    public int ScratchSize => RowsMax * (_slotCount + 1 + _leafRows + _resultRows);

    /// <summary>Whether a model can be scored so.</summary>
    public static bool Fits(TreeModel model) => model.Trees.All(tree => tree.LeafCount <= LeavesMax);

    /// <summary>Makes scratch memory ready, once.</summary>
    public void Prepare(AlignedArray<byte> scratch)
    {
        for (int leaf = 0; leaf < _leafRows; leaf++)
        {
            scratch.Span.Slice(RowsMax * (_slotCount + 1 + leaf), RowsMax).Fill((byte)leaf);
        }
    }

    /// <summary>The margins of up to 64 rows, with AVX-512.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Score512(float* rows, int count, byte* scratch, float* margins)
    {
        foreach (CodeSearch search in _searches)
        {
            search.Find512(rows, _features, count, scratch);
        }

        byte* results = scratch + (RowsMax * (_slotCount + 1));
        byte* firstTarget = results + (RowsMax * _leafRows);
        Operation* operation = _operations.Pointer;
        float* leaves = _leaves.Pointer;
        Vector512<float> a = Vector512.Create(_baseMargin);
        Vector512<float> b = a;
        Vector512<float> c = a;
        Vector512<float> d = a;
        foreach (ref readonly TreeRange tree in _trees.AsSpan())
        {
            Vector512<byte> leaf = Vector512<byte>.Zero;
            byte* target = firstTarget;
            for (int i = tree.Splits; i > 0; i--)
            {
                Vector512<byte> isRight = Vector512.GreaterThanOrEqual(
                    Vector512.LoadAligned(scratch + operation->Column), Vector512.Create(operation->Code));
                leaf = Vector512.ConditionalSelect(
                    isRight,
                    Vector512.LoadAligned(results + operation->Right),
                    Vector512.LoadAligned(results + operation->Left));
                leaf.StoreAligned(target);
                target += RowsMax;
                operation++;
            }

            // Each row adds its leaves in the order of the file; only different rows are beside each other.
            Vector512<int> first = Avx512F.ConvertToVector512Int32(leaf.GetLower().GetLower());
            Vector512<int> second = Avx512F.ConvertToVector512Int32(leaf.GetLower().GetUpper());
            Vector512<int> third = Avx512F.ConvertToVector512Int32(leaf.GetUpper().GetLower());
            Vector512<int> fourth = Avx512F.ConvertToVector512Int32(leaf.GetUpper().GetUpper());
            if (tree.Leaves <= 32)
            {
                Vector512<float> low = Vector512.LoadAligned(leaves);
                Vector512<float> high = Vector512.LoadAligned(leaves + 16);
                a += Avx512F.PermuteVar16x32x2(low, first, high);
                b += Avx512F.PermuteVar16x32x2(low, second, high);
                c += Avx512F.PermuteVar16x32x2(low, third, high);
                d += Avx512F.PermuteVar16x32x2(low, fourth, high);
            }
            else
            {
                a += Lookup512(leaves, first, tree.LeafRoom);
                b += Lookup512(leaves, second, tree.LeafRoom);
                c += Lookup512(leaves, third, tree.LeafRoom);
                d += Lookup512(leaves, fourth, tree.LeafRoom);
            }

            leaves += tree.LeafRoom;
        }

        // The codes are done with; what is behind the last row goes no further than here.
        a.Store(margins);
        b.Store(margins + 16);
        c.Store(margins + 32);
        d.Store(margins + 48);
    }

    /// <summary>The margins of up to 64 rows, with AVX2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Score256(float* rows, int count, byte* scratch, float* margins)
    {
        foreach (CodeSearch search in _searches)
        {
            search.Find256(rows, _features, count, scratch);
        }

        byte* results = scratch + (RowsMax * (_slotCount + 1));
        byte* firstTarget = results + (RowsMax * _leafRows);
        Operation* operation = _operations.Pointer;
        float* leaves = _leaves.Pointer;
        new Span<float>(margins, RowsMax).Fill(_baseMargin);
        foreach (ref readonly TreeRange tree in _trees.AsSpan())
        {
            // A tree without a decision ends at leaf 0, whose number is the first row of results.
            byte* last = results;
            byte* target = firstTarget;
            for (int i = tree.Splits; i > 0; i--)
            {
                Vector256<byte> code = Vector256.Create(operation->Code);
                Choose256(
                    scratch + operation->Column, code, results + operation->Left, results + operation->Right, target);
                Choose256(
                    scratch + operation->Column + 32,
                    code,
                    results + operation->Left + 32,
                    results + operation->Right + 32,
                    target + 32);
                last = target;
                target += RowsMax;
                operation++;
            }

            for (int i = 0; i < count; i += 4)
            {
                margins[i] += leaves[last[i]];
                margins[i + 1] += leaves[last[i + 1]];
                margins[i + 2] += leaves[last[i + 2]];
                margins[i + 3] += leaves[last[i + 3]];
            }

            leaves += tree.LeafRoom;
        }
    }

    private static void Choose256(byte* column, Vector256<byte> code, byte* left, byte* right, byte* target)
    {
        Vector256<byte> codes = Vector256.LoadAligned(column);
        Vector256<byte> isRight = Avx2.CompareEqual(Avx2.Max(codes, code), codes);
        Avx2.BlendVariable(Vector256.LoadAligned(left), Vector256.LoadAligned(right), isRight).StoreAligned(target);
    }

    private static Vector512<float> Lookup512(float* leaves, Vector512<int> numbers, int room)
    {
        Vector512<float> found = Avx512F.PermuteVar16x32x2(
            Vector512.LoadAligned(leaves), numbers, Vector512.LoadAligned(leaves + 16));
        for (int at = 32; at < room; at += 32)
        {
            Vector512<float> next = Avx512F.PermuteVar16x32x2(
                Vector512.LoadAligned(leaves + at), numbers, Vector512.LoadAligned(leaves + at + 16));
            Vector512<float> isBelow = Vector512.LessThan(numbers, Vector512.Create(at)).AsSingle();
            found = Vector512.ConditionalSelect(isBelow, found, next);
        }

        return found;
    }

    private static int LeafRoom(int leaves) => (leaves + 31) / 32 * 32;

    // Level by level from below, so that children are there before their parents; the root is the last.
    private void Write(
        TreeModel model, CodePlan plan, Tree tree, Span<Operation> operations, Span<float> leaves)
    {
        int[] places = new int[tree.NodeCount];
        int leaf = 0;
        int split = 0;
        for (int i = tree.NodeCount - 1; i >= 0; i--)
        {
            TreeNode node = model.Nodes[tree.Root + i];
            if (node.IsLeaf)
            {
                leaves[leaf] = node.Value;
                places[i] = leaf++ * RowsMax;
                continue;
            }

            (int slot, byte code) = plan.Nodes[tree.Root + i];
            int left = node.Left - tree.Root;
            operations[split] = new Operation
            {
                Column = slot * RowsMax,
                Left = places[left],
                Right = places[left + 1],
                Code = code,
            };
            places[i] = (_leafRows + split++) * RowsMax;
        }
    }

    private readonly record struct TreeRange(int Splits, int Leaves, int LeafRoom);

    // Places are in bytes: of a slot among the codes, of the children among the results.
    private struct Operation
    {
        public int Column;
        public int Left;
        public int Right;
        public byte Code;
    }
}
