using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>
/// Ends the review of a transaction. A payment that is held for it is released (and captured, where that was asked for)
/// or voided in the same step. Idempotent by its content.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ReviewVerdict
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>Id of the transaction, or of the payment.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Its merchant; the partition key.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Approve or decline.</summary>
    [FieldOffset(24)] public Decision Verdict;

    /// <summary>Must be zero.</summary>
    [FieldOffset(25)] public byte Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(26)] public ushort Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(28)] public uint Reserved2;

    /// <summary>The client's own: who decided, or why.</summary>
    [FieldOffset(32)] public UInt128 UserData128;

    /// <summary>The client's own.</summary>
    [FieldOffset(48)] public ulong UserData64;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(56)] public ulong Timestamp;
}

/// <summary>Asks for the transactions of a merchant that wait for a verdict, the oldest first.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ReviewFilter
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>Only those decided after this time, nanoseconds: the last one of the page before.</summary>
    [FieldOffset(0)] public ulong After;

    /// <summary>How many at most; 1 to <see cref="Limits.ElementsPerRequestMax"/>.</summary>
    [FieldOffset(8)] public uint Limit;

    /// <summary>Must be zero.</summary>
    [FieldOffset(12)] public uint Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(16)] public UInt128 Reserved1;
}
