using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// The rules of opening an account, in the order of the table of CreateAccountStatus in docs/PROTOCOL.md.
/// </summary>
internal sealed class AccountRules(LedgerState state, LedgerModelOptions options)
{
    private const AccountFlags KnownFlags =
        AccountFlags.Linked | AccountFlags.DebitsMustNotExceedCredits | AccountFlags.CreditsMustNotExceedDebits
        | AccountFlags.History | AccountFlags.Imported | AccountFlags.Closed;

    public EventOutcome Create(ModelBook book, Account asked, ulong eventNs, bool isInternal)
    {
        CreateAccountStatus status = Check(book, asked, isInternal);
        ulong timestampNs = eventNs;
        if (status == CreateAccountStatus.Created)
        {
            timestampNs = (asked.Flags & AccountFlags.Imported) != 0 ? asked.Timestamp : eventNs;
            state.AddAccount(book, asked with { Timestamp = timestampNs });
        }
        else if (status == CreateAccountStatus.Exists)
        {
            timestampNs = book.Account(asked.Id)!.Row.Timestamp;
        }

        return new EventOutcome((uint)status, timestampNs);
    }

    /// <summary>Sets the balances of an account outright.</summary>
    public EventOutcome SetUp(ModelBook book, Account asked, ulong eventNs)
    {
        if (!options.AllowSetup)
        {
            return new EventOutcome((uint)CreateAccountStatus.SetupNotAllowed, eventNs);
        }

        if (book.Account(asked.Id) is not { } account)
        {
            return new EventOutcome((uint)CreateAccountStatus.AccountNotFound, eventNs);
        }

        account.WasSetUp = true;
        state.Set(account, account.Row with
        {
            DebitsPending = asked.DebitsPending,
            DebitsPosted = asked.DebitsPosted,
            CreditsPending = asked.CreditsPending,
            CreditsPosted = asked.CreditsPosted,
        });
        return new EventOutcome((uint)CreateAccountStatus.Created, account.Row.Timestamp);
    }

    private CreateAccountStatus Check(ModelBook book, Account asked, bool isInternal)
    {
        const AccountFlags BothLimits =
            AccountFlags.DebitsMustNotExceedCredits | AccountFlags.CreditsMustNotExceedDebits;

        return asked.Reserved != 0 ? CreateAccountStatus.ReservedField
            : (asked.Flags & ~KnownFlags) != 0 ? CreateAccountStatus.ReservedFlag
            : asked.Id == 0 ? CreateAccountStatus.IdMustNotBeZero
            : asked.Id == UInt128.MaxValue ? CreateAccountStatus.IdMustNotBeIntMax
            : AccountIds.IsReserved(asked.Id) && !isInternal ? CreateAccountStatus.IdMustNotBeIntMax
            : book.Account(asked.Id) is { } existing ? Compare(asked, existing.Row)
            : (asked.Flags & BothLimits) == BothLimits ? CreateAccountStatus.FlagsAreMutuallyExclusive
            : asked.DebitsPending != 0 ? CreateAccountStatus.DebitsPendingMustBeZero
            : asked.DebitsPosted != 0 ? CreateAccountStatus.DebitsPostedMustBeZero
            : asked.CreditsPending != 0 ? CreateAccountStatus.CreditsPendingMustBeZero
            : asked.CreditsPosted != 0 ? CreateAccountStatus.CreditsPostedMustBeZero
            : asked.Ledger == 0 ? CreateAccountStatus.LedgerMustNotBeZero
            : asked.Code == 0 ? CreateAccountStatus.CodeMustNotBeZero
            : Regresses(book, asked) ? CreateAccountStatus.ImportedEventTimestampMustNotRegress
            : IsFull(book, asked.Ledger) ? CreateAccountStatus.TooManyAccounts
            : CreateAccountStatus.Created;
    }

    private static CreateAccountStatus Compare(Account asked, Account existing) =>
        asked.Flags != existing.Flags ? CreateAccountStatus.ExistsWithDifferentFlags
        : asked.UserData128 != existing.UserData128 ? CreateAccountStatus.ExistsWithDifferentUserData128
        : asked.UserData64 != existing.UserData64 ? CreateAccountStatus.ExistsWithDifferentUserData64
        : asked.UserData32 != existing.UserData32 ? CreateAccountStatus.ExistsWithDifferentUserData32
        : asked.Ledger != existing.Ledger ? CreateAccountStatus.ExistsWithDifferentLedger
        : asked.Code != existing.Code ? CreateAccountStatus.ExistsWithDifferentCode
        : CreateAccountStatus.Exists;

    private static bool Regresses(ModelBook book, Account asked) =>
        (asked.Flags & AccountFlags.Imported) != 0
        && (book.Accounts.Exists(one => one.Row.Timestamp >= asked.Timestamp) || book.HasTransferAt(asked.Timestamp));

    private bool IsFull(ModelBook book, uint ledger)
    {
        int accounts = state.Books.Sum(one => one.Accounts.Count);
        int books = state.Books.Count(one => one.Accounts.Count > 0);
        int ledgers = state.Books.Sum(one => one.Accounts.Select(account => account.Row.Ledger).Distinct().Count());
        return accounts >= options.AccountsMax
            || (book.Accounts.Count == 0 && books >= options.BooksMax)
            || (!book.HasLedger(ledger) && ledgers >= options.BookLedgersMax);
    }
}
