using System.Runtime.InteropServices;

namespace FastCore.Protocol.Ledger;

/// <summary>
/// The four balances of an account right after one of its transfers, 128 bytes: four u128 balances in the account's
/// order, 64 u64 timestamp (the transfer's), 72–127 reserved (zero).
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct AccountBalance
{
    /// <summary>Bytes of a balance.</summary>
    public const int Size = 128;

    /// <summary>Pending debits.</summary>
    [FieldOffset(0)] public UInt128 DebitsPending;

    /// <summary>Posted debits.</summary>
    [FieldOffset(16)] public UInt128 DebitsPosted;

    /// <summary>Pending credits.</summary>
    [FieldOffset(32)] public UInt128 CreditsPending;

    /// <summary>Posted credits.</summary>
    [FieldOffset(48)] public UInt128 CreditsPosted;

    /// <summary>Timestamp of the transfer that made these balances.</summary>
    [FieldOffset(64)] public ulong Timestamp;

    /// <summary>Zero.</summary>
    [FieldOffset(72)] public ulong Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(80)] public UInt128 Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(96)] public UInt128 Reserved2;

    /// <summary>Zero.</summary>
    [FieldOffset(112)] public UInt128 Reserved3;
}
