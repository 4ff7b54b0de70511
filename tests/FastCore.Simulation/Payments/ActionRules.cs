using FastCore.Protocol;
using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>Captures, voids and refunds that clients ask for.</summary>
internal sealed class ActionRules(PaymentsState state, PaymentSteps steps, ModelCalls calls)
{
    public PaymentResult Apply(Operation operation, PaymentAction request)
    {
        PaymentActionFlags known = operation == Operation.CapturePayments ? PaymentActionFlags.FinalCapture : 0;
        PaymentStatus? broken = Ladder.Envelope(
            0,
            request.Reserved0 != 0 || request.Reserved1 != 0,
            (request.Flags & ~known) != 0,
            request.Merchant,
            request.Id);
        if (broken is { } wrong)
        {
            return PaymentsState.Refusal(wrong);
        }

        if (!state.Merchants.ContainsKey(request.Merchant))
        {
            return PaymentsState.Refusal(PaymentStatus.MerchantNotFound);
        }

        if (state.Actions.TryGetValue((request.Merchant, operation, request.Id), out ModelAction? earlier))
        {
            return Repeat(request, earlier);
        }

        ModelPayment? payment = state.Payments.GetValueOrDefault((request.Merchant, request.PaymentId));
        broken = Ladder.First(
            (request.PaymentId == 0, PaymentStatus.PaymentIdMustNotBeZero),
            (operation == Operation.VoidPayments && request.Amount != 0, PaymentStatus.VoidAmountMustBeZero),
            (request.Amount > PaymentLimits.AmountMax, PaymentStatus.AmountTooLarge),
            (payment is null, PaymentStatus.PaymentNotFound));
        if (broken is { } refused)
        {
            return PaymentsState.Refusal(refused);
        }

        return operation switch
        {
            Operation.CapturePayments => Capture(request, payment!),
            Operation.VoidPayments => Void(request, payment!),
            _ => Refund(request, payment!),
        };
    }

    /// <summary>The answer to an id that was used before.</summary>
    public static PaymentResult Repeat(PaymentAction request, ModelAction known)
    {
        PaymentStatus? different = Ladder.First(
            (request.Flags != known.Request.Flags, PaymentStatus.ExistsWithDifferentFlags),
            (request.Amount != known.Request.Amount, PaymentStatus.ExistsWithDifferentAmount),
            (request.PaymentId != known.Request.PaymentId, PaymentStatus.ExistsWithDifferentPaymentId),
            (request.UserData64 != known.Request.UserData64, PaymentStatus.ExistsWithDifferentUserData64));
        return different is { } code
            ? PaymentsState.Refusal(code)
            : PaymentsState.Repeated(known.Answer, known.Waiting);
    }

    private PaymentResult Capture(PaymentAction request, ModelPayment payment)
    {
        ulong amount = request.Amount == 0 ? payment.Uncaptured : request.Amount;
        PaymentStatus? broken = Ladder.First(
            (!payment.IsCapturable, PaymentStatus.StateNotAllowed),
            (payment.OpenCall is not null, PaymentStatus.PaymentHasOpenAction),
            (amount > payment.Uncaptured, PaymentStatus.ExceedsAuthorized));
        if (broken is null && payment.Order is { } order)
        {
            broken = Ladder.First(
                (order.IsExpiredAt(state.Time.EntryNs), PaymentStatus.OrderExpired),
                (!order.IsPartial && amount != payment.Record.Amount, PaymentStatus.OrderRequiresFullCapture));
        }

        if (broken is null)
        {
            (ulong fee, ulong tax) = PaymentSteps.Price(payment, amount);
            broken = Ladder.First(
                (fee + tax > amount, PaymentStatus.AmountBelowFee),
                (!payment.IsInstant && !calls.HasRoom, PaymentStatus.CapacityExceeded));
        }

        if (broken is { } refused)
        {
            return PaymentsState.Refusal(refused, payment.Record.State);
        }

        ModelAction capture = ActionOf(Operation.CapturePayments, request, payment, amount);
        if (payment.IsInstant)
        {
            steps.Capture(payment, capture);
            return capture.Answer!.Value;
        }

        state.NoteWaiting(capture, payment.Record.State);
        payment.OpenCall = calls.Act(payment, capture, ConnectorCallKind.Capture);
        return capture.Waiting;
    }

    private PaymentResult Void(PaymentAction request, ModelPayment payment)
    {
        PaymentStatus? broken = Ladder.First(
            (!payment.IsCapturable, PaymentStatus.StateNotAllowed),
            (payment.OpenCall is not null, PaymentStatus.PaymentHasOpenAction),
            (!payment.IsInstant && !calls.HasRoom, PaymentStatus.CapacityExceeded));
        if (broken is { } refused)
        {
            return PaymentsState.Refusal(refused, payment.Record.State);
        }

        ModelAction release = ActionOf(Operation.VoidPayments, request, payment, payment.Uncaptured);
        if (payment.IsInstant)
        {
            steps.Release(payment, request.Id, PaymentState.Voided);
            state.NoteDone(release, payment.Record.State);
            return release.Answer!.Value;
        }

        state.NoteWaiting(release, payment.Record.State);
        payment.OpenCall = calls.Act(payment, release, ConnectorCallKind.Void);
        return release.Waiting;
    }

    private PaymentResult Refund(PaymentAction request, ModelPayment payment)
    {
        ulong amount = request.Amount == 0 ? payment.Refundable : request.Amount;
        bool isAllowed = payment.Record.State
            is PaymentState.Captured or PaymentState.PartiallyCaptured or PaymentState.PartiallyRefunded;
        PaymentStatus? broken = Ladder.First(
            (!isAllowed, PaymentStatus.StateNotAllowed),
            (amount > payment.Refundable || amount == 0, PaymentStatus.ExceedsCaptured),
            (!payment.IsInstant && !calls.HasRoom, PaymentStatus.CapacityExceeded));
        if (broken is { } refused)
        {
            return PaymentsState.Refusal(refused, payment.Record.State);
        }

        ModelAction refund = ActionOf(Operation.RefundPayments, request, payment, amount);
        refund.Record.PaymentCaptured = payment.Record.AmountCaptured;
        refund.Record.PaymentRefunded = payment.Record.AmountRefunded + payment.Record.AmountRefunding + amount;
        steps.MoveRefund(refund, MerchantAccount.Payable, MerchantAccount.Refund, PostingReason.Refund);
        if (payment.IsInstant)
        {
            steps.MoveRefund(refund, MerchantAccount.Refund, payment.Source, PostingReason.RefundPaid);
            payment.Record.AmountRefunded += amount;
            steps.NoteRefund(payment);
            state.NoteDone(refund, payment.Record.State);
            return refund.Answer!.Value;
        }

        payment.Record.AmountRefunding += amount;
        steps.NoteRefund(payment);
        state.NoteWaiting(refund, payment.Record.State);
        calls.Act(payment, refund, ConnectorCallKind.Refund);
        return refund.Waiting;
    }

    private ModelAction ActionOf(Operation operation, PaymentAction request, ModelPayment payment, ulong amount)
    {
        ModelAction action = new(operation, request)
        {
            Record = new RefundRecord
            {
                Id = request.Id,
                Merchant = request.Merchant,
                Amount = amount,
                PaymentId = request.PaymentId,
                UserData64 = request.UserData64,
                Flags = request.Flags,
                Connector = payment.Record.ConnectorUsed,
                AmountRequested = request.Amount,
                Attempt = payment.Record.Attempt,
                Currency = payment.Record.Currency,
            },
        };
        state.Actions.Add((request.Merchant, operation, request.Id), action);
        return action;
    }
}
