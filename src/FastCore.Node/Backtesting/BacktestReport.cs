using FastCore.Fraud.Backtesting;
using FastCore.Fraud.Policies;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Backtesting;

/// <summary>What a backtest found. The numbers are defined in docs/FRAUD.md.</summary>
public sealed record BacktestReport
{
    /// <summary>The policy that was tried.</summary>
    public required FraudPolicy Candidate { get; init; }

    /// <summary>Partitions whose journal is not there from its beginning: their old decisions are left out.</summary>
    public required IReadOnlyList<int> PartitionsCut { get; init; }

    /// <summary>Decisions that were replayed.</summary>
    public required long Decisions { get; init; }

    /// <summary>Those whose label is known.</summary>
    public required long Labelled { get; init; }

    /// <summary>Those that are known as fraud.</summary>
    public required long Fraud { get; init; }

    /// <summary>As it was decided.</summary>
    public required BacktestSide Before { get; init; }

    /// <summary>As the candidate decides.</summary>
    public required BacktestSide After { get; init; }

    /// <summary>How many went from one decision to another, by both; those that stayed included.</summary>
    public required IReadOnlyDictionary<(Decision Before, Decision After), long> Moves { get; init; }

    /// <summary>Decisions that differ.</summary>
    public long Changed => Moves.Where(move => move.Key.Before != move.Key.After).Sum(move => move.Value);

    /// <summary>The first of those, by time.</summary>
    public required IReadOnlyList<ChangedDecision> Examples { get; init; }

    /// <summary>Where the later set of transactions begins, Unix nanoseconds.</summary>
    public required ulong SplitNs { get; init; }

    /// <summary>Transactions of the earlier set.</summary>
    public required long Earlier { get; init; }

    /// <summary>Stability index of each feature, in their order; null when a set is empty.</summary>
    public required IReadOnlyList<(string Name, double? Psi)> Features { get; init; }
}

/// <summary>One way to decide, over all transactions.</summary>
public sealed record BacktestSide
{
    /// <summary>Decisions by kind.</summary>
    public required IReadOnlyDictionary<Decision, long> Counts { get; init; }

    /// <summary>What was not approved.</summary>
    public required Detection Stopped { get; init; }

    /// <summary>What was declined.</summary>
    public required Detection Declined { get; init; }

    /// <summary>Scores from the threshold of reviews on, that of declines included, whatever rules said.</summary>
    public required Detection ModelReview { get; init; }

    /// <summary>Scores from the threshold of declines on, whatever rules said.</summary>
    public required Detection ModelDecline { get; init; }

    /// <summary>How well the scores rank.</summary>
    public required Ranking Ranking { get; init; }

    /// <summary>Stability index of the score; null when a set is empty.</summary>
    public required double? ScorePsi { get; init; }

    /// <summary>Every rule whose condition was true at least once, by name.</summary>
    public required IReadOnlyList<BacktestRule> Rules { get; init; }
}

/// <summary>What a rule picked out, whether or not it decided.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsShadow">It only says what it would do.</param>
/// <param name="Outcome">What it says.</param>
/// <param name="Detection">What it picked out.</param>
public sealed record BacktestRule(
    string Name, bool IsShadow, FastCore.Fraud.Rules.RuleOutcome Outcome, Detection Detection);

/// <summary>A decision that the candidate changes.</summary>
/// <param name="Id">Transaction, or payment.</param>
/// <param name="Merchant">Its merchant.</param>
/// <param name="Before">As it was decided.</param>
/// <param name="After">As the candidate decides.</param>
/// <param name="Reason">What decides then.</param>
/// <param name="Label">What it is known to be.</param>
public sealed record ChangedDecision(
    UInt128 Id, ulong Merchant, Decision Before, Decision After, DecisionReason Reason, TransactionLabel Label);
