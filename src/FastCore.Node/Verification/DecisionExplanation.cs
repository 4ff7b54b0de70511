using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Verification;

/// <summary>A past decision, computed once more from the journal and compared with what is stored.</summary>
public sealed record DecisionExplanation
{
    /// <summary>The features of the directory.</summary>
    public required FeatureSet Features { get; init; }

    /// <summary>What is stored.</summary>
    public required StoredDecision Stored { get; init; }

    /// <summary>The partition of its merchant.</summary>
    public required int Partition { get; init; }

    /// <summary>
    /// What the replay came to; null when it did not come by the decision, see <see cref="IsJournalWhole"/>.
    /// </summary>
    public ReplayedDecision? Replayed { get; init; }

    /// <summary>False when retention let the beginning of the journal go, and old decisions with it.</summary>
    public bool IsJournalWhole { get; init; }

    /// <summary>What is not the same, field by field; empty when every bit is.</summary>
    public required IReadOnlyList<DecisionDifference> Differences { get; init; }

    /// <summary>The replay came by the decision, and every bit is the same.</summary>
    public bool IsEqual => Replayed is not null && Differences.Count == 0;
}

/// <summary>A field that differs.</summary>
/// <param name="Field">Its name; features have <c>feature.</c> before theirs.</param>
/// <param name="Stored">What is stored.</param>
/// <param name="Recomputed">What the replay came to.</param>
public sealed record DecisionDifference(string Field, string Stored, string Recomputed);

/// <summary>A decision as a replay came to it.</summary>
public sealed record ReplayedDecision
{
    /// <summary>The decision, with nothing of what became of it later.</summary>
    public required StoredDecision Decision { get; init; }

    /// <summary>Sequence of its journal entry.</summary>
    public ulong Sequence { get; set; }

    /// <summary>Its features in full precision.</summary>
    public required double[] Values { get; init; }

    /// <summary>What the card's partition handed over, says the journal; nothing with one partition.</summary>
    public required CardFeatures Card { get; init; }

    /// <summary>The policy that was in force; null when none was.</summary>
    public FraudPolicy? Policy { get; init; }

    /// <summary>The model that decided; null when none ran.</summary>
    public PolicyModel? Model { get; init; }

    /// <summary>For each rule of the policy, whether its condition was true.</summary>
    public required bool[] Rules { get; init; }

    /// <summary>For each list of the policy that blocks or allows, whether the transaction was on it.</summary>
    public required bool[] Lists { get; init; }

    /// <summary>
    /// What each feature added to the margin, in the order of the features, 0 for those that the model does not read;
    /// the bias last. Null when no model ran, or it cannot be explained.
    /// </summary>
    public float[]? Contributions { get; init; }
}
