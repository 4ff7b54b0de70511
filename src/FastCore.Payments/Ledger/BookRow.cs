using System.Runtime.InteropServices;
using FastCore.Engine.Tables;

namespace FastCore.Payments.Ledger;

/// <summary>Number of a book as a table key.</summary>
internal readonly struct BookKey(ulong book) : ITableKey<BookKey>
{
    public readonly ulong Book = book;

    public ulong Hash64() => KeyHash.Of(Book, 1);

    public bool Equals(BookKey other) => Book == other.Book;

    public override bool Equals(object? obj) => obj is BookKey other && Equals(other);

    public override int GetHashCode() => (int)Hash64();
}

/// <summary>
/// A book: its accounts in the order of their timestamps (which is the order in which they were opened) and its
/// ledgers. Links are slots plus one.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
internal struct BookRow : ITableRow<BookKey>
{
    [FieldOffset(0)] public ulong Book;

    /// <summary>Timestamp of the newest account.</summary>
    [FieldOffset(8)] public ulong LastAccountNs;

    [FieldOffset(16)] public int FirstAccount;

    [FieldOffset(20)] public int LastAccount;

    /// <summary>Link to the totals of the ledger opened last.</summary>
    [FieldOffset(24)] public int FirstTotals;

    /// <summary>
    /// Link to the newest account that is not above the last imported transfer. Imported timestamps only rise, so this
    /// place moves forward through the accounts once, however many transfers are imported.
    /// </summary>
    [FieldOffset(28)] public int ImportAccount;

    [FieldOffset(32)] public ulong AccountCount;

    [FieldOffset(40)] public ulong Reserved;

    public readonly BookKey Key => new(Book);
}
