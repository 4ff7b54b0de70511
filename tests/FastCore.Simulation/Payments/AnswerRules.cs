using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>What connectors answer, or fail to: in any order, late, twice, contradicting each other.</summary>
internal sealed class AnswerRules(PaymentsState state, PaymentSteps steps, ModelCalls calls)
{
    public PaymentResult Apply(ConnectorAnswer answer)
    {
        bool isUndefined = answer.Kind is < ConnectorCallKind.Authorize or > ConnectorCallKind.Refund
            || answer.Outcome is < ConnectorOutcome.Approved or > ConnectorOutcome.NotFound
            || answer.Attempt is < 1 or > PaymentLimits.RouteMax;
        PaymentStatus? broken = Ladder.First(
            (answer.Timestamp != 0, PaymentStatus.TimestampMustBeZero),
            (answer.Reserved0 != 0 || answer.Reserved1 != 0 || answer.Reserved2 != 0 || answer.Reserved3 != 0
                || answer.Reserved4 != 0, PaymentStatus.ReservedField),
            (isUndefined, PaymentStatus.AnswerInvalid))
            ?? Ladder.Envelope(0, false, false, answer.Merchant, answer.PaymentId);
        ModelPayment? payment = state.Payments.GetValueOrDefault((answer.Merchant, answer.PaymentId));
        broken ??= payment is null ? PaymentStatus.PaymentNotFound : null;
        if (broken is { } refused)
        {
            return PaymentsState.Refusal(refused);
        }

        ModelCall? call = calls.Open.GetValueOrDefault(answer.Call);
        if (call is null || !IsOf(answer, call.Sent))
        {
            return WithoutCall(answer, payment!);
        }

        if (answer.Amount != call.Sent.Amount)
        {
            return PaymentsState.Refusal(PaymentStatus.AnswerInvalid, payment!.Record.State);
        }

        if (!Counts(answer, call))
        {
            return PaymentsState.Refusal(PaymentStatus.AnswerIgnored, payment!.Record.State);
        }

        switch (answer.Outcome)
        {
            case ConnectorOutcome.Approved:
                Approved(call);
                break;
            case ConnectorOutcome.Declined:
                DeclineCode told = answer.DeclineCode;
                NotDone(call, told == DeclineCode.None ? DeclineCode.ConnectorDeclined : told);
                break;
            case ConnectorOutcome.Failed:
                Failed(call);
                break;
            case ConnectorOutcome.NotFound when !call.IsAuthorization:
                calls.ResendLater(call);
                break;
            default:
                LoseTrack(call);
                break;
        }

        PaymentState now = payment!.Record.State;
        ExpireOverdue(call);
        return new PaymentResult { Timestamp = state.Time.Last, Code = PaymentStatus.Ok, State = (byte)now };
    }

    /// <summary>All that is due: earliest first, at the same moment windows before calls, each by place.</summary>
    public void FireDue()
    {
        while (true)
        {
            ModelPayment? window = state.Open
                .Where(payment => payment is { Held: not null, IsOverdue: false })
                .Where(payment => payment.Record.CaptureBefore <= state.Time.EntryNs)
                .MinBy(payment => (payment.Record.CaptureBefore, payment.Place));
            ModelCall? call = calls.Open.Values
                .Where(call => call.DueNs <= state.Time.EntryNs)
                .MinBy(call => (call.DueNs, call.Place));
            if (window is null && call is null)
            {
                return;
            }

            if (call is null || (window is not null && window.Record.CaptureBefore <= call.DueNs))
            {
                WindowDue(window!);
            }
            else if (call.Step is CallStep.WillAsk or CallStep.WillResend)
            {
                calls.SendAgain(call);
            }
            else
            {
                LoseTrack(call);
            }
        }
    }

    private static bool IsOf(ConnectorAnswer answer, ConnectorCall call) =>
        (answer.Merchant, answer.PaymentId, answer.ActionId, answer.Kind, answer.Attempt)
        == (call.Merchant, call.PaymentId, call.ActionId, call.Kind, call.Attempt);

    // Done or declined counts whatever was asked. The rest counts only for the sending that it is about.
    private static bool Counts(ConnectorAnswer answer, ModelCall call) => answer.Outcome switch
    {
        ConnectorOutcome.Failed => call.Step != CallStep.WillResend && answer.Send == call.LastDoing,
        ConnectorOutcome.NotFound => call.Step == CallStep.AwaitsStatus && answer.Send == call.Sent.Send,
        ConnectorOutcome.Unknown => call.Step is CallStep.AwaitsDoing or CallStep.AwaitsStatus
            && answer.Send == call.Sent.Send,
        _ => true,
    };

    private void WindowDue(ModelPayment payment)
    {
        if (payment.OpenCall is not null)
        {
            payment.IsOverdue = true;
            return;
        }

        bool isInstant = payment.IsInstant;
        steps.Release(payment, payment.Record.Id, PaymentState.Expired);
        if (!isInstant)
        {
            calls.ReleaseExpired(payment);
        }
    }

    // The window had ended while a capture or void was under way; now that it is answered the rest expires.
    private void ExpireOverdue(ModelCall call)
    {
        if (call.Payment is { IsOverdue: true, Place: not null, OpenCall: null })
        {
            WindowDue(call.Payment);
        }
    }

    private void Approved(ModelCall call)
    {
        calls.Close(call);
        ModelPayment payment = call.Payment;
        if (call.IsAuthorization)
        {
            Authorized(call);
        }
        else if (call.IsAutomatic)
        {
            EndAutomatic(call, null);
        }
        else if (call.Sent.Kind == ConnectorCallKind.Capture)
        {
            payment.OpenCall = null;
            steps.Capture(payment, call.Action!);
        }
        else if (call.Sent.Kind == ConnectorCallKind.Void)
        {
            steps.Release(payment, call.Action!.Record.Id, PaymentState.Voided);
            state.NoteDone(call.Action, payment.Record.State);
        }
        else
        {
            EndRefund(call, MerchantAccount.Receivable, PostingReason.RefundPaid);
            payment.Record.AmountRefunded += call.Action!.Record.Amount;
            steps.NoteRefund(payment);
            state.NoteDone(call.Action, payment.Record.State);
        }
    }

    private void Authorized(ModelCall call)
    {
        ModelPayment payment = call.Payment;
        if (payment.Order is { } order && order.IsExpiredAt(state.Time.EntryNs))
        {
            steps.Fail(payment, DeclineCode.OrderExpired);
            Undo(payment, payment.Record.Attempt, payment.Record.ConnectorUsed);
            return;
        }

        payment.OpenCall = null;
        if (payment.IsManual)
        {
            steps.Authorize(payment);
        }
        else
        {
            state.ClosePayment(payment);
            steps.CaptureAtOnce(payment, openChange: -(long)payment.Record.Amount, isTry: false);
        }
    }

    // Declined, or given up.
    private void NotDone(ModelCall call, DeclineCode reason)
    {
        calls.Close(call);
        ModelPayment payment = call.Payment;
        if (call.IsAuthorization)
        {
            steps.Fail(payment, reason);
        }
        else if (call.IsAutomatic)
        {
            EndAutomatic(call, reason);
        }
        else if (call.Sent.Kind == ConnectorCallKind.Refund)
        {
            EndRefund(call, MerchantAccount.Payable, PostingReason.RefundReturned);
            steps.NoteRefund(payment);
            state.NoteFailed(call.Action!, payment.Record.State, reason);
        }
        else
        {
            payment.OpenCall = null;
            state.NoteFailed(call.Action!, payment.Record.State, reason);
        }
    }

    private void Failed(ModelCall call)
    {
        if (call.IsAuthorization)
        {
            TryNext(call);
            return;
        }

        // Once track was lost an earlier sending may still be under way, so the call cannot be given up.
        bool mayResend = call.IsAutomatic || call.Polls != 0
            || (call.Sent.Kind != ConnectorCallKind.Capture && call.Resends < state.Options.ResendsMax);
        if (mayResend)
        {
            calls.ResendLater(call);
        }
        else
        {
            NotDone(call, DeclineCode.ConnectorFailed);
        }
    }

    private void TryNext(ModelCall call)
    {
        ModelPayment payment = call.Payment;
        ushort next = ConnectorOf(payment, payment.Record.Attempt + 1);
        if (next == 0)
        {
            NotDone(call, DeclineCode.ConnectorFailed);
            return;
        }

        calls.Close(call);
        payment.Record.Attempt++;
        payment.Record.ConnectorUsed = next;
        state.Note(payment, PaymentState.Created);
        calls.Authorize(payment);
    }

    private void LoseTrack(ModelCall call)
    {
        if (!calls.TryAskLater(call))
        {
            NotDone(call, DeclineCode.ConnectorTimeout);
        }
        else if (call.Payment.Record.State == PaymentState.Created)
        {
            state.Note(call.Payment, PaymentState.Processing);
        }
    }

    private void EndRefund(ModelCall call, MerchantAccount credit, PostingReason reason)
    {
        steps.MoveRefund(call.Action!, MerchantAccount.Refund, credit, reason);
        call.Payment.Record.AmountRefunding -= call.Action!.Record.Amount;
    }

    // The release of what expired has no record; the undoing of a late approval has.
    private void EndAutomatic(ModelCall call, DeclineCode? declined)
    {
        if (call.Action is not { } undoing)
        {
            return;
        }

        PaymentState told = (PaymentState)undoing.Waiting.State;
        if (declined is { } reason)
        {
            state.NoteFailed(undoing, told, reason);
            return;
        }

        if (call.Sent.Kind == ConnectorCallKind.Refund)
        {
            steps.MoveRefund(
                undoing, MerchantAccount.Refund, MerchantAccount.Receivable, PostingReason.RefundPaid);
        }

        state.NoteDone(undoing, told);
    }

    // No open call: all that still means something is the approval of an attempt that was given up.
    private PaymentResult WithoutCall(ConnectorAnswer answer, ModelPayment payment)
    {
        PaymentRecord record = payment.Record;
        bool wasGivenUp = answer.Attempt < record.Attempt
            || (answer.Attempt == record.Attempt && record.State == PaymentState.Failed);
        bool isApproval = answer is { Kind: ConnectorCallKind.Authorize, Outcome: ConnectorOutcome.Approved };
        bool wasUndone = state.LateApprovals.ContainsKey((record.Merchant, record.Id, answer.Attempt));
        PaymentStatus? broken = Ladder.First(
            (!isApproval || !wasGivenUp || wasUndone, PaymentStatus.AnswerIgnored),
            (answer.Amount != record.Amount, PaymentStatus.AnswerInvalid),
            (!calls.HasRoomForLateApproval, PaymentStatus.CapacityExceeded));
        if (broken is { } refused)
        {
            return PaymentsState.Refusal(refused, record.State);
        }

        Undo(payment, answer.Attempt, ConnectorOf(payment, answer.Attempt));
        return new PaymentResult
        {
            Timestamp = state.Time.Last,
            Code = PaymentStatus.LateApprovalRefunded,
            State = (byte)record.State,
        };
    }

    // Charged for nothing, or reserved for nothing: given back, or released, of its own accord.
    private void Undo(ModelPayment payment, ushort attempt, ushort connector)
    {
        PaymentRecord record = payment.Record;
        ModelAction undoing = new(default, default)
        {
            Record = new RefundRecord
            {
                Id = record.Id,
                Merchant = record.Merchant,
                Amount = record.Amount,
                PaymentId = record.Id,
                UserData64 = record.UserData64,
                Automatic = 1,
                Connector = connector,
                Attempt = attempt,
                Currency = record.Currency,
            },
        };
        state.LateApprovals.Add((record.Merchant, record.Id, attempt), undoing);
        if (!payment.IsManual)
        {
            steps.MoveRefund(undoing, MerchantAccount.Receivable, MerchantAccount.Refund, PostingReason.LateApproval);
        }

        state.NoteWaiting(undoing, record.State);
        calls.Act(
            payment, undoing, payment.IsManual ? ConnectorCallKind.Void : ConnectorCallKind.Refund, isAutomatic: true);
    }

    private static ushort ConnectorOf(ModelPayment payment, int attempt) =>
        payment.Request.Connector == CreatePayment.MerchantRoute ? payment.Merchant.ConnectorOf(attempt)
        : attempt == 1 ? payment.Request.Connector
        : (ushort)0;
}
