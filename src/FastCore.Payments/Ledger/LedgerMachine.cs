using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The ledger's operations on one partition: 100–110 and <c>setup_accounts</c>. Bodies were checked for size, prefix
/// and key before they came here. Partition thread only; writes allocate nothing.
/// </summary>
public sealed class LedgerMachine : IStateMachine, IDisposable
{
    private readonly LedgerStore _store;
    private readonly LedgerReads _reads;
    private readonly BalanceSetup _setup;
    private readonly LedgerPrefetch _prefetch;

    /// <summary>Makes the ledger of a partition; its histories are opened here.</summary>
    public LedgerMachine(PartitionContext context, LedgerOptions options)
    {
        Ledger = new Ledger(context, options);
        _store = Ledger.Store;
        _reads = new LedgerReads(_store, options);
        _setup = new BalanceSetup(_store, options.AllowSetup);
        _prefetch = new LedgerPrefetch(_store);
    }

    /// <summary>The accounting core, for the other domains of the partition.</summary>
    public Ledger Ledger { get; }

    /// <inheritdoc/>
    public IReadOnlyList<IStatePart> Parts => _store.Parts;

    /// <inheritdoc/>
    public ulong NextTimerNs => _store.Pendings.NextDueNs;

    /// <inheritdoc/>
    public ulong TimerLimitNs(ulong timeNs, int timersMax) => _store.Pendings.DueLimitNs(timeNs, timersMax);

    /// <inheritdoc/>
    public CommandKind KindOf(ushort operation) => (Operation)operation switch
    {
        Operation.CreateAccounts or Operation.CreateTransfers or Operation.SetupAccounts => CommandKind.Write,
        >= Operation.LookupAccounts and <= Operation.GetBookTotals => CommandKind.Read,
        _ => CommandKind.Unknown,
    };

    /// <inheritdoc/>
    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> elements = body[BookPrefix.Size..];
        switch ((Operation)command.Operation)
        {
            case Operation.CreateTransfers:
                _prefetch.Begin(BookOf(body), MemoryMarshal.Cast<byte, Transfer>(elements));
                break;
            case Operation.CreateAccounts:
                _prefetch.Begin(BookOf(body), MemoryMarshal.Cast<byte, Account>(elements));
                break;
        }
    }

    /// <inheritdoc/>
    public void CompletePrefetch() => _prefetch.Complete();

    /// <inheritdoc/>
    public void BeginBatch() => _prefetch.Clear();

    /// <inheritdoc/>
    public void FireTimers() => Ledger.FireTimers();

    /// <inheritdoc/>
    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
    {
        ulong book = BookOf(body);
        ReadOnlySpan<byte> elements = body[BookPrefix.Size..];
        Span<EventResult> results = MemoryMarshal.Cast<byte, EventResult>(reply);
        switch ((Operation)command.Operation)
        {
            case Operation.CreateAccounts:
                ReadOnlySpan<Account> accounts = MemoryMarshal.Cast<byte, Account>(elements);
                Ledger.Batches.Execute(book, accounts, results, Ledger.AccountRules);
                return accounts.Length * EventResult.Size;
            case Operation.CreateTransfers:
                ReadOnlySpan<Transfer> transfers = MemoryMarshal.Cast<byte, Transfer>(elements);
                Ledger.Batches.Execute(book, transfers, results, Ledger.TransferRules);
                return transfers.Length * EventResult.Size;
            case Operation.SetupAccounts:
                return SetUp(book, MemoryMarshal.Cast<byte, Account>(elements), results);
            default:
                throw new InvalidOperationException($"Operation {command.Operation} is not a write of the ledger.");
        }
    }

    /// <inheritdoc/>
    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        ulong book = BookOf(body);
        ReadOnlySpan<byte> elements = body[BookPrefix.Size..];
        switch ((Operation)command.Operation)
        {
            case Operation.LookupAccounts:
                length = _reads.LookupAccounts(book, MemoryMarshal.Cast<byte, UInt128>(elements), reply);
                return true;
            case Operation.LookupTransfers:
                return _reads.LookupTransfers(
                    ref cursor, book, MemoryMarshal.Cast<byte, UInt128>(elements), reply, out length);
            case Operation.GetBookTotals:
                length = _reads.GetBookTotals(book, MemoryMarshal.Cast<byte, uint>(elements), reply);
                return true;
            case Operation.GetAccountTransfers:
                return _reads.GetAccountTransfers(ref cursor, book, AccountFilterOf(elements), reply, out length);
            case Operation.GetAccountBalances:
                return _reads.GetAccountBalances(ref cursor, book, AccountFilterOf(elements), reply, out length);
            case Operation.SumAccountTransfers:
                return _reads.SumAccountTransfers(ref cursor, book, AccountFilterOf(elements), reply, out length);
            case Operation.QueryAccounts:
                return _reads.QueryAccounts(ref cursor, book, QueryFilterOf(elements), reply, out length);
            case Operation.QueryTransfers:
                return _reads.QueryTransfers(ref cursor, book, QueryFilterOf(elements), reply, out length);
            case Operation.SumTransfers:
                return _reads.SumTransfers(ref cursor, book, QueryFilterOf(elements), reply, out length);
            default:
                throw new InvalidOperationException($"Operation {command.Operation} is not a read of the ledger.");
        }
    }

    /// <inheritdoc/>
    public void RebuildDerived() => LedgerRebuild.Run(_store);

    /// <inheritdoc/>
    public void ResumeEffects()
    {
        // The ledger has no effects outside its partition.
    }

    /// <inheritdoc/>
    public string? CheckInvariants() => LedgerInvariants.Check(_store);

    /// <summary>Frees the tables.</summary>
    public void Dispose() => _store.Dispose();

    private static ulong BookOf(ReadOnlySpan<byte> body) => MemoryMarshal.Read<BookPrefix>(body).Book;

    private static ref readonly AccountFilter AccountFilterOf(ReadOnlySpan<byte> elements) =>
        ref MemoryMarshal.AsRef<AccountFilter>(elements);

    private static ref readonly QueryFilter QueryFilterOf(ReadOnlySpan<byte> elements) =>
        ref MemoryMarshal.AsRef<QueryFilter>(elements);

    private int SetUp(ulong book, ReadOnlySpan<Account> accounts, Span<EventResult> results)
    {
        for (int i = 0; i < accounts.Length; i++)
        {
            CreateAccountStatus status = _setup.Set(book, accounts[i], out ulong timestampNs);
            results[i] = new EventResult { TimestampNs = timestampNs, Status = (uint)status };
        }

        return accounts.Length * EventResult.Size;
    }
}
