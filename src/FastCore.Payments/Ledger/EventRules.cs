using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>A batch of accounts.</summary>
internal readonly struct AccountEvents(LedgerStore store, AccountOpening opening) : IEventRules<Account>
{
    public uint ImportedEventExpected => (uint)CreateAccountStatus.ImportedEventExpected;

    public uint ImportedEventNotExpected => (uint)CreateAccountStatus.ImportedEventNotExpected;

    public uint ImportedEventTimestampOutOfRange => (uint)CreateAccountStatus.ImportedEventTimestampOutOfRange;

    public uint ImportedEventTimestampMustNotAdvance => (uint)CreateAccountStatus.ImportedEventTimestampMustNotAdvance;

    public bool IsLinked(in Account asked) => (asked.Flags & AccountFlags.Linked) != 0;

    public bool IsImported(in Account asked) => (asked.Flags & AccountFlags.Imported) != 0;

    public ulong TimestampOf(in Account asked) => asked.Timestamp;

    public void Prefetch(ulong book, in Account asked) =>
        store.Accounts.Rows.Prefetch(new AccountKey(book, asked.Id));

    public uint Create(ulong book, in Account asked, ulong eventNs, out ulong timestampNs) =>
        (uint)opening.Create(book, asked, eventNs, out timestampNs);
}

/// <summary>A batch of transfers.</summary>
internal readonly struct TransferEvents(LedgerStore store, TransferCreation creation, Refusals refusals)
    : IEventRules<Transfer>
{
    public uint ImportedEventExpected => (uint)CreateTransferStatus.ImportedEventExpected;

    public uint ImportedEventNotExpected => (uint)CreateTransferStatus.ImportedEventNotExpected;

    public uint ImportedEventTimestampOutOfRange => (uint)CreateTransferStatus.ImportedEventTimestampOutOfRange;

    public uint ImportedEventTimestampMustNotAdvance => (uint)CreateTransferStatus.ImportedEventTimestampMustNotAdvance;

    public bool IsLinked(in Transfer asked) => (asked.Flags & TransferFlags.Linked) != 0;

    public bool IsImported(in Transfer asked) => (asked.Flags & TransferFlags.Imported) != 0;

    public ulong TimestampOf(in Transfer asked) => asked.Timestamp;

    public void Prefetch(ulong book, in Transfer asked)
    {
        store.Ids.Index.Hint(TransferIds.KeyOf(book, asked.Id));
        store.Accounts.Rows.Prefetch(new AccountKey(book, asked.DebitAccountId));
        store.Accounts.Rows.Prefetch(new AccountKey(book, asked.CreditAccountId));
    }

    public uint Create(ulong book, in Transfer asked, ulong eventNs, out ulong timestampNs)
    {
        CreateTransferStatus status = creation.Create(book, asked, eventNs, out timestampNs);
        if (status != CreateTransferStatus.Created)
        {
            refusals.Note(book, asked, status, eventNs);
        }

        return (uint)status;
    }
}
