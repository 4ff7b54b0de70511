namespace FastCore.Fraud.Features;

/// <summary>What a feature file and the transactions it sees may be at most.</summary>
public static class FeatureLimits
{
    /// <summary>Features of a set.</summary>
    public const int FeaturesMax = 256;

    /// <summary>Characters of a name or a column.</summary>
    public const int NameLengthMax = 64;

    /// <summary>Bytes of a feature file.</summary>
    public const int FileBytesMax = 1 << 20;

    /// <summary>
    /// Different lengths into the past (delay, and delay + window) of the features of one kind of key.
    /// </summary>
    public const int ReachesMax = 16;

    /// <summary>The shortest window.</summary>
    public const ulong WindowNsMin = Second;

    /// <summary>The longest window, and the longest delay.</summary>
    public const ulong WindowNsMax = 30 * 24 * Hour;

    /// <summary>The shortest delay but none: what is spilled is known by the hour only.</summary>
    public const ulong DelayNsMin = Hour;

    /// <summary>The largest amount, in hundredths of the currency unit: what a double still holds exactly.</summary>
    public const long AmountMax = 1L << 53;

    /// <summary>The latest time of a transaction, in Unix nanoseconds.</summary>
    public const ulong TimeNsMax = long.MaxValue;

    internal const ulong Second = 1_000_000_000;
    internal const ulong Hour = 3_600 * Second;
}
