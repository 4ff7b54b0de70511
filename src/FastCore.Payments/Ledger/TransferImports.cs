using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The rule that imported transfers of a book only rise in time, above every transfer of the book and on no account's
/// timestamp.
/// </summary>
internal sealed class TransferImports(LedgerStore store)
{
    public CreateTransferStatus Check(ulong book, ulong timestampNs)
    {
        int bookSlot = store.Books.Rows.Find(new BookKey(book));
        ref readonly BookRow row = ref store.Books.Rows.Read(bookSlot);
        return timestampNs <= store.LastTransferNs(row) || HasAccountAt(bookSlot, timestampNs)
            ? CreateTransferStatus.ImportedEventTimestampMustNotRegress
            : CreateTransferStatus.Created;
    }

    // Moves the book's import place to the newest account that is not above the timestamp; the walk is short because
    // imports rise.
    private bool HasAccountAt(int bookSlot, ulong timestampNs)
    {
        ref readonly BookRow book = ref store.Books.Rows.Read(bookSlot);
        int link = book.ImportAccount != 0 ? book.ImportAccount : book.FirstAccount;
        while (store.Accounts.Rows.Read(link - 1).Account.Timestamp > timestampNs)
        {
            link = store.Accounts.Rows.Read(link - 1).PreviousInBook;
            if (link == 0)
            {
                return false;
            }
        }

        for (int next = link; next != 0; next = store.Accounts.Rows.Read(link - 1).NextInBook)
        {
            if (store.Accounts.Rows.Read(next - 1).Account.Timestamp > timestampNs)
            {
                break;
            }

            link = next;
        }

        if (link != book.ImportAccount)
        {
            store.Books.Write(bookSlot).ImportAccount = link;
        }

        return store.Accounts.Rows.Read(link - 1).Account.Timestamp == timestampNs;
    }
}
