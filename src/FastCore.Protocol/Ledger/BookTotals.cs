using System.Runtime.InteropServices;

namespace FastCore.Protocol.Ledger;

/// <summary>
/// Totals over all accounts of one ledger of a book, 80 bytes:
/// <code>
///  0 u32 ledger   4 u32 balanced (1 = debits equal credits, pending and posted)   8 u64 accounts
/// 16 u128 debits_pending   32 u128 debits_posted   48 u128 credits_pending   64 u128 credits_posted
/// </code>
/// The totals are modulo 2^128: single accounts cannot overflow, the sum of several may.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct BookTotals
{
    /// <summary>Bytes of the totals.</summary>
    public const int Size = 80;

    /// <summary>The ledger.</summary>
    [FieldOffset(0)] public uint Ledger;

    /// <summary>1 when debits equal credits, pending and posted.</summary>
    [FieldOffset(4)] public uint Balanced;

    /// <summary>Accounts of the ledger in the book.</summary>
    [FieldOffset(8)] public ulong Accounts;

    /// <summary>Pending debits of all accounts.</summary>
    [FieldOffset(16)] public UInt128 DebitsPending;

    /// <summary>Posted debits of all accounts.</summary>
    [FieldOffset(32)] public UInt128 DebitsPosted;

    /// <summary>Pending credits of all accounts.</summary>
    [FieldOffset(48)] public UInt128 CreditsPending;

    /// <summary>Posted credits of all accounts.</summary>
    [FieldOffset(64)] public UInt128 CreditsPosted;
}
