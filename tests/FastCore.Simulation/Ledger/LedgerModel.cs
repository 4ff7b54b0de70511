using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// The naive twin of the ledger of one partition, by docs/PROTOCOL.md. Whoever drives it begins an entry in the shared
/// <see cref="ModelTime"/> first and then here. Other domains of the partition open accounts and post through it, too.
/// </summary>
public sealed class LedgerModel : IModel
{
    private readonly ModelTime _time;
    private readonly LedgerState _state = new();
    private readonly LedgerModelOptions _options;
    private readonly AccountRules _accounts;
    private readonly TransferRules _transfers;
    private readonly LegRules _legs;
    private readonly EventSequence _events;

    /// <summary>Makes the ledger of a partition.</summary>
    /// <param name="time">The partition's time, shared with its other domains.</param>
    /// <param name="options">What decides answers; by default nothing is ever full and nothing is set up.</param>
    public LedgerModel(ModelTime time, LedgerModelOptions? options = null)
    {
        _time = time;
        options ??= new LedgerModelOptions();
        _options = options;
        _accounts = new AccountRules(_state, options);
        _transfers = new TransferRules(_state, options);
        _legs = new LegRules(_state, options, time);
        _events = new EventSequence(_state, time);
    }

    /// <inheritdoc/>
    public bool Knows(Operation operation) =>
        operation is (>= Operation.CreateAccounts and <= Operation.GetBookTotals) or Operation.SetupAccounts;

    /// <inheritdoc/>
    public void BeginEntry(ulong timestampNs)
    {
        _state.BeginChain();
        foreach (ModelTransfer pending in _state.OpenPendings)
        {
            if (pending.DueNs != 0 && pending.DueNs <= timestampNs)
            {
                _ = _time.Next();
                _state.Release(pending, PendingFate.Expired);
            }
        }

        _state.EndChain(keep: true);
    }

    /// <inheritdoc/>
    public byte[] Execute(Operation operation, ulong key, ReadOnlySpan<byte> body)
    {
        ModelBook book = _state.Book(key);
        List<EventOutcome> results = operation switch
        {
            Operation.CreateAccounts => _events.Execute(
                Elements<Account>(body).ConvertAll(asked => EventOf(book, asked)), EventCodes.OfAccounts),
            Operation.CreateTransfers => _events.Execute(
                Elements<Transfer>(body).ConvertAll(asked => EventOf(book, asked)), EventCodes.OfTransfers),
            Operation.SetupAccounts => Elements<Account>(body).ConvertAll(
                asked => _accounts.SetUp(book, asked, _time.Next())),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a write of the ledger."),
        };
        return Bytes(results.Select(result => new CreateTransferResult
        {
            Timestamp = result.TimestampNs,
            Status = (CreateTransferStatus)result.Status,
        }));
    }

    /// <inheritdoc/>
    public byte[] Read(Operation operation, ReadOnlySpan<byte> body)
    {
        ModelBook book = _state.Book(MemoryMarshal.Read<BookPrefix>(body).Book);
        return operation switch
        {
            Operation.LookupAccounts => Bytes(LedgerQueries.LookupAccounts(book, Elements<UInt128>(body))),
            Operation.LookupTransfers => Bytes(LedgerQueries.LookupTransfers(book, Elements<UInt128>(body))),
            Operation.GetBookTotals => Bytes(LedgerQueries.GetBookTotals(book, Elements<uint>(body))),
            Operation.GetAccountTransfers => Bytes(
                LedgerQueries.GetAccountTransfers(book, Elements<AccountFilter>(body)[0])),
            Operation.GetAccountBalances => Bytes(
                LedgerQueries.GetAccountBalances(book, Elements<AccountFilter>(body)[0])),
            Operation.SumAccountTransfers => Bytes(
                [LedgerQueries.SumAccountTransfers(book, Elements<AccountFilter>(body)[0])]),
            Operation.QueryAccounts => Bytes(LedgerQueries.QueryAccounts(book, Elements<QueryFilter>(body)[0])),
            Operation.QueryTransfers => Bytes(LedgerQueries.QueryTransfers(book, Elements<QueryFilter>(body)[0])),
            Operation.SumTransfers => Bytes([LedgerQueries.SumTransfers(book, Elements<QueryFilter>(body)[0])]),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a read of the ledger."),
        };
    }

    /// <summary>
    /// Opens an account for another domain, which may use the engine's ids (<see cref="AccountIds"/>). Takes one
    /// timestamp, whatever comes of it.
    /// </summary>
    public CreateAccountStatus OpenAccount(ulong book, Account account)
    {
        _state.BeginChain();
        EventOutcome result = _accounts.Create(_state.Book(book), account, _time.Next(), isInternal: true);
        _state.EndChain(keep: true);
        return (CreateAccountStatus)result.Status;
    }

    /// <summary>An account as it is now, or null.</summary>
    public Account? FindAccount(ulong book, UInt128 id) => _state.Book(book).Account(id)?.Row;

    /// <summary>
    /// Posts a group of legs for another domain: all of them, or none and the code of the first that is refused. Each
    /// leg posted takes one timestamp; a refused group takes none.
    /// </summary>
    /// <param name="book">The book.</param>
    /// <param name="legs">The legs, applied in order; a later one sees the earlier ones.</param>
    /// <param name="posted">The legs as transfers of the book, of which a held one can be resolved; else empty.</param>
    public CreateTransferStatus PostLegs(
        ulong book, IReadOnlyList<ModelLeg> legs, out IReadOnlyList<ModelTransfer> posted) =>
        _legs.Post(_state.Book(book), legs, out posted);

    /// <summary>Whether one more pending transfer may be open; places set aside are not free.</summary>
    public bool HasRoomForPending => _state.OpenPendings.Count + _state.SetAside < _options.OpenPendingsMax;

    /// <summary>Keeps a place among the open pendings for a held leg to come, or gives it back.</summary>
    /// <param name="change">+1 or −1.</param>
    public void SetAsidePending(int change) => _state.SetAside += change;

    /// <inheritdoc/>
    public string? CheckInvariants() =>
        _state.Books.Select(LedgerChecks.Check).FirstOrDefault(broken => broken != null);

    private LedgerEvent EventOf(ModelBook book, Account asked) => new(
        (asked.Flags & AccountFlags.Linked) != 0, (asked.Flags & AccountFlags.Imported) != 0, asked.Timestamp,
        eventNs => _accounts.Create(book, asked, eventNs, isInternal: false));

    private LedgerEvent EventOf(ModelBook book, Transfer asked) => new(
        (asked.Flags & TransferFlags.Linked) != 0, (asked.Flags & TransferFlags.Imported) != 0, asked.Timestamp,
        eventNs => _transfers.Create(book, asked, eventNs));

    private static List<T> Elements<T>(ReadOnlySpan<byte> body)
        where T : unmanaged =>
        [.. MemoryMarshal.Cast<byte, T>(body[BookPrefix.Size..])];

    private static byte[] Bytes<T>(IEnumerable<T> results)
        where T : unmanaged =>
        MemoryMarshal.AsBytes<T>(results.ToArray()).ToArray();
}
