namespace FastCore.Fraud.Rules;

/// <summary>What came of a test that stands beside a rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Name">The test.</param>
/// <param name="Path">Its file.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Column">Byte in the line, from 1.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Actual">What came out.</param>
public sealed record RuleTestResult(
    string Rule, string Name, string Path, int Line, int Column, RuleOutcome Expected, RuleOutcome Actual)
{
    /// <summary>Whether both are the same.</summary>
    public bool IsPassed => Expected == Actual;

    /// <inheritdoc/>
    public override string ToString()
    {
        string where = $"{Path}: line {Line}, column {Column}: test \"{Name}\" of rule \"{Rule}\"";
        string expected = Text.RuleWords.Of(Expected);
        return IsPassed
            ? $"{where}: {expected}, as expected."
            : $"{where}: expected {expected}, got {Text.RuleWords.Of(Actual)}.";
    }
}
