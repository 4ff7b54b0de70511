namespace FastCore.Fraud.Rules.Text;

/// <summary>Kinds of words and signs.</summary>
internal enum RuleTokenKind : byte
{
    /// <summary>The end of the file.</summary>
    End,

    /// <summary>A word: of the language, of a field or of a feature.</summary>
    Word,

    /// <summary>A quoted name.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A sign such as "(" or "&lt;=".</summary>
    Sign,

    /// <summary>Something that was a mistake and was told.</summary>
    Broken,
}

/// <summary>A word, a number or a sign with its place.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As it is written; the name inside the quotes.</param>
/// <param name="Number">The value of a number.</param>
/// <param name="At">Where it begins.</param>
/// <param name="IsFirst">Whether nothing stands before it on its line.</param>
internal readonly record struct RuleToken(
    RuleTokenKind Kind, string Text, RuleNumber Number, RulePlace At, bool IsFirst)
{
    public bool Is(string text) => Kind is RuleTokenKind.Word or RuleTokenKind.Sign && Text == text;

    /// <summary>How a sentence names it.</summary>
    public string Shown => Kind switch
    {
        RuleTokenKind.End => "the end of the file",
        RuleTokenKind.Text => $"\"{Text}\"",
        _ => $"'{Text}'",
    };
}
