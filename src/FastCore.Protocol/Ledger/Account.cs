using System.Runtime.InteropServices;

namespace FastCore.Protocol.Ledger;

/// <summary>
/// An account, 128 bytes, little-endian, in TigerBeetle's field order:
/// <code>
///   0 u128 id               16 u128 debits_pending    32 u128 debits_posted
///  48 u128 credits_pending  64 u128 credits_posted    80 u128 user_data_128
///  96 u64  user_data_64    104 u32  user_data_32     108 u32  reserved, must be zero
/// 112 u32  ledger          116 u16  code             118 u16  flags            120 u64 timestamp
/// </code>
/// The balances are zero in a request and change through transfers only. Amounts are in the ledger's smallest unit.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct Account
{
    /// <summary>Bytes of an account.</summary>
    public const int Size = 128;

    /// <summary>Id, unique among the accounts of its book; neither zero nor the largest value.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Sum of the debits reserved by open pending transfers.</summary>
    [FieldOffset(16)] public UInt128 DebitsPending;

    /// <summary>Sum of the posted debits.</summary>
    [FieldOffset(32)] public UInt128 DebitsPosted;

    /// <summary>Sum of the credits reserved by open pending transfers.</summary>
    [FieldOffset(48)] public UInt128 CreditsPending;

    /// <summary>Sum of the posted credits.</summary>
    [FieldOffset(64)] public UInt128 CreditsPosted;

    /// <summary>The caller's own, for example the id of an outside entity. Queries filter by it.</summary>
    [FieldOffset(80)] public UInt128 UserData128;

    /// <summary>The caller's own.</summary>
    [FieldOffset(96)] public ulong UserData64;

    /// <summary>The caller's own.</summary>
    [FieldOffset(104)] public uint UserData32;

    /// <summary>Must be zero.</summary>
    [FieldOffset(108)] public uint Reserved;

    /// <summary>What the balances count (a currency, an asset). Transfers join accounts of one ledger only.</summary>
    [FieldOffset(112)] public uint Ledger;

    /// <summary>Kind of account in the caller's chart of accounts; not zero.</summary>
    [FieldOffset(116)] public ushort Code;

    /// <summary>Rules of the account.</summary>
    [FieldOffset(118)] public AccountFlags Flags;

    /// <summary>
    /// Nanoseconds since 1970-01-01 UTC at which the account was opened; assigned by the partition, so zero in a
    /// request unless the account is imported.
    /// </summary>
    [FieldOffset(120)] public ulong Timestamp;
}
