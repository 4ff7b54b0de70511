using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

public sealed class InstantPaymentTests : IDisposable
{
    private readonly PaymentsRig _rig = new();

    public InstantPaymentTests() =>
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreateMerchants, Requests.Merchant()).Code);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void P3_P19_an_automatic_payment_is_captured_with_fee_and_tax_in_the_ledger()
    {
        PaymentResult result = _rig.Run(Operation.CreatePayments, Requests.Payment(1));

        // 2 % of 10,000 + 100 = 300; 18 % of 300 = 54.
        Assert.Equal(PaymentStatus.Ok, result.Code);
        Assert.Equal((byte)PaymentState.Captured, result.State);
        Assert.Equal(300UL, result.Fee);
        Assert.Equal(54UL, result.Tax);
        MerchantRecord merchant = _rig.Merchant(7);
        Assert.Equal(990_000, merchant.ClearingBalance);
        Assert.Equal(10_000 - 300 - 54, merchant.PayableBalance);
        Assert.Equal(300, merchant.FeeBalance);
        Assert.Equal(54, merchant.TaxBalance);
        PaymentRecord payment = _rig.Payment(7, 1);
        Assert.Equal(PaymentState.Captured, payment.State);
        Assert.Equal(10_000UL, payment.AmountCaptured);
        Assert.Equal(result.Timestamp, payment.CreatedAt);
    }

    [Fact]
    public void X5_a_repeated_payment_gets_the_first_answer_and_changes_nothing()
    {
        PaymentResult first = _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        ulong clearing = (ulong)_rig.Merchant(7).ClearingBalance;
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.RefundPayments, Requests.Action(9, 1)).Code);
        clearing += 10_000;

        PaymentResult again = _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        first.Flags = PaymentResultFlags.Duplicate;
        Assert.Equal(first, again);
        Assert.Equal(clearing, (ulong)_rig.Merchant(7).ClearingBalance);
    }

    [Fact]
    public void A_payment_that_clearing_does_not_cover_is_declined_once_and_for_all()
    {
        PaymentResult first = _rig.Run(Operation.CreatePayments, Requests.Payment(1, 1_000_001));
        Assert.Equal(PaymentStatus.Declined, first.Code);
        Assert.Equal(DeclineCode.InsufficientPrefund, first.DeclineCode);
        Assert.Equal((byte)PaymentState.Failed, first.State);
        PaymentAction fund = new() { Id = 5, Merchant = 7, Amount = 50_000_000 };
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.FundMerchants, fund).Code);
        PaymentResult again = _rig.Run(Operation.CreatePayments, Requests.Payment(1, 1_000_001));
        Assert.Equal(PaymentStatus.Declined, again.Code);
        Assert.Equal(first.Timestamp, again.Timestamp);
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreatePayments, Requests.Payment(2, 1_000_001)).Code);
        Assert.Equal(51_000_000UL, _rig.Merchant(7).Funded);
    }

    [Fact]
    public void P3_P5_P6_manual_capture_in_parts_charges_exactly_the_fee_of_the_whole()
    {
        Assert.Equal(
            (byte)PaymentState.Authorized,
            _rig.Run(Operation.CreatePayments, Requests.ManualPayment(1)).State);
        Assert.Equal(1_000_000, _rig.Merchant(7).ClearingBalance);

        PaymentResult first = _rig.Run(Operation.CapturePayments, Requests.Action(11, 1, 3_333));
        PaymentResult second = _rig.Run(Operation.CapturePayments, Requests.Action(12, 1, 3_333));
        PaymentResult over = _rig.Run(Operation.CapturePayments, Requests.Action(13, 1, 3_335));
        PaymentResult last = _rig.Run(Operation.CapturePayments, Requests.Action(14, 1));

        Assert.Equal((byte)PaymentState.PartiallyCaptured, first.State);
        Assert.Equal((byte)PaymentState.PartiallyCaptured, second.State);
        Assert.Equal(PaymentStatus.ExceedsAuthorized, over.Code);
        Assert.Equal((byte)PaymentState.Captured, last.State);
        Assert.Equal(300UL, first.Fee + second.Fee + last.Fee);
        Assert.Equal(54UL, first.Tax + second.Tax + last.Tax);
        Assert.Equal(990_000, _rig.Merchant(7).ClearingBalance);
        Assert.Equal(300, _rig.Merchant(7).FeeBalance);
        Assert.Equal(PaymentStatus.StateNotAllowed, _rig.Run(Operation.CapturePayments, Requests.Action(15, 1)).Code);
    }

    [Fact]
    public void P5_a_final_capture_releases_the_rest()
    {
        _rig.Run(Operation.CreatePayments, Requests.ManualPayment(1, 900_000));
        Assert.Equal(PaymentStatus.Declined, _rig.Run(Operation.CreatePayments, Requests.Payment(2, 200_000)).Code);
        PaymentAction capture = Requests.Action(11, 1, 100_000);
        capture.Flags = PaymentActionFlags.FinalCapture;
        Assert.Equal((byte)PaymentState.Captured, _rig.Run(Operation.CapturePayments, capture).State);
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreatePayments, Requests.Payment(3, 200_000)).Code);
    }

    [Fact]
    public void P4_an_authorization_expires_exactly_once_at_the_end_of_its_window()
    {
        CreatePayment request = Requests.ManualPayment(1, 900_000);
        request.CaptureWindowS = 60;
        _rig.Run(Operation.CreatePayments, request);
        ulong end = _rig.Payment(7, 1).CaptureBefore;
        Assert.Equal(end, _rig.Machine.NextTimerNs);
        _rig.AdvanceMs(59_999);
        _rig.Tick();
        Assert.Equal(PaymentState.Authorized, _rig.Payment(7, 1).State);
        _rig.AdvanceMs(1);
        _rig.Tick();
        Assert.Equal(PaymentState.Expired, _rig.Payment(7, 1).State);
        Assert.Equal(ulong.MaxValue, _rig.Machine.NextTimerNs);
        PaymentResult late = _rig.Run(Operation.CapturePayments, Requests.Action(11, 1));
        Assert.Equal(PaymentStatus.StateNotAllowed, late.Code);
        Assert.Equal((byte)PaymentState.Expired, late.State);
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreatePayments, Requests.Payment(2, 999_000)).Code);
        ushort version = _rig.Payment(7, 1).VersionNumber;
        _rig.AdvanceMs(600_000_000);
        _rig.Tick();
        Assert.Equal(version, _rig.Payment(7, 1).VersionNumber);
    }

    [Fact]
    public void P4_a_window_that_ends_after_a_partial_capture_lets_only_the_rest_go()
    {
        _rig.Run(Operation.CreatePayments, Requests.ManualPayment(1));
        _rig.Run(Operation.CapturePayments, Requests.Action(11, 1, 4_000));
        _rig.AdvanceMs(4UL * 24 * 3_600_000);
        _rig.Tick();
        PaymentRecord payment = _rig.Payment(7, 1);
        Assert.Equal(PaymentState.Captured, payment.State);
        Assert.Equal(4_000UL, payment.AmountCaptured);
        Assert.Equal(996_000, _rig.Merchant(7).ClearingBalance);
    }

    [Fact]
    public void A_void_releases_what_is_not_captured()
    {
        _rig.Run(Operation.CreatePayments, Requests.ManualPayment(1));
        _rig.Run(Operation.CreatePayments, Requests.ManualPayment(2));
        _rig.Run(Operation.CapturePayments, Requests.Action(11, 2, 4_000));
        Assert.Equal((byte)PaymentState.Voided, _rig.Run(Operation.VoidPayments, Requests.Action(21, 1)).State);
        Assert.Equal((byte)PaymentState.Captured, _rig.Run(Operation.VoidPayments, Requests.Action(22, 2)).State);
        PaymentResult again = _rig.Run(Operation.VoidPayments, Requests.Action(23, 1));
        Assert.Equal(PaymentStatus.StateNotAllowed, again.Code);
        Assert.Equal((byte)PaymentState.Voided, again.State);
    }

    [Fact]
    public void P7_refunds_never_exceed_the_captures_and_keep_the_fee()
    {
        _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        Assert.Equal(
            (byte)PaymentState.PartiallyRefunded,
            _rig.Run(Operation.RefundPayments, Requests.Action(31, 1, 4_000)).State);
        Assert.Equal(
            PaymentStatus.ExceedsCaptured,
            _rig.Run(Operation.RefundPayments, Requests.Action(32, 1, 6_001)).Code);
        Assert.Equal((byte)PaymentState.Refunded, _rig.Run(Operation.RefundPayments, Requests.Action(33, 1)).State);
        Assert.Equal(PaymentStatus.StateNotAllowed, _rig.Run(Operation.RefundPayments, Requests.Action(34, 1, 1)).Code);
        MerchantRecord merchant = _rig.Merchant(7);
        Assert.Equal(1_000_000, merchant.ClearingBalance);
        Assert.Equal(-354, merchant.PayableBalance);
        Assert.Equal(300, merchant.FeeBalance);
        RefundRecord refund = _rig.Refund(7, 33);
        Assert.Equal(6_000UL, refund.Amount);
        Assert.Equal(0UL, refund.AmountRequested);
        Assert.Equal(10_000UL, refund.PaymentRefunded);
        Assert.Equal(RefundState.Processed, refund.State);
        Assert.Empty(_rig.Lookup<RefundRecord, UInt128>(Operation.LookupRefunds, 7, 32));
    }

    [Fact]
    public void P7_a_refund_of_a_part_still_open_for_capture_leaves_it_open()
    {
        _rig.Run(Operation.CreatePayments, Requests.ManualPayment(1));
        _rig.Run(Operation.CapturePayments, Requests.Action(11, 1, 4_000));
        Assert.Equal(
            (byte)PaymentState.PartiallyCaptured,
            _rig.Run(Operation.RefundPayments, Requests.Action(31, 1, 4_000)).State);
        Assert.Equal(PaymentStatus.ExceedsCaptured, _rig.Run(Operation.RefundPayments, Requests.Action(32, 1)).Code);
        Assert.Equal(
            (byte)PaymentState.PartiallyRefunded,
            _rig.Run(Operation.CapturePayments, Requests.Action(12, 1)).State);
        Assert.Equal((byte)PaymentState.Refunded, _rig.Run(Operation.RefundPayments, Requests.Action(33, 1)).State);
    }

    [Fact]
    public void P1_an_order_is_paid_once()
    {
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreateOrders, Requests.Order(50, receipt: "R-1")).Code);
        CreatePayment request = Requests.ManualPayment(1);
        request.OrderId = 50;
        _rig.Run(Operation.CreatePayments, request);
        Assert.Equal(OrderState.Attempted, _rig.Order(7, 50).State);
        request.Id = 2;
        Assert.Equal(PaymentStatus.OrderHasOpenPayment, _rig.Run(Operation.CreatePayments, request).Code);
        PaymentAction part = Requests.Action(11, 1, 9_999);
        Assert.Equal(PaymentStatus.OrderRequiresFullCapture, _rig.Run(Operation.CapturePayments, part).Code);
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CapturePayments, Requests.Action(12, 1)).Code);
        OrderRecord order = _rig.Order(7, 50);
        Assert.Equal(OrderState.Paid, order.State);
        Assert.Equal((10_000UL, 0UL, 0UL), (order.AmountPaid, order.AmountDue, order.AmountOpen));
        Assert.Equal(1u, order.Attempts);
        Assert.Equal((UInt128)1, order.PaymentId);
        Assert.Equal(PaymentStatus.OrderAlreadyPaid, _rig.Run(Operation.CreatePayments, request).Code);
    }

    [Fact]
    public void P1_a_voided_payment_lets_the_order_be_tried_again()
    {
        _rig.Run(Operation.CreateOrders, Requests.Order(50));
        CreatePayment request = Requests.ManualPayment(1);
        request.OrderId = 50;
        _rig.Run(Operation.CreatePayments, request);
        _rig.Run(Operation.VoidPayments, Requests.Action(21, 1));
        request = Requests.Payment(2);
        request.OrderId = 50;
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreatePayments, request).Code);
        Assert.Equal(2u, _rig.Order(7, 50).Attempts);
        Assert.Equal(OrderState.Paid, _rig.Order(7, 50).State);
    }

    [Fact]
    public void P1_partial_payments_pay_an_order_in_parts()
    {
        CreateOrder order = Requests.Order(50);
        order.Flags = OrderFlags.PartialPayment;
        _rig.Run(Operation.CreateOrders, order);
        CreatePayment request = Requests.Payment(1, 4_000);
        request.OrderId = 50;
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreatePayments, request).Code);
        request = Requests.Payment(2, 6_001);
        request.OrderId = 50;
        Assert.Equal(PaymentStatus.OrderAmountDiffers, _rig.Run(Operation.CreatePayments, request).Code);
        request.Amount = 6_000;
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreatePayments, request).Code);
        Assert.Equal(OrderState.Paid, _rig.Order(7, 50).State);
    }

    [Fact]
    public void P1_an_expired_order_is_neither_tried_nor_captured()
    {
        CreateOrder order = Requests.Order(50);
        order.ExpiresInS = 60;
        _rig.Run(Operation.CreateOrders, order);
        CreatePayment request = Requests.ManualPayment(1);
        request.OrderId = 50;
        _rig.Run(Operation.CreatePayments, request);
        _rig.AdvanceMs(60_001);
        _rig.Tick();
        Assert.Equal(OrderState.Expired, _rig.Order(7, 50).State);
        Assert.Equal(PaymentStatus.OrderExpired, _rig.Run(Operation.CapturePayments, Requests.Action(11, 1)).Code);
        request.Id = 2;
        Assert.Equal(PaymentStatus.OrderExpired, _rig.Run(Operation.CreatePayments, request).Code);
    }

    [Fact]
    public void P1_a_receipt_is_unique_per_merchant()
    {
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreateOrders, Requests.Order(50, receipt: "R-1")).Code);
        Assert.Equal(
            PaymentStatus.ReceiptNotUnique,
            _rig.Run(Operation.CreateOrders, Requests.Order(51, receipt: "R-1")).Code);
        Assert.Equal(PaymentStatus.Ok, _rig.Run(Operation.CreateOrders, Requests.Order(51, receipt: "R-2")).Code);
        _rig.Run(Operation.CreateMerchants, Requests.Merchant(8));
        Assert.Equal(
            PaymentStatus.Ok,
            _rig.Run(Operation.CreateOrders, Requests.Order(50, receipt: "R-1", merchant: 8)).Code);
        _rig.CrashAndRecover();
        Assert.Equal(
            PaymentStatus.ReceiptNotUnique,
            _rig.Run(Operation.CreateOrders, Requests.Order(52, receipt: "R-2")).Code);
    }

    [Fact]
    public void X1_the_rate_limit_refuses_without_burning_the_id_and_says_when_to_retry()
    {
        CreateMerchant merchant = Requests.Merchant(8);
        merchant.RatePerS = 10;
        merchant.RateBurst = 2;
        _rig.Run(Operation.CreateMerchants, merchant);
        PaymentResult[] results = _rig.RunBatch<CreatePayment>(
            Operation.CreatePayments,
            [
                Requests.Payment(1, merchant: 8),
                Requests.Payment(2, merchant: 8),
                Requests.Payment(3, merchant: 8),
                Requests.Payment(1, merchant: 8),
            ]);
        Assert.Equal(
            [PaymentStatus.Ok, PaymentStatus.Ok, PaymentStatus.RateLimited, PaymentStatus.Ok],
            results.Select(result => result.Code));
        Assert.Equal(_rig.NowNs + 100_000_000, results[2].Timestamp);
        _rig.AdvanceMs(100);
        PaymentResult retried = _rig.Run(Operation.CreatePayments, Requests.Payment(3, merchant: 8));
        Assert.Equal(PaymentStatus.Ok, retried.Code);
        Assert.Equal(PaymentResultFlags.None, retried.Flags);
    }

    [Fact]
    public void Clients_can_read_but_not_move_internal_accounts()
    {
        Account own = new() { Id = 100, Ledger = PaymentsRig.Currency, Code = 1 };
        Assert.Equal(CreateAccountStatus.Created, _rig.OpenAccounts(7, own)[0].Status);
        Transfer theft = new()
        {
            Id = 1,
            DebitAccountId = MerchantAccountId.Of(MerchantAccount.Payable),
            CreditAccountId = 100,
            Amount = 1,
            Ledger = PaymentsRig.Currency,
            Code = 1,
        };
        Assert.Equal(CreateTransferStatus.DebitAccountIdMustNotBeIntMax, _rig.Transfer(7, theft)[0].Status);
        (theft.DebitAccountId, theft.CreditAccountId) = (theft.CreditAccountId, theft.DebitAccountId);
        Assert.Equal(CreateTransferStatus.CreditAccountIdMustNotBeIntMax, _rig.Transfer(7, theft)[0].Status);
        own.Id = MerchantAccountId.Of(MerchantAccount.Clearing);
        Assert.Equal(CreateAccountStatus.IdMustNotBeIntMax, _rig.OpenAccounts(9, own)[0].Status);
        Account[] seen = _rig.Lookup<Account, UInt128>(
            Operation.LookupAccounts, 7, MerchantAccountId.Of(MerchantAccount.Clearing));
        Assert.Equal((UInt128)1_000_000, Assert.Single(seen).CreditsPosted);
    }

    [Fact]
    public void P9_answers_survive_a_crash_with_and_without_a_checkpoint()
    {
        PaymentResult auto = _rig.Run(Operation.CreatePayments, Requests.Payment(1));
        PaymentResult manual = _rig.Run(Operation.CreatePayments, Requests.ManualPayment(2));
        PaymentResult refund = _rig.Run(Operation.RefundPayments, Requests.Action(31, 1, 400));
        _rig.Checkpoint();
        PaymentResult capture = _rig.Run(Operation.CapturePayments, Requests.Action(11, 2, 500));
        PaymentResult declined = _rig.Run(Operation.CreatePayments, Requests.Payment(3, 5_000_000));
        for (int round = 0; round < 2; round++)
        {
            _rig.CrashAndRecover();
            AssertSame(auto, _rig.Run(Operation.CreatePayments, Requests.Payment(1)));
            AssertSame(manual, _rig.Run(Operation.CreatePayments, Requests.ManualPayment(2)));
            AssertSame(refund, _rig.Run(Operation.RefundPayments, Requests.Action(31, 1, 400)));
            AssertSame(capture, _rig.Run(Operation.CapturePayments, Requests.Action(11, 2, 500)));
            AssertSame(declined, _rig.Run(Operation.CreatePayments, Requests.Payment(3, 5_000_000)));
        }

        _rig.AdvanceMs(4UL * 24 * 3_600_000);
        _rig.Tick();
        Assert.Equal(PaymentState.Captured, _rig.Payment(7, 2).State);
    }

    private static void AssertSame(PaymentResult first, PaymentResult again)
    {
        first.Flags |= PaymentResultFlags.Duplicate;
        Assert.Equal(first, again);
    }
}
