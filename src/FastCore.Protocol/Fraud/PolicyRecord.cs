using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>Which policies are asked for, in the order of their versions.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct PolicyFilter
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 16;

    /// <summary>Policies after this version.</summary>
    [FieldOffset(0)] public ulong After;

    /// <summary>Results at most, 1 … 8,189.</summary>
    [FieldOffset(8)] public uint Limit;

    /// <summary>Must be zero.</summary>
    [FieldOffset(12)] public uint Reserved;
}

/// <summary>A policy that is in force or was.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct PolicyRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>The operator's version of it; rises.</summary>
    [FieldOffset(0)] public ulong Version;

    /// <summary>Commit time since when it was in force in the first partition that took it, nanoseconds.</summary>
    [FieldOffset(8)] public ulong ActivatedAt;

    /// <summary>SHA-256 of the policy.</summary>
    [FieldOffset(16)] public PolicyHash Hash;

    /// <summary>Partitions in which it is in force; less than all of them while it is being put in force.</summary>
    [FieldOffset(48)] public ushort PartitionsInForce;

    /// <summary>Partitions of the node.</summary>
    [FieldOffset(50)] public ushort Partitions;

    /// <summary>1 = payments are screened.</summary>
    [FieldOffset(52)] public byte ScreensPayments;

    /// <summary>Models, shadows among them.</summary>
    [FieldOffset(53)] public byte Models;

    /// <summary>Rules, those in shadow among them.</summary>
    [FieldOffset(54)] public ushort Rules;

    /// <summary>For how many of a hundred cards the challenger decides.</summary>
    [FieldOffset(56)] public uint ChallengerPercent;

    /// <summary>Zero.</summary>
    [FieldOffset(60)] public uint Reserved0;

    /// <summary>SHA-256 of the champion's file; zero when there is none.</summary>
    [FieldOffset(64)] public PolicyHash Champion;

    /// <summary>SHA-256 of the challenger's file; zero when there is none.</summary>
    [FieldOffset(96)] public PolicyHash Challenger;
}
