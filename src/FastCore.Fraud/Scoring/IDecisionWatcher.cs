using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// Looks on while a partition executes: for tools that replay a journal to see how decisions came about. A node that
/// serves has none. May not change what it is shown.
/// </summary>
public interface IDecisionWatcher
{
    /// <summary>A transaction was decided, and is stored.</summary>
    void Decided(in WatchedDecision decision);

    /// <summary>A transaction was counted for its card, on the card's partition.</summary>
    /// <param name="id">Transaction, or payment.</param>
    /// <param name="merchant">Its merchant.</param>
    /// <param name="card">What is handed over.</param>
    void Counted(UInt128 id, ulong merchant, in CardFeatures card);

    /// <summary>A list was changed.</summary>
    /// <param name="list">Its name.</param>
    /// <param name="change">The change, which took place.</param>
    /// <param name="nowNs">The time of its batch.</param>
    void ListChanged(string list, in ListChange change, ulong nowNs);
}

/// <summary>A decision with what it was made from; valid while it is shown.</summary>
public readonly ref struct WatchedDecision
{
    /// <summary>Request and decision.</summary>
    public required DecisionRecord Record { get; init; }

    /// <summary>When it happened, for the windows; Unix nanoseconds.</summary>
    public required ulong TimeNs { get; init; }

    /// <summary>What its rules were told about it.</summary>
    public required RuleTransaction Transaction { get; init; }

    /// <summary>Its features in full precision; NaN is missing.</summary>
    public required ReadOnlySpan<double> Values { get; init; }

    /// <summary>Its features as models read them.</summary>
    public required ReadOnlySpan<float> Vector { get; init; }

    /// <summary>Margins of the shadow models; zeros behind them.</summary>
    public required ReadOnlySpan<float> ShadowMargins { get; init; }

    /// <summary>What the card's partition handed over; nothing when the card was counted with the decision.</summary>
    public required CardFeatures Card { get; init; }

    /// <summary>Judges by the policy that was in force; null when none was.</summary>
    public required PolicyEvaluator? Policy { get; init; }
}
