using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>
/// Puts a key on a list of the rules, or takes it off. Every partition does it; sent again, it changes nothing more.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ListChange
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Card, merchant, terminal, device or BIN.</summary>
    [FieldOffset(0)] public UInt128 Key;

    /// <summary>From when on it is no longer on the list, nanoseconds since 1970 UTC; 0 = never.</summary>
    [FieldOffset(16)] public ulong ExpiresAt;

    /// <summary>Add or remove.</summary>
    [FieldOffset(24)] public ListChangeKind Kind;

    /// <summary>Must be zero.</summary>
    [FieldOffset(25)] public byte Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(26)] public ushort Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(28)] public uint Reserved2;

    /// <summary>Must be zero.</summary>
    [FieldOffset(32)] public UInt128 Reserved3;

    /// <summary>Must be zero.</summary>
    [FieldOffset(48)] public UInt128 Reserved4;

    /// <summary>Name of the list in UTF-8, zeros behind it.</summary>
    [FieldOffset(64)] public ListName List;
}

/// <summary>Name of a list in UTF-8, zeros behind it.</summary>
[InlineArray(FraudLimits.ListNameBytesMax)]
public struct ListName
{
    private byte _first;
}

/// <summary>What is done to a list.</summary>
public enum ListChangeKind : byte
{
    /// <summary>Nothing; refused.</summary>
    None = 0,

    /// <summary>The key is on the list from now on.</summary>
    Add = 1,

    /// <summary>The key is no longer on the list.</summary>
    Remove = 2,
}

/// <summary>
/// Puts a policy in force, in every partition. Internal: a node sends it once it has checked the policy.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ActivatePolicy
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>SHA-256 of the policy.</summary>
    [FieldOffset(0)] public PolicyHash Hash;

    /// <summary>The operator's version of it; rises.</summary>
    [FieldOffset(32)] public ulong Version;

    /// <summary>Zero.</summary>
    [FieldOffset(40)] public ulong Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(48)] public UInt128 Reserved1;
}

/// <summary>SHA-256 of a policy, or of a file of one.</summary>
[InlineArray(32)]
public struct PolicyHash
{
    private byte _first;
}
