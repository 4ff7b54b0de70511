using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// Books, accounts and transfers of a partition, and the ways they change. What happens in a chain is noted, so that it
/// can be taken back.
/// </summary>
internal sealed class LedgerState
{
    private readonly SortedDictionary<ulong, ModelBook> _books = [];
    private readonly Stack<Action> _undo = [];

    public IEnumerable<ModelBook> Books => _books.Values;

    /// <summary>Pending transfers that are open, of all books, oldest first.</summary>
    public List<ModelTransfer> OpenPendings { get; private set; } = [];

    /// <summary>Places kept for pendings of another domain that nothing may refuse.</summary>
    public int SetAside { get; set; }

    public ModelBook Book(ulong number)
    {
        if (!_books.TryGetValue(number, out ModelBook? book))
        {
            book = new ModelBook(number);
            _books.Add(number, book);
        }

        return book;
    }

    public void BeginChain() => _undo.Clear();

    public void EndChain(bool keep)
    {
        while (!keep && _undo.TryPop(out Action? undo))
        {
            undo();
        }

        _undo.Clear();
    }

    public ModelAccount AddAccount(ModelBook book, Account row)
    {
        ModelAccount account = new(row);
        book.Accounts.Add(account);
        _undo.Push(() => book.Accounts.Remove(account));
        return account;
    }

    /// <summary>Adds a transfer to its book and moves the balances that it moves.</summary>
    public void Add(ModelTransfer transfer, bool hasLookupId)
    {
        ModelBook book = transfer.Book;
        book.Transfers.Add(transfer);
        _undo.Push(() => book.Transfers.Remove(transfer));
        if (hasLookupId)
        {
            book.TransfersById.Add(transfer.Row.Id, transfer);
            _undo.Push(() => book.TransfersById.Remove(transfer.Row.Id));
        }

        UInt128 amount = transfer.Row.Amount;
        if (transfer.Pending is { } pending)
        {
            bool isVoid = transfer.Has(TransferFlags.VoidPendingTransfer);
            Release(pending, isVoid ? PendingFate.Voided : PendingFate.Posted);
            Move(transfer, UInt128.Zero, isVoid ? UInt128.Zero : amount);
        }
        else if (transfer.Has(TransferFlags.Pending))
        {
            SetFate(transfer, PendingFate.Open);
            Move(transfer, amount, UInt128.Zero);
            Close(transfer, TransferFlags.ClosingDebit, transfer.Row.DebitAccountId);
            Close(transfer, TransferFlags.ClosingCredit, transfer.Row.CreditAccountId);
        }
        else
        {
            Move(transfer, UInt128.Zero, amount);
        }

        KeepBalance(transfer, transfer.Row.DebitAccountId);
        KeepBalance(transfer, transfer.Row.CreditAccountId);
    }

    /// <summary>
    /// Ends a pending transfer: what it reserved is free again, and what it closed is open again unless it is posted.
    /// </summary>
    public void Release(ModelTransfer pending, PendingFate fate)
    {
        SetFate(pending, fate);
        ModelAccount debit = pending.Book.Account(pending.Row.DebitAccountId)!;
        Account row = debit.Row;
        row.DebitsPending = checked(row.DebitsPending - pending.Row.Amount);
        bool reopens = fate != PendingFate.Posted;
        row.Flags = reopens && pending.Has(TransferFlags.ClosingDebit) ? row.Flags & ~AccountFlags.Closed : row.Flags;
        Set(debit, row);

        ModelAccount credit = pending.Book.Account(pending.Row.CreditAccountId)!;
        row = credit.Row;
        row.CreditsPending = checked(row.CreditsPending - pending.Row.Amount);
        row.Flags = reopens && pending.Has(TransferFlags.ClosingCredit) ? row.Flags & ~AccountFlags.Closed : row.Flags;
        Set(credit, row);
    }

    public void Set(ModelAccount account, Account row)
    {
        Account before = account.Row;
        account.Row = row;
        _undo.Push(() => account.Row = before);
    }

    private void SetFate(ModelTransfer pending, PendingFate fate)
    {
        PendingFate before = pending.Fate;
        List<ModelTransfer> openBefore = OpenPendings;
        pending.Fate = fate;
        OpenPendings = fate == PendingFate.Open
            ? [.. openBefore, pending]
            : [.. openBefore.Where(one => one != pending)];
        _undo.Push(() =>
        {
            pending.Fate = before;
            OpenPendings = openBefore;
        });
    }

    private void Move(ModelTransfer transfer, UInt128 reserved, UInt128 posted)
    {
        ModelAccount debit = transfer.Book.Account(transfer.Row.DebitAccountId)!;
        Account row = debit.Row;
        row.DebitsPending = checked(row.DebitsPending + reserved);
        row.DebitsPosted = checked(row.DebitsPosted + posted);
        Set(debit, row);

        ModelAccount credit = transfer.Book.Account(transfer.Row.CreditAccountId)!;
        row = credit.Row;
        row.CreditsPending = checked(row.CreditsPending + reserved);
        row.CreditsPosted = checked(row.CreditsPosted + posted);
        Set(credit, row);
    }

    private void Close(ModelTransfer transfer, TransferFlags flag, UInt128 accountId)
    {
        if (transfer.Has(flag))
        {
            ModelAccount account = transfer.Book.Account(accountId)!;
            Set(account, account.Row with { Flags = account.Row.Flags | AccountFlags.Closed });
        }
    }

    private void KeepBalance(ModelTransfer transfer, UInt128 accountId)
    {
        ModelAccount account = transfer.Book.Account(accountId)!;
        if (account.Has(AccountFlags.History))
        {
            ModelBalance balance = new(transfer, account.Row);
            account.History.Add(balance);
            _undo.Push(() => account.History.Remove(balance));
        }
    }
}
