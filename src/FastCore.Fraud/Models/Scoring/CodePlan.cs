namespace FastCore.Fraud.Models.Scoring;

/// <summary>
/// Codes of a byte in place of numbers. A value's code is how many of a feature's thresholds are at or below it, so it
/// is below threshold number j exactly when its code is below j + 1: the comparison of two integers decides as that of
/// the two floats does, without rounding anything.
/// </summary>
/// <remarks>
/// A slot holds the codes of up to 254 thresholds of one feature; a feature with more has more slots. A missing value
/// is 0 in the slots of nodes where it goes left and 255 in those where it goes right, so no node asks for it. A set
/// of categories is a slot too: 1 inside, 0 outside. Slot 0 is always 0.
/// </remarks>
internal sealed class CodePlan
{
    /// <summary>Thresholds of a slot; what is left of a byte is zero and <see cref="Missing"/>.</summary>
    public const int ThresholdsPerSlot = 254;

    /// <summary>The code of a missing value that goes right.</summary>
    public const byte Missing = 255;

    /// <summary>A code that slot 0 never reaches: with it, a node always goes left.</summary>
    public const byte Never = 255;

    private readonly Dictionary<(int Feature, int Chunk, bool IsMissingRight, int Set), int> _slots = [];
    private readonly float[][] _thresholds;

    public CodePlan(TreeModel model)
    {
        _thresholds = ThresholdsOf(model);
        (int Slot, byte Code)[] nodes = new (int, byte)[model.Nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            if (!model.Nodes[i].IsLeaf)
            {
                nodes[i] = CodeOf(model.Nodes[i]);
            }
        }

        Nodes = nodes;
        Searches = [.. SearchesOf(model)];
    }

    /// <summary>Slots of a row, with slot 0.</summary>
    public int SlotCount => _slots.Count + 1;

    /// <summary>Slot and code of every node: it goes right when the slot is at or above the code.</summary>
    public (int Slot, byte Code)[] Nodes { get; }

    /// <summary>How the slots of a row are found.</summary>
    public CodeSearch[] Searches { get; }

    private (int Slot, byte Code) CodeOf(TreeNode node)
    {
        bool isMissingRight = !node.IsDefaultLeft;
        if (node.Set >= 0)
        {
            return (SlotOf(node.Feature, 0, isMissingRight, node.Set), 1);
        }

        int position = Array.BinarySearch(_thresholds[node.Feature], node.Value);
        int slot = SlotOf(node.Feature, position / ThresholdsPerSlot, isMissingRight, -1);
        return (slot, (byte)((position % ThresholdsPerSlot) + 1));
    }

    private int SlotOf(int feature, int chunk, bool isMissingRight, int set)
    {
        (int, int, bool, int) key = (feature, chunk, isMissingRight, set);
        if (!_slots.TryGetValue(key, out int slot))
        {
            _slots.Add(key, slot = _slots.Count + 1);
        }

        return slot;
    }

    // One search for both places of a missing value. What nobody asks for goes to a slot behind the last one.
    private IEnumerable<CodeSearch> SearchesOf(TreeModel model)
    {
        foreach (var slots in _slots.GroupBy(pair => (pair.Key.Feature, pair.Key.Chunk, pair.Key.Set)))
        {
            int left = SlotCount;
            int right = SlotCount;
            foreach (((_, _, bool isMissingRight, _), int slot) in slots)
            {
                left = isMissingRight ? left : slot;
                right = isMissingRight ? slot : right;
            }

            CategorySet? set = slots.Key.Set < 0 ? null : model.Sets[slots.Key.Set];
            ReadOnlySpan<float> thresholds = _thresholds[slots.Key.Feature];
            int start = slots.Key.Chunk * ThresholdsPerSlot;
            yield return new CodeSearch(
                slots.Key.Feature,
                left,
                right,
                set,
                set is null ? thresholds.Slice(start, Math.Min(ThresholdsPerSlot, thresholds.Length - start)) : []);
        }
    }

    private static float[][] ThresholdsOf(TreeModel model)
    {
        List<float>[] all = [.. Enumerable.Range(0, model.FeatureCount).Select(_ => new List<float>())];
        foreach (TreeNode node in model.Nodes)
        {
            if (!node.IsLeaf && node.Set < 0)
            {
                all[node.Feature].Add(node.Value);
            }
        }

        // Minus zero and zero are equal here as they are to the comparison of a node.
        return [.. all.Select(values => values.Order().Distinct().ToArray())];
    }
}
