using FastCore.Protocol.Ledger;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Ledger;

/// <summary>Groups of legs that other domains post: all or none, each leg a transfer that no id finds.</summary>
internal sealed class LegRules(LedgerState state, LedgerModelOptions options, ModelTime time)
{
    public CreateTransferStatus Post(
        ModelBook book, IReadOnlyList<ModelLeg> legs, out IReadOnlyList<ModelTransfer> posted)
    {
        List<ModelTransfer> added = [];
        posted = [];
        state.BeginChain();
        foreach (ModelLeg leg in legs)
        {
            CreateTransferStatus status = leg.Held is { } held ? CheckHeld(leg, held) : CheckMove(book, leg);
            if (status != CreateTransferStatus.Created)
            {
                state.EndChain(keep: false);
                return status;
            }

            ModelTransfer transfer = new() { Book = book, Row = RowOf(book, leg), Pending = leg.Held };
            state.Add(transfer, hasLookupId: false);
            added.Add(transfer);
        }

        state.EndChain(keep: true);

        // Only a group that stands takes time.
        added.ForEach(transfer => transfer.Row = transfer.Row with { Timestamp = time.Next() });
        posted = added;
        return CreateTransferStatus.Created;
    }

    private static Transfer RowOf(ModelBook book, ModelLeg leg)
    {
        Transfer row = new()
        {
            Id = leg.Id,
            DebitAccountId = leg.DebitAccountId,
            CreditAccountId = leg.CreditAccountId,
            Amount = leg.Kind == TransferFlags.VoidPendingTransfer ? UInt128.Zero : leg.Amount,
            UserData128 = leg.UserData128,
            UserData64 = leg.UserData64,
            Code = leg.Code,
            Flags = leg.Kind,
        };
        row.Ledger = leg.Held is null ? book.Account(leg.DebitAccountId)!.Row.Ledger : 0;
        return leg.Held is { } held ? PendingRules.Inherit(row, held.Row) : row;
    }

    private CreateTransferStatus CheckMove(ModelBook book, ModelLeg leg)
    {
        bool isPending = leg.Kind == TransferFlags.Pending;
        return leg.DebitAccountId == leg.CreditAccountId ? CreateTransferStatus.AccountsMustBeDifferent
            : book.Account(leg.DebitAccountId) is not { } debit ? CreateTransferStatus.DebitAccountNotFound
            : book.Account(leg.CreditAccountId) is not { } credit ? CreateTransferStatus.CreditAccountNotFound
            : debit.Row.Ledger != credit.Row.Ledger ? CreateTransferStatus.AccountsMustHaveTheSameLedger
            : TransferRules.CheckMovement(debit.Row, credit.Row, leg.Amount, isPending, time.EntryNs, timeoutS: 0)
                is not CreateTransferStatus.Created and var refusal ? refusal
            : isPending && state.OpenPendings.Count + state.SetAside >= options.OpenPendingsMax
                ? CreateTransferStatus.TooManyPendingTransfers
            : CreateTransferStatus.Created;
    }

    private static CreateTransferStatus CheckHeld(ModelLeg leg, ModelTransfer held) =>
        held.Fate != PendingFate.Open ? CreateTransferStatus.PendingTransferNotFound
        : leg.Kind == TransferFlags.PostPendingTransfer && leg.Amount != UInt128.MaxValue
            && leg.Amount > held.Row.Amount ? CreateTransferStatus.ExceedsPendingTransferAmount
        : CreateTransferStatus.Created;
}
