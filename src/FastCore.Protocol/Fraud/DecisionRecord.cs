using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>A decision as it is kept, with what became of it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct DecisionRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 192;

    /// <summary>Transaction id, or id of the payment.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Merchant.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Card; 0 = not known.</summary>
    [FieldOffset(24)] public ulong Card;

    /// <summary>Terminal; 0 = not known.</summary>
    [FieldOffset(32)] public ulong Terminal;

    /// <summary>Device; 0 = not known.</summary>
    [FieldOffset(40)] public ulong Device;

    /// <summary>Amount, minor units.</summary>
    [FieldOffset(48)] public ulong Amount;

    /// <summary>When it happened, as the client said; 0 = at its commit.</summary>
    [FieldOffset(56)] public ulong OccurredAt;

    /// <summary>Millionths of a degree north, with <see cref="ScoreFlags.HasPlace"/>.</summary>
    [FieldOffset(64)] public int Latitude;

    /// <summary>Millionths of a degree east, with <see cref="ScoreFlags.HasPlace"/>.</summary>
    [FieldOffset(68)] public int Longitude;

    /// <summary>ISO 4217 number of the currency; 0 = not known.</summary>
    [FieldOffset(72)] public uint Currency;

    /// <summary>The first digits of the card's number; 0 = not known.</summary>
    [FieldOffset(76)] public uint Bin;

    /// <summary>What the request said.</summary>
    [FieldOffset(80)] public ScoreFlags RequestFlags;

    /// <summary>The decision.</summary>
    [FieldOffset(82)] public Decision Decision;

    /// <summary>What decided.</summary>
    [FieldOffset(83)] public DecisionReason Reason;

    /// <summary>What was missing or failed.</summary>
    [FieldOffset(84)] public DecisionFlags Flags;

    /// <summary>The deciding rule or list, by its position in the policy; 65,535 = none.</summary>
    [FieldOffset(86)] public ushort Rule;

    /// <summary>The client's own.</summary>
    [FieldOffset(88)] public ulong UserData64;

    /// <summary>The client's own.</summary>
    [FieldOffset(96)] public UInt128 UserData128;

    /// <summary>Probability of fraud; NaN when no model ran.</summary>
    [FieldOffset(112)] public float Score;

    /// <summary>The model's margin; NaN when no model ran.</summary>
    [FieldOffset(116)] public float Margin;

    /// <summary>Version of the policy that decided; 0 = none was in force.</summary>
    [FieldOffset(120)] public ulong PolicyVersion;

    /// <summary>One bit for each shadow rule whose condition was true.</summary>
    [FieldOffset(128)] public ulong ShadowRules;

    /// <summary>Commit time of the decision, nanoseconds.</summary>
    [FieldOffset(136)] public ulong Timestamp;

    /// <summary>The newest label.</summary>
    [FieldOffset(144)] public TransactionLabel Label;

    /// <summary>The verdict of its review; none = not reviewed, or not yet.</summary>
    [FieldOffset(145)] public Decision Verdict;

    /// <summary>1 while it waits for a verdict.</summary>
    [FieldOffset(146)] public byte UnderReview;

    /// <summary>Zero.</summary>
    [FieldOffset(147)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(148)] public uint Reserved1;

    /// <summary>Since when the label is known, nanoseconds; 0 = there is none.</summary>
    [FieldOffset(152)] public ulong KnownAt;

    /// <summary>Commit time of the verdict, nanoseconds; 0 = there is none.</summary>
    [FieldOffset(160)] public ulong ResolvedAt;

    /// <summary>Zero.</summary>
    [FieldOffset(168)] public ulong Reserved2;

    /// <summary>Zero.</summary>
    [FieldOffset(176)] public UInt128 Reserved3;
}
