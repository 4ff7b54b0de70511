using System.Runtime.InteropServices;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>A label of a transaction, or the verdict of its review, in the history.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct FeedbackRow
{
    public const int Size = 96;

    [FieldOffset(0)] public UInt128 Id;
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>One of <see cref="RecordKinds"/>.</summary>
    [FieldOffset(24)] public byte Kind;

    [FieldOffset(25)] public TransactionLabel Label;
    [FieldOffset(26)] public Decision Verdict;

    /// <summary>1 when the request left the known-at to the commit.</summary>
    [FieldOffset(27)] public byte IsKnownAtCommit;

    [FieldOffset(28)] public FraudStatus Code;
    [FieldOffset(32)] public ulong KnownAt;
    [FieldOffset(40)] public ulong Timestamp;
    [FieldOffset(48)] public UInt128 UserData128;
    [FieldOffset(64)] public ulong UserData64;

    /// <summary>Position of the decision.</summary>
    [FieldOffset(72)] public long Decision;

    /// <summary>Position of the label before; −1 = none.</summary>
    [FieldOffset(80)] public long Previous;

    [FieldOffset(88)] public ulong Reserved;
}
