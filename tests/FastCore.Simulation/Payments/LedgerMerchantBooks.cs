using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Ledger;

namespace FastCore.Simulation.Payments;

/// <summary>
/// The books of merchants in the ledger's model of the same partition. Nothing asked here may be refused.
/// </summary>
/// <param name="ledger">The ledger's model.</param>
public sealed class LedgerMerchantBooks(LedgerModel ledger) : IMerchantBooks
{
    /// <inheritdoc/>
    public bool HasRoomToHold => ledger.HasRoomForPending;

    /// <inheritdoc/>
    public void SetAside(int change) => ledger.SetAsidePending(change);

    /// <inheritdoc/>
    public void Open(ulong book, in Account account)
    {
        CreateAccountStatus status = ledger.OpenAccount(book, account);
        if (status != CreateAccountStatus.Created)
        {
            throw new InvalidOperationException($"Account {account.Id} of book {book} was refused: {status}.");
        }
    }

    /// <inheritdoc/>
    public Account Account(ulong book, UInt128 id) =>
        ledger.FindAccount(book, id) ?? throw new InvalidOperationException($"Book {book} has no account {id}.");

    /// <inheritdoc/>
    public void Move(ulong book, MerchantEntry entry) => Post(book, LegOf(entry));

    /// <inheritdoc/>
    public object Hold(ulong book, MerchantEntry entry) =>
        Post(book, LegOf(entry) with { Kind = TransferFlags.Pending });

    /// <inheritdoc/>
    public void Take(object held, MerchantEntry entry) => Resolve(held, entry, TransferFlags.PostPendingTransfer);

    /// <inheritdoc/>
    public void Release(object held, MerchantEntry entry) => Resolve(held, entry, TransferFlags.VoidPendingTransfer);

    private static ModelLeg LegOf(MerchantEntry entry) => new()
    {
        Id = entry.Id,
        DebitAccountId = MerchantAccountId.Of(entry.Debit),
        CreditAccountId = MerchantAccountId.Of(entry.Credit),
        Amount = entry.Amount,
        UserData128 = entry.PaymentId,
        UserData64 = entry.UserData64,
        Code = (ushort)entry.Reason,
    };

    private void Resolve(object held, MerchantEntry entry, TransferFlags kind)
    {
        ModelTransfer transfer = (ModelTransfer)held;
        Post(transfer.Book.Number, LegOf(entry) with { Kind = kind, Held = transfer });
    }

    private ModelTransfer Post(ulong book, ModelLeg leg)
    {
        CreateTransferStatus status = ledger.PostLegs(book, [leg], out IReadOnlyList<ModelTransfer> posted);
        return status == CreateTransferStatus.Created
            ? posted[0]
            : throw new InvalidOperationException($"An entry of book {book} was refused: {status}.");
    }
}
