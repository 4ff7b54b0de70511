using FastCore.Engine.Tables;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// What must hold between commands, computed from the accounts themselves: per book and ledger debits equal credits,
/// posted and pending; the running totals say the same; the open pending transfers are what is pending; no account is
/// beyond its limit.
/// </summary>
internal static class LedgerInvariants
{
    public static string? Check(LedgerStore store)
    {
        OffHeapTable<TotalsKey, TotalsRow> totals = store.Totals.Rows;
        TotalsRow[] sums = new TotalsRow[totals.SlotsUsed];
        UInt128[] pendings = new UInt128[totals.SlotsUsed];
        string? broken = SumAccounts(store, sums);
        SumPendings(store, pendings);
        for (int slot = 0; slot < sums.Length && broken == null; slot++)
        {
            broken = totals.IsLive(slot) ? Compare(totals.Read(slot), sums[slot], pendings[slot]) : null;
        }

        return broken;
    }

    private static string? SumAccounts(LedgerStore store, TotalsRow[] sums)
    {
        OffHeapTable<AccountKey, AccountRow> accounts = store.Accounts.Rows;
        for (int slot = 0; slot < accounts.SlotsUsed; slot++)
        {
            if (!accounts.IsLive(slot))
            {
                continue;
            }

            ref readonly AccountRow row = ref accounts.Read(slot);
            ref readonly Account account = ref row.Account;
            ref TotalsRow sum = ref sums[row.TotalsSlot];
            unchecked
            {
                sum.DebitsPending += account.DebitsPending;
                sum.DebitsPosted += account.DebitsPosted;
                sum.CreditsPending += account.CreditsPending;
                sum.CreditsPosted += account.CreditsPosted;
            }

            sum.AccountCount++;
            if (store.Totals.Rows.Read(row.TotalsSlot).WasSetUp == 0 && IsBeyondLimit(account))
            {
                return $"account {account.Id} of book {row.Book} is beyond its limit";
            }
        }

        return null;
    }

    private static void SumPendings(LedgerStore store, UInt128[] pendings)
    {
        OffHeapTable<PendingKey, OpenPendingRow> rows = store.Pendings.Rows;
        for (int slot = 0; slot < rows.SlotsUsed; slot++)
        {
            if (rows.IsLive(slot))
            {
                ref readonly OpenPendingRow row = ref rows.Read(slot);
                int totalsSlot = store.Accounts.Rows.Read(row.DebitSlot).TotalsSlot;
                pendings[totalsSlot] = unchecked(pendings[totalsSlot] + row.Amount);
            }
        }
    }

    private static string? Compare(in TotalsRow totals, in TotalsRow sum, UInt128 pending)
    {
        string where = $"book {totals.Book}, ledger {totals.Ledger}";
        if (sum.AccountCount != totals.AccountCount)
        {
            return $"{where}: {totals.AccountCount} accounts are counted, {sum.AccountCount} are there";
        }

        if (sum.DebitsPending != totals.DebitsPending || sum.CreditsPending != totals.CreditsPending
            || sum.DebitsPosted != totals.DebitsPosted || sum.CreditsPosted != totals.CreditsPosted)
        {
            return $"{where}: the accounts do not add up to the running totals";
        }

        if (totals.WasSetUp != 0)
        {
            return null;
        }

        if (sum.DebitsPosted != sum.CreditsPosted)
        {
            return $"{where}: posted debits {sum.DebitsPosted} are not posted credits {sum.CreditsPosted}";
        }

        if (sum.DebitsPending != sum.CreditsPending)
        {
            return $"{where}: pending debits {sum.DebitsPending} are not pending credits {sum.CreditsPending}";
        }

        return sum.DebitsPending != pending
            ? $"{where}: {sum.DebitsPending} is pending, the open pending transfers reserve {pending}"
            : null;
    }

    private static bool IsBeyondLimit(in Account account) =>
        ((account.Flags & AccountFlags.DebitsMustNotExceedCredits) != 0
            && account.DebitsPending + account.DebitsPosted > account.CreditsPosted)
        || ((account.Flags & AccountFlags.CreditsMustNotExceedDebits) != 0
            && account.CreditsPending + account.CreditsPosted > account.DebitsPosted);
}
