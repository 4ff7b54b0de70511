using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>Compares a transfer with the one that has its id, and names the first field that differs.</summary>
internal static class Repetitions
{
    private const TransferFlags Balancing = TransferFlags.BalancingDebit | TransferFlags.BalancingCredit;

    public static CreateTransferStatus Compare(Transfer asked, ModelTransfer known)
    {
        Transfer existing = known.Row;
        if (asked.Flags != existing.Flags)
        {
            return CreateTransferStatus.ExistsWithDifferentFlags;
        }

        if (asked.PendingId != existing.PendingId)
        {
            return CreateTransferStatus.ExistsWithDifferentPendingId;
        }

        // What a post or void leaves open is what it took from the pending transfer.
        Transfer meant = known.Pending is { } pending ? Completed(asked, pending.Row) : asked;
        bool isOtherAmount = (asked.Flags & Balancing) != 0
            ? meant.Amount < existing.Amount
            : meant.Amount != existing.Amount;
        return asked.Timeout != existing.Timeout ? CreateTransferStatus.ExistsWithDifferentTimeout
            : meant.DebitAccountId != existing.DebitAccountId ? CreateTransferStatus.ExistsWithDifferentDebitAccountId
            : meant.CreditAccountId != existing.CreditAccountId
                ? CreateTransferStatus.ExistsWithDifferentCreditAccountId
            : isOtherAmount ? CreateTransferStatus.ExistsWithDifferentAmount
            : meant.UserData128 != existing.UserData128 ? CreateTransferStatus.ExistsWithDifferentUserData128
            : meant.UserData64 != existing.UserData64 ? CreateTransferStatus.ExistsWithDifferentUserData64
            : meant.UserData32 != existing.UserData32 ? CreateTransferStatus.ExistsWithDifferentUserData32
            : meant.Ledger != existing.Ledger ? CreateTransferStatus.ExistsWithDifferentLedger
            : meant.Code != existing.Code ? CreateTransferStatus.ExistsWithDifferentCode
            : CreateTransferStatus.Exists;
    }

    private static Transfer Completed(Transfer asked, Transfer pending)
    {
        Transfer inherited = PendingRules.Inherit(asked, pending);
        inherited.DebitAccountId = asked.DebitAccountId == 0 ? pending.DebitAccountId : asked.DebitAccountId;
        inherited.CreditAccountId = asked.CreditAccountId == 0 ? pending.CreditAccountId : asked.CreditAccountId;
        inherited.Ledger = asked.Ledger == 0 ? pending.Ledger : asked.Ledger;
        inherited.Code = asked.Code == 0 ? pending.Code : asked.Code;
        return inherited;
    }
}
