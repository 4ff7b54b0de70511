using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Simulation.Domains;
using FastCore.Testing;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// Clients of the ledger: few books, few accounts, much contention, every kind of event, mistake and query. Remembers
/// what it asked for, so that requests are repeated, pending transfers resolved and timestamps hit exactly.
/// </summary>
/// <param name="books">Books that it works in.</param>
/// <param name="setupBook">Book whose balances it sets outright; 0 = none, as only a node opened for it can.</param>
public sealed class LedgerWorkload(IReadOnlyList<ulong> books, ulong setupBook = 0) : IWorkload
{
    private readonly List<SimulatedRequest> _sent = [];
    private readonly LedgerMemory _memory = new();

    /// <inheritdoc/>
    public string Name => "ledger";

    /// <inheritdoc/>
    public SimulatedRequest Next(SeededRandom random, ulong nowNs)
    {
        LedgerEvents events = new(random, _memory, setupBook);
        LedgerFilters filters = new(random, _memory);
        if (_sent.Count > 0 && random.OneIn(20))
        {
            return Again(random);
        }

        ulong book = setupBook != 0 && random.OneIn(8) ? setupBook : random.Pick(books);
        SimulatedRequest request = random.Below(20) switch
        {
            < 2 => Request(Operation.CreateAccounts, book, events.Accounts(book, nowNs)),
            < 11 => Request(Operation.CreateTransfers, book, events.Transfers(book, nowNs)),
            < 12 => Request(Operation.LookupAccounts, book, Many(random, () => events.AccountId())),
            < 13 => Request(Operation.LookupTransfers, book, Many(random, () => events.KnownTransferId(book))),
            < 14 => random.OneIn(2) || book != setupBook
                ? Request(Operation.GetBookTotals, book, Many(random, () => (uint)random.Between(0, 4)))
                : Request(Operation.SetupAccounts, book, Many(random, events.Balances)),
            < 15 => Request(Operation.GetAccountTransfers, book, [filters.OfAccount(nowNs)]),
            < 16 => Request(Operation.GetAccountBalances, book, [filters.OfAccount(nowNs)]),
            < 17 => Request(Operation.SumAccountTransfers, book, [filters.OfAccount(nowNs)]),
            < 18 => Request(Operation.QueryAccounts, book, [filters.OfBook(nowNs, isForAccounts: true)]),
            < 19 => Request(Operation.QueryTransfers, book, [filters.OfBook(nowNs, isForAccounts: false)]),
            _ => Request(Operation.SumTransfers, book, [filters.OfBook(nowNs, isForAccounts: false)]),
        };
        _sent.Add(request);
        return request;
    }

    // A whole request once more: to the byte, or (where no balances are set) with one byte of one element changed.
    private SimulatedRequest Again(SeededRandom random)
    {
        SimulatedRequest first = _sent[^(1 + random.Below(Math.Min(_sent.Count, 200)))];
        if (random.OneIn(2) || MemoryMarshal.Read<BookPrefix>(first.Body).Book == setupBook)
        {
            return first;
        }

        byte[] body = [.. first.Body];
        body[random.Between(BookPrefix.Size, body.Length - 1)] = (byte)random.Below(4);
        return first with { Body = body };
    }

    private static T[] Many<T>(SeededRandom random, Func<T> one) =>
        [.. Enumerable.Range(0, random.Between(1, 12)).Select(_ => one())];

    private static SimulatedRequest Request<T>(Operation operation, ulong book, T[] elements)
        where T : unmanaged
    {
        BookPrefix prefix = new() { Book = book };
        return new SimulatedRequest(
            operation,
            [
                .. MemoryMarshal.AsBytes(new ReadOnlySpan<BookPrefix>(in prefix)),
                .. MemoryMarshal.AsBytes<T>(elements),
            ]);
    }
}
