namespace FastCore.Fraud.Rules;

/// <summary>The text of a rule file.</summary>
/// <param name="Path">How mistakes call it.</param>
/// <param name="Utf8">Its bytes.</param>
public sealed record RuleFile(string Path, ReadOnlyMemory<byte> Utf8);
