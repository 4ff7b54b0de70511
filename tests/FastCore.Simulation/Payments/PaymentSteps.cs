using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>
/// What happens to a payment and its money once it is decided: first the entries in the books, then the payment, then
/// its order.
/// </summary>
internal sealed class PaymentSteps(PaymentsState state)
{
    private const ulong NsPerS = 1_000_000_000;

    /// <summary>Approved with automatic capture: everything at once.</summary>
    public void CaptureAtOnce(ModelPayment payment, long openChange, bool isTry)
    {
        ref PaymentRecord record = ref payment.Record;
        Move(payment, record.Id, payment.Source, MerchantAccount.Payable, record.Amount, PostingReason.Capture);
        ChargeFee(payment, record.Id, record.Amount);
        record.AmountCaptured = record.Amount;
        state.Note(payment, PaymentState.Captured);
        state.NoteOrder(payment, isTry, openChange, record.Amount);
    }

    /// <summary>Approved, to be captured later: the money is held and the window begins.</summary>
    public void Authorize(ModelPayment payment)
    {
        Hold(payment, payment.Record.Amount);
        uint windowS = payment.Request.CaptureWindowS != 0 ? payment.Request.CaptureWindowS
            : payment.Merchant.Request.CaptureWindowS != 0 ? payment.Merchant.Request.CaptureWindowS
            : state.Options.CaptureWindowS;
        payment.Record.CaptureBefore = state.Time.EntryNs + (windowS * NsPerS);
        state.Note(payment, PaymentState.Authorized);
    }

    /// <summary>What a capture of so much more costs on top of what was charged.</summary>
    public static (ulong Fee, ulong Tax) Price(ModelPayment payment, ulong amount)
    {
        ulong fee = payment.Merchant.FeeOf(payment.Record.AmountCaptured + amount);
        ulong tax = payment.Merchant.TaxOf(fee);
        return (fee - payment.Record.Fee, tax - payment.Record.Tax);
    }

    /// <summary>A part or the rest is captured; the action has its outcome.</summary>
    public void Capture(ModelPayment payment, ModelAction action)
    {
        ulong amount = action.Record.Amount;
        bool isFinal = (action.Request.Flags & PaymentActionFlags.FinalCapture) != 0;
        ulong rest = checked(payment.Uncaptured - amount);
        state.Books.Take(payment.Held!, EntryOf(payment, action.Record.Id, default, default, amount, default));
        (ulong fee, ulong tax) = ChargeFee(payment, action.Record.Id, amount);
        payment.Record.AmountCaptured += amount;
        if (rest != 0 && !isFinal)
        {
            Hold(payment, rest);
            state.Note(payment, PaymentState.PartiallyCaptured);
            state.NoteOrder(payment, isTry: false, -(long)amount, amount);
        }
        else
        {
            state.ClosePayment(payment);
            payment.Record.CaptureBefore = 0;
            state.Note(payment, payment.ClosedState);
            state.NoteOrder(payment, isTry: false, -(long)(amount + rest), amount);
        }

        state.NoteDone(action, payment.Record.State, fee, tax);
    }

    /// <summary>What is not captured is let go.</summary>
    /// <param name="payment">The payment.</param>
    /// <param name="entryId">Id of the entry: the void's, or the payment's when it expired.</param>
    /// <param name="ifNothingCaptured">Voided or expired.</param>
    public void Release(ModelPayment payment, UInt128 entryId, PaymentState ifNothingCaptured)
    {
        state.Books.Release(payment.Held!, EntryOf(payment, entryId, default, default, 0, default));
        state.ClosePayment(payment);
        payment.Record.CaptureBefore = 0;
        state.Note(payment, payment.Record.AmountCaptured == 0 ? ifNothingCaptured : payment.ClosedState);
        state.NoteOrder(payment, isTry: false, -(long)payment.Uncaptured, 0);
    }

    /// <summary>A payment that waited for a connector failed.</summary>
    public void Fail(ModelPayment payment, DeclineCode reason)
    {
        state.ClosePayment(payment);
        payment.Record.DeclineCode = reason;
        state.Note(payment, PaymentState.Failed);
        state.NoteOrder(payment, isTry: false, -(long)payment.Record.Amount, 0);
    }

    /// <summary>A refund was accepted or answered; the amounts are set by the caller.</summary>
    public void NoteRefund(ModelPayment payment) =>
        state.Note(payment, payment.IsCapturable ? payment.Record.State : payment.ClosedState);

    /// <summary>An entry of a refund, or of the undoing of a late approval.</summary>
    public void MoveRefund(ModelAction refund, MerchantAccount debit, MerchantAccount credit, PostingReason reason) =>
        state.Books.Move(refund.Record.Merchant, new MerchantEntry(
            refund.Record.Id, debit, credit, refund.Record.Amount, reason, refund.Record.PaymentId,
            refund.Record.UserData64));

    private static MerchantEntry EntryOf(
        ModelPayment payment, UInt128 id, MerchantAccount debit, MerchantAccount credit, ulong amount,
        PostingReason reason) =>
        new(id, debit, credit, amount, reason, payment.Record.Id, payment.Record.UserData64);

    private (ulong Fee, ulong Tax) ChargeFee(ModelPayment payment, UInt128 entryId, ulong amount)
    {
        (ulong fee, ulong tax) = Price(payment, amount);
        if (fee != 0)
        {
            Move(payment, entryId, MerchantAccount.Payable, MerchantAccount.Fee, fee, PostingReason.Fee);
        }

        if (tax != 0)
        {
            Move(payment, entryId, MerchantAccount.Payable, MerchantAccount.Tax, tax, PostingReason.Tax);
        }

        payment.Record.Fee += fee;
        payment.Record.Tax += tax;
        return (fee, tax);
    }

    private void Move(
        ModelPayment payment, UInt128 id, MerchantAccount debit, MerchantAccount credit, ulong amount,
        PostingReason reason) =>
        state.Books.Move(payment.Record.Merchant, EntryOf(payment, id, debit, credit, amount, reason));

    private void Hold(ModelPayment payment, ulong amount) =>
        payment.Held = state.Books.Hold(payment.Record.Merchant, EntryOf(
            payment, payment.Record.Id, payment.Source, MerchantAccount.Payable, amount, PostingReason.Reserve));
}
