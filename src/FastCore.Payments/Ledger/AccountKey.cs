using FastCore.Engine.Tables;

namespace FastCore.Payments.Ledger;

/// <summary>An account's place: its book and its id in it.</summary>
/// <param name="book">The book.</param>
/// <param name="id">The account's id.</param>
public readonly struct AccountKey(ulong book, UInt128 id) : ITableKey<AccountKey>
{
    /// <summary>The account's id.</summary>
    public readonly UInt128 Id = id;

    /// <summary>The book.</summary>
    public readonly ulong Book = book;

    /// <inheritdoc/>
    public ulong Hash64() => KeyHash.Of(Id, Book);

    /// <inheritdoc/>
    public bool Equals(AccountKey other) => Id == other.Id && Book == other.Book;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AccountKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Hash64();
}
