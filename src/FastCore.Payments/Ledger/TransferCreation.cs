using FastCore.Engine.Ports;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The rules of a transfer that moves or reserves money, in order of precedence: the first one broken answers. What
/// concerns the request as a whole (chains, imports, timestamps) was checked before, by <see cref="EventBatch"/>.
/// Hot: no allocation, no lock, no exception; one index lookup and one index insert per transfer.
/// </summary>
internal sealed class TransferCreation
{
    private const TransferFlags KnownFlags = (TransferFlags)((1 << 9) - 1);
    private const TransferFlags Resolving = TransferFlags.PostPendingTransfer | TransferFlags.VoidPendingTransfer;
    private const TransferFlags Closing = TransferFlags.ClosingDebit | TransferFlags.ClosingCredit;
    private const TransferFlags Balancing = TransferFlags.BalancingDebit | TransferFlags.BalancingCredit;
    private const ulong NsPerSecond = 1_000_000_000;

    private readonly LedgerStore _store;
    private readonly ExistingTransfer _existing;
    private readonly PendingResolution _resolution;
    private readonly TransferImports _imports;
    private readonly Posting _posting;

    public TransferCreation(
        LedgerStore store, Posting posting, TransferImports imports, PendingResolution resolution)
    {
        _store = store;
        _posting = posting;
        _imports = imports;
        _resolution = resolution;
        _existing = new ExistingTransfer(store);
    }

    /// <summary>Creates a transfer.</summary>
    /// <param name="book">The book.</param>
    /// <param name="transfer">What is asked.</param>
    /// <param name="eventNs">The event's own timestamp.</param>
    /// <param name="timestampNs">Created or exists: the transfer's timestamp; else the event's.</param>
    public CreateTransferStatus Create(ulong book, in Transfer transfer, ulong eventNs, out ulong timestampNs)
    {
        timestampNs = eventNs;
        TransferFlags flags = transfer.Flags;
        if ((flags & ~KnownFlags) != 0)
        {
            return CreateTransferStatus.ReservedFlag;
        }

        if (transfer.Id == UInt128.Zero)
        {
            return CreateTransferStatus.IdMustNotBeZero;
        }

        if (transfer.Id == UInt128.MaxValue)
        {
            return CreateTransferStatus.IdMustNotBeIntMax;
        }

        RecordKey key = TransferIds.KeyOf(book, transfer.Id);
        if (_store.Ids.TryGet(key, out IdEntry known))
        {
            return known.State == IdState.Refused
                ? CreateTransferStatus.IdAlreadyFailed
                : _existing.Compare(transfer, known, ref timestampNs);
        }

        if ((flags & Resolving) != 0)
        {
            return _resolution.Resolve(book, transfer, key, eventNs, ref timestampNs);
        }

        CreateTransferStatus status = CheckFields(transfer);
        if (status != CreateTransferStatus.Created)
        {
            return status;
        }

        int debitSlot = _store.Accounts.Rows.Find(new AccountKey(book, transfer.DebitAccountId));
        if (debitSlot < 0)
        {
            return CreateTransferStatus.DebitAccountNotFound;
        }

        int creditSlot = _store.Accounts.Rows.Find(new AccountKey(book, transfer.CreditAccountId));
        if (creditSlot < 0)
        {
            return CreateTransferStatus.CreditAccountNotFound;
        }

        ref readonly Account debit = ref _store.Accounts.Rows.Read(debitSlot).Account;
        ref readonly Account credit = ref _store.Accounts.Rows.Read(creditSlot).Account;
        if (debit.Ledger != credit.Ledger)
        {
            return CreateTransferStatus.AccountsMustHaveTheSameLedger;
        }

        if (transfer.Ledger != debit.Ledger)
        {
            return CreateTransferStatus.TransferMustHaveTheSameLedgerAsAccounts;
        }

        ulong actualNs = eventNs;
        if ((flags & TransferFlags.Imported) != 0)
        {
            status = CheckImport(book, transfer, debit.Timestamp, credit.Timestamp);
            if (status != CreateTransferStatus.Created)
            {
                return status;
            }

            actualNs = transfer.Timestamp;
        }

        if ((debit.Flags & AccountFlags.Closed) != 0)
        {
            return CreateTransferStatus.DebitAccountAlreadyClosed;
        }

        if ((credit.Flags & AccountFlags.Closed) != 0)
        {
            return CreateTransferStatus.CreditAccountAlreadyClosed;
        }

        bool isPending = (flags & TransferFlags.Pending) != 0;
        UInt128 amount = (flags & Balancing) == 0
            ? transfer.Amount
            : TransferLimits.Balance(debit, credit, transfer.Amount, flags);
        status = TransferLimits.Overflow(debit, credit, amount, isPending);
        if (status != CreateTransferStatus.Created)
        {
            return status;
        }

        if (TimestampRange.Max - actualNs < transfer.Timeout * NsPerSecond)
        {
            return CreateTransferStatus.OverflowsTimeout;
        }

        status = TransferLimits.Excess(debit, credit, amount);
        if (status != CreateTransferStatus.Created)
        {
            return status;
        }

        if (isPending && _store.Pendings.IsFull)
        {
            return CreateTransferStatus.TooManyPendingTransfers;
        }

        // After this point the transfer must succeed.
        timestampNs = actualNs;
        long position = _store.Transfers.Count;
        ref TransferRow row = ref _store.Transfers.Append();
        row.Transfer = transfer;
        row.Transfer.Amount = amount;
        row.Transfer.Timestamp = actualNs;
        row.SetBook(book, TransferRowKind.Transfer);
        if (isPending)
        {
            _posting.Reserve(ref row, position, debitSlot, creditSlot);
            Open(row, position, debitSlot, creditSlot);
        }
        else
        {
            _posting.Post(ref row, position, debitSlot, creditSlot);
        }

        _store.Ids.Set(key, new IdEntry(position, isPending ? IdState.Pending : IdState.Final));
        return CreateTransferStatus.Created;
    }

    private static CreateTransferStatus CheckFields(in Transfer transfer)
    {
        if (transfer.DebitAccountId == UInt128.Zero)
        {
            return CreateTransferStatus.DebitAccountIdMustNotBeZero;
        }

        if (AccountIds.IsReserved(transfer.DebitAccountId))
        {
            return CreateTransferStatus.DebitAccountIdMustNotBeIntMax;
        }

        if (transfer.CreditAccountId == UInt128.Zero)
        {
            return CreateTransferStatus.CreditAccountIdMustNotBeZero;
        }

        if (AccountIds.IsReserved(transfer.CreditAccountId))
        {
            return CreateTransferStatus.CreditAccountIdMustNotBeIntMax;
        }

        if (transfer.CreditAccountId == transfer.DebitAccountId)
        {
            return CreateTransferStatus.AccountsMustBeDifferent;
        }

        if (transfer.PendingId != UInt128.Zero)
        {
            return CreateTransferStatus.PendingIdMustBeZero;
        }

        if ((transfer.Flags & TransferFlags.Pending) == 0)
        {
            if (transfer.Timeout != 0)
            {
                return CreateTransferStatus.TimeoutReservedForPendingTransfer;
            }

            if ((transfer.Flags & Closing) != 0)
            {
                return CreateTransferStatus.ClosingTransferMustBePending;
            }
        }

        if (transfer.Ledger == 0)
        {
            return CreateTransferStatus.LedgerMustNotBeZero;
        }

        return transfer.Code == 0 ? CreateTransferStatus.CodeMustNotBeZero : CreateTransferStatus.Created;
    }

    private CreateTransferStatus CheckImport(ulong book, in Transfer transfer, ulong debitNs, ulong creditNs)
    {
        CreateTransferStatus status = _imports.Check(book, transfer.Timestamp);
        if (status != CreateTransferStatus.Created)
        {
            return status;
        }

        if (transfer.Timestamp <= debitNs)
        {
            return CreateTransferStatus.ImportedEventTimestampMustPostdateDebitAccount;
        }

        if (transfer.Timestamp <= creditNs)
        {
            return CreateTransferStatus.ImportedEventTimestampMustPostdateCreditAccount;
        }

        return transfer.Timeout != 0
            ? CreateTransferStatus.ImportedEventTimeoutMustBeZero
            : CreateTransferStatus.Created;
    }

    private void Open(in TransferRow row, long position, int debitSlot, int creditSlot)
    {
        ulong expiresNs = row.Transfer.Timeout == 0
            ? 0
            : row.Transfer.Timestamp + (row.Transfer.Timeout * NsPerSecond);
        ref OpenPendingRow pending = ref _store.Pendings.Open(position, expiresNs);
        pending.Id = row.Transfer.Id;
        pending.Amount = row.Transfer.Amount;
        pending.UserData128 = row.Transfer.UserData128;
        pending.UserData64 = row.Transfer.UserData64;
        pending.UserData32 = row.Transfer.UserData32;
        pending.Code = row.Transfer.Code;
        pending.Flags = row.Transfer.Flags;
        pending.Book = row.Book;
        pending.DebitSlot = debitSlot;
        pending.CreditSlot = creditSlot;
        pending.IsIndexed = 1;
    }
}
