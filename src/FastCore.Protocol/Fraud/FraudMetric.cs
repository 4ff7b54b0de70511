using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>About which decisions metrics are asked for: the newest of those made in a time.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct MetricFilter
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 48;

    /// <summary>Metrics after this place.</summary>
    [FieldOffset(0)] public ulong After;

    /// <summary>Results at most, 1 … 8,189.</summary>
    [FieldOffset(8)] public uint Limit;

    /// <summary>Decisions looked at, at most; 0 = <see cref="FraudLimits.MetricDecisionsMax"/>, which is the most.
    /// </summary>
    [FieldOffset(12)] public uint Decisions;

    /// <summary>Only those of this version of the policy; 0 = of all.</summary>
    [FieldOffset(16)] public ulong PolicyVersion;

    /// <summary>Only those committed at this time or later, nanoseconds.</summary>
    [FieldOffset(24)] public ulong From;

    /// <summary>Only those committed before this time, nanoseconds; 0 = now.</summary>
    [FieldOffset(32)] public ulong To;

    /// <summary>Must be zero.</summary>
    [FieldOffset(40)] public ulong Reserved;
}

/// <summary>
/// One number about decisions: what something picked out and how much of that was fraud, or how far a distribution
/// moved. docs/FRAUD.md says how each is computed.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct FraudMetric
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 160;

    /// <summary>Place among the metrics of the request; rises, not zero.</summary>
    [FieldOffset(0)] public ulong Place;

    /// <summary>The version of the policy that decided; 0 = all decisions that were looked at.</summary>
    [FieldOffset(8)] public ulong PolicyVersion;

    /// <summary>What was measured.</summary>
    [FieldOffset(16)] public MetricKind Kind;

    /// <summary>What a rule or list does; none otherwise.</summary>
    [FieldOffset(17)] public Decision Outcome;

    /// <summary>Zero.</summary>
    [FieldOffset(18)] public ushort Reserved0;

    /// <summary>Of those picked out whose label is known, the share that was fraud; NaN when there are none.</summary>
    [FieldOffset(20)] public float Precision;

    /// <summary>Of all known fraud, the share that was picked out; NaN when there is none.</summary>
    [FieldOffset(24)] public float Recall;

    /// <summary>Population stability index from the earlier half to the later one; NaN where it is not asked.</summary>
    [FieldOffset(28)] public float Psi;

    /// <summary>Decisions that were looked at.</summary>
    [FieldOffset(32)] public ulong Decisions;

    /// <summary>Those picked out.</summary>
    [FieldOffset(40)] public ulong Flagged;

    /// <summary>Those of them whose label is known.</summary>
    [FieldOffset(48)] public ulong FlaggedLabelled;

    /// <summary>Those of them that were fraud.</summary>
    [FieldOffset(56)] public ulong FlaggedFraud;

    /// <summary>All decisions about what is known as fraud.</summary>
    [FieldOffset(64)] public ulong Fraud;

    /// <summary>Commit time of the first decision that was looked at, nanoseconds.</summary>
    [FieldOffset(72)] public ulong Since;

    /// <summary>Commit time of the last one, nanoseconds.</summary>
    [FieldOffset(80)] public ulong Until;

    /// <summary>Zero.</summary>
    [FieldOffset(88)] public ulong Reserved1;

    /// <summary>Rule, list, model or feature, in UTF-8, zeros behind it.</summary>
    [FieldOffset(96)] public FraudName Name;
}

/// <summary>What a metric is about.</summary>
public enum MetricKind : byte
{
    /// <summary>Decisions other than approval.</summary>
    Stopped = 1,

    /// <summary>Decisions to decline.</summary>
    Declined = 2,

    /// <summary>A model's score from the merchant's threshold of review on.</summary>
    ModelReview = 3,

    /// <summary>A model's score from the merchant's threshold of declining on.</summary>
    ModelDecline = 4,

    /// <summary>What a rule decided.</summary>
    Rule = 5,

    /// <summary>What a rule in shadow would have decided.</summary>
    ShadowRule = 6,

    /// <summary>What a list decided.</summary>
    List = 7,

    /// <summary>How far the scores of a model moved.</summary>
    ScoreStability = 8,

    /// <summary>How far the values of a feature moved.</summary>
    FeatureStability = 9,
}

/// <summary>Name of a rule, list, model or feature in UTF-8, cut to fit, zeros behind it.</summary>
[InlineArray(FraudLimits.NameBytesMax)]
public struct FraudName
{
    private byte _first;
}
