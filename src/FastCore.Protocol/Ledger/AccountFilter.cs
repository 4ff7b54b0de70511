using System.Runtime.InteropServices;

namespace FastCore.Protocol.Ledger;

/// <summary>
/// Selects transfers (or balances) of one account, 128 bytes. TigerBeetle's layout, with an amount range of FastCore's
/// own in its reserved bytes:
/// <code>
///   0 u128 account_id      16 u128 user_data_128   32 u64 user_data_64   40 u32 user_data_32   44 u16 code
///  46 u16  reserved        48 u128 amount_min      64 u128 amount_max    80–103 reserved
/// 104 u64  timestamp_min  112 u64  timestamp_max  120 u32 limit         124 u32 flags
/// </code>
/// Zero means no condition. An invalid filter selects nothing: id zero or largest, a timestamp above 2^63 − 1, a
/// minimum above its maximum, limit zero (sums ignore the limit), neither side wanted, reserved bits set.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct AccountFilter
{
    /// <summary>Bytes of a filter.</summary>
    public const int Size = 128;

    /// <summary>The account.</summary>
    [FieldOffset(0)] public UInt128 AccountId;

    /// <summary>Only transfers with this user data; 0 = any.</summary>
    [FieldOffset(16)] public UInt128 UserData128;

    /// <summary>Only transfers with this user data; 0 = any.</summary>
    [FieldOffset(32)] public ulong UserData64;

    /// <summary>Only transfers with this user data; 0 = any.</summary>
    [FieldOffset(40)] public uint UserData32;

    /// <summary>Only transfers with this code; 0 = any.</summary>
    [FieldOffset(44)] public ushort Code;

    /// <summary>Must be zero.</summary>
    [FieldOffset(46)] public ushort Reserved0;

    /// <summary>Smallest amount wanted.</summary>
    [FieldOffset(48)] public UInt128 AmountMin;

    /// <summary>Largest amount wanted; 0 = no maximum.</summary>
    [FieldOffset(64)] public UInt128 AmountMax;

    /// <summary>Must be zero.</summary>
    [FieldOffset(80)] public UInt128 Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(96)] public ulong Reserved2;

    /// <summary>Earliest timestamp wanted, inclusive; 0 = from the beginning.</summary>
    [FieldOffset(104)] public ulong TimestampMin;

    /// <summary>Latest timestamp wanted, inclusive; 0 = to the end.</summary>
    [FieldOffset(112)] public ulong TimestampMax;

    /// <summary>Results at most; above <see cref="Limits.ElementsPerRequestMax"/> it counts as that.</summary>
    [FieldOffset(120)] public uint Limit;

    /// <summary>Sides and order.</summary>
    [FieldOffset(124)] public AccountFilterFlags Flags;
}
