using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The rules of opening an account, in order of precedence: the first one broken answers. What concerns the request as
/// a whole (chains, imports, timestamps) was checked before, by <see cref="EventBatch"/>.
/// </summary>
internal sealed class AccountOpening(LedgerStore store)
{
    private const AccountFlags KnownFlags =
        AccountFlags.Linked | AccountFlags.DebitsMustNotExceedCredits | AccountFlags.CreditsMustNotExceedDebits
        | AccountFlags.History | AccountFlags.Imported | AccountFlags.Closed;

    private const AccountFlags BothLimits =
        AccountFlags.DebitsMustNotExceedCredits | AccountFlags.CreditsMustNotExceedDebits;

    /// <summary>Opens an account.</summary>
    /// <param name="book">The book.</param>
    /// <param name="account">What is asked.</param>
    /// <param name="eventNs">The event's own timestamp.</param>
    /// <param name="timestampNs">Created or exists: the account's timestamp; else the event's.</param>
    /// <param name="isInternal">Whether a domain of the engine asks, which may use the engine's ids.</param>
    public CreateAccountStatus Create(
        ulong book, in Account account, ulong eventNs, out ulong timestampNs, bool isInternal = false)
    {
        timestampNs = eventNs;
        if (account.Reserved != 0)
        {
            return CreateAccountStatus.ReservedField;
        }

        if ((account.Flags & ~KnownFlags) != 0)
        {
            return CreateAccountStatus.ReservedFlag;
        }

        if (account.Id == UInt128.Zero)
        {
            return CreateAccountStatus.IdMustNotBeZero;
        }

        if (account.Id == UInt128.MaxValue || (!isInternal && AccountIds.IsReserved(account.Id)))
        {
            return CreateAccountStatus.IdMustNotBeIntMax;
        }

        int existing = store.Accounts.Rows.Find(new AccountKey(book, account.Id));
        if (existing >= 0)
        {
            return Compare(account, store.Accounts.Rows.Read(existing).Account, ref timestampNs);
        }

        if ((account.Flags & BothLimits) == BothLimits)
        {
            return CreateAccountStatus.FlagsAreMutuallyExclusive;
        }

        if (account.DebitsPending != UInt128.Zero)
        {
            return CreateAccountStatus.DebitsPendingMustBeZero;
        }

        if (account.DebitsPosted != UInt128.Zero)
        {
            return CreateAccountStatus.DebitsPostedMustBeZero;
        }

        if (account.CreditsPending != UInt128.Zero)
        {
            return CreateAccountStatus.CreditsPendingMustBeZero;
        }

        if (account.CreditsPosted != UInt128.Zero)
        {
            return CreateAccountStatus.CreditsPostedMustBeZero;
        }

        if (account.Ledger == 0)
        {
            return CreateAccountStatus.LedgerMustNotBeZero;
        }

        if (account.Code == 0)
        {
            return CreateAccountStatus.CodeMustNotBeZero;
        }

        int bookSlot = store.Books.Rows.Find(new BookKey(book));
        if ((account.Flags & AccountFlags.Imported) != 0)
        {
            if (bookSlot >= 0 && Regresses(store.Books.Rows.Read(bookSlot), account.Timestamp))
            {
                return CreateAccountStatus.ImportedEventTimestampMustNotRegress;
            }

            timestampNs = account.Timestamp;
        }

        int totalsSlot = store.Totals.Rows.Find(new TotalsKey(book, account.Ledger));
        if (store.Accounts.Rows.IsFull
            || (bookSlot < 0 && store.Books.Rows.IsFull)
            || (totalsSlot < 0 && store.Totals.Rows.IsFull))
        {
            timestampNs = eventNs;
            return CreateAccountStatus.TooManyAccounts;
        }

        // After this point the account must be opened.
        if (bookSlot < 0)
        {
            store.Books.Insert(new BookKey(book), out bookSlot).Book = book;
        }

        if (totalsSlot < 0)
        {
            totalsSlot = OpenLedger(book, account.Ledger, bookSlot);
        }

        Open(book, account, timestampNs, bookSlot, totalsSlot);
        return CreateAccountStatus.Created;
    }

    private static CreateAccountStatus Compare(in Account asked, in Account existing, ref ulong timestampNs)
    {
        // A flag that the ledger itself sets on an account (closed) counts like any other.
        if (asked.Flags != existing.Flags)
        {
            return CreateAccountStatus.ExistsWithDifferentFlags;
        }

        if (asked.UserData128 != existing.UserData128)
        {
            return CreateAccountStatus.ExistsWithDifferentUserData128;
        }

        if (asked.UserData64 != existing.UserData64)
        {
            return CreateAccountStatus.ExistsWithDifferentUserData64;
        }

        if (asked.UserData32 != existing.UserData32)
        {
            return CreateAccountStatus.ExistsWithDifferentUserData32;
        }

        if (asked.Ledger != existing.Ledger)
        {
            return CreateAccountStatus.ExistsWithDifferentLedger;
        }

        if (asked.Code != existing.Code)
        {
            return CreateAccountStatus.ExistsWithDifferentCode;
        }

        timestampNs = existing.Timestamp;
        return CreateAccountStatus.Exists;
    }

    // Accounts of a book rise in time as they are opened, imported or not, and share no timestamp with a transfer.
    private bool Regresses(in BookRow book, ulong timestampNs)
    {
        if (timestampNs <= book.LastAccountNs)
        {
            return true;
        }

        return timestampNs <= store.LastTransferNs(book) && store.Moments.IsTaken(book.Book, timestampNs);
    }

    private int OpenLedger(ulong book, uint ledger, int bookSlot)
    {
        ref TotalsRow totals = ref store.Totals.Insert(new TotalsKey(book, ledger), out int totalsSlot);
        totals.Book = book;
        totals.Ledger = ledger;
        ref BookRow row = ref store.Books.Write(bookSlot);
        totals.NextInBook = row.FirstTotals;
        row.FirstTotals = totalsSlot + 1;
        return totalsSlot;
    }

    private void Open(ulong book, in Account account, ulong timestampNs, int bookSlot, int totalsSlot)
    {
        int previous = store.Books.Rows.Read(bookSlot).LastAccount;
        ref AccountRow row = ref store.Accounts.Insert(new AccountKey(book, account.Id), out int slot);
        row.Account = account;
        row.Account.Timestamp = timestampNs;
        row.Book = book;
        row.TotalsSlot = totalsSlot;
        row.PreviousInBook = previous;
        if (previous != 0)
        {
            store.Accounts.Write(previous - 1).NextInBook = slot + 1;
        }

        ref BookRow bookRow = ref store.Books.Write(bookSlot);
        bookRow.FirstAccount = previous == 0 ? slot + 1 : bookRow.FirstAccount;
        bookRow.LastAccount = slot + 1;
        bookRow.LastAccountNs = timestampNs;
        bookRow.AccountCount++;
        store.Totals.Write(totalsSlot).AccountCount++;
    }
}
