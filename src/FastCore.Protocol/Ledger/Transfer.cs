using System.Runtime.InteropServices;

namespace FastCore.Protocol.Ledger;

/// <summary>
/// A transfer, 128 bytes, little-endian, in TigerBeetle's field order. Immutable once created, never deleted:
/// <code>
///   0 u128 id              16 u128 debit_account_id  32 u128 credit_account_id  48 u128 amount
///  64 u128 pending_id      80 u128 user_data_128     96 u64  user_data_64      104 u32  user_data_32
/// 108 u32  timeout        112 u32  ledger           116 u16  code              118 u16  flags   120 u64 timestamp
/// </code>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct Transfer
{
    /// <summary>Bytes of a transfer.</summary>
    public const int Size = 128;

    /// <summary>Id, unique among the transfers of its book; neither zero nor the largest value.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Account that is debited. May be zero when a pending transfer is posted or voided.</summary>
    [FieldOffset(16)] public UInt128 DebitAccountId;

    /// <summary>Account that is credited. May be zero when a pending transfer is posted or voided.</summary>
    [FieldOffset(32)] public UInt128 CreditAccountId;

    /// <summary>
    /// Amount in the ledger's smallest unit. Posting: the largest value means all of the pending transfer. Voiding:
    /// zero or exactly the pending amount. Balancing: an upper bound; the stored transfer carries the actual amount.
    /// </summary>
    [FieldOffset(48)] public UInt128 Amount;

    /// <summary>The pending transfer that this one posts or voids; else zero.</summary>
    [FieldOffset(64)] public UInt128 PendingId;

    /// <summary>The caller's own. Queries filter by it.</summary>
    [FieldOffset(80)] public UInt128 UserData128;

    /// <summary>The caller's own.</summary>
    [FieldOffset(96)] public ulong UserData64;

    /// <summary>The caller's own.</summary>
    [FieldOffset(104)] public uint UserData32;

    /// <summary>Seconds after which a pending transfer releases its amount by itself; 0 = never.</summary>
    [FieldOffset(108)] public uint Timeout;

    /// <summary>The ledger of both accounts.</summary>
    [FieldOffset(112)] public uint Ledger;

    /// <summary>Reason of the transfer in the caller's own numbering; not zero.</summary>
    [FieldOffset(116)] public ushort Code;

    /// <summary>What the transfer does.</summary>
    [FieldOffset(118)] public TransferFlags Flags;

    /// <summary>
    /// Nanoseconds since 1970-01-01 UTC, assigned by the partition: strictly rising in commit order. Zero in a request
    /// unless the transfer is imported.
    /// </summary>
    [FieldOffset(120)] public ulong Timestamp;
}
