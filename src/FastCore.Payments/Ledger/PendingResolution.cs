using FastCore.Engine.Ports;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The rules of posting and voiding a pending transfer, in order of precedence, and its expiry. An open pending is
/// resolved from its table row; only a refusal because it was resolved before reads the history.
/// </summary>
internal sealed class PendingResolution(LedgerStore store, Posting posting, TransferImports imports)
{
    private const TransferFlags Resolving = TransferFlags.PostPendingTransfer | TransferFlags.VoidPendingTransfer;

    private const TransferFlags NotWithResolving =
        TransferFlags.Pending | TransferFlags.BalancingDebit | TransferFlags.BalancingCredit
        | TransferFlags.ClosingDebit | TransferFlags.ClosingCredit;

    public CreateTransferStatus Resolve(
        ulong book, in Transfer transfer, in RecordKey key, ulong eventNs, ref ulong timestampNs)
    {
        if ((transfer.Flags & Resolving) == Resolving || (transfer.Flags & NotWithResolving) != 0)
        {
            return CreateTransferStatus.FlagsAreMutuallyExclusive;
        }

        if (transfer.PendingId == UInt128.Zero)
        {
            return CreateTransferStatus.PendingIdMustNotBeZero;
        }

        if (transfer.PendingId == UInt128.MaxValue)
        {
            return CreateTransferStatus.PendingIdMustNotBeIntMax;
        }

        if (transfer.PendingId == transfer.Id)
        {
            return CreateTransferStatus.PendingIdMustBeDifferent;
        }

        if (transfer.Timeout != 0)
        {
            return CreateTransferStatus.TimeoutReservedForPendingTransfer;
        }

        RecordKey pendingKey = TransferIds.KeyOf(book, transfer.PendingId);
        if (!store.Ids.TryGet(pendingKey, out IdEntry entry) || entry.State == IdState.Refused)
        {
            return CreateTransferStatus.PendingTransferNotFound;
        }

        if (entry.State != IdState.Pending)
        {
            return entry.State == IdState.Final
                ? CreateTransferStatus.PendingTransferNotPending
                : CheckResolvedBefore(transfer, entry);
        }

        int slot = store.Pendings.Rows.Find(new PendingKey(entry.Position));
        OpenPendingRow pending = store.Pendings.Rows.Read(slot);
        ref readonly Account debit = ref store.Accounts.Rows.Read(pending.DebitSlot).Account;
        ref readonly Account credit = ref store.Accounts.Rows.Read(pending.CreditSlot).Account;
        CreateTransferStatus status =
            CheckSameTerms(transfer, debit.Id, credit.Id, debit.Ledger, pending.Code, pending.Amount);
        if (status != CreateTransferStatus.Created)
        {
            return status;
        }

        if (pending.ExpiresNs != 0 && pending.ExpiresNs <= eventNs)
        {
            return CreateTransferStatus.PendingTransferExpired;
        }

        ulong actualNs = eventNs;
        if ((transfer.Flags & TransferFlags.Imported) != 0)
        {
            status = imports.Check(book, transfer.Timestamp);
            if (status != CreateTransferStatus.Created)
            {
                return status;
            }

            actualNs = transfer.Timestamp;
        }

        bool isVoid = (transfer.Flags & TransferFlags.VoidPendingTransfer) != 0;
        if (!isVoid && (debit.Flags & AccountFlags.Closed) != 0)
        {
            return CreateTransferStatus.DebitAccountAlreadyClosed;
        }

        if (!isVoid && (credit.Flags & AccountFlags.Closed) != 0)
        {
            return CreateTransferStatus.CreditAccountAlreadyClosed;
        }

        // After this point the transfer must succeed.
        timestampNs = actualNs;
        long position = store.Transfers.Count;
        ref TransferRow row = ref store.Transfers.Append();
        row.Transfer = transfer;
        row.Transfer.DebitAccountId = debit.Id;
        row.Transfer.CreditAccountId = credit.Id;
        row.Transfer.Ledger = debit.Ledger;
        row.Transfer.Amount = AmountOf(transfer, pending.Amount);
        row.Transfer.Timestamp = actualNs;
        Inherit(ref row.Transfer, pending);
        row.PendingPosition = pending.Position + 1;
        row.SetBook(book, TransferRowKind.Transfer);
        store.Pendings.Close(slot);
        posting.Resolve(ref row, position, pending);
        SetState(pending, isVoid ? IdState.Voided : IdState.Posted);
        store.Ids.Set(key, new IdEntry(position, IdState.Final));
        return CreateTransferStatus.Created;
    }

    /// <summary>
    /// Expires the pending transfer in a slot: releases it, reopens what it closed, leaves a marker row.
    /// </summary>
    public void Expire(int slot)
    {
        OpenPendingRow pending = store.Pendings.Rows.Read(slot);
        store.Pendings.Close(slot);
        posting.Release(pending, posted: UInt128.Zero, reopens: true);
        ref TransferRow row = ref store.Transfers.Append();
        row.Transfer.PendingId = pending.Id;
        row.Transfer.Amount = pending.Amount;
        row.Transfer.Timestamp = store.Clock.Next();
        row.PendingPosition = pending.Position + 1;
        row.SetBook(pending.Book, TransferRowKind.Expiry);
        SetState(pending, IdState.Expired);
    }

    /// <summary>Notes under the id of a pending transfer what became of it; a leg has no id to note it under.</summary>
    public void SetState(in OpenPendingRow pending, IdState state)
    {
        if (pending.IsIndexed != 0)
        {
            store.Ids.Set(TransferIds.KeyOf(pending.Book, pending.Id), new IdEntry(pending.Position, state));
        }
    }

    /// <summary>Takes what is zero from the pending transfer.</summary>
    public static void Inherit(ref Transfer transfer, in OpenPendingRow pending)
    {
        transfer.Code = pending.Code;
        if (transfer.UserData128 == UInt128.Zero)
        {
            transfer.UserData128 = pending.UserData128;
        }

        if (transfer.UserData64 == 0)
        {
            transfer.UserData64 = pending.UserData64;
        }

        if (transfer.UserData32 == 0)
        {
            transfer.UserData32 = pending.UserData32;
        }
    }

    private CreateTransferStatus CheckResolvedBefore(in Transfer transfer, IdEntry entry)
    {
        ref readonly Transfer pending = ref store.Transfers.Get(entry.Position).Transfer;
        CreateTransferStatus status = CheckSameTerms(
            transfer, pending.DebitAccountId, pending.CreditAccountId, pending.Ledger, pending.Code, pending.Amount);
        if (status != CreateTransferStatus.Created)
        {
            return status;
        }

        return entry.State switch
        {
            IdState.Posted => CreateTransferStatus.PendingTransferAlreadyPosted,
            IdState.Voided => CreateTransferStatus.PendingTransferAlreadyVoided,
            _ => CreateTransferStatus.PendingTransferExpired,
        };
    }

    private static CreateTransferStatus CheckSameTerms(
        in Transfer transfer, UInt128 debitId, UInt128 creditId, uint ledger, ushort code, UInt128 pendingAmount)
    {
        if (transfer.DebitAccountId != UInt128.Zero && transfer.DebitAccountId != debitId)
        {
            return CreateTransferStatus.PendingTransferHasDifferentDebitAccountId;
        }

        if (transfer.CreditAccountId != UInt128.Zero && transfer.CreditAccountId != creditId)
        {
            return CreateTransferStatus.PendingTransferHasDifferentCreditAccountId;
        }

        if (transfer.Ledger != 0 && transfer.Ledger != ledger)
        {
            return CreateTransferStatus.PendingTransferHasDifferentLedger;
        }

        if (transfer.Code != 0 && transfer.Code != code)
        {
            return CreateTransferStatus.PendingTransferHasDifferentCode;
        }

        UInt128 amount = AmountOf(transfer, pendingAmount);
        if (amount > pendingAmount)
        {
            return CreateTransferStatus.ExceedsPendingTransferAmount;
        }

        return (transfer.Flags & TransferFlags.VoidPendingTransfer) != 0 && amount < pendingAmount
            ? CreateTransferStatus.PendingTransferHasDifferentAmount
            : CreateTransferStatus.Created;
    }

    private static UInt128 AmountOf(in Transfer transfer, UInt128 pendingAmount)
    {
        UInt128 whole = (transfer.Flags & TransferFlags.VoidPendingTransfer) != 0 ? UInt128.Zero : UInt128.MaxValue;
        return transfer.Amount == whole ? pendingAmount : transfer.Amount;
    }
}
