using System.Runtime.InteropServices;

namespace FastCore.Protocol.Ledger;

/// <summary>
/// Count and sums over the transfers that a filter selects, 64 bytes:
/// <code>
///  0 u64 count   8 u64 posted_count   16 u128 debits_posted   32 u128 credits_posted
/// 48 u32 overflowed (1 = a sum passed 2^128 − 1 and is given modulo 2^128)   52–63 reserved (zero)
/// </code>
/// Only transfers that moved posted balances are summed: plain ones and posts. So the sums of one account over all time
/// are exactly its debits_posted and credits_posted, and nothing is counted twice. Over a book both sums are equal.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct TransferSum
{
    /// <summary>Bytes of a sum.</summary>
    public const int Size = 64;

    /// <summary>Transfers selected, of every kind.</summary>
    [FieldOffset(0)] public ulong Count;

    /// <summary>Transfers among them whose amounts are summed.</summary>
    [FieldOffset(8)] public ulong PostedCount;

    /// <summary>Sum of the amounts posted to the debit side.</summary>
    [FieldOffset(16)] public UInt128 DebitsPosted;

    /// <summary>Sum of the amounts posted to the credit side.</summary>
    [FieldOffset(32)] public UInt128 CreditsPosted;

    /// <summary>1 when a sum passed 2^128 − 1.</summary>
    [FieldOffset(48)] public uint Overflowed;

    /// <summary>Zero.</summary>
    [FieldOffset(52)] public uint Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(56)] public ulong Reserved1;
}
