using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

public sealed class ConnectorPaymentTests : IDisposable
{
    private readonly PaymentsRig _rig = new(new PaymentsOptions
    {
        MerchantsMax = 64,
        OpenPaymentsMax = 256,
        OpenCallsMax = 256,
        AnswerTimeoutMs = 1_000,
        SyncScheduleMs = [100, 200],
        ResendsMax = 2,
    });

    public ConnectorPaymentTests() =>
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreateMerchants, Requests.BankMerchant()).Code);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void P8_P18_a_payment_waits_for_its_connector_and_then_keeps_its_answer()
    {
        PaymentResult first = _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        Assert.Equal(PaymentStatus.Processing, first.Code);
        Assert.Equal((byte)PaymentState.Created, first.State);
        Assert.Equal(PaymentStatus.InProgress, _rig.Run(Operation.CreatePayments, Requests.Payment(1)).Code);
        ConnectorCall call = _rig.Calls.Dequeue();
        Assert.Equal(
            (ConnectorCallKind.Authorize, (ushort)1, (ushort)1, (byte)1),
            (call.Kind, call.Connector, call.Attempt, call.IsSale));
        Assert.Equal(4_111UL, call.Card);

        Assert.Equal(PaymentStatus.Ok, _rig.Answer(call, ConnectorOutcome.Approved).Code);
        PaymentResult answered = _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        Assert.Equal(PaymentStatus.Ok, answered.Code);
        Assert.Equal((byte)PaymentState.Captured, answered.State);
        Assert.Equal((300UL, 54UL), (answered.Fee, answered.Tax));
        Assert.Equal(PaymentResultFlags.Duplicate, answered.Flags);
        Assert.Equal(10_000, _rig.Merchant(7).ReceivableBalance);
        Assert.Equal(9_646, _rig.Merchant(7).PayableBalance);
        Assert.Equal(PaymentStatus.AnswerIgnored, _rig.Answer(call, ConnectorOutcome.Approved).Code);
        Assert.Equal(PaymentStatus.AnswerIgnored, _rig.Answer(call, ConnectorOutcome.Declined).Code);
        _rig.CrashAndRecover();
        Assert.Equal(answered, _rig.Run(Operation.CreatePayments, Requests.Payment(1)));
        Assert.Equal(ulong.MaxValue, _rig.Machine.NextTimerNs);
    }

    [Fact]
    public void P16_a_technical_failure_goes_to_the_next_connector_and_a_decline_does_not()
    {
        _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        _rig.Answer(_rig.Calls.Dequeue(), ConnectorOutcome.Failed);
        ConnectorCall second = _rig.Calls.Dequeue();
        Assert.Equal((ushort)2, second.Connector);
        Assert.Equal((ushort)2, second.Attempt);
        _rig.Answer(second, ConnectorOutcome.Declined, DeclineCode.IssuerInsufficientFunds);
        Assert.Empty(_rig.Calls);
        PaymentResult result = _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        Assert.Equal(PaymentStatus.Declined, result.Code);
        Assert.Equal(DeclineCode.IssuerInsufficientFunds, result.DeclineCode);
    }

    [Fact]
    public void P16_when_every_connector_fails_the_payment_fails()
    {
        _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        for (ushort attempt = 1; attempt <= 3; attempt++)
        {
            ConnectorCall call = _rig.Calls.Dequeue();
            Assert.Equal(attempt, call.Attempt);
            _rig.Answer(call, ConnectorOutcome.Failed);
        }

        Assert.Empty(_rig.Calls);
        Assert.Equal(PaymentState.Failed, _rig.Payment(7, 1).State);
        Assert.Equal(DeclineCode.ConnectorFailed, _rig.Payment(7, 1).DeclineCode);
    }

    [Fact]
    public void P16_a_payment_that_names_its_connector_is_tried_there_only()
    {
        CreatePayment request = Requests.Payment(1);
        request.Connector = 2;
        _rig.Run(Operation.CreatePayments, request);
        ConnectorCall call = _rig.Calls.Dequeue();
        Assert.Equal((ushort)2, call.Connector);
        _rig.Answer(call, ConnectorOutcome.Failed);
        Assert.Empty(_rig.Calls);
        Assert.Equal(PaymentState.Failed, _rig.Payment(7, 1).State);
    }

    [Fact]
    public void P17_an_unknown_outcome_is_asked_for_and_never_retried_elsewhere()
    {
        _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        ConnectorCall call = _rig.Calls.Dequeue();
        _rig.Answer(call, ConnectorOutcome.Unknown);
        Assert.Equal(PaymentState.Processing, _rig.Payment(7, 1).State);
        Assert.Equal(PaymentStatus.InProgress, _rig.Run(Operation.CreatePayments, Requests.Payment(1)).Code);
        Assert.Empty(_rig.Calls);
        ConnectorCall poll = CallAfter(100);
        Assert.Equal(1, poll.IsSync);
        Assert.Equal(call.Call, poll.Call);
        _rig.Answer(poll, ConnectorOutcome.Approved);
        Assert.Equal(PaymentState.Captured, _rig.Payment(7, 1).State);
    }

    [Fact]
    public void P17_no_answer_at_all_ends_in_a_final_timeout_and_a_late_success_is_refunded_once()
    {
        _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        ConnectorCall call = _rig.Calls.Dequeue();
        _rig.AdvanceMs(1_000);
        _rig.Tick();
        Assert.Equal(PaymentState.Processing, _rig.Payment(7, 1).State);
        Assert.Equal(1, CallAfter(100).IsSync);
        _rig.AdvanceMs(1_000);
        _rig.Tick();
        ConnectorCall lastPoll = CallAfter(200);
        _rig.Answer(lastPoll, ConnectorOutcome.NotFound);
        PaymentRecord failed = _rig.Payment(7, 1);
        Assert.Equal(PaymentState.Failed, failed.State);
        Assert.Equal(DeclineCode.ConnectorTimeout, failed.DeclineCode);
        Assert.Equal(ulong.MaxValue, _rig.Machine.NextTimerNs);

        PaymentResult late = _rig.Answer(call, ConnectorOutcome.Approved);
        Assert.Equal(PaymentStatus.LateApprovalRefunded, late.Code);
        Assert.Equal((byte)PaymentState.Failed, late.State);
        Assert.Equal(10_000, _rig.Merchant(7).RefundBalance);
        ConnectorCall refund = _rig.Calls.Dequeue();
        Assert.Equal((ConnectorCallKind.Refund, (ushort)1), (refund.Kind, refund.Connector));
        Assert.Equal(PaymentStatus.AnswerIgnored, _rig.Answer(call, ConnectorOutcome.Approved).Code);
        _rig.CrashAndRecover();
        refund.IsResumed = 1;
        Assert.Equal(refund, Assert.Single(_rig.Calls));
        Assert.Equal(PaymentStatus.AnswerIgnored, _rig.Answer(call, ConnectorOutcome.Approved).Code);
        _rig.Answer(refund, ConnectorOutcome.Approved);
        Assert.Equal(0, _rig.Merchant(7).RefundBalance);
        Assert.Equal(0, _rig.Merchant(7).ReceivableBalance);
        Assert.Equal(0, _rig.Merchant(7).PayableBalance);
        RefundRecord record = _rig.Refund(7, 1);
        Assert.Equal((RefundState.Processed, (byte)1, 10_000UL), (record.State, record.Automatic, record.Amount));
        Assert.Equal(PaymentState.Failed, _rig.Payment(7, 1).State);
    }

    [Fact]
    public void P16_P17_a_late_success_of_an_earlier_attempt_is_refunded_and_the_payment_stands()
    {
        _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        ConnectorCall first = _rig.Calls.Dequeue();
        _rig.Answer(first, ConnectorOutcome.Failed);
        ConnectorCall second = _rig.Calls.Dequeue();
        _rig.Answer(second, ConnectorOutcome.Approved);
        Assert.Equal(PaymentStatus.LateApprovalRefunded, _rig.Answer(first, ConnectorOutcome.Approved).Code);
        ConnectorCall refund = _rig.Calls.Dequeue();
        Assert.Equal((ushort)1, refund.Connector);
        Assert.Equal((ushort)1, refund.Attempt);
        Assert.Equal(PaymentState.Captured, _rig.Payment(7, 1).State);
        _rig.Answer(refund, ConnectorOutcome.Failed);
        ConnectorCall again = CallAfter(100);
        Assert.Equal(refund.Call, again.Call);
        _rig.Answer(again, ConnectorOutcome.Approved);
        Assert.Equal(10_000, _rig.Merchant(7).ReceivableBalance);
    }

    [Fact]
    public void P17_a_late_approval_of_a_manual_payment_is_voided_at_the_connector()
    {
        CreatePayment request = Requests.ManualPayment(1);
        request.Connector = 1;
        _rig.Run(Operation.CreatePayments, request);
        ConnectorCall call = _rig.Calls.Dequeue();
        _rig.Answer(call, ConnectorOutcome.Failed);
        Assert.Equal(PaymentStatus.LateApprovalRefunded, _rig.Answer(call, ConnectorOutcome.Approved).Code);
        ConnectorCall undo = _rig.Calls.Dequeue();
        Assert.Equal(ConnectorCallKind.Void, undo.Kind);
        _rig.Answer(undo, ConnectorOutcome.Approved);
        Assert.Equal(0, _rig.Merchant(7).ReceivableBalance);
    }

    [Fact]
    public void P6_captures_and_voids_through_a_connector_wait_for_it_one_at_a_time()
    {
        Authorize(1);
        PaymentResult pending = _rig.Run(Operation.CapturePayments, Requests.Action(11, 1, 4_000));
        Assert.Equal(PaymentStatus.Processing, pending.Code);
        Assert.Equal((byte)PaymentState.Authorized, pending.State);
        Assert.Equal(PaymentStatus.InProgress, _rig.Run(Operation.CapturePayments, Requests.Action(11, 1, 4_000)).Code);
        Assert.Equal(
            PaymentStatus.PaymentHasOpenAction,
            _rig.Run(Operation.CapturePayments, Requests.Action(12, 1)).Code);
        Assert.Equal(PaymentStatus.PaymentHasOpenAction, _rig.Run(Operation.VoidPayments, Requests.Action(21, 1)).Code);
        _rig.Answer(_rig.Calls.Dequeue(), ConnectorOutcome.Approved);
        Assert.Equal(4_000, _rig.Merchant(7).ReceivableBalance);
        Assert.Equal(
            (byte)PaymentState.PartiallyCaptured,
            _rig.Run(Operation.CapturePayments, Requests.Action(11, 1, 4_000)).State);

        _rig.Run(Operation.CapturePayments, Requests.Action(12, 1));
        _rig.Answer(_rig.Calls.Dequeue(), ConnectorOutcome.Failed);
        PaymentResult failed = _rig.Run(Operation.CapturePayments, Requests.Action(12, 1));
        Assert.Equal(PaymentStatus.Declined, failed.Code);
        Assert.Equal(DeclineCode.ConnectorFailed, failed.DeclineCode);
        Assert.Equal(PaymentState.PartiallyCaptured, _rig.Payment(7, 1).State);

        _rig.Run(Operation.VoidPayments, Requests.Action(21, 1));
        _rig.Answer(_rig.Calls.Dequeue(), ConnectorOutcome.Approved);
        Assert.Equal(PaymentState.Captured, _rig.Payment(7, 1).State);
        Assert.Equal(4_000UL, _rig.Payment(7, 1).AmountCaptured);
    }

    [Fact]
    public void P4_a_window_that_ends_while_a_capture_is_under_way_waits_for_its_answer()
    {
        Authorize(1, windowS: 60);
        _rig.Run(Operation.CapturePayments, Requests.Action(11, 1, 4_000));
        ConnectorCall capture = _rig.Calls.Dequeue();
        _rig.AdvanceMs(60_001);
        _rig.Tick();
        Assert.Equal(PaymentState.Authorized, _rig.Payment(7, 1).State);
        _rig.Answer(capture, ConnectorOutcome.Approved);
        Assert.Equal(PaymentState.Captured, _rig.Payment(7, 1).State);
        ConnectorCall release = Assert.Single(_rig.Calls, call => call.Kind == ConnectorCallKind.Void);
        Assert.Equal(6_000UL, release.Amount);
        Assert.Equal(PaymentStatus.Ok, _rig.Answer(release, ConnectorOutcome.Approved).Code);
    }

    [Fact]
    public void P4_an_expired_authorization_is_released_at_its_connector()
    {
        Authorize(1, windowS: 60);
        _rig.AdvanceMs(60_001);
        _rig.Tick();
        Assert.Equal(PaymentState.Expired, _rig.Payment(7, 1).State);
        ConnectorCall release = _rig.Calls.Dequeue();
        Assert.Equal(ConnectorCallKind.Void, release.Kind);
        for (int failure = 0; failure < 5; failure++)
        {
            _rig.Answer(release, ConnectorOutcome.Failed);
            release = CallAfter(200);
        }

        _rig.Answer(release, ConnectorOutcome.Approved);
        Assert.Equal(ulong.MaxValue, _rig.Machine.NextTimerNs);
    }

    [Fact]
    public void P7_refunds_through_a_connector_count_from_their_acceptance()
    {
        Capture(1);
        PaymentResult pending = _rig.Run(Operation.RefundPayments, Requests.Action(31, 1, 6_000));
        Assert.Equal(PaymentStatus.Processing, pending.Code);
        Assert.Equal(
            PaymentStatus.ExceedsCaptured,
            _rig.Run(Operation.RefundPayments, Requests.Action(32, 1, 4_001)).Code);
        _rig.Run(Operation.RefundPayments, Requests.Action(33, 1, 4_000));
        Assert.Equal(6_000UL + 4_000, _rig.Payment(7, 1).AmountRefunding);
        Assert.Equal(PaymentState.Captured, _rig.Payment(7, 1).State);
        ConnectorCall first = _rig.Calls.Dequeue();
        ConnectorCall second = _rig.Calls.Dequeue();
        _rig.Answer(second, ConnectorOutcome.Approved);
        Assert.Equal(PaymentState.PartiallyRefunded, _rig.Payment(7, 1).State);
        Assert.Equal(6_000, _rig.Merchant(7).ReceivableBalance);

        // Sent again twice, then given up: the merchant has its money again and may refund anew.
        _rig.Answer(first, ConnectorOutcome.Failed);
        _rig.Answer(CallAfter(100), ConnectorOutcome.Failed);
        _rig.Answer(CallAfter(200), ConnectorOutcome.Failed);
        Assert.Equal(RefundState.Failed, _rig.Refund(7, 31).State);
        Assert.Equal(0UL, _rig.Payment(7, 1).AmountRefunding);
        Assert.Equal(PaymentStatus.Declined, _rig.Run(Operation.RefundPayments, Requests.Action(31, 1, 6_000)).Code);
        _rig.Run(Operation.RefundPayments, Requests.Action(34, 1));
        _rig.Answer(_rig.Calls.Dequeue(), ConnectorOutcome.Approved);
        Assert.Equal(PaymentState.Refunded, _rig.Payment(7, 1).State);
        Assert.Equal(0, _rig.Merchant(7).RefundBalance);
    }

    [Fact]
    public void P17_a_refund_of_unknown_outcome_is_asked_about_until_the_connector_tells()
    {
        Capture(1);
        _rig.Run(Operation.RefundPayments, Requests.Action(31, 1));
        ConnectorCall refund = _rig.Calls.Dequeue();
        _rig.Answer(refund, ConnectorOutcome.Unknown);
        for (int round = 0; round < 10; round++)
        {
            ConnectorCall poll = CallAfter(200);
            Assert.Equal(1, poll.IsSync);
            _rig.Answer(poll, ConnectorOutcome.Unknown);
        }

        ConnectorCall last = CallAfter(200);
        _rig.Answer(last, ConnectorOutcome.NotFound);
        ConnectorCall resent = CallAfter(200);
        Assert.Equal(0, resent.IsSync);
        _rig.Answer(resent, ConnectorOutcome.Approved);
        Assert.Equal(PaymentState.Refunded, _rig.Payment(7, 1).State);
    }

    [Fact]
    public void P1_an_approval_after_the_order_expired_is_refunded_and_the_payment_fails()
    {
        CreateOrder order = Requests.Order(50);
        order.ExpiresInS = 1;
        _rig.Run(Operation.CreateOrders, order);
        CreatePayment request = Requests.Payment(1);
        request.OrderId = 50;
        _rig.Run(Operation.CreatePayments, request);
        Assert.Equal(10_000UL, _rig.Order(7, 50).AmountOpen);
        ConnectorCall call = _rig.Calls.Dequeue();
        _rig.AdvanceMs(1_000);
        _rig.Answer(call, ConnectorOutcome.Approved);
        Assert.Equal(DeclineCode.OrderExpired, _rig.Payment(7, 1).DeclineCode);
        Assert.Equal(0UL, _rig.Order(7, 50).AmountOpen);
        ConnectorCall refund = _rig.Calls.Dequeue();
        Assert.Equal(ConnectorCallKind.Refund, refund.Kind);
        Assert.Equal(PaymentStatus.AnswerIgnored, _rig.Answer(call, ConnectorOutcome.Approved).Code);
        _rig.Answer(refund, ConnectorOutcome.Approved);
        Assert.Equal(0, _rig.Merchant(7).RefundBalance);
    }

    [Fact]
    public void P18_open_calls_leave_again_after_a_recovery_and_only_they()
    {
        _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        _rig.Run(Operation.CreatePayments, Requests.Payment(2));
        _rig.Checkpoint();
        _rig.Run(Operation.CreatePayments, Requests.Payment(3));
        ConnectorCall[] calls = [.. _rig.Calls];
        _rig.Answer(calls[1], ConnectorOutcome.Approved);
        _rig.CrashAndRecover();
        calls[0].IsResumed = 1;
        calls[2].IsResumed = 1;
        Assert.Equal([calls[0], calls[2]], _rig.Calls);
    }

    private void Authorize(UInt128 id, uint windowS = 0)
    {
        CreatePayment request = Requests.ManualPayment(id);
        request.CaptureWindowS = windowS;
        _rig.Run(Operation.CreatePayments, request);
        _rig.Answer(_rig.Calls.Dequeue(), ConnectorOutcome.Approved);
        Assert.Equal(PaymentState.Authorized, _rig.Payment(7, id).State);
    }

    private void Capture(UInt128 id)
    {
        _rig.Run(Operation.CreatePayments, Requests.Payment(id));
        _rig.Answer(_rig.Calls.Dequeue(), ConnectorOutcome.Approved);
        Assert.Equal(PaymentState.Captured, _rig.Payment(7, id).State);
    }

    private ConnectorCall CallAfter(ulong milliseconds)
    {
        _rig.AdvanceMs(milliseconds);
        _rig.Tick();
        return Assert.Single(Drain().ToArray());
    }

    private IEnumerable<ConnectorCall> Drain()
    {
        while (_rig.Calls.TryDequeue(out ConnectorCall call))
        {
            yield return call;
        }
    }
}
