namespace FastCore.Fraud.Rules.Text;

/// <summary>A list as a file declares it.</summary>
internal sealed record DeclaredList(RulePlace At, string Name, RuleKey Key, RuleOutcome Effect);

/// <summary>A rule as a file declares it, with the tests below it.</summary>
internal sealed record DeclaredRule(
    RulePlace At, string Name, int Priority, bool IsShadow, RuleOutcome Outcome, RuleNode Condition)
{
    public List<DeclaredTest> Tests { get; } = [];
}

/// <summary>A test as a file declares it.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsOfAll">Whether it judges the whole set and not the rule above it.</param>
/// <param name="Givens">What it says about the transaction.</param>
/// <param name="Expected">What must come out.</param>
internal sealed record DeclaredTest(
    RulePlace At, string Name, bool IsOfAll, IReadOnlyList<DeclaredGiven> Givens, RuleOutcome Expected);

/// <summary>What a test says about one name: a value, that it is missing, or that a list has it.</summary>
internal sealed record DeclaredGiven(NameNode Name, RuleNumber? Value, bool IsNegative, string? List, RulePlace ListAt)
{
    /// <summary>The number of the list in the set; the checker finds it.</summary>
    public int ListIndex { get; set; }
}

/// <summary>What all files of a set declare.</summary>
internal sealed class DeclaredSet
{
    public List<DeclaredList> Lists { get; } = [];

    public List<DeclaredRule> Rules { get; } = [];
}
