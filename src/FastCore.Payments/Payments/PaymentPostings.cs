using FastCore.Payments.Ledger;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using LedgerCore = FastCore.Payments.Ledger.Ledger;

namespace FastCore.Payments.Payments;

/// <summary>
/// The balanced entries of payments, each group posted whole or not at all. Hot: no allocation. Only the clearing
/// account has a limit, so only what takes from it can be refused; any other refusal is a broken invariant.
/// </summary>
internal sealed class PaymentPostings(LedgerCore ledger)
{
    private readonly PostingLeg[] _legs = new PostingLeg[4];
    private int _count;

    /// <summary>
    /// The account that pays a merchant: prefunded clearing for <c>instant</c>, what connectors owe otherwise.
    /// </summary>
    public static int SourceSlot(in MerchantRow merchant, ushort connector) =>
        connector == 0 ? merchant.ClearingSlot : merchant.ReceivableSlot;

    /// <summary>Money from outside into clearing.</summary>
    public void Fund(in MerchantRow merchant, UInt128 id, ulong amount, ulong userData)
    {
        Add(merchant.FundingSlot, merchant.ClearingSlot, id, 0, userData, amount, PostingReason.Fund);
        MustPost(merchant);
    }

    /// <summary>A whole payment at once: amount, fee, tax.</summary>
    /// <returns>False when clearing does not cover it; nothing is posted then.</returns>
    public bool TryCapture(in MerchantRow merchant, in PaymentRow payment)
    {
        int source = SourceSlot(merchant, payment.ConnectorUsed);
        Add(
            source, merchant.PayableSlot, payment.Id, payment.Id, payment.UserData64, payment.Amount,
            PostingReason.Capture);
        AddFeeAndTax(merchant, payment.Id, payment.Id, payment.UserData64, payment.Fee, payment.Tax);
        return TryPost(merchant, out _);
    }

    /// <summary>Reserves the amount for captures to come.</summary>
    /// <returns>False when clearing does not cover it; nothing is reserved then.</returns>
    public bool TryReserve(in MerchantRow merchant, in PaymentRow payment, out long pendingPosition)
    {
        AddReservation(merchant, payment, payment.Amount);
        return TryPost(merchant, out pendingPosition);
    }

    /// <summary>
    /// Captures a part of a reservation with its fee and tax, and reserves the rest anew unless it is the last.
    /// </summary>
    /// <returns>Position of the new reservation, or −1.</returns>
    public long Capture(
        in MerchantRow merchant,
        in PaymentRow payment,
        UInt128 actionId,
        long pendingPosition,
        ulong amount,
        ulong fee,
        ulong tax,
        ulong rest)
    {
        ref PostingLeg capture = ref _legs[_count++];
        capture = default;
        capture.Id = actionId;
        capture.Amount = amount;
        capture.UserData128 = payment.Id;
        capture.UserData64 = payment.UserData64;
        capture.Kind = TransferFlags.PostPendingTransfer;
        capture.PendingPosition = pendingPosition;
        AddFeeAndTax(merchant, actionId, payment.Id, payment.UserData64, fee, tax);
        if (rest != 0)
        {
            AddReservation(merchant, payment, rest);
        }

        int restIndex = _count - 1;
        long first = MustPost(merchant);
        return rest != 0 ? first + restIndex : -1;
    }

    /// <summary>Lets a reservation go.</summary>
    public void Release(in MerchantRow merchant, in PaymentRow payment, UInt128 actionId, long pendingPosition)
    {
        ref PostingLeg release = ref _legs[_count++];
        release = default;
        release.Id = actionId;
        release.UserData128 = payment.Id;
        release.UserData64 = payment.UserData64;
        release.Kind = TransferFlags.VoidPendingTransfer;
        release.PendingPosition = pendingPosition;
        MustPost(merchant);
    }

    /// <summary>A refund that is accepted and paid back in one step.</summary>
    public void RefundAtOnce(in MerchantRow merchant, in ActionRow refund)
    {
        Add(merchant.PayableSlot, merchant.RefundSlot, refund, PostingReason.Refund);
        Add(merchant.RefundSlot, SourceSlot(merchant, refund.Connector), refund, PostingReason.RefundPaid);
        MustPost(merchant);
    }

    /// <summary>A refund is accepted; its connector has to pay it back.</summary>
    public void AcceptRefund(in MerchantRow merchant, in ActionRow refund)
    {
        Add(merchant.PayableSlot, merchant.RefundSlot, refund, PostingReason.Refund);
        MustPost(merchant);
    }

    /// <summary>The connector paid a refund back.</summary>
    public void RefundPaid(in MerchantRow merchant, in ActionRow refund)
    {
        Add(merchant.RefundSlot, merchant.ReceivableSlot, refund, PostingReason.RefundPaid);
        MustPost(merchant);
    }

    /// <summary>The connector did not pay a refund back: the merchant has its money again.</summary>
    public void ReturnRefund(in MerchantRow merchant, in ActionRow refund)
    {
        Add(merchant.RefundSlot, merchant.PayableSlot, refund, PostingReason.RefundReturned);
        MustPost(merchant);
    }

    /// <summary>A connector charged the payer for a payment that had failed: the payer is owed it back.</summary>
    public void AcceptLateApproval(in MerchantRow merchant, in ActionRow refund)
    {
        Add(merchant.ReceivableSlot, merchant.RefundSlot, refund, PostingReason.LateApproval);
        MustPost(merchant);
    }

    private void AddReservation(in MerchantRow merchant, in PaymentRow payment, ulong amount)
    {
        int source = SourceSlot(merchant, payment.ConnectorUsed);
        Add(source, merchant.PayableSlot, payment.Id, payment.Id, payment.UserData64, amount, PostingReason.Reserve);
        _legs[_count - 1].Kind = TransferFlags.Pending;
    }

    private void AddFeeAndTax(
        in MerchantRow merchant, UInt128 id, UInt128 paymentId, ulong userData, ulong fee, ulong tax)
    {
        if (fee != 0)
        {
            Add(merchant.PayableSlot, merchant.FeeSlot, id, paymentId, userData, fee, PostingReason.Fee);
        }

        if (tax != 0)
        {
            Add(merchant.PayableSlot, merchant.TaxSlot, id, paymentId, userData, tax, PostingReason.Tax);
        }
    }

    private void Add(int debitSlot, int creditSlot, in ActionRow action, PostingReason reason) =>
        Add(debitSlot, creditSlot, action.Id, action.PaymentId, action.UserData64, action.Amount, reason);

    private void Add(
        int debitSlot, int creditSlot, UInt128 id, UInt128 paymentId, ulong userData, ulong amount,
        PostingReason reason)
    {
        ref PostingLeg leg = ref _legs[_count++];
        leg = default;
        leg.Id = id;
        leg.Amount = amount;
        leg.UserData128 = paymentId;
        leg.UserData64 = userData;
        leg.DebitSlot = debitSlot;
        leg.CreditSlot = creditSlot;
        leg.Code = (ushort)reason;
    }

    private bool TryPost(in MerchantRow merchant, out long firstPosition)
    {
        CreateTransferStatus status = ledger.PostLegs(
            merchant.Merchant, _legs.AsSpan(0, _count), out firstPosition, out _);
        _count = 0;
        if (status != CreateTransferStatus.Created && status != CreateTransferStatus.ExceedsCredits)
        {
            throw new InvalidOperationException($"The ledger refused the entries of a payment: {status}.");
        }

        return status == CreateTransferStatus.Created;
    }

    private long MustPost(in MerchantRow merchant) => TryPost(merchant, out long firstPosition)
        ? firstPosition
        : throw new InvalidOperationException("The clearing account refused entries that take nothing from it.");
}
