using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>Compares a transfer with the one that has its id already, and names the first field that differs.</summary>
internal sealed class ExistingTransfer(LedgerStore store)
{
    private const TransferFlags Resolving = TransferFlags.PostPendingTransfer | TransferFlags.VoidPendingTransfer;
    private const TransferFlags Balancing = TransferFlags.BalancingDebit | TransferFlags.BalancingCredit;

    public CreateTransferStatus Compare(in Transfer asked, IdEntry known, ref ulong timestampNs)
    {
        // Copied, because reading the pending transfer may replace the row in memory.
        TransferRow row = store.Transfers.Get(known.Position);
        ref readonly Transfer existing = ref row.Transfer;

        // The flags decide what the other fields mean, so they come first.
        if (asked.Flags != existing.Flags)
        {
            return CreateTransferStatus.ExistsWithDifferentFlags;
        }

        if (asked.PendingId != existing.PendingId)
        {
            return CreateTransferStatus.ExistsWithDifferentPendingId;
        }

        if (asked.Timeout != existing.Timeout)
        {
            return CreateTransferStatus.ExistsWithDifferentTimeout;
        }

        CreateTransferStatus status = (asked.Flags & Resolving) != 0
            ? CompareResolution(asked, existing, store.Transfers.Get(row.PendingPosition - 1).Transfer)
            : CompareMovement(asked, existing);
        if (status == CreateTransferStatus.Exists)
        {
            timestampNs = existing.Timestamp;
        }

        return status;
    }

    private static CreateTransferStatus CompareMovement(in Transfer asked, in Transfer existing)
    {
        if (asked.DebitAccountId != existing.DebitAccountId)
        {
            return CreateTransferStatus.ExistsWithDifferentDebitAccountId;
        }

        if (asked.CreditAccountId != existing.CreditAccountId)
        {
            return CreateTransferStatus.ExistsWithDifferentCreditAccountId;
        }

        // A balancing transfer asks for an upper bound: any bound that would have allowed the actual amount is the
        // same.
        bool isOtherAmount = (asked.Flags & Balancing) != 0
            ? asked.Amount < existing.Amount
            : asked.Amount != existing.Amount;
        if (isOtherAmount)
        {
            return CreateTransferStatus.ExistsWithDifferentAmount;
        }

        if (asked.UserData128 != existing.UserData128)
        {
            return CreateTransferStatus.ExistsWithDifferentUserData128;
        }

        if (asked.UserData64 != existing.UserData64)
        {
            return CreateTransferStatus.ExistsWithDifferentUserData64;
        }

        if (asked.UserData32 != existing.UserData32)
        {
            return CreateTransferStatus.ExistsWithDifferentUserData32;
        }

        if (asked.Ledger != existing.Ledger)
        {
            return CreateTransferStatus.ExistsWithDifferentLedger;
        }

        return asked.Code != existing.Code ? CreateTransferStatus.ExistsWithDifferentCode : CreateTransferStatus.Exists;
    }

    // A post or void may leave fields zero to take them from the pending transfer; zero then means "as the pending
    // one".
    private static CreateTransferStatus CompareResolution(in Transfer asked, in Transfer existing, in Transfer pending)
    {
        if (asked.DebitAccountId != UInt128.Zero && asked.DebitAccountId != existing.DebitAccountId)
        {
            return CreateTransferStatus.ExistsWithDifferentDebitAccountId;
        }

        if (asked.CreditAccountId != UInt128.Zero && asked.CreditAccountId != existing.CreditAccountId)
        {
            return CreateTransferStatus.ExistsWithDifferentCreditAccountId;
        }

        UInt128 whole = (asked.Flags & TransferFlags.VoidPendingTransfer) != 0 ? UInt128.Zero : UInt128.MaxValue;
        if ((asked.Amount == whole ? pending.Amount : asked.Amount) != existing.Amount)
        {
            return CreateTransferStatus.ExistsWithDifferentAmount;
        }

        if ((asked.UserData128 == UInt128.Zero ? pending.UserData128 : asked.UserData128) != existing.UserData128)
        {
            return CreateTransferStatus.ExistsWithDifferentUserData128;
        }

        if ((asked.UserData64 == 0 ? pending.UserData64 : asked.UserData64) != existing.UserData64)
        {
            return CreateTransferStatus.ExistsWithDifferentUserData64;
        }

        if ((asked.UserData32 == 0 ? pending.UserData32 : asked.UserData32) != existing.UserData32)
        {
            return CreateTransferStatus.ExistsWithDifferentUserData32;
        }

        if (asked.Ledger != 0 && asked.Ledger != existing.Ledger)
        {
            return CreateTransferStatus.ExistsWithDifferentLedger;
        }

        return asked.Code != 0 && asked.Code != existing.Code
            ? CreateTransferStatus.ExistsWithDifferentCode
            : CreateTransferStatus.Exists;
    }
}
