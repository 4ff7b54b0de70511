using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The ledger's reads, in slices of bounded work. They change nothing and allocate nothing in steady state.
/// </summary>
internal sealed class LedgerReads
{
    private const AccountFilterFlags BothSides = AccountFilterFlags.Debits | AccountFilterFlags.Credits;

    private readonly LedgerStore _store;
    private readonly LedgerOptions _options;
    private readonly RowReader<TransferRow> _transfers;
    private readonly RowReader<TransferRow> _sums;
    private readonly RowReader<BalanceRow> _balances;
    private readonly AccountScan _accounts;

    public LedgerReads(LedgerStore store, LedgerOptions options)
    {
        _store = store;
        _options = options;
        _transfers = new(store.Transfers.History, Transfer.Size, options.SliceRowsMax);
        _sums = new(store.Transfers.History, TransferSum.Size, options.SliceRowsMax);
        _balances = new(store.Balances.History, AccountBalance.Size, options.SliceRowsMax);
        _accounts = new(store, options.SliceRowsMax);
    }

    /// <summary>
    /// Accounts by id, only those found, in the order asked. All at once, so that they are of one moment.
    /// </summary>
    public int LookupAccounts(ulong book, ReadOnlySpan<UInt128> ids, Span<byte> reply)
    {
        Span<Account> results = MemoryMarshal.Cast<byte, Account>(reply);
        int found = 0;
        foreach (UInt128 id in ids)
        {
            int slot = _store.Accounts.Rows.Find(new AccountKey(book, id));
            if (slot >= 0)
            {
                results[found++] = _store.Accounts.Rows.Read(slot).Account;
            }
        }

        return found * Account.Size;
    }

    /// <summary>Transfers by id, only those found, in the order asked.</summary>
    public bool LookupTransfers(
        ref ReadCursor cursor, ulong book, ReadOnlySpan<UInt128> ids, Span<byte> reply, out int length)
    {
        ref LookupPlace place = ref ReadCursor.As<LookupPlace>(ref cursor);
        Span<Transfer> results = MemoryMarshal.Cast<byte, Transfer>(reply);
        int end = Math.Min(ids.Length, place.Next + Math.Max(1, _options.SliceRowsMax / 4));
        for (; place.Next < end; place.Next++)
        {
            RecordKey key = TransferIds.KeyOf(book, ids[place.Next]);
            if (_store.Ids.TryGet(key, out IdEntry entry) && entry.State != IdState.Refused)
            {
                results[place.Found++] = _store.Transfers.History.Get(entry.Position).Transfer;
            }
        }

        length = place.Found * Transfer.Size;
        return place.Next == ids.Length;
    }

    /// <summary>Totals of ledgers of the book, only those found, in the order asked.</summary>
    public int GetBookTotals(ulong book, ReadOnlySpan<uint> ledgers, Span<byte> reply)
    {
        Span<BookTotals> results = MemoryMarshal.Cast<byte, BookTotals>(reply);
        int found = 0;
        foreach (uint ledger in ledgers)
        {
            int slot = _store.Totals.Rows.Find(new TotalsKey(book, ledger));
            if (slot < 0)
            {
                continue;
            }

            ref readonly TotalsRow row = ref _store.Totals.Rows.Read(slot);
            results[found++] = new BookTotals
            {
                Ledger = ledger,
                Balanced = row.DebitsPending == row.CreditsPending && row.DebitsPosted == row.CreditsPosted ? 1u : 0,
                Accounts = row.AccountCount,
                DebitsPending = row.DebitsPending,
                DebitsPosted = row.DebitsPosted,
                CreditsPending = row.CreditsPending,
                CreditsPosted = row.CreditsPosted,
            };
        }

        return found * BookTotals.Size;
    }

    /// <summary>The statement of an account.</summary>
    public bool GetAccountTransfers(
        ref ReadCursor cursor, ulong book, in AccountFilter asked, Span<byte> reply, out int length)
    {
        length = 0;
        TransferFilter filter = new(book, asked, ignoresLimit: false);
        int slot = _store.Accounts.Rows.Find(new AccountKey(book, asked.AccountId));
        if (!filter.IsValid || slot < 0)
        {
            return true;
        }

        ref readonly AccountRow account = ref _store.Accounts.Rows.Read(slot);
        bool walks = account.TransferCount <= _options.ChainWalkMax || (filter.IsReversed && filter.EndsAtNewest);
        RowPlan plan = new(
            account.StatementHead, Math.Max(0, account.StatementFoot - 1), walks, filter.IsReversed,
            ResultsMax(asked.Limit, reply.Length / Transfer.Size));
        bool isDone = _transfers.Step(
            ref ReadCursor.As<RowPlace>(ref cursor), plan, new TransferQuery(filter, asked.AccountId), reply,
            out long results);
        length = (int)results * Transfer.Size;
        return isDone;
    }

    /// <summary>The kept balances of an account with flag history.</summary>
    public bool GetAccountBalances(
        ref ReadCursor cursor, ulong book, in AccountFilter asked, Span<byte> reply, out int length)
    {
        length = 0;
        TransferFilter filter = new(book, asked, ignoresLimit: false);
        int slot = _store.Accounts.Rows.Find(new AccountKey(book, asked.AccountId));
        if (!filter.IsValid || slot < 0)
        {
            return true;
        }

        ref readonly AccountRow account = ref _store.Accounts.Rows.Read(slot);
        bool walks = account.BalanceCount <= _options.ChainWalkMax || (filter.IsReversed && filter.EndsAtNewest);
        RowPlan plan = new(
            account.BalanceHead, 0, walks, filter.IsReversed,
            ResultsMax(asked.Limit, reply.Length / AccountBalance.Size));
        bool readsTransfers = (asked.Flags & BothSides) != BothSides
            || asked.UserData128 != UInt128.Zero || asked.UserData64 != 0 || asked.UserData32 != 0 || asked.Code != 0
            || asked.AmountMin != UInt128.Zero || asked.AmountMax != UInt128.Zero;
        bool isDone = _balances.Step(
            ref ReadCursor.As<RowPlace>(ref cursor), plan,
            new BalanceQuery(_store, filter, asked.AccountId, book, readsTransfers), reply, out long results);
        length = (int)results * AccountBalance.Size;
        return isDone;
    }

    /// <summary>Accounts of a book by filter.</summary>
    public bool QueryAccounts(
        ref ReadCursor cursor, ulong book, in QueryFilter asked, Span<byte> reply, out int length)
    {
        length = 0;
        if (!AccountScan.IsValid(asked))
        {
            return true;
        }

        ref AccountScan.Place place = ref ReadCursor.As<AccountScan.Place>(ref cursor);
        bool isDone = _accounts.Step(ref place, book, asked, reply, out int results);
        length = results * Account.Size;
        return isDone;
    }

    /// <summary>Transfers of a book by filter.</summary>
    public bool QueryTransfers(
        ref ReadCursor cursor, ulong book, in QueryFilter asked, Span<byte> reply, out int length)
    {
        length = 0;
        TransferFilter filter = new(book, asked, ignoresLimit: false);
        if (!filter.IsValid)
        {
            return true;
        }

        RowPlan plan = new(
            0, 0, WalksChain: false, filter.IsReversed, ResultsMax(asked.Limit, reply.Length / Transfer.Size));
        bool isDone = _transfers.Step(
            ref ReadCursor.As<RowPlace>(ref cursor), plan, new TransferQuery(filter, UInt128.Zero), reply,
            out long results);
        length = (int)results * Transfer.Size;
        return isDone;
    }

    /// <summary>
    /// Count and sums over an account's transfers. An invalid filter and an unknown account sum up to zero.
    /// </summary>
    public bool SumAccountTransfers(
        ref ReadCursor cursor, ulong book, in AccountFilter asked, Span<byte> reply, out int length)
    {
        length = TransferSum.Size;
        TransferFilter filter = new(book, asked, ignoresLimit: true);
        int slot = _store.Accounts.Rows.Find(new AccountKey(book, asked.AccountId));
        ref RowPlace place = ref ReadCursor.As<RowPlace>(ref cursor);
        ClearOnce(place, reply);
        if (!filter.IsValid || slot < 0)
        {
            return true;
        }

        ref readonly AccountRow account = ref _store.Accounts.Rows.Read(slot);
        RowPlan plan = new(
            account.StatementHead, Math.Max(0, account.StatementFoot - 1),
            account.TransferCount <= _options.ChainWalkMax, IsReversed: true, long.MaxValue);
        SumQuery query = new(filter, asked.AccountId, asked.Flags & BothSides);
        return _sums.Step(ref place, plan, query, reply, out _);
    }

    /// <summary>Count and sums over a book's transfers. An invalid filter sums up to zero.</summary>
    public bool SumTransfers(
        ref ReadCursor cursor, ulong book, in QueryFilter asked, Span<byte> reply, out int length)
    {
        length = TransferSum.Size;
        TransferFilter filter = new(book, asked, ignoresLimit: true);
        ref RowPlace place = ref ReadCursor.As<RowPlace>(ref cursor);
        ClearOnce(place, reply);
        if (!filter.IsValid)
        {
            return true;
        }

        RowPlan plan = new(0, 0, WalksChain: false, IsReversed: true, long.MaxValue);
        return _sums.Step(ref place, plan, new SumQuery(filter, UInt128.Zero, BothSides), reply, out _);
    }

    private static long ResultsMax(uint limit, int room) =>
        Math.Min(Math.Min(limit, Limits.ElementsPerRequestMax), (uint)room);

    // The reply comes with whatever bytes its memory held.
    private static void ClearOnce(in RowPlace place, Span<byte> reply)
    {
        if (place.Phase == RowPhase.None)
        {
            reply[..TransferSum.Size].Clear();
        }
    }

    private struct LookupPlace
    {
        public int Next;
        public int Found;
    }
}
