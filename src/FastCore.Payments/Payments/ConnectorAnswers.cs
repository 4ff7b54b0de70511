using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// What the answers of connectors (and their absence) do to payments. Answers come in any order, more than once, late
/// or never: each call is closed by its first final answer, and an approval of an attempt that was given up is undone
/// exactly once.
/// </summary>
internal sealed class ConnectorAnswers(
    PaymentStore store, PaymentPostings postings, OrderOperations orders, PaymentSteps steps, ConnectorCalls calls)
{
    public PaymentResult Apply(in ConnectorAnswer answer)
    {
        PaymentStatus broken = PaymentRules.CheckEnvelope(answer);
        if (broken != 0)
        {
            return PaymentAnswers.Refusal(broken);
        }

        if (!store.TryFind(answer.PaymentId, RecordKinds.Payment, answer.Merchant, out long position))
        {
            return PaymentAnswers.Refusal(PaymentStatus.PaymentNotFound);
        }

        PaymentRow payment = store.Payments.Get(position);
        int slot = calls.Find(answer);
        if (slot < 0)
        {
            return AnswerWithoutCall(answer, payment);
        }

        CallRow call = store.Calls.Read(slot);
        if (answer.Amount != call.Amount)
        {
            return PaymentAnswers.Refusal(PaymentStatus.AnswerInvalid, payment.State);
        }

        bool applied = answer.Outcome switch
        {
            ConnectorOutcome.Approved => Approved(slot, call, ref payment, position),
            ConnectorOutcome.Declined => Declined(slot, call, ref payment, position, answer.DeclineCode),
            ConnectorOutcome.Failed => Failed(slot, call, ref payment, position, answer.Send),
            ConnectorOutcome.NotFound => NotFound(slot, call, ref payment, position, answer.Send),
            _ => Unknown(slot, call, ref payment, position, answer.Send),
        };
        return new PaymentResult
        {
            Timestamp = applied ? store.Time.Last : 0,
            Code = applied ? PaymentStatus.Ok : PaymentStatus.AnswerIgnored,
            State = (byte)payment.State,
        };
    }

    /// <summary>The timer of a call: its answer is overdue, or its poll or resend is due.</summary>
    public void CallDue(int slot)
    {
        CallRow call = store.Calls.Read(slot);
        if (call.Phase is CallPhase.PollScheduled or CallPhase.ResendScheduled)
        {
            calls.SendScheduled(slot);
            return;
        }

        PaymentRow payment = PaymentOf(call.Merchant, call.PaymentId, out long position);
        LoseTrack(slot, call, ref payment, position);
    }

    /// <summary>The timer of a capture window. While a capture or void is under way its answer decides first.</summary>
    public void WindowDue(int openSlot)
    {
        OpenPaymentRow open = store.Open.Read(openSlot);
        if (open.OpenCall != 0)
        {
            store.Open.Write(openSlot).IsOverdue = 1;
            return;
        }

        PaymentRow payment = PaymentOf(open.Merchant, open.Id, out long position);
        ref readonly MerchantRow merchant = ref store.Merchants.Read(MerchantSlotOf(payment));
        PaymentRow before = payment;
        steps.Release(merchant, ref payment, position, openSlot, payment.Id, PaymentEvent.Expire);
        if (payment.ConnectorUsed != 0)
        {
            calls.ReleaseExpired(before);
        }
    }

    private bool Approved(int slot, in CallRow call, ref PaymentRow payment, long position)
    {
        calls.Close(slot);
        switch (call.Kind)
        {
            case ConnectorCallKind.Authorize:
                Approve(call, ref payment, position);
                break;
            case ConnectorCallKind.Capture:
                CompleteCapture(call, ref payment, position);
                break;
            case ConnectorCallKind.Void when call.ActionKind == RecordKinds.Void:
                CompleteVoid(call, ref payment, position);
                break;
            case ConnectorCallKind.Refund when call.ActionKind == RecordKinds.Refund:
                CompleteRefund(call, ref payment, position);
                break;
            default:
                CompleteAutomatic(call, RefundState.Processed, DeclineCode.None);
                break;
        }

        return true;
    }

    private bool Declined(int slot, in CallRow call, ref PaymentRow payment, long position, DeclineCode reason)
    {
        calls.Close(slot);
        reason = reason == DeclineCode.None ? DeclineCode.ConnectorDeclined : reason;
        if (call.Kind == ConnectorCallKind.Authorize)
        {
            steps.Fail(ref payment, position, OpenSlotOf(payment), reason);
        }
        else
        {
            FailAction(call, ref payment, position, reason);
        }

        return true;
    }

    // Surely not done: the next connector may be tried, or the same call sent again. A failure of an earlier sending,
    // late or repeated, says nothing about the last one.
    private bool Failed(int slot, in CallRow call, ref PaymentRow payment, long position, ushort send)
    {
        if (call.Phase == CallPhase.ResendScheduled || send != call.LastDoing)
        {
            return false;
        }

        if (call.Kind == ConnectorCallKind.Authorize)
        {
            calls.Close(slot);
            TryNextConnector(ref payment, position);
            return true;
        }

        bool isAutomatic = call.ActionKind is not (RecordKinds.Capture or RecordKinds.Void or RecordKinds.Refund);
        // Once track was lost an earlier sending may still be under way, so only the connector's word ends the call.
        bool isResent = call.Polls != 0
            || (call.Kind != ConnectorCallKind.Capture && call.Resends < store.Options.ResendsMax);
        if (isAutomatic || isResent)
        {
            calls.ScheduleResend(slot);
            return true;
        }

        calls.Close(slot);
        FailAction(call, ref payment, position, DeclineCode.ConnectorFailed);
        return true;
    }

    // An authorization that the connector does not know may still be under way to it, so it is asked about again; an
    // action is simply sent again, which is safe since its identity is the same.
    private bool NotFound(int slot, in CallRow call, ref PaymentRow payment, long position, ushort send)
    {
        if (call.Phase != CallPhase.PollSent || send != call.Sends)
        {
            return false;
        }

        if (call.Kind == ConnectorCallKind.Authorize)
        {
            LoseTrack(slot, call, ref payment, position);
        }
        else
        {
            calls.ScheduleResend(slot);
        }

        return true;
    }

    private bool Unknown(int slot, in CallRow call, ref PaymentRow payment, long position, ushort send)
    {
        if (call.Phase is CallPhase.PollScheduled or CallPhase.ResendScheduled || send != call.Sends)
        {
            return false;
        }

        LoseTrack(slot, call, ref payment, position);
        return true;
    }

    private void LoseTrack(int slot, in CallRow call, ref PaymentRow payment, long position)
    {
        if (!calls.TrySchedulePoll(slot))
        {
            calls.Close(slot);
            steps.Fail(ref payment, position, OpenSlotOf(payment), DeclineCode.ConnectorTimeout);
        }
        else if (payment.State == PaymentState.Created)
        {
            payment.State = PaymentState.Processing;
            store.ChangePayment(ref payment, position, PaymentState.Created, PaymentEvent.LoseTrack);
        }
    }

    private void Approve(in CallRow call, ref PaymentRow payment, long position)
    {
        int openSlot = OpenSlotOf(payment);
        if (payment.OrderId != 0 && orders.OrderOf(payment, out _).IsExpiredAt(store.Time.BatchNs))
        {
            steps.Fail(ref payment, position, openSlot, DeclineCode.OrderExpired);
            Undo(payment, call.Attempt, call.Connector);
            return;
        }

        ref MerchantRow merchant = ref store.Merchants.Write(MerchantSlotOf(payment));
        PaymentState before = payment.State;
        store.Open.Write(openSlot).OpenCall = 0;
        if (call.IsSale != 0)
        {
            payment.Fee = FeeArithmetic.Fee(merchant, payment.Amount);
            payment.Tax = FeeArithmetic.Tax(merchant, payment.Fee);
            MustHold(postings.TryCapture(merchant, payment));
            PaymentSteps.CountCapturedWhole(ref merchant, ref payment);
            payment.State = PaymentState.Captured;
            steps.Close(openSlot);
        }
        else
        {
            MustHold(postings.TryReserve(merchant, payment, out long pendingPosition));
            steps.CountAuthorized(ref merchant, ref payment);
            payment.State = PaymentState.Authorized;
            steps.OpenWindow(openSlot, payment, pendingPosition);
        }

        store.ChangePayment(ref payment, position, before, PaymentEvent.Approve);
        orders.Resolved(payment, payment.AmountCaptured, 0);
    }

    private void TryNextConnector(ref PaymentRow payment, long position)
    {
        int openSlot = OpenSlotOf(payment);
        ref readonly MerchantRow merchant = ref store.Merchants.Read(MerchantSlotOf(payment));
        ushort next = ConnectorOf(merchant, payment, (ushort)(payment.Attempt + 1));
        if (next == 0)
        {
            steps.Fail(ref payment, position, openSlot, DeclineCode.ConnectorFailed);
            return;
        }

        PaymentState before = payment.State;
        payment.State = PaymentState.Created;
        payment.Attempt++;
        payment.ConnectorUsed = next;
        store.ChangePayment(ref payment, position, before, PaymentEvent.Retry);
        store.Open.Write(openSlot).OpenCall = calls.Authorize(payment);
    }

    private void CompleteCapture(in CallRow call, ref PaymentRow payment, long position)
    {
        int openSlot = OpenSlotOf(payment);
        ActionRow action = ActionOf(call, out long actionPosition);
        store.Open.Write(openSlot).OpenCall = 0;
        ref MerchantRow merchant = ref store.Merchants.Write(MerchantSlotOf(payment));
        steps.Capture(ref merchant, ref payment, position, openSlot, ref action);
        store.AppendAction(ref action, actionPosition);
        ExpireIfOverdue(payment);
    }

    private void CompleteVoid(in CallRow call, ref PaymentRow payment, long position)
    {
        ActionRow action = ActionOf(call, out long actionPosition);
        ref readonly MerchantRow merchant = ref store.Merchants.Read(MerchantSlotOf(payment));
        steps.Release(merchant, ref payment, position, OpenSlotOf(payment), call.ActionId, PaymentEvent.Void);
        action.State = RefundState.Processed;
        action.AnswerState = payment.State;
        store.AppendAction(ref action, actionPosition);
    }

    private void CompleteRefund(in CallRow call, ref PaymentRow payment, long position)
    {
        ActionRow action = ActionOf(call, out long actionPosition);
        postings.RefundPaid(store.Merchants.Read(MerchantSlotOf(payment)), action);
        payment.AmountRefunding -= action.Amount;
        payment.AmountRefunded += action.Amount;
        steps.ChangeRefunds(ref payment, position);
        action.State = RefundState.Processed;
        action.AnswerState = payment.State;
        store.AppendAction(ref action, actionPosition);
    }

    private void FailAction(in CallRow call, ref PaymentRow payment, long position, DeclineCode reason)
    {
        if (call.ActionKind is not (RecordKinds.Capture or RecordKinds.Void or RecordKinds.Refund))
        {
            CompleteAutomatic(call, RefundState.Failed, reason);
            return;
        }

        ActionRow action = ActionOf(call, out long actionPosition);
        if (call.ActionKind == RecordKinds.Refund)
        {
            ref MerchantRow merchant = ref store.Merchants.Write(MerchantSlotOf(payment));
            postings.ReturnRefund(merchant, action);
            merchant.RefundedTotal -= action.Amount;
            payment.AmountRefunding -= action.Amount;
            steps.ChangeRefunds(ref payment, position);
        }
        else
        {
            store.Open.Write(OpenSlotOf(payment)).OpenCall = 0;
        }

        action.State = RefundState.Failed;
        action.DeclineCode = reason;
        action.AnswerState = payment.State;
        store.AppendAction(ref action, actionPosition);
        if (call.ActionKind != RecordKinds.Refund)
        {
            ExpireIfOverdue(payment);
        }
    }

    // The release of what expired has no record of its own; the undoing of a late approval has.
    private void CompleteAutomatic(in CallRow call, RefundState state, DeclineCode reason)
    {
        if (!RecordKinds.IsLateApproval(call.ActionKind))
        {
            return;
        }

        ActionRow action = ActionOf(call, out long position);
        if (call.Kind == ConnectorCallKind.Refund && state == RefundState.Processed)
        {
            postings.RefundPaid(store.Merchants.Read(MerchantSlotOf(call.Merchant)), action);
        }

        action.State = state;
        action.DeclineCode = reason;
        store.AppendAction(ref action, position);
    }

    // An approval of an attempt that was given up has charged (or reserved at) the payer for nothing.
    private PaymentResult AnswerWithoutCall(in ConnectorAnswer answer, in PaymentRow payment)
    {
        bool isWaiting = payment.State is PaymentState.Created or PaymentState.Processing;
        bool isGivenUp = answer.Attempt < payment.Attempt
            || (answer.Attempt == payment.Attempt && payment.State == PaymentState.Failed);
        if (answer.Kind != ConnectorCallKind.Authorize || answer.Outcome != ConnectorOutcome.Approved
            || !isGivenUp || (isWaiting && answer.Attempt == payment.Attempt)
            || store.TryFind(payment.Id, LateApprovalKind(answer.Attempt), payment.Merchant, out _))
        {
            return PaymentAnswers.Refusal(PaymentStatus.AnswerIgnored, payment.State);
        }

        if (answer.Amount != payment.Amount)
        {
            return PaymentAnswers.Refusal(PaymentStatus.AnswerInvalid, payment.State);
        }

        if (!store.HasRoomForLateApproval)
        {
            return PaymentAnswers.Refusal(PaymentStatus.CapacityExceeded, payment.State);
        }

        ref readonly MerchantRow merchant = ref store.Merchants.Read(MerchantSlotOf(payment));
        Undo(payment, answer.Attempt, ConnectorOf(merchant, payment, answer.Attempt));
        return new PaymentResult
        {
            Timestamp = store.Time.Last,
            Code = PaymentStatus.LateApprovalRefunded,
            State = (byte)payment.State,
        };
    }

    private void Undo(in PaymentRow payment, ushort attempt, ushort connector)
    {
        ActionRow action = new()
        {
            Id = payment.Id,
            Merchant = payment.Merchant,
            PaymentId = payment.Id,
            UserData64 = payment.UserData64,
            Kind = LateApprovalKind(attempt),
            State = RefundState.Pending,
            AnswerState = payment.State,
            Amount = payment.Amount,
            Currency = payment.Currency,
            Connector = connector,
            Attempt = attempt,
        };
        bool isCharged = ConnectorCalls.IsSale(payment) != 0;
        if (isCharged)
        {
            ref MerchantRow merchant = ref store.Merchants.Write(MerchantSlotOf(payment));
            merchant.StrayTotal += action.Amount;
            postings.AcceptLateApproval(merchant, action);
        }

        store.AppendAction(ref action, -1);
        calls.Act(payment, action, isCharged ? ConnectorCallKind.Refund : ConnectorCallKind.Void);
    }

    private void ExpireIfOverdue(in PaymentRow payment)
    {
        int openSlot = store.Open.Find(new PaymentKey(payment.Merchant, payment.Id));
        if (openSlot >= 0 && store.Open.Read(openSlot).IsOverdue != 0)
        {
            WindowDue(openSlot);
        }
    }

    private static byte LateApprovalKind(ushort attempt) => (byte)(RecordKinds.LateApproval + attempt);

    // Attempt n goes to the n-th connector of the merchant's route; a payment that names its connector has one attempt.
    private static ushort ConnectorOf(in MerchantRow merchant, in PaymentRow payment, ushort attempt) =>
        (payment.Connector == CreatePayment.MerchantRoute, attempt) switch
        {
            (false, 1) => payment.Connector,
            (true, 1) => merchant.Connector,
            (true, 2) => merchant.Fallback1,
            (true, 3) => merchant.Fallback2,
            _ => (ushort)0,
        };

    private static void MustHold(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("The receivable account refused what a connector approved.");
        }
    }

    private int MerchantSlotOf(in PaymentRow payment) => MerchantSlotOf(payment.Merchant);

    private int MerchantSlotOf(ulong merchant)
    {
        int slot = store.Merchants.Find(new MerchantKey(merchant));
        return slot >= 0 ? slot : throw new InvalidOperationException("The merchant of a payment is missing.");
    }

    private int OpenSlotOf(in PaymentRow payment)
    {
        int slot = store.Open.Find(new PaymentKey(payment.Merchant, payment.Id));
        return slot >= 0 ? slot : throw new InvalidOperationException("A waiting payment is not among the open ones.");
    }

    private PaymentRow PaymentOf(ulong merchant, UInt128 id, out long position) =>
        store.TryFind(id, RecordKinds.Payment, merchant, out position)
            ? store.Payments.Get(position)
            : throw new InvalidOperationException("An open payment is not in the index.");

    private ActionRow ActionOf(in CallRow call, out long position) =>
        store.TryFind(call.ActionId, call.ActionKind, call.Merchant, out position)
            ? store.Actions.Get(position)
            : throw new InvalidOperationException("The action of an open call is not in the index.");
}
