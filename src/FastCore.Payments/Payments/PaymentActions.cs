using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>Captures, voids and refunds by request of a client.</summary>
internal sealed class PaymentActions(
    PaymentStore store, PaymentPostings postings, OrderOperations orders, PaymentSteps steps, ConnectorCalls calls)
{
    public PaymentResult Capture(in PaymentAction request)
    {
        if (!TryBegin(request, RecordKinds.Capture, PaymentEvent.Capture, out Subject subject, out var answer))
        {
            return answer;
        }

        ref PaymentRow payment = ref subject.Payment;
        int openSlot = FindOpen(payment);
        if (store.Open.Read(openSlot).OpenCall != 0)
        {
            return PaymentAnswers.Refusal(PaymentStatus.PaymentHasOpenAction, payment.State);
        }

        ulong left = payment.Amount - payment.AmountCaptured;
        ulong amount = request.Amount == 0 ? left : request.Amount;
        if (amount > left)
        {
            return PaymentAnswers.Refusal(PaymentStatus.ExceedsAuthorized, payment.State);
        }

        PaymentStatus broken = payment.OrderId != 0 ? CheckOrder(payment, amount) : 0;
        if (broken != 0)
        {
            return PaymentAnswers.Refusal(broken, payment.State);
        }

        ref MerchantRow merchant = ref store.Merchants.Write(subject.MerchantSlot);
        PaymentSteps.PriceCapture(merchant, payment, amount, out ulong fee, out ulong tax);
        if (fee + tax > amount)
        {
            return PaymentAnswers.Refusal(PaymentStatus.AmountBelowFee, payment.State);
        }

        if (payment.ConnectorUsed != 0 && !store.HasRoomForCall)
        {
            return PaymentAnswers.Refusal(PaymentStatus.CapacityExceeded, payment.State);
        }

        // From here on it must succeed.
        ActionRow action = RowOf(request, RecordKinds.Capture, payment, amount);
        if (payment.ConnectorUsed == 0)
        {
            steps.Capture(ref merchant, ref payment, subject.Position, openSlot, ref action);
        }
        else
        {
            ulong call = calls.Act(payment, action, ConnectorCallKind.Capture);
            store.Open.Write(openSlot).OpenCall = call;
        }

        return Finish(ref action, payment);
    }

    public PaymentResult Void(in PaymentAction request)
    {
        if (!TryBegin(request, RecordKinds.Void, PaymentEvent.Void, out Subject subject, out var answer))
        {
            return answer;
        }

        ref PaymentRow payment = ref subject.Payment;
        int openSlot = FindOpen(payment);
        if (store.Open.Read(openSlot).OpenCall != 0)
        {
            return PaymentAnswers.Refusal(PaymentStatus.PaymentHasOpenAction, payment.State);
        }

        if (payment.ConnectorUsed != 0 && !store.HasRoomForCall)
        {
            return PaymentAnswers.Refusal(PaymentStatus.CapacityExceeded, payment.State);
        }

        // From here on it must succeed.
        ulong left = payment.Amount - payment.AmountCaptured;
        ActionRow action = RowOf(request, RecordKinds.Void, payment, left);
        if (payment.ConnectorUsed == 0)
        {
            ref readonly MerchantRow merchant = ref store.Merchants.Read(subject.MerchantSlot);
            steps.Release(merchant, ref payment, subject.Position, openSlot, request.Id, PaymentEvent.Void);
            action.State = RefundState.Processed;
        }
        else
        {
            ulong call = calls.Act(payment, action, ConnectorCallKind.Void);
            store.Open.Write(openSlot).OpenCall = call;
        }

        return Finish(ref action, payment);
    }

    public PaymentResult Refund(in PaymentAction request)
    {
        if (!TryBegin(request, RecordKinds.Refund, PaymentEvent.Refund, out Subject subject, out var answer))
        {
            return answer;
        }

        ref PaymentRow payment = ref subject.Payment;
        ulong left = payment.Refundable;
        ulong amount = request.Amount == 0 ? left : request.Amount;
        if (amount > left || left == 0)
        {
            return PaymentAnswers.Refusal(PaymentStatus.ExceedsCaptured, payment.State);
        }

        if (payment.ConnectorUsed != 0 && !store.HasRoomForCall)
        {
            return PaymentAnswers.Refusal(PaymentStatus.CapacityExceeded, payment.State);
        }

        // From here on it must succeed.
        ref MerchantRow merchant = ref store.Merchants.Write(subject.MerchantSlot);
        ActionRow action = RowOf(request, RecordKinds.Refund, payment, amount);
        merchant.RefundedTotal += amount;
        if (payment.ConnectorUsed == 0)
        {
            postings.RefundAtOnce(merchant, action);
            payment.AmountRefunded += amount;
            action.State = RefundState.Processed;
        }
        else
        {
            postings.AcceptRefund(merchant, action);
            payment.AmountRefunding += amount;
            calls.Act(payment, action, ConnectorCallKind.Refund);
        }

        steps.ChangeRefunds(ref payment, subject.Position);
        action.PaymentCaptured = payment.AmountCaptured;
        action.PaymentRefunded = payment.AmountRefunded + payment.AmountRefunding;
        return Finish(ref action, payment);
    }

    private static ActionRow RowOf(in PaymentAction request, byte kind, in PaymentRow payment, ulong amount) => new()
    {
        Id = request.Id,
        Merchant = request.Merchant,
        AmountRequested = request.Amount,
        PaymentId = request.PaymentId,
        UserData64 = request.UserData64,
        Flags = request.Flags,
        Kind = kind,
        State = RefundState.Pending,
        Amount = amount,
        Currency = payment.Currency,
        Connector = payment.ConnectorUsed,
        Attempt = payment.Attempt,
    };

    // All that the three actions check alike: envelope, repetition, payment, state.
    private bool TryBegin(
        in PaymentAction request, byte kind, PaymentEvent wanted, out Subject subject, out PaymentResult answer)
    {
        subject = default;
        PaymentActionFlags allowed =
            kind == RecordKinds.Capture ? PaymentActionFlags.FinalCapture : PaymentActionFlags.None;
        PaymentStatus broken = PaymentRules.CheckEnvelope(request, allowed);
        if (broken != 0)
        {
            answer = PaymentAnswers.Refusal(broken);
            return false;
        }

        subject.MerchantSlot = store.Merchants.Find(new MerchantKey(request.Merchant));
        if (subject.MerchantSlot < 0)
        {
            answer = PaymentAnswers.Refusal(PaymentStatus.MerchantNotFound);
            return false;
        }

        if (store.TryFind(request.Id, kind, request.Merchant, out long known))
        {
            answer = Repeat(request, store.Actions.Get(known));
            return false;
        }

        broken = request.PaymentId == 0 ? PaymentStatus.PaymentIdMustNotBeZero
            : kind == RecordKinds.Void && request.Amount != 0 ? PaymentStatus.VoidAmountMustBeZero
            : request.Amount > PaymentLimits.AmountMax ? PaymentStatus.AmountTooLarge
            : !store.TryFind(request.PaymentId, RecordKinds.Payment, request.Merchant, out subject.Position)
                ? PaymentStatus.PaymentNotFound
            : 0;
        if (broken != 0)
        {
            answer = PaymentAnswers.Refusal(broken);
            return false;
        }

        subject.Payment = store.Payments.Get(subject.Position);
        if (!PaymentTransitions.Allows(subject.Payment.State, wanted))
        {
            answer = PaymentAnswers.Refusal(PaymentStatus.StateNotAllowed, subject.Payment.State);
            return false;
        }

        if (kind == RecordKinds.Capture && subject.Payment.Review == ReviewState.Held)
        {
            answer = PaymentAnswers.Refusal(PaymentStatus.UnderReview, subject.Payment.State);
            return false;
        }

        answer = default;
        return true;
    }

    private static PaymentResult Repeat(in PaymentAction request, in ActionRow known)
    {
        PaymentStatus broken = RequestComparison.Compare(request, known);
        return broken != 0
            ? PaymentAnswers.Refusal(broken)
            : PaymentAnswers.Repeated(PaymentAnswers.Of(known, PaymentStatus.InProgress));
    }

    // An order that expired is not captured any more; one that takes a single payment is captured whole.
    private PaymentStatus CheckOrder(in PaymentRow payment, ulong amount)
    {
        ref readonly OrderRow order = ref orders.OrderOf(payment, out _);
        if (order.IsExpiredAt(store.Time.BatchNs))
        {
            return PaymentStatus.OrderExpired;
        }

        return (order.Record.Flags & OrderFlags.PartialPayment) == 0 && amount != payment.Amount
            ? PaymentStatus.OrderRequiresFullCapture
            : 0;
    }

    private int FindOpen(in PaymentRow payment)
    {
        int slot = store.Open.Find(new PaymentKey(payment.Merchant, payment.Id));
        return slot >= 0
            ? slot
            : throw new InvalidOperationException("A capturable payment is not among the open ones.");
    }

    private PaymentResult Finish(ref ActionRow action, in PaymentRow payment)
    {
        action.AnswerState = payment.State;
        store.AppendAction(ref action, -1);
        return PaymentAnswers.Of(action, PaymentStatus.Processing);
    }

    // What an action is about: the newest version of the payment, copied, since the history moves on.
    private struct Subject
    {
        public PaymentRow Payment;
        public long Position;
        public int MerchantSlot;
    }
}
