using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>Ends the holding of payments that were sent to review.</summary>
internal sealed class PaymentReviews(
    PaymentStore store, PaymentSteps steps, OrderOperations orders, ConnectorCalls calls)
{
    /// <summary>
    /// Releases a held payment, which captures it where that was asked for and the money is here, or voids it. One of a
    /// connector is captured by its merchant once it is released.
    /// </summary>
    public FraudStatus Resolve(ulong merchantNumber, UInt128 id, bool isApproved)
    {
        if (!store.TryFind(id, RecordKinds.Payment, merchantNumber, out long position))
        {
            return FraudStatus.PaymentNoLongerHeld;
        }

        PaymentRow payment = store.Payments.Get(position);
        if (payment.State is PaymentState.Created or PaymentState.Processing)
        {
            return FraudStatus.PaymentUnderWay;
        }

        int openSlot = store.Open.Find(new PaymentKey(merchantNumber, id));
        if (payment.State != PaymentState.Authorized || payment.Review != ReviewState.Held || openSlot < 0)
        {
            return FraudStatus.PaymentNoLongerHeld;
        }

        if (store.Open.Read(openSlot).OpenCall != 0)
        {
            return FraudStatus.PaymentUnderWay;
        }

        bool isTooLate = payment.OrderId != 0
            && orders.OrderOf(payment, out _).IsExpiredAt(store.Time.BatchNs);
        if (!isApproved || isTooLate)
        {
            Void(ref payment, position, openSlot);
            return isApproved ? FraudStatus.PaymentNoLongerHeld : FraudStatus.Ok;
        }

        payment.Review = ReviewState.Released;
        if (payment.IsCapturedLater || payment.ConnectorUsed != 0)
        {
            store.ChangePayment(ref payment, position, payment.State, PaymentEvent.Release);
        }
        else
        {
            Capture(ref payment, position, openSlot);
        }

        return FraudStatus.Ok;
    }

    private void Void(ref PaymentRow payment, long position, int openSlot)
    {
        PaymentRow before = payment;
        payment.Review = ReviewState.Refused;
        ref readonly MerchantRow merchant = ref store.Merchants.Read(MerchantSlotOf(payment));
        steps.Release(merchant, ref payment, position, openSlot, payment.Id, PaymentEvent.Void);
        if (payment.ConnectorUsed != 0)
        {
            calls.ReleaseExpired(before);
        }
    }

    // As its client asked: whole and at once. The step takes an action, of which nothing need be kept.
    private void Capture(ref PaymentRow payment, long position, int openSlot)
    {
        ActionRow whole = new()
        {
            Id = payment.Id,
            Amount = payment.Amount,
            Flags = PaymentActionFlags.FinalCapture,
        };
        ref MerchantRow merchant = ref store.Merchants.Write(MerchantSlotOf(payment));
        steps.Capture(ref merchant, ref payment, position, openSlot, ref whole);
    }

    private int MerchantSlotOf(in PaymentRow payment) =>
        store.Merchants.Find(new MerchantKey(payment.Merchant)) is >= 0 and int slot
            ? slot
            : throw new InvalidOperationException("The merchant of a payment is not there.");
}
