using FastCore.Fraud.Features;

namespace FastCore.Fraud.Policies;

/// <summary>What is wrong with a policy.</summary>
public enum PolicyMistakeCode : byte
{
    /// <summary>The file is not JSON.</summary>
    NotJson,

    /// <summary>The bytes are not UTF-8.</summary>
    NotUtf8,

    /// <summary>The file is larger than <see cref="PolicyLimits.FileBytesMax"/>.</summary>
    FileTooLarge,

    /// <summary>A value has another type than its field takes.</summary>
    WrongType,

    /// <summary>There is no such field.</summary>
    UnknownField,

    /// <summary>A field, a merchant or a rule file is there twice.</summary>
    RepeatedField,

    /// <summary>A field is missing.</summary>
    MissingField,

    /// <summary>A number is outside its limits, or a word is not one of those that the field takes.</summary>
    BadValue,

    /// <summary>Something is reviewed only from a higher probability on than it is declined.</summary>
    ReviewAboveDecline,

    /// <summary>There is a challenger and no champion.</summary>
    ChallengerWithoutChampion,

    /// <summary>There are more shadows than <see cref="PolicyLimits.ShadowsMax"/>.</summary>
    TooManyShadows,

    /// <summary>There are more merchants than <see cref="PolicyLimits.MerchantsMax"/>.</summary>
    TooManyMerchants,

    /// <summary>A file's name is none that a policy may name, or leads out of the policy's folder.</summary>
    BadFileName,

    /// <summary>A file is not there.</summary>
    FileMissing,

    /// <summary>A stored file has other content than the policy names.</summary>
    OtherContent,

    /// <summary>The policy was stored for other features.</summary>
    OtherFeatures,

    /// <summary>A stored policy is not in the one way in which policies are written canonically.</summary>
    NotCanonical,

    /// <summary>A model file is refused.</summary>
    ModelRefused,

    /// <summary>A model's columns are not among the features.</summary>
    ModelColumns,

    /// <summary>A file is no file of verification vectors, or not of this model's width.</summary>
    BadVectors,

    /// <summary>The model's margin of a verification vector has other bits than the file says.</summary>
    VectorsDiffer,

    /// <summary>A rule file has a mistake.</summary>
    RulesRefused,

    /// <summary>A test beside a rule failed.</summary>
    RuleTestFailed,

    /// <summary>There are more mistakes than are named.</summary>
    TooManyMistakes,
}

/// <summary>A mistake in a policy or in a file that it names, with its place.</summary>
/// <param name="Code">What it is.</param>
/// <param name="Path">The rule file; empty for the policy file itself.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Byte in the line, from 1.</param>
/// <param name="Sentence">What to do about it.</param>
public sealed record PolicyMistake(PolicyMistakeCode Code, string Path, int Line, int Column, string Sentence)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string file = Path.Length == 0 ? "" : $"{Path}: ";
        return FeatureWords.OneLine($"{file}line {Line}, column {Column}: {Sentence} ({Code})");
    }
}

/// <summary>A policy with mistakes was to be used.</summary>
public sealed class PolicyRefusedException : Exception
{
    /// <summary>Names all mistakes of a policy.</summary>
    public PolicyRefusedException(IReadOnlyList<PolicyMistake> mistakes)
        : base(string.Join('\n', mistakes)) => Mistakes = mistakes;

    /// <summary>The mistakes: of the policy file in its order, then of rule files.</summary>
    public IReadOnlyList<PolicyMistake> Mistakes { get; }
}
