namespace FastCore.Fraud.Rules;

/// <summary>A rule of a set.</summary>
/// <param name="Name">Its name, unique in the set.</param>
/// <param name="Priority">Smaller ones are looked at first; equal ones by name.</param>
/// <param name="IsShadow">Whether it only says what it would have done.</param>
/// <param name="Outcome">What it says when its condition is true.</param>
/// <param name="Path">Its file.</param>
/// <param name="Line">Where it begins there.</param>
public sealed record RuleDescription(
    string Name, int Priority, bool IsShadow, RuleOutcome Outcome, string Path, int Line);

/// <summary>A list of a set.</summary>
/// <param name="Name">Its name, unique in the set.</param>
/// <param name="Key">What it holds.</param>
/// <param name="Effect">What it decides by itself; none when only rules look into it.</param>
public sealed record RuleListDescription(string Name, RuleKey Key, RuleOutcome Effect);
