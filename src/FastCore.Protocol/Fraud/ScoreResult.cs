using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>The answer to one <see cref="ScoreTransaction"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ScoreResult
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>Commit time of the decision, nanoseconds; 0 in a refusal.</summary>
    [FieldOffset(0)] public ulong Timestamp;

    /// <summary>What happened.</summary>
    [FieldOffset(8)] public FraudStatus Code;

    /// <summary>The decision; none in a refusal.</summary>
    [FieldOffset(12)] public Decision Decision;

    /// <summary>What decided.</summary>
    [FieldOffset(13)] public DecisionReason Reason;

    /// <summary>What was missing or failed on the way.</summary>
    [FieldOffset(14)] public DecisionFlags Flags;

    /// <summary>Probability of fraud, 0 to 1; NaN when no model ran.</summary>
    [FieldOffset(16)] public float Score;

    /// <summary>The model's margin; NaN when no model ran.</summary>
    [FieldOffset(20)] public float Margin;

    /// <summary>Version of the policy that decided; 0 = none was in force.</summary>
    [FieldOffset(24)] public ulong PolicyVersion;

    /// <summary>The deciding rule or list, by its position in the policy; 65,535 = none.</summary>
    [FieldOffset(32)] public ushort Rule;

    /// <summary>How the answer came about.</summary>
    [FieldOffset(34)] public ScoreResultFlags ResultFlags;

    /// <summary>Nanoseconds for the features, a share of its batch; with <see cref="ScoreFlags.StageTimes"/>.</summary>
    [FieldOffset(36)] public uint FeaturesNs;

    /// <summary>Nanoseconds for the models, a share of its batch; with <see cref="ScoreFlags.StageTimes"/>.</summary>
    [FieldOffset(40)] public uint ModelNs;

    /// <summary>Nanoseconds for rules and records, a share of its batch; likewise.</summary>
    [FieldOffset(44)] public uint RulesNs;

    /// <summary>One bit for each shadow rule of the policy whose condition was true.</summary>
    [FieldOffset(48)] public ulong ShadowRules;

    /// <summary>Zero.</summary>
    [FieldOffset(56)] public ulong Reserved;
}

/// <summary>How an answer came about.</summary>
[Flags]
public enum ScoreResultFlags : ushort
{
    /// <summary>By this request.</summary>
    None = 0,

    /// <summary>The same request was answered before; every other bit but the stage times is that answer's.</summary>
    Duplicate = 1,
}

/// <summary>What is done with a transaction.</summary>
public enum Decision : byte
{
    /// <summary>Nothing was decided.</summary>
    None = 0,

    /// <summary>Let it pass.</summary>
    Approve = 1,

    /// <summary>Hold it until somebody looked at it.</summary>
    Review = 2,

    /// <summary>Refuse it.</summary>
    Decline = 3,
}

/// <summary>What decided.</summary>
public enum DecisionReason : byte
{
    /// <summary>Nothing did, so it passes.</summary>
    None = 0,

    /// <summary>The model and its thresholds.</summary>
    Model = 1,

    /// <summary>A rule.</summary>
    Rule = 2,

    /// <summary>A list that blocks or allows.</summary>
    List = 3,

    /// <summary>A stage failed and its policy is to decline.</summary>
    Failure = 4,
}

/// <summary>What was missing or failed on the way to a decision.</summary>
[Flags]
public enum DecisionFlags : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The transaction names no card: its card features are missing.</summary>
    CardUnknown = 1,

    /// <summary>The transaction names no terminal: its terminal features are missing.</summary>
    TerminalUnknown = 2,

    /// <summary>There was no room for the card's history: its features are missing.</summary>
    CardFailed = 4,

    /// <summary>There was no room for the terminal's history: its features are missing.</summary>
    TerminalFailed = 8,

    /// <summary>There was no room for the merchant's history: its features are missing.</summary>
    MerchantFailed = 16,

    /// <summary>No model ran.</summary>
    NoModel = 32,

    /// <summary>No policy was in force.</summary>
    NoPolicy = 64,

    /// <summary>The challenger scored it, not the champion.</summary>
    Challenger = 128,

    /// <summary>The queue of reviews was full, so what was to be reviewed is declined.</summary>
    ReviewsFull = 256,

    /// <summary>It is a payment, decided before its money moved.</summary>
    Payment = 512,
}
