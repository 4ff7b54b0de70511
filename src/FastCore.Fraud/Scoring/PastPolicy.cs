using System.Runtime.InteropServices;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>A policy that was put in force. Part of the state, so its layout is that of checkpoints.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct PastPolicy
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 48;

    /// <summary>How many are remembered; the oldest goes first.</summary>
    public const int RememberedMax = 1_024;

    /// <summary>SHA-256 of the policy.</summary>
    [FieldOffset(0)] public PolicyHash Hash;

    /// <summary>The operator's version of it.</summary>
    [FieldOffset(32)] public ulong Version;

    /// <summary>Since when, nanoseconds.</summary>
    [FieldOffset(40)] public ulong Timestamp;
}
