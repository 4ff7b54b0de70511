using System.Globalization;

namespace FastCore.Fraud.Models.Reading;

/// <summary>
/// Checks trees and lays their nodes out anew, level by level with the two children of a node side by side. Nodes that
/// nothing leads to are the pruned ones that XGBoost leaves in its arrays; whatever they say, they are left out.
/// </summary>
internal sealed class TreeBuilder(int featureCount)
{
    private readonly List<TreeNode> _nodes = [];
    private readonly List<float> _covers = [];
    private readonly List<Tree> _trees = [];
    private readonly List<CategorySet> _sets = [];
    private long _categoryBits;
    private bool _hasCovers = true;

    public int TreeCount => _trees.Count;

    public void Add(RawTree raw, float? weight)
    {
        int[] left = raw.Left ?? throw Missing("left_children");
        CheckLengths(raw, left.Length);
        CheckCategories(raw);
        int root = _nodes.Count;
        int leaves = 0;
        int depth = 0;
        bool[] isReached = new bool[left.Length];
        isReached[0] = true;
        List<int> level = [0];
        while (level.Count > 0)
        {
            List<int> below = [];
            int childrenAt = _nodes.Count + level.Count;
            foreach (int node in level)
            {
                AddCover(raw, node);
                if (left[node] == -1)
                {
                    _nodes.Add(TreeNode.Leaf(LeafOf(raw, node, weight)));
                    leaves++;
                    continue;
                }

                _nodes.Add(SplitOf(raw, node, childrenAt + below.Count));
                below.Add(Child(left[node], node, isReached));
                below.Add(Child(raw.Right![node], node, isReached));
            }

            if (below.Count > 0 && ++depth > ModelLimits.DepthMax)
            {
                throw Refused(ModelRefusal.TooDeep, $"more than {ModelLimits.DepthMax} decisions to a leaf");
            }

            level = below;
        }

        _trees.Add(new Tree(root, _nodes.Count - root, leaves, depth));
    }

    public TreeModel Build(
        string contentHash, string booster, Version version, float baseMargin, IReadOnlyList<string> names) =>
        new(contentHash, booster, version, featureCount, baseMargin, names, [.. _nodes], [.. _trees], [.. _sets],
            _hasCovers ? [.. _covers] : []);

    private static void CheckLengths(RawTree raw, int count)
    {
        (string Name, int? Length)[] arrays =
        [
            ("right_children", raw.Right?.Length), ("split_indices", raw.Features?.Length),
            ("split_conditions", raw.Conditions?.Length), ("default_left", raw.DefaultLeft?.Length),
            ("split_type", raw.SplitTypes is null ? count : raw.SplitTypes.Length),
            ("sum_hessian", raw.Covers is null ? count : raw.Covers.Length),
        ];
        foreach ((string name, int? length) in arrays)
        {
            if ((length ?? throw Missing(name)) != count)
            {
                throw Refused(ModelRefusal.Shape, $"{count} nodes, but {name} has {length}");
            }
        }

        string nodes = raw.NodeCount ?? throw Missing("num_nodes");
        if (count == 0 || nodes != count.ToString(CultureInfo.InvariantCulture))
        {
            throw Refused(ModelRefusal.Shape, $"{count} nodes, but num_nodes is another number, or none");
        }
    }

    private static void CheckCategories(RawTree raw)
    {
        int[] nodes = raw.CategoryNodes;
        if (raw.CategorySegments.Length != nodes.Length || raw.CategorySizes.Length != nodes.Length)
        {
            throw Refused(ModelRefusal.Categories, "categories_nodes, _segments and _sizes differ in length");
        }

        // Sets that lie one behind the other, as XGBoost writes them, cannot be worth more than the file.
        long end = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            bool isInOrder = i == 0 ? nodes[i] >= 0 : nodes[i] > nodes[i - 1];
            long start = raw.CategorySegments[i];
            long size = raw.CategorySizes[i];
            if (!isInOrder || start < end || size < 1 || start + size > raw.Categories.Length)
            {
                throw Refused(ModelRefusal.Categories, $"the categories of node {nodes[i]} are out of range");
            }

            end = start + size;
        }
    }

    // Scores do not need covers, so a file without usable ones is scored and not explained. Shares of a node's cover
    // are computed, so only a leaf may have none.
    private void AddCover(RawTree raw, int node)
    {
        float cover = raw.Covers?[node] ?? float.NaN;
        bool isLeaf = raw.Left![node] == -1;
        _hasCovers &= float.IsFinite(cover) && (cover > 0 || (isLeaf && cover == 0));
        if (_hasCovers)
        {
            _covers.Add(cover);
        }
    }

    private TreeNode SplitOf(RawTree raw, int node, int children)
    {
        int feature = raw.Features![node];
        if ((uint)feature >= (uint)featureCount)
        {
            throw Refused(
                ModelRefusal.FeatureOutOfRange, $"node {node} asks for feature {feature} of {featureCount}");
        }

        int type = raw.SplitTypes?[node] ?? 0;
        if (type is not (0 or 1))
        {
            throw Refused(ModelRefusal.SplitType, $"node {node} splits by type {type}");
        }

        int isDefaultLeft = raw.DefaultLeft![node];
        if (isDefaultLeft is not (0 or 1))
        {
            throw Refused(ModelRefusal.Damaged, $"default_left of node {node} is {isDefaultLeft}");
        }

        int entry = Array.BinarySearch(raw.CategoryNodes, node);
        if (entry >= 0 != (type == 1))
        {
            throw Refused(
                ModelRefusal.Categories, $"node {node} has type {type}, and its categories say otherwise");
        }

        float threshold = type == 1 ? 0 : raw.Conditions![node];
        if (!float.IsFinite(threshold))
        {
            throw Refused(ModelRefusal.Threshold, $"the threshold of node {node} is {threshold}");
        }

        return new TreeNode(feature, threshold, children, isDefaultLeft == 1, type == 1 ? SetOf(raw, entry) : -1);
    }

    private int SetOf(RawTree raw, int entry)
    {
        ReadOnlySpan<int> categories =
            raw.Categories.AsSpan(raw.CategorySegments[entry], raw.CategorySizes[entry]);
        int largest = 0;
        foreach (int category in categories)
        {
            if (category is < 0 or >= ModelLimits.CategoryEnd)
            {
                throw Refused(
                    ModelRefusal.Categories, $"category {category} of node {raw.CategoryNodes[entry]}");
            }

            largest = Math.Max(largest, category);
        }

        _categoryBits += largest + 1;
        if (_categoryBits > ModelLimits.CategoryBitsMax)
        {
            throw Refused(
                ModelRefusal.TooLarge, $"more than {ModelLimits.CategoryBitsMax} bits of sets of categories");
        }

        _sets.Add(new CategorySet(categories));
        return _sets.Count - 1;
    }

    private static float LeafOf(RawTree raw, int node, float? weight)
    {
        if (raw.Right![node] != -1)
        {
            throw Refused(ModelRefusal.ChildOutOfRange, $"node {node} has a right child only");
        }

        // DART first adds the leaf to a zero, which takes the sign from a negative zero, and then weighs it.
        float value = raw.Conditions![node];
        value = weight is float factor ? (0f + value) * factor : value;
        return float.IsFinite(value)
            ? value
            : throw Refused(ModelRefusal.LeafValue, $"the value of leaf {node} is {value}");
    }

    private static int Child(int child, int parent, bool[] isReached)
    {
        if ((uint)child >= (uint)isReached.Length)
        {
            throw Refused(
                ModelRefusal.ChildOutOfRange, $"node {parent} leads to {child} of {isReached.Length} nodes");
        }

        if (isReached[child])
        {
            throw Refused(ModelRefusal.Cycle, $"node {child} is reached on two ways");
        }

        isReached[child] = true;
        return child;
    }

    private static ModelRefusedException Missing(string what) =>
        Refused(ModelRefusal.Damaged, $"{what} of a tree is missing");

    private static ModelRefusedException Refused(ModelRefusal code, string what) => new(code, what);
}
