using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;
using FastCore.Engine.Time;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Everything the ledger of one partition holds, and the one switch for chains: between <see cref="BeginChain"/> and
/// <see cref="CommitChain"/> every member can take back what was done.
/// </summary>
internal sealed class LedgerStore : IDisposable
{
    public LedgerStore(PartitionContext context, LedgerOptions options)
    {
        Clock = context.Time;
        Accounts = new(new OffHeapTable<AccountKey, AccountRow>("ledger-accounts", 1, options.AccountsMax));
        Books = new(new OffHeapTable<BookKey, BookRow>("ledger-books", 1, options.BooksMax));
        Totals = new(new OffHeapTable<TotalsKey, TotalsRow>("ledger-totals", 1, options.BookLedgersMax));
        Pendings = new(
            new OffHeapTable<PendingKey, OpenPendingRow>("ledger-open-pendings", 1, options.OpenPendingsMax),
            options.OpenPendingsMax,
            new TimerWheel());
        Transfers = new(context.Storage.OpenHistory("ledger-transfers", new TransferSummarizer()));
        Moments = new TransferMoments(Transfers);
        Balances = new(context.Storage.OpenHistory("ledger-balances", new BalanceSummarizer()));
        Ids = new TransferIds(context.Storage.Records);
        Parts = [Accounts.Rows, Books.Rows, Totals.Rows, Pendings.Rows, Transfers.History, Balances.History];
    }

    public EventClock Clock { get; }

    public UndoTable<AccountKey, AccountRow> Accounts { get; }

    public UndoTable<BookKey, BookRow> Books { get; }

    public UndoTable<TotalsKey, TotalsRow> Totals { get; }

    public PendingBook Pendings { get; }

    public StagedHistory<TransferRow> Transfers { get; }

    public StagedHistory<BalanceRow> Balances { get; }

    public TransferIds Ids { get; }

    public TransferMoments Moments { get; }

    public IReadOnlyList<IStatePart> Parts { get; }

    public bool IsChainOpen { get; private set; }

    public void BeginChain()
    {
        if (IsChainOpen)
        {
            throw new InvalidOperationException("A chain is open; chains do not nest.");
        }

        IsChainOpen = true;
        Accounts.BeginChain();
        Books.BeginChain();
        Totals.BeginChain();
        Pendings.BeginChain();
        Transfers.BeginChain();
        Balances.BeginChain();
        Ids.BeginChain();
    }

    public void CommitChain()
    {
        IsChainOpen = false;
        Accounts.CommitChain();
        Books.CommitChain();
        Totals.CommitChain();
        Pendings.CommitChain();
        Transfers.CommitChain();
        Balances.CommitChain();
        Ids.CommitChain();
    }

    public void RollbackChain()
    {
        IsChainOpen = false;
        Accounts.RollbackChain();
        Books.RollbackChain();
        Totals.RollbackChain();
        Pendings.RollbackChain();
        Transfers.RollbackChain();
        Balances.RollbackChain();
        Ids.RollbackChain();
    }

    /// <summary>The timestamp of the book's newest transfer; 0 when there is none.</summary>
    public ulong LastTransferNs(in BookRow book)
    {
        ulong last = 0;
        for (int link = book.FirstTotals; link != 0;)
        {
            ref readonly TotalsRow totals = ref Totals.Rows.Read(link - 1);
            last = Math.Max(last, totals.LastTransferNs);
            link = totals.NextInBook;
        }

        return last;
    }

    public void Dispose()
    {
        Accounts.Rows.Dispose();
        Books.Rows.Dispose();
        Totals.Rows.Dispose();
        Pendings.Rows.Dispose();
    }
}
