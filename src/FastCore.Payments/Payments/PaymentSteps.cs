using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// The steps that move a payment and its money together, the same for <c>instant</c> and for connectors: the caller
/// checked the rules, so a step always succeeds. Each takes a copy of the newest version and appends the next.
/// </summary>
internal sealed class PaymentSteps(PaymentStore store, PaymentPostings postings, OrderOperations orders)
{
    private const ulong NsPerS = 1_000_000_000;

    /// <summary>
    /// The payment was approved and everything was posted as captured at once; enters it into the totals.
    /// </summary>
    public static void CountCapturedWhole(ref MerchantRow merchant, ref PaymentRow payment)
    {
        payment.AmountCaptured = payment.Amount;
        merchant.AuthorizedTotal += payment.Amount;
        merchant.CapturedTotal += payment.Amount;
        merchant.FeeTotal += payment.Fee;
        merchant.TaxTotal += payment.Tax;
    }

    /// <summary>Sets the state and window of a payment that waits for its capture now.</summary>
    public void CountAuthorized(ref MerchantRow merchant, ref PaymentRow payment)
    {
        uint windowS = payment.CaptureWindowS != 0 ? payment.CaptureWindowS
            : merchant.CaptureWindowS != 0 ? merchant.CaptureWindowS
            : store.Options.CaptureWindowS;
        payment.CaptureBefore = store.Time.BatchNs + (windowS * NsPerS);
        merchant.AuthorizedTotal += payment.Amount;
    }

    /// <summary>Keeps an authorized payment open until its window ends.</summary>
    public void OpenWindow(int openSlot, in PaymentRow payment, long pendingPosition)
    {
        ref OpenPaymentRow open = ref store.Open.Write(openSlot);
        open.PendingPosition = pendingPosition;
        open.CaptureBefore = payment.CaptureBefore;
        store.Timers.SetWindow(openSlot, payment.CaptureBefore);
    }

    /// <summary>Makes the row of a payment that something is expected of.</summary>
    public int Open(in PaymentRow payment)
    {
        PaymentKey key = new(payment.Merchant, payment.Id);
        ref OpenPaymentRow open = ref store.Open.Insert(key, out int slot);
        open.Id = payment.Id;
        open.Merchant = payment.Merchant;
        open.PendingPosition = -1;
        return slot;
    }

    /// <summary>Nothing is expected of the payment any more.</summary>
    public void Close(int openSlot)
    {
        store.Timers.CancelWindow(openSlot);
        store.Open.Remove(openSlot);
    }

    /// <summary>What a capture that brings the total to an amount costs on top of what was charged.</summary>
    public static void PriceCapture(
        in MerchantRow merchant, in PaymentRow payment, ulong amount, out ulong fee, out ulong tax)
    {
        ulong feeTotal = FeeArithmetic.Fee(merchant, payment.AmountCaptured + amount);
        fee = feeTotal - payment.Fee;
        tax = FeeArithmetic.Tax(merchant, feeTotal) - payment.Tax;
    }

    /// <summary>Captures a part or the rest of an authorized payment and completes the action.</summary>
    public void Capture(
        ref MerchantRow merchant, ref PaymentRow payment, long position, int openSlot, ref ActionRow action)
    {
        PriceCapture(merchant, payment, action.Amount, out ulong fee, out ulong tax);
        ulong left = checked(payment.Amount - payment.AmountCaptured - action.Amount);
        bool isLast = left == 0 || (action.Flags & PaymentActionFlags.FinalCapture) != 0;
        long pending = store.Open.Read(openSlot).PendingPosition;
        pending = postings.Capture(merchant, payment, action.Id, pending, action.Amount, fee, tax, isLast ? 0 : left);

        PaymentState before = payment.State;
        payment.AmountCaptured += action.Amount;
        payment.Fee += fee;
        payment.Tax += tax;
        merchant.CapturedTotal += action.Amount;
        merchant.FeeTotal += fee;
        merchant.TaxTotal += tax;
        if (isLast)
        {
            payment.State = payment.ClosedState;
            payment.CaptureBefore = 0;
            Close(openSlot);
        }
        else
        {
            payment.State = PaymentState.PartiallyCaptured;
            store.Open.Write(openSlot).PendingPosition = pending;
        }

        store.ChangePayment(ref payment, position, before, PaymentEvent.Capture);
        orders.Resolved(payment, action.Amount, isLast ? left : 0);
        action.Fee = fee;
        action.Tax = tax;
        action.AnswerState = payment.State;
        action.State = RefundState.Processed;
    }

    /// <summary>Lets go what is not captured: voided by the merchant, or expired.</summary>
    public void Release(
        in MerchantRow merchant, ref PaymentRow payment, long position, int openSlot, UInt128 actionId,
        PaymentEvent why)
    {
        postings.Release(merchant, payment, actionId, store.Open.Read(openSlot).PendingPosition);
        PaymentState before = payment.State;
        payment.State = payment.AmountCaptured != 0 ? payment.ClosedState
            : why == PaymentEvent.Void ? PaymentState.Voided
            : PaymentState.Expired;
        payment.CaptureBefore = 0;
        Close(openSlot);
        store.ChangePayment(ref payment, position, before, why);
        orders.Resolved(payment, 0, payment.Amount - payment.AmountCaptured);
    }

    /// <summary>The payment failed while it waited for a connector.</summary>
    public void Fail(ref PaymentRow payment, long position, int openSlot, DeclineCode reason)
    {
        PaymentState before = payment.State;
        payment.State = PaymentState.Failed;
        payment.DeclineCode = reason;
        Close(openSlot);
        store.ChangePayment(ref payment, position, before, PaymentEvent.Fail);
        orders.Resolved(payment, 0, payment.Amount);
    }

    /// <summary>
    /// A refund was accepted or answered: appends the version with the counters that the caller changed.
    /// </summary>
    public void ChangeRefunds(ref PaymentRow payment, long position)
    {
        PaymentState before = payment.State;
        payment.State = payment.IsCapturable ? payment.State : payment.ClosedState;
        store.ChangePayment(ref payment, position, before, PaymentEvent.Refund);
    }
}
