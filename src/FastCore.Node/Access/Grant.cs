using System.Collections.Frozen;

using FastCore.Protocol;

namespace FastCore.Node.Access;

/// <summary>What a session may do. Nothing is allowed that is not named.</summary>
public sealed class Grant
{
    private readonly bool _allOperations;
    private readonly FrozenSet<Operation> _operations;
    private readonly bool _allBooks;
    private readonly (ulong First, ulong Last)[] _books;

    private Grant(
        uint principal, bool allOperations, IEnumerable<Operation> operations, bool allBooks,
        IEnumerable<(ulong First, ulong Last)> books, bool isBoxOffice)
    {
        Principal = principal;
        _allOperations = allOperations;
        _operations = operations.ToFrozenSet();
        _allBooks = allBooks;
        _books = [.. books];
        AllowsBoxOffice = isBoxOffice;
    }

    /// <summary>Everything: the embedding process, and fronts on loopback without configured keys.</summary>
    public static Grant Full { get; } = new(0, true, [], true, [], true);

    /// <summary>Number of the API key, for the journal; 0 = the process itself.</summary>
    public uint Principal { get; }

    /// <summary>True when every book is allowed, so that elements need not be looked at one by one.</summary>
    public bool AllowsEveryBook => _allBooks;

    /// <summary>
    /// Whether holds and bookings may have the flags of the box office (<c>box_office</c>, <c>allow_single_seats</c>,
    /// <c>paid_elsewhere</c>).
    /// </summary>
    public bool AllowsBoxOffice { get; }

    /// <summary>Makes a grant.</summary>
    /// <param name="principal">Number of the API key, from 1.</param>
    /// <param name="operations">Operations allowed; null = all that clients may call.</param>
    /// <param name="books">Ranges of books allowed, both ends included; null = all.</param>
    /// <param name="isBoxOffice">Flags of the box office are allowed; with all operations they are anyway.</param>
    public static Grant Of(
        uint principal, IEnumerable<Operation>? operations, IEnumerable<(ulong First, ulong Last)>? books,
        bool isBoxOffice = false) =>
        new(
            principal, operations is null, operations ?? [], books is null, books ?? [],
            isBoxOffice || operations is null);

    /// <summary>Whether the operation is allowed.</summary>
    public bool Allows(Operation operation) => _allOperations || _operations.Contains(operation);

    /// <summary>Whether the book is allowed.</summary>
    public bool AllowsBook(ulong book)
    {
        if (_allBooks)
        {
            return true;
        }

        foreach ((ulong first, ulong last) in _books)
        {
            if (book >= first && book <= last)
            {
                return true;
            }
        }

        return false;
    }
}
