namespace FastCore.Fraud.Rules;

/// <summary>What decided.</summary>
public enum RuleReason : byte
{
    /// <summary>Nothing did.</summary>
    None,

    /// <summary>A list that blocks or allows.</summary>
    List,

    /// <summary>A rule.</summary>
    Rule,
}

/// <summary>What lists and rules say about a transaction.</summary>
/// <param name="Outcome">The outcome; none when nothing decided.</param>
/// <param name="Reason">What decided.</param>
/// <param name="Index">Which of <see cref="RuleSet.Lists"/> or <see cref="RuleSet.Rules"/>; −1 for nothing.</param>
/// <param name="Shadows">One bit for each of <see cref="RuleSet.ShadowRules"/> whose condition is true.</param>
public readonly record struct RuleVerdict(RuleOutcome Outcome, RuleReason Reason, int Index, ulong Shadows);
