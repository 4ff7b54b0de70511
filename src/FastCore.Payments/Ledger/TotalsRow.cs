using System.Runtime.InteropServices;
using FastCore.Engine.Tables;

namespace FastCore.Payments.Ledger;

/// <summary>A ledger of a book as a table key.</summary>
internal readonly struct TotalsKey(ulong book, uint ledger) : ITableKey<TotalsKey>
{
    public readonly ulong Book = book;
    public readonly ulong Ledger = ledger;

    public ulong Hash64() => KeyHash.Of(Book, Ledger);

    public bool Equals(TotalsKey other) => Book == other.Book && Ledger == other.Ledger;

    public override bool Equals(object? obj) => obj is TotalsKey other && Equals(other);

    public override int GetHashCode() => (int)Hash64();
}

/// <summary>
/// Running totals of one ledger of a book. Sums are modulo 2^128: the balances of one account cannot overflow, the sum
/// over accounts may, and that must not be a way to stop a partition. Equality modulo 2^128 is still what conservation
/// demands.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct TotalsRow : ITableRow<TotalsKey>
{
    [FieldOffset(0)] public UInt128 DebitsPending;

    [FieldOffset(16)] public UInt128 DebitsPosted;

    [FieldOffset(32)] public UInt128 CreditsPending;

    [FieldOffset(48)] public UInt128 CreditsPosted;

    [FieldOffset(64)] public ulong Book;

    /// <summary>Timestamp of the newest transfer of the book's ledger.</summary>
    [FieldOffset(72)] public ulong LastTransferNs;

    [FieldOffset(80)] public ulong AccountCount;

    [FieldOffset(88)] public uint Ledger;

    /// <summary>Link (slot plus one) to the totals of another ledger of the book.</summary>
    [FieldOffset(92)] public int NextInBook;

    /// <summary>1 once balances were set outright: conservation is then not expected.</summary>
    [FieldOffset(96)] public uint WasSetUp;

    [FieldOffset(100)] public uint Reserved0;

    [FieldOffset(104)] public ulong Reserved1;

    public readonly TotalsKey Key => new(Book, Ledger);
}
