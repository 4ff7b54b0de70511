using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// The rules of a transfer that posts or voids a pending one, in the order of the table of CreateTransferStatus in
/// docs/PROTOCOL.md.
/// </summary>
internal sealed class PendingRules(LedgerState state)
{
    private const TransferFlags NeverTogether =
        TransferFlags.Pending | TransferFlags.BalancingDebit | TransferFlags.BalancingCredit
        | TransferFlags.ClosingDebit | TransferFlags.ClosingCredit;

    /// <summary>The amount that a post or void means.</summary>
    public static UInt128 AmountOf(Transfer asked, UInt128 pendingAmount)
    {
        bool isVoid = (asked.Flags & TransferFlags.VoidPendingTransfer) != 0;
        return asked.Amount == (isVoid ? UInt128.Zero : UInt128.MaxValue) ? pendingAmount : asked.Amount;
    }

    public CreateTransferStatus Resolve(ModelBook book, Transfer asked, Transfer row, ulong eventNs)
    {
        bool isVoid = (asked.Flags & TransferFlags.VoidPendingTransfer) != 0;
        bool isPost = (asked.Flags & TransferFlags.PostPendingTransfer) != 0;
        CreateTransferStatus status =
            (isVoid && isPost) || (asked.Flags & NeverTogether) != 0 ? CreateTransferStatus.FlagsAreMutuallyExclusive
            : asked.PendingId == 0 ? CreateTransferStatus.PendingIdMustNotBeZero
            : asked.PendingId == UInt128.MaxValue ? CreateTransferStatus.PendingIdMustNotBeIntMax
            : asked.PendingId == asked.Id ? CreateTransferStatus.PendingIdMustBeDifferent
            : asked.Timeout != 0 ? CreateTransferStatus.TimeoutReservedForPendingTransfer
            : CreateTransferStatus.Created;
        if (status != CreateTransferStatus.Created)
        {
            return status;
        }

        if (!book.TransfersById.TryGetValue(asked.PendingId, out ModelTransfer? pending))
        {
            return CreateTransferStatus.PendingTransferNotFound;
        }

        status = CheckPending(book, asked, pending, eventNs);
        if (status == CreateTransferStatus.Created)
        {
            state.Add(
                new ModelTransfer { Book = book, Row = Inherit(row, pending.Row), Pending = pending },
                hasLookupId: true);
        }

        return status;
    }

    /// <summary>What a post or void takes over from the pending transfer.</summary>
    public static Transfer Inherit(Transfer row, Transfer pending) => row with
    {
        DebitAccountId = pending.DebitAccountId,
        CreditAccountId = pending.CreditAccountId,
        Amount = AmountOf(row, pending.Amount),
        PendingId = pending.Id,
        Ledger = pending.Ledger,
        Code = pending.Code,
        UserData128 = row.UserData128 == 0 ? pending.UserData128 : row.UserData128,
        UserData64 = row.UserData64 == 0 ? pending.UserData64 : row.UserData64,
        UserData32 = row.UserData32 == 0 ? pending.UserData32 : row.UserData32,
    };

    private static CreateTransferStatus CheckPending(
        ModelBook book, Transfer asked, ModelTransfer pending, ulong eventNs)
    {
        Transfer row = pending.Row;
        bool isVoid = (asked.Flags & TransferFlags.VoidPendingTransfer) != 0;
        UInt128 amount = AmountOf(asked, row.Amount);
        Account debit = book.Account(row.DebitAccountId)!.Row;
        Account credit = book.Account(row.CreditAccountId)!.Row;
        return !pending.Has(TransferFlags.Pending) ? CreateTransferStatus.PendingTransferNotPending
            : asked.DebitAccountId != 0 && asked.DebitAccountId != row.DebitAccountId
                ? CreateTransferStatus.PendingTransferHasDifferentDebitAccountId
            : asked.CreditAccountId != 0 && asked.CreditAccountId != row.CreditAccountId
                ? CreateTransferStatus.PendingTransferHasDifferentCreditAccountId
            : asked.Ledger != 0 && asked.Ledger != row.Ledger ? CreateTransferStatus.PendingTransferHasDifferentLedger
            : asked.Code != 0 && asked.Code != row.Code ? CreateTransferStatus.PendingTransferHasDifferentCode
            : amount > row.Amount ? CreateTransferStatus.ExceedsPendingTransferAmount
            : isVoid && amount < row.Amount ? CreateTransferStatus.PendingTransferHasDifferentAmount
            : pending.Fate == PendingFate.Posted ? CreateTransferStatus.PendingTransferAlreadyPosted
            : pending.Fate == PendingFate.Voided ? CreateTransferStatus.PendingTransferAlreadyVoided
            : pending.Fate == PendingFate.Expired || (pending.DueNs != 0 && pending.DueNs <= eventNs)
                ? CreateTransferStatus.PendingTransferExpired
            : (asked.Flags & TransferFlags.Imported) != 0 && TransferRules.Regresses(book, asked.Timestamp)
                ? CreateTransferStatus.ImportedEventTimestampMustNotRegress
            : !isVoid && (debit.Flags & AccountFlags.Closed) != 0 ? CreateTransferStatus.DebitAccountAlreadyClosed
            : !isVoid && (credit.Flags & AccountFlags.Closed) != 0 ? CreateTransferStatus.CreditAccountAlreadyClosed
            : CreateTransferStatus.Created;
    }
}
