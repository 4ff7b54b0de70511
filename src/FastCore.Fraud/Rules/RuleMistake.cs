namespace FastCore.Fraud.Rules;

/// <summary>A mistake in a rule file, with its place.</summary>
/// <param name="Code">What it is.</param>
/// <param name="Path">The file.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Byte in the line, from 1.</param>
/// <param name="Sentence">What to do about it.</param>
public sealed record RuleMistake(RuleMistakeCode Code, string Path, int Line, int Column, string Sentence)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: line {Line}, column {Column}: {Sentence} ({Code})";
}

/// <summary>Rule files with mistakes were to be used.</summary>
public sealed class RuleFileException : Exception
{
    /// <summary>Names all mistakes.</summary>
    public RuleFileException(IReadOnlyList<RuleMistake> mistakes)
        : base(string.Join('\n', mistakes)) => Mistakes = mistakes;

    /// <summary>The mistakes in the order of the files.</summary>
    public IReadOnlyList<RuleMistake> Mistakes { get; }
}
