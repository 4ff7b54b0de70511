namespace FastCore.Fraud.Features;

/// <summary>What is wrong in a feature file.</summary>
public enum FeatureMistakeCode : byte
{
    /// <summary>The file is not JSON.</summary>
    NotJson,

    /// <summary>The file is larger than <see cref="FeatureLimits.FileBytesMax"/>.</summary>
    FileTooLarge,

    /// <summary>A value has another type than its field takes.</summary>
    WrongType,

    /// <summary>There is no such field.</summary>
    UnknownField,

    /// <summary>A field is there twice.</summary>
    RepeatedField,

    /// <summary>A field is missing.</summary>
    MissingField,

    /// <summary>The format number is not known.</summary>
    UnknownFormat,

    /// <summary>There is no feature in the file.</summary>
    NoFeatures,

    /// <summary>There are more than <see cref="FeatureLimits.FeaturesMax"/> features.</summary>
    TooManyFeatures,

    /// <summary>A name or column does not look like one.</summary>
    BadName,

    /// <summary>A name or column is taken by an earlier feature.</summary>
    RepeatedName,

    /// <summary>There is no such key.</summary>
    UnknownKey,

    /// <summary>There is no such aggregate.</summary>
    UnknownAggregate,

    /// <summary>The aggregate does not go with the key.</summary>
    AggregateNotForKey,

    /// <summary>The field does not go with the aggregate.</summary>
    FieldNotForAggregate,

    /// <summary>A length of time does not look like one.</summary>
    BadDuration,

    /// <summary>A length of time is outside its limits.</summary>
    DurationOutOfRange,

    /// <summary>A key cannot be counted against itself or against the transaction.</summary>
    BadCounterparty,

    /// <summary>One kind of key counts two kinds of counterparties.</summary>
    TwoCounterparties,

    /// <summary>One kind of key has more than <see cref="FeatureLimits.ReachesMax"/> lengths of windows.</summary>
    TooManyWindows,

    /// <summary>A text is no UTF-8, or half of a character is escaped in it.</summary>
    BadText,
}

/// <summary>A mistake in a feature file, with its place.</summary>
/// <param name="Code">What it is.</param>
/// <param name="Feature">Name of the feature, or its position such as "#3" when it has no good name, or empty.</param>
/// <param name="Field">The field, or empty.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Byte in the line, from 1.</param>
/// <param name="Sentence">What to do about it.</param>
public sealed record FeatureMistake(
    FeatureMistakeCode Code, string Feature, string Field, int Line, int Column, string Sentence)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string where = Feature.Length == 0 ? "" : $"feature {FeatureWords.Shown(Feature)}: ";
        return FeatureWords.OneLine($"line {Line}, column {Column}: {where}{Sentence} ({Code})");
    }
}

/// <summary>A feature file with mistakes was to be used.</summary>
public sealed class FeatureFileException : Exception
{
    /// <summary>Names all mistakes of a file.</summary>
    public FeatureFileException(IReadOnlyList<FeatureMistake> mistakes)
        : base(string.Join('\n', mistakes)) => Mistakes = mistakes;

    /// <summary>The mistakes in the order of the file.</summary>
    public IReadOnlyList<FeatureMistake> Mistakes { get; }
}
