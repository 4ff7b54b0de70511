using System.Runtime.CompilerServices;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The writes of a transfer that has passed every rule: balances, statements, totals, kept balances. Hot: no
/// allocation, no lock. Nothing here may be refused; arithmetic is checked all the same, so a broken rule stops the
/// partition instead of corrupting a balance.
/// </summary>
internal sealed class Posting(LedgerStore store)
{
    /// <summary>Posts an amount at once: the way of most transfers.</summary>
    public void Post(ref TransferRow row, long position, int debitSlot, int creditSlot)
    {
        UInt128 amount = row.Transfer.Amount;
        ref AccountRow debit = ref store.Accounts.Write(debitSlot);
        debit.Account.DebitsPosted = checked(debit.Account.DebitsPosted + amount);
        row.DebitPrevious = Chain(ref debit, position);
        AccountFlags flags = debit.Account.Flags;
        int totalsSlot = debit.TotalsSlot;

        ref AccountRow credit = ref store.Accounts.Write(creditSlot);
        credit.Account.CreditsPosted = checked(credit.Account.CreditsPosted + amount);
        row.CreditPrevious = Chain(ref credit, position);
        flags |= credit.Account.Flags;

        ref TotalsRow totals = ref store.Totals.Write(totalsSlot);
        totals.DebitsPosted = unchecked(totals.DebitsPosted + amount);
        totals.CreditsPosted = unchecked(totals.CreditsPosted + amount);
        totals.LastTransferNs = row.Transfer.Timestamp;
        if ((flags & AccountFlags.History) != 0)
        {
            KeepBalances(row.Transfer.Timestamp, position, debitSlot, creditSlot);
        }
    }

    /// <summary>Reserves the amount of a pending transfer, and closes what it closes.</summary>
    public void Reserve(ref TransferRow row, long position, int debitSlot, int creditSlot)
    {
        TransferFlags transferFlags = row.Transfer.Flags;
        ref AccountRow debit = ref store.Accounts.Write(debitSlot);
        debit.Account.DebitsPending = checked(debit.Account.DebitsPending + row.Transfer.Amount);
        row.DebitPrevious = Chain(ref debit, position);
        debit.Account.Flags |= (transferFlags & TransferFlags.ClosingDebit) != 0 ? AccountFlags.Closed : 0;

        ref AccountRow credit = ref store.Accounts.Write(creditSlot);
        credit.Account.CreditsPending = checked(credit.Account.CreditsPending + row.Transfer.Amount);
        row.CreditPrevious = Chain(ref credit, position);
        credit.Account.Flags |= (transferFlags & TransferFlags.ClosingCredit) != 0 ? AccountFlags.Closed : 0;

        ref TotalsRow totals = ref store.Totals.Write(credit.TotalsSlot);
        totals.DebitsPending = unchecked(totals.DebitsPending + row.Transfer.Amount);
        totals.CreditsPending = unchecked(totals.CreditsPending + row.Transfer.Amount);
        totals.LastTransferNs = row.Transfer.Timestamp;
        KeepBalances(row.Transfer.Timestamp, position, debitSlot, creditSlot);
    }

    /// <summary>
    /// Posts (amount of the row) or voids an open pending transfer: releases all of it, posts the part.
    /// </summary>
    public void Resolve(ref TransferRow row, long position, in OpenPendingRow pending)
    {
        bool isVoid = (row.Transfer.Flags & TransferFlags.VoidPendingTransfer) != 0;
        UInt128 posted = isVoid ? UInt128.Zero : row.Transfer.Amount;
        Release(pending, posted, reopens: isVoid);

        ref AccountRow debit = ref store.Accounts.Write(pending.DebitSlot);
        row.DebitPrevious = Chain(ref debit, position);
        ref AccountRow credit = ref store.Accounts.Write(pending.CreditSlot);
        row.CreditPrevious = Chain(ref credit, position);
        store.Totals.Write(credit.TotalsSlot).LastTransferNs = row.Transfer.Timestamp;
        KeepBalances(row.Transfer.Timestamp, position, pending.DebitSlot, pending.CreditSlot);
    }

    /// <summary>
    /// Releases a pending amount and posts a part of it; an expiry is a release of all that posts nothing.
    /// </summary>
    public void Release(in OpenPendingRow pending, UInt128 posted, bool reopens)
    {
        ref AccountRow debit = ref store.Accounts.Write(pending.DebitSlot);
        debit.Account.DebitsPending = checked(debit.Account.DebitsPending - pending.Amount);
        debit.Account.DebitsPosted = checked(debit.Account.DebitsPosted + posted);

        ref AccountRow credit = ref store.Accounts.Write(pending.CreditSlot);
        credit.Account.CreditsPending = checked(credit.Account.CreditsPending - pending.Amount);
        credit.Account.CreditsPosted = checked(credit.Account.CreditsPosted + posted);

        AddToTotals(credit.TotalsSlot, pending.Amount, posted);
        if (reopens)
        {
            Reopen(pending);
        }
    }

    /// <summary>Opens again the accounts that a pending transfer closed.</summary>
    public void Reopen(in OpenPendingRow pending)
    {
        if ((pending.Flags & TransferFlags.ClosingDebit) != 0)
        {
            store.Accounts.Write(pending.DebitSlot).Account.Flags &= ~AccountFlags.Closed;
        }

        if ((pending.Flags & TransferFlags.ClosingCredit) != 0)
        {
            store.Accounts.Write(pending.CreditSlot).Account.Flags &= ~AccountFlags.Closed;
        }
    }

    /// <summary>
    /// Adds a transfer to both statements without touching a balance (legs, whose balances moved before).
    /// </summary>
    public void Link(ref TransferRow row, long position, int debitSlot, int creditSlot)
    {
        row.DebitPrevious = Chain(ref store.Accounts.Write(debitSlot), position);
        ref AccountRow credit = ref store.Accounts.Write(creditSlot);
        row.CreditPrevious = Chain(ref credit, position);
        store.Totals.Write(credit.TotalsSlot).LastTransferNs = row.Transfer.Timestamp;
    }

    /// <summary>Moves the totals of a ledger: takes from pending, adds to posted (modulo 2^128 both).</summary>
    public void AddToTotals(int totalsSlot, UInt128 released, UInt128 posted)
    {
        ref TotalsRow totals = ref store.Totals.Write(totalsSlot);
        totals.DebitsPending = unchecked(totals.DebitsPending - released);
        totals.CreditsPending = unchecked(totals.CreditsPending - released);
        totals.DebitsPosted = unchecked(totals.DebitsPosted + posted);
        totals.CreditsPosted = unchecked(totals.CreditsPosted + posted);
    }

    /// <summary>Keeps the balances of an account after a transfer, as given.</summary>
    public void KeepBalance(int slot, in Account balances, ulong timestampNs, long transferPosition)
    {
        long link = store.Balances.Count + 1;
        ref AccountRow account = ref store.Accounts.Write(slot);
        ref BalanceRow row = ref store.Balances.Append();
        row.DebitsPending = balances.DebitsPending;
        row.DebitsPosted = balances.DebitsPosted;
        row.CreditsPending = balances.CreditsPending;
        row.CreditsPosted = balances.CreditsPosted;
        row.AccountId = balances.Id;
        row.Book = account.Book;
        row.TimestampNs = timestampNs;
        row.TransferPosition = transferPosition;
        row.Previous = account.BalanceHead;
        account.BalanceHead = link;
        account.BalanceCount++;
    }

    private void KeepBalances(ulong timestampNs, long position, int debitSlot, int creditSlot)
    {
        KeepBalance(debitSlot, timestampNs, position);
        KeepBalance(creditSlot, timestampNs, position);
    }

    private void KeepBalance(int slot, ulong timestampNs, long position)
    {
        Account account = store.Accounts.Rows.Read(slot).Account;
        if ((account.Flags & AccountFlags.History) != 0)
        {
            KeepBalance(slot, account, timestampNs, position);
        }
    }

    // Puts a transfer at the head of an account's statement and returns the link to the one before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Chain(ref AccountRow account, long position)
    {
        long previous = account.StatementHead;
        account.StatementHead = position + 1;
        account.TransferCount++;
        if (previous == 0)
        {
            account.StatementFoot = position + 1;
        }

        return previous;
    }
}
