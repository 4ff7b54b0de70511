namespace FastCore.Fraud.Models.Scoring;

/// <summary>
/// What nodes compare: a feature, with one of two places for a missing value, or whether a feature is in a set. So a
/// node is one comparison, whatever it asks.
/// </summary>
/// <param name="Feature">Column of the row.</param>
/// <param name="IsMissingRight">Where a missing value goes.</param>
/// <param name="Set">The set of categories that go right; −1 for a number.</param>
internal readonly record struct ScoringInput(int Feature, bool IsMissingRight, int Set)
{
    /// <summary>The threshold of a node that asks for a set: the value is 1 inside, 0 outside.</summary>
    public const float InsideSet = 1f;

    public static ScoringInput Of(TreeNode node) => new(node.Feature, !node.IsDefaultLeft, node.Set);
}
