using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>The answer to a label, a verdict, a change of a list or of the policy.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct FraudResult
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 16;

    /// <summary>Commit time of what the answer tells, nanoseconds; 0 in a refusal.</summary>
    [FieldOffset(0)] public ulong Timestamp;

    /// <summary>What happened.</summary>
    [FieldOffset(8)] public FraudStatus Code;

    /// <summary>How the answer came about.</summary>
    [FieldOffset(12)] public ScoreResultFlags Flags;

    /// <summary>Zero.</summary>
    [FieldOffset(14)] public ushort Reserved;
}
