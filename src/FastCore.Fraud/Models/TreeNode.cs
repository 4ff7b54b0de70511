namespace FastCore.Fraud.Models;

/// <summary>A node of a checked tree: a leaf, a split by a number, or a split by a set of categories.</summary>
/// <param name="Feature">Feature that is asked for; −1 at a leaf.</param>
/// <param name="Value">The leaf's value, or the threshold: what is smaller goes left.</param>
/// <param name="Left">Position of the left child in the model's nodes; the right one follows it.</param>
/// <param name="IsDefaultLeft">Where a missing value goes.</param>
/// <param name="Set">Which of the model's sets of categories goes right; −1 when a number decides.</param>
internal readonly record struct TreeNode(int Feature, float Value, int Left, bool IsDefaultLeft, int Set)
{
    public bool IsLeaf => Feature < 0;

    public static TreeNode Leaf(float value) => new(-1, value, -1, false, -1);
}
