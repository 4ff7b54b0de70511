using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// What a policy decides: lists, then failed stages, then rules, then the model against the thresholds of the merchant.
/// </summary>
public static class PolicyDecision
{
    private const DecisionFlags Failures =
        DecisionFlags.CardFailed | DecisionFlags.TerminalFailed | DecisionFlags.MerchantFailed;

    /// <summary>Decides.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="verdict">What its lists and rules say.</param>
    /// <param name="flags">What was missing or failed on the way.</param>
    /// <param name="hasModel">A model ran.</param>
    /// <param name="score">Its probability; NaN when none ran, or it came to no number.</param>
    /// <param name="merchant">The merchant.</param>
    public static (Decision Decision, DecisionReason Reason) Of(
        FraudPolicy policy, in RuleVerdict verdict, DecisionFlags flags, bool hasModel, float score, ulong merchant)
    {
        // Lists first: they read no feature, so no failure touches them.
        bool hasFailed = ((flags & Failures) != 0 && policy.OnFeatureFailure == FailureMode.Closed)
            || (hasModel && float.IsNaN(score) && policy.OnModelFailure == FailureMode.Closed);
        return verdict.Reason == RuleReason.List ? (Of(verdict.Outcome), DecisionReason.List)
            : hasFailed ? (Decision.Decline, DecisionReason.Failure)
            : verdict.Reason == RuleReason.Rule ? (Of(verdict.Outcome), DecisionReason.Rule)
            : OfModel(score, policy.ThresholdsOf(merchant));
    }

    private static Decision Of(RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.Decline => Decision.Decline,
        RuleOutcome.Review => Decision.Review,
        _ => Decision.Approve,
    };

    private static (Decision Decision, DecisionReason Reason) OfModel(float score, PolicyThresholds thresholds) =>
        score >= thresholds.Decline ? (Decision.Decline, DecisionReason.Model)
        : score >= thresholds.Review ? (Decision.Review, DecisionReason.Model)
        : float.IsNaN(score) ? (Decision.Approve, DecisionReason.None)
        : (Decision.Approve, DecisionReason.Model);
}
