// Hot file: Score may not allocate, lock or throw.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Fraud.Models.Scoring;

/// <summary>
/// Trees as arrays of nodes, walked without a branch that depends on the row: a leaf leads to itself, so every tree of
/// a group of eight takes as many steps as the deepest one, and eight chains of loads run beside each other.
/// </summary>
internal sealed unsafe class ScalarTrees
{
    private const int GroupSize = 8;

    private readonly ScoringInput[] _inputs;
    private readonly CategorySet[] _sets;
    private readonly AlignedArray<Node> _nodes;
    private readonly AlignedArray<Group> _groups;
    private readonly float _baseMargin;

    public ScalarTrees(TreeModel model)
    {
        _baseMargin = model.BaseMargin;
        _sets = model.Sets;
        Dictionary<ScoringInput, int> inputs = [];
        _nodes = new AlignedArray<Node>(model.Nodes.Length);
        for (int i = 0; i < model.Nodes.Length; i++)
        {
            _nodes.Span[i] = NodeOf(model.Nodes[i], i, inputs);
        }

        _inputs = [.. inputs.OrderBy(pair => pair.Value).Select(pair => pair.Key)];
        _groups = new AlignedArray<Group>((model.Trees.Length + GroupSize - 1) / GroupSize);
        for (int i = 0; i < model.Trees.Length; i++)
        {
            ref Group group = ref _groups.Span[i / GroupSize];
            group.Roots[i % GroupSize] = (uint)(model.Trees[i].Root * sizeof(Node));
            group.Depth = Math.Max(group.Depth, model.Trees[i].Depth);
            group.Count++;
        }
    }

    /// <summary>Values that <see cref="Score"/> needs room for.</summary>
    public int InputCount => Math.Max(1, _inputs.Length);

    /// <summary>The margin of one row.</summary>
    /// <param name="row">As many values as the model has features.</param>
    /// <param name="values">Room for <see cref="InputCount"/> values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float Score(float* row, float* values)
    {
        Prepare(row, values);
        byte* nodes = (byte*)_nodes.Pointer;
        float margin = _baseMargin;
        foreach (ref readonly Group group in _groups.Span)
        {
            uint a = group.Roots[0];
            uint b = group.Roots[1];
            uint c = group.Roots[2];
            uint d = group.Roots[3];
            uint e = group.Roots[4];
            uint f = group.Roots[5];
            uint g = group.Roots[6];
            uint h = group.Roots[7];
            for (int depth = group.Depth; depth > 0; depth--)
            {
                a = Step(nodes, values, a);
                b = Step(nodes, values, b);
                c = Step(nodes, values, c);
                d = Step(nodes, values, d);
                e = Step(nodes, values, e);
                f = Step(nodes, values, f);
                g = Step(nodes, values, g);
                h = Step(nodes, values, h);
            }

            // In the order of the file, one after the other: any other order gives other bits.
            margin += Leaf(nodes, a);
            if (group.Count < GroupSize)
            {
                return Finish(nodes, margin, group.Count, [b, c, d, e, f, g]);
            }

            margin += Leaf(nodes, b);
            margin += Leaf(nodes, c);
            margin += Leaf(nodes, d);
            margin += Leaf(nodes, e);
            margin += Leaf(nodes, f);
            margin += Leaf(nodes, g);
            margin += Leaf(nodes, h);
        }

        return margin;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Step(byte* nodes, float* values, uint at)
    {
        Node* node = (Node*)(nodes + at);
        bool isRight = values[node->Input] >= node->Threshold;
        return node->Left + ((uint)Unsafe.BitCast<bool, byte>(isRight) * (uint)sizeof(Node));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Leaf(byte* nodes, uint at) => ((Node*)(nodes + at))->Value;

    // The last group, when it is not full; its first leaf is in the margin already.
    private static float Finish(byte* nodes, float margin, int count, ReadOnlySpan<uint> places)
    {
        for (int i = 0; i < count - 1; i++)
        {
            margin += Leaf(nodes, places[i]);
        }

        return margin;
    }

    private static Node NodeOf(TreeNode node, int place, Dictionary<ScoringInput, int> inputs)
    {
        if (node.IsLeaf)
        {
            // Nothing is at or above NaN, so it always goes "left", to itself.
            return new Node { Threshold = float.NaN, Left = (uint)(place * sizeof(Node)), Value = node.Value };
        }

        ScoringInput input = ScoringInput.Of(node);
        if (!inputs.TryGetValue(input, out int position))
        {
            inputs.Add(input, position = inputs.Count);
        }

        return new Node
        {
            Threshold = node.Set < 0 ? node.Value : ScoringInput.InsideSet,
            Input = position,
            Left = (uint)(node.Left * sizeof(Node)),
        };
    }

    private void Prepare(float* row, float* values)
    {
        for (int i = 0; i < _inputs.Length; i++)
        {
            ref readonly ScoringInput input = ref _inputs[i];
            float value = row[input.Feature];
            float missing = input.IsMissingRight ? float.PositiveInfinity : float.NegativeInfinity;
            if (input.Set >= 0 && !float.IsNaN(value))
            {
                value = _sets[input.Set].Contains(value) ? ScoringInput.InsideSet : 0;
            }

            // Thresholds are finite, so an infinity is on the same side of all of them.
            values[i] = float.IsNaN(value) ? missing : value;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Node
    {
        public float Threshold;
        public int Input;

        // Of the left child, in bytes; the right one follows it.
        public uint Left;

        // Of a leaf.
        public float Value;
    }

    private struct Group
    {
        public EightPlaces Roots;
        public int Depth;
        public int Count;
    }

    [InlineArray(GroupSize)]
    private struct EightPlaces
    {
        private uint _first;
    }
}
