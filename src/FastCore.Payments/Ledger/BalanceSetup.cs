using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Sets the balances of existing accounts outright, for rule tables and conformance suites. The ledgers it touches are
/// marked: conservation is not expected of them any more.
/// </summary>
internal sealed class BalanceSetup(LedgerStore store, bool isAllowed)
{
    public CreateAccountStatus Set(ulong book, in Account account, out ulong timestampNs)
    {
        timestampNs = store.Clock.Next();
        if (!isAllowed)
        {
            return CreateAccountStatus.SetupNotAllowed;
        }

        int slot = store.Accounts.Rows.Find(new AccountKey(book, account.Id));
        if (slot < 0)
        {
            return CreateAccountStatus.AccountNotFound;
        }

        ref AccountRow row = ref store.Accounts.Write(slot);
        ref TotalsRow totals = ref store.Totals.Write(row.TotalsSlot);
        unchecked
        {
            totals.DebitsPending += account.DebitsPending - row.Account.DebitsPending;
            totals.DebitsPosted += account.DebitsPosted - row.Account.DebitsPosted;
            totals.CreditsPending += account.CreditsPending - row.Account.CreditsPending;
            totals.CreditsPosted += account.CreditsPosted - row.Account.CreditsPosted;
        }

        totals.WasSetUp = 1;
        row.Account.DebitsPending = account.DebitsPending;
        row.Account.DebitsPosted = account.DebitsPosted;
        row.Account.CreditsPending = account.CreditsPending;
        row.Account.CreditsPosted = account.CreditsPosted;
        timestampNs = row.Account.Timestamp;
        return CreateAccountStatus.Created;
    }
}
