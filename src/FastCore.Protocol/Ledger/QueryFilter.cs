using System.Runtime.InteropServices;

namespace FastCore.Protocol.Ledger;

/// <summary>
/// Selects accounts or transfers of a book, 128 bytes. The first half is TigerBeetle's filter, the second half holds an
/// amount range of FastCore's own:
/// <code>
///  0 u128 user_data_128   16 u64 user_data_64    24 u32 user_data_32   28 u32 ledger
/// 32 u16  code            34–39 reserved         40 u64 timestamp_min  48 u64 timestamp_max
/// 56 u32  limit           60 u32 flags           64 u128 amount_min    80 u128 amount_max   96–127 reserved
/// </code>
/// Zero means no condition. An invalid filter selects nothing: a timestamp above 2^63 − 1, a minimum above its maximum,
/// limit zero (sums ignore the limit), reserved bits set, an amount range in a query for accounts.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct QueryFilter
{
    /// <summary>Bytes of a filter.</summary>
    public const int Size = 128;

    /// <summary>Only objects with this user data; 0 = any.</summary>
    [FieldOffset(0)] public UInt128 UserData128;

    /// <summary>Only objects with this user data; 0 = any.</summary>
    [FieldOffset(16)] public ulong UserData64;

    /// <summary>Only objects with this user data; 0 = any.</summary>
    [FieldOffset(24)] public uint UserData32;

    /// <summary>Only objects of this ledger; 0 = any.</summary>
    [FieldOffset(28)] public uint Ledger;

    /// <summary>Only objects with this code; 0 = any.</summary>
    [FieldOffset(32)] public ushort Code;

    /// <summary>Must be zero.</summary>
    [FieldOffset(34)] public ushort Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(36)] public uint Reserved1;

    /// <summary>Earliest timestamp wanted, inclusive; 0 = from the beginning.</summary>
    [FieldOffset(40)] public ulong TimestampMin;

    /// <summary>Latest timestamp wanted, inclusive; 0 = to the end.</summary>
    [FieldOffset(48)] public ulong TimestampMax;

    /// <summary>Results at most; above <see cref="Limits.ElementsPerRequestMax"/> it counts as that.</summary>
    [FieldOffset(56)] public uint Limit;

    /// <summary>Order.</summary>
    [FieldOffset(60)] public QueryFilterFlags Flags;

    /// <summary>Smallest amount wanted (transfers only).</summary>
    [FieldOffset(64)] public UInt128 AmountMin;

    /// <summary>Largest amount wanted (transfers only); 0 = no maximum.</summary>
    [FieldOffset(80)] public UInt128 AmountMax;

    /// <summary>Must be zero.</summary>
    [FieldOffset(96)] public UInt128 Reserved2;

    /// <summary>Must be zero.</summary>
    [FieldOffset(112)] public UInt128 Reserved3;
}
