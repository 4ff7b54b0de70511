using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

/// <summary>
/// One row per status code: the smallest request that produces it, and a check that no code is left out.
/// </summary>
public sealed class PaymentStatusTableTests
{
    private delegate PaymentResult Scenario(PaymentsRig rig);

    // Each row starts with merchant 7 (instant), merchant 8 (connectors) and one of each object:
    // payment 1 captured, payment 2 authorized, payment 3 waiting at its connector, order 50, capture 11, fund 90.
    private static readonly (PaymentStatus Code, Scenario Run)[] Table =
    [
        (PaymentStatus.Ok, rig => Pay(rig, 100, (ref CreatePayment _) => { })),
        (PaymentStatus.Processing, rig => Pay(rig, 100, (ref CreatePayment p) => p.Merchant = 8)),
        (PaymentStatus.Declined, rig => Pay(rig, 100, (ref CreatePayment p) => p.Amount = 2_000_000)),
        (PaymentStatus.InProgress, rig => rig.Run(Operation.CreatePayments, Requests.Payment(3, merchant: 8))),
        (PaymentStatus.RateLimited, RateLimited),
        (PaymentStatus.CapacityExceeded, NoRoom),
        (PaymentStatus.UnderReview, rig => Screened(rig, PaymentScreening.Review)),
        (PaymentStatus.ScoredWithDifferentContent, rig => Screened(rig, PaymentScreening.Refuse)),
        (PaymentStatus.Declined, rig => Screened(rig, PaymentScreening.Decline)),
        (PaymentStatus.Ok, rig => Screened(rig, PaymentScreening.Approve)),
        (PaymentStatus.ExistsWithDifferentTerminal, rig => Pay(rig, 1, (ref CreatePayment p) => p.Terminal = 5)),
        (PaymentStatus.ExistsWithDifferentDevice, rig => Pay(rig, 1, (ref CreatePayment p) => p.Device = 5)),
        (PaymentStatus.TimestampMustBeZero, rig => Pay(rig, 100, (ref CreatePayment p) => p.Timestamp = 1)),
        (PaymentStatus.TimestampMustBeZero, rig => Open(rig, 9, (ref CreateMerchant m) => m.Timestamp = 1)),
        (PaymentStatus.TimestampMustBeZero, rig => Order(rig, 60, (ref CreateOrder o) => o.Timestamp = 1)),
        (PaymentStatus.TimestampMustBeZero, rig => Answer(rig, (ref ConnectorAnswer a) => a.Timestamp = 1)),
        (PaymentStatus.ReservedField, rig => Pay(rig, 100, (ref CreatePayment p) => p.Reserved0 = 1)),
        (PaymentStatus.ReservedField, rig => Open(rig, 9, (ref CreateMerchant m) => m.Reserved0 = 1)),
        (PaymentStatus.ReservedField, rig => Open(rig, 9, (ref CreateMerchant m) => m.Reserved1 = 1)),
        (PaymentStatus.ReservedField, rig => Open(rig, 9, (ref CreateMerchant m) => m.Reserved2 = 1)),
        (PaymentStatus.ReservedField, rig => Open(rig, 9, (ref CreateMerchant m) => m.Reserved3 = 1)),
        (PaymentStatus.ReservedField, rig => Open(rig, 9, (ref CreateMerchant m) => m.Reserved4 = 1)),
        (PaymentStatus.ReservedField, rig => Order(rig, 60, (ref CreateOrder o) => o.Reserved0 = 1)),
        (PaymentStatus.ReservedField, rig => Order(rig, 60, (ref CreateOrder o) => o.Reserved1 = 1)),
        (PaymentStatus.ReservedField, rig => Order(rig, 60, (ref CreateOrder o) => o.Reserved2 = 1)),
        (PaymentStatus.ReservedField,
            rig => Act(rig, Operation.CapturePayments, (ref PaymentAction a) => a.Reserved0 = 1)),
        (PaymentStatus.ReservedField,
            rig => Act(rig, Operation.VoidPayments, (ref PaymentAction a) => a.Reserved1 = 1)),
        (PaymentStatus.ReservedField, rig => Answer(rig, (ref ConnectorAnswer a) => a.Reserved0 = 1)),
        (PaymentStatus.ReservedField, rig => Answer(rig, (ref ConnectorAnswer a) => a.Reserved1 = 1)),
        (PaymentStatus.ReservedField, rig => Answer(rig, (ref ConnectorAnswer a) => a.Reserved2 = 1)),
        (PaymentStatus.ReservedField, rig => Answer(rig, (ref ConnectorAnswer a) => a.Reserved3 = 1)),
        (PaymentStatus.ReservedField, rig => Answer(rig, (ref ConnectorAnswer a) => a.Reserved4 = 1)),
        (PaymentStatus.ReservedFlag, rig => Pay(rig, 100, (ref CreatePayment p) => p.Flags = (PaymentFlags)2)),
        (PaymentStatus.ReservedFlag, rig => Open(rig, 9, (ref CreateMerchant m) => m.Flags = 1)),
        (PaymentStatus.ReservedFlag, rig => Order(rig, 60, (ref CreateOrder o) => o.Flags = (OrderFlags)2)),
        (PaymentStatus.ReservedFlag,
            rig => Act(
                rig, Operation.RefundPayments, (ref PaymentAction a) => a.Flags = PaymentActionFlags.FinalCapture)),
        (PaymentStatus.ReservedFlag,
            rig => Act(rig, Operation.CapturePayments, (ref PaymentAction a) => a.Flags = (PaymentActionFlags)2)),
        (PaymentStatus.MerchantOutOfRange, rig => Pay(rig, 100, (ref CreatePayment p) => p.Merchant = 0)),
        (PaymentStatus.MerchantOutOfRange,
            rig => Pay(rig, 100, (ref CreatePayment p) => p.Merchant = Limits.BookMax + 1)),
        (PaymentStatus.IdMustNotBeZero, rig => Pay(rig, 0, (ref CreatePayment _) => { })),
        (PaymentStatus.IdMustNotBeIntMax, rig => Pay(rig, UInt128.MaxValue, (ref CreatePayment _) => { })),
        (PaymentStatus.MerchantNotFound, rig => Pay(rig, 100, (ref CreatePayment p) => p.Merchant = 99)),
        (PaymentStatus.MerchantNotFound, rig => Order(rig, 60, (ref CreateOrder o) => o.Merchant = 99)),
        (PaymentStatus.MerchantNotFound,
            rig => Act(rig, Operation.FundMerchants, (ref PaymentAction a) => a.Merchant = 99)),
        (PaymentStatus.CurrencyDiffers, rig => Pay(rig, 100, (ref CreatePayment p) => p.Currency = 840)),
        (PaymentStatus.CurrencyDiffers, rig => Order(rig, 60, (ref CreateOrder o) => o.Currency = 840)),
        (PaymentStatus.AmountMustNotBeZero, rig => Pay(rig, 100, (ref CreatePayment p) => p.Amount = 0)),
        (PaymentStatus.AmountMustNotBeZero, rig => Order(rig, 60, (ref CreateOrder o) => o.Amount = 0)),
        (PaymentStatus.AmountMustNotBeZero, rig => rig.Run(Operation.FundMerchants, Requests.Action(91, 0))),
        (PaymentStatus.AmountTooLarge,
            rig => Pay(rig, 100, (ref CreatePayment p) => p.Amount = PaymentLimits.AmountMax + 1)),
        (PaymentStatus.AmountTooLarge, rig => Order(rig, 60, (ref CreateOrder o) => o.Amount = ulong.MaxValue)),
        (PaymentStatus.AmountTooLarge,
            rig => rig.Run(Operation.RefundPayments, Requests.Action(31, 1, ulong.MaxValue))),
        (PaymentStatus.AmountTooLarge, rig => Open(rig, 9, (ref CreateMerchant m) => m.Prefund = ulong.MaxValue)),
        (PaymentStatus.ExistsWithDifferentFlags,
            rig => Pay(rig, 1, (ref CreatePayment p) => p.Flags = PaymentFlags.ManualCapture)),
        (PaymentStatus.ExistsWithDifferentAmount, rig => Pay(rig, 1, (ref CreatePayment p) => p.Amount++)),
        (PaymentStatus.ExistsWithDifferentAmount, rig => rig.Run(Operation.FundMerchants, Requests.Action(90, 0, 6))),
        (PaymentStatus.ExistsWithDifferentCurrency, rig => Pay(rig, 1, (ref CreatePayment p) => p.Currency++)),
        (PaymentStatus.ExistsWithDifferentCurrency, rig => Open(rig, 7, (ref CreateMerchant m) => m.Currency++)),
        (PaymentStatus.ExistsWithDifferentOrderId, rig => Pay(rig, 1, (ref CreatePayment p) => p.OrderId = 50)),
        (PaymentStatus.ExistsWithDifferentPaymentId,
            rig => rig.Run(Operation.CapturePayments, Requests.Action(11, 1, 1_000))),
        (PaymentStatus.ExistsWithDifferentCard, rig => Pay(rig, 1, (ref CreatePayment p) => p.Card++)),
        (PaymentStatus.ExistsWithDifferentConnector, rig => Pay(rig, 1, (ref CreatePayment p) => p.Connector = 0)),
        (PaymentStatus.ExistsWithDifferentConnector, rig => Open(rig, 7, (ref CreateMerchant m) => m.Connector = 4)),
        (PaymentStatus.ExistsWithDifferentMethod, rig => Pay(rig, 1, (ref CreatePayment p) => p.Method++)),
        (PaymentStatus.ExistsWithDifferentCaptureWindow,
            rig => Pay(rig, 1, (ref CreatePayment p) => p.CaptureWindowS++)),
        (PaymentStatus.ExistsWithDifferentCaptureWindow,
            rig => Open(rig, 7, (ref CreateMerchant m) => m.CaptureWindowS++)),
        (PaymentStatus.ExistsWithDifferentEffectiveAt, rig => Pay(rig, 1, (ref CreatePayment p) => p.EffectiveAt++)),
        (PaymentStatus.ExistsWithDifferentReceipt, rig => Order(rig, 50, (ref CreateOrder o) => o.ReceiptLength++)),
        (PaymentStatus.ExistsWithDifferentExpiry, rig => Order(rig, 50, (ref CreateOrder o) => o.ExpiresInS++)),
        (PaymentStatus.ExistsWithDifferentFee, rig => Open(rig, 7, (ref CreateMerchant m) => m.TaxPpm++)),
        (PaymentStatus.ExistsWithDifferentRate, rig => Open(rig, 7, (ref CreateMerchant m) => m.RatePerS++)),
        (PaymentStatus.ExistsWithDifferentPrefund, rig => Open(rig, 7, (ref CreateMerchant m) => m.Prefund++)),
        (PaymentStatus.ExistsWithDifferentUserData128, rig => Pay(rig, 1, (ref CreatePayment p) => p.UserData128++)),
        (PaymentStatus.ExistsWithDifferentUserData128, rig => Order(rig, 50, (ref CreateOrder o) => o.UserData128++)),
        (PaymentStatus.ExistsWithDifferentUserData64, rig => Pay(rig, 1, (ref CreatePayment p) => p.UserData64++)),
        (PaymentStatus.ExistsWithDifferentUserData64, rig => Open(rig, 7, (ref CreateMerchant m) => m.UserData64++)),
        (PaymentStatus.CurrencyMustNotBeZero, rig => Open(rig, 9, (ref CreateMerchant m) => m.Currency = 0)),
        (PaymentStatus.FeePpmOutOfRange, rig => Open(rig, 9, (ref CreateMerchant m) => m.FeePpm = 1_000_001)),
        (PaymentStatus.TaxPpmOutOfRange, rig => Open(rig, 9, (ref CreateMerchant m) => m.TaxPpm = 1_000_001)),
        (PaymentStatus.FeeLimitsOutOfRange,
            rig => Open(rig, 9, (ref CreateMerchant m) => (m.FeeMin, m.FeeMax) = (2, 1))),
        (PaymentStatus.FeeLimitsOutOfRange, rig => Open(rig, 9, (ref CreateMerchant m) => m.FeeFixed = ulong.MaxValue)),
        (PaymentStatus.RateAndBurstMustComeTogether, rig => Open(rig, 9, (ref CreateMerchant m) => m.RatePerS = 1)),
        (PaymentStatus.RateAndBurstMustComeTogether, rig => Open(rig, 9, (ref CreateMerchant m) => m.RateBurst = 1)),
        (PaymentStatus.CaptureWindowOutOfRange,
            rig => Open(rig, 9, (ref CreateMerchant m) => m.CaptureWindowS = uint.MaxValue)),
        (PaymentStatus.CaptureWindowOutOfRange,
            rig => Pay(
                rig,
                100,
                (ref CreatePayment p) => (p.Flags, p.CaptureWindowS) = (PaymentFlags.ManualCapture, uint.MaxValue))),
        (PaymentStatus.RouteInvalid, rig => Open(rig, 9, (ref CreateMerchant m) => m.Fallback1 = 1)),
        (PaymentStatus.RouteInvalid, rig => Open(rig, 9, (ref CreateMerchant m) => m.Connector = 256)),
        (PaymentStatus.RouteInvalid,
            rig => Open(rig, 9, (ref CreateMerchant m) => (m.Connector, m.Fallback1) = (1, 1))),
        (PaymentStatus.RouteInvalid,
            rig => Open(rig, 9, (ref CreateMerchant m) => (m.Connector, m.Fallback2) = (1, 2))),
        (PaymentStatus.ReceiptInvalid, rig => Order(rig, 60, (ref CreateOrder o) => o.ReceiptLength = 41)),
        (PaymentStatus.ReceiptInvalid, rig => Order(rig, 60, (ref CreateOrder o) => o.Receipt[39] = 1)),
        (PaymentStatus.ReceiptNotUnique, rig => rig.Run(Operation.CreateOrders, Requests.Order(60, receipt: "R-50"))),
        (PaymentStatus.ExpiryOutOfRange, rig => Order(rig, 60, (ref CreateOrder o) => o.ExpiresInS = uint.MaxValue)),
        (PaymentStatus.CaptureWindowReservedForManualCapture,
            rig => Pay(rig, 100, (ref CreatePayment p) => p.CaptureWindowS = 1)),
        (PaymentStatus.ConnectorOutOfRange, rig => Pay(rig, 100, (ref CreatePayment p) => p.Connector = 256)),
        (PaymentStatus.AmountBelowFee, rig => Pay(rig, 100, (ref CreatePayment p) => p.Amount = 100)),
        (PaymentStatus.AmountBelowFee, rig => rig.Run(Operation.CapturePayments, Requests.Action(12, 4, 1))),
        (PaymentStatus.OrderNotFound, rig => Pay(rig, 100, (ref CreatePayment p) => p.OrderId = 99)),
        (PaymentStatus.OrderExpired, rig => PayOrder(rig, 51, 10_000)),
        (PaymentStatus.OrderAlreadyPaid, rig => PayOrder(rig, 52, 10_000)),
        (PaymentStatus.OrderHasOpenPayment, rig => PayOrder(rig, 53, 10_000)),
        (PaymentStatus.OrderAmountDiffers, rig => PayOrder(rig, 50, 9_999)),
        (PaymentStatus.PaymentNotFound, rig => rig.Run(Operation.RefundPayments, Requests.Action(31, 99))),
        (PaymentStatus.PaymentNotFound, rig => Answer(rig, (ref ConnectorAnswer a) => a.PaymentId = 99)),
        (PaymentStatus.StateNotAllowed, rig => rig.Run(Operation.CapturePayments, Requests.Action(12, 1))),
        (PaymentStatus.PaymentHasOpenAction, OpenAction),
        (PaymentStatus.ExceedsAuthorized, rig => rig.Run(Operation.CapturePayments, Requests.Action(12, 2, 10_001))),
        (PaymentStatus.ExceedsCaptured, rig => rig.Run(Operation.RefundPayments, Requests.Action(31, 1, 10_001))),
        (PaymentStatus.OrderRequiresFullCapture,
            rig => rig.Run(Operation.CapturePayments, Requests.Action(12, 5, 9_000))),
        (PaymentStatus.VoidAmountMustBeZero, rig => rig.Run(Operation.VoidPayments, Requests.Action(21, 2, 1))),
        (PaymentStatus.PaymentIdMustBeZero, rig => rig.Run(Operation.FundMerchants, Requests.Action(91, 1, 5))),
        (PaymentStatus.PaymentIdMustNotBeZero, rig => rig.Run(Operation.RefundPayments, Requests.Action(31, 0, 5))),
        (PaymentStatus.AnswerInvalid, rig => Answer(rig, (ref ConnectorAnswer a) => a.Outcome = 0)),
        (PaymentStatus.AnswerInvalid, rig => Answer(rig, (ref ConnectorAnswer a) => a.Kind = (ConnectorCallKind)9)),
        (PaymentStatus.AnswerInvalid, rig => Answer(rig, (ref ConnectorAnswer a) => a.Attempt = 4)),
        (PaymentStatus.AnswerInvalid, rig => Answer(rig, (ref ConnectorAnswer a) => a.Amount++)),
        (PaymentStatus.AnswerIgnored, rig => Answer(rig, (ref ConnectorAnswer a) => a.Call += 100)),
        (PaymentStatus.LateApprovalRefunded, LateApproval),
    ];

    private delegate void Change<T>(ref T request);

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Table.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_row_answers_its_code_and_a_refusal_changes_no_balance(int row)
    {
        using PaymentsRig rig = Prepare();
        MerchantRecord before = rig.Merchant(7);
        PaymentResult result = Table[row].Run(rig);
        Assert.Equal(Table[row].Code, result.Code);
        bool isRefusal = result.Code >= PaymentStatus.InProgress && result.Code < PaymentStatus.AnswerInvalid;
        if (isRefusal && result.Code is not
            (PaymentStatus.RateLimited or PaymentStatus.PaymentHasOpenAction or PaymentStatus.UnderReview))
        {
            Assert.Equal(before, rig.Merchant(7));
        }
    }

    [Fact]
    public void Every_code_is_produced_by_some_row() =>
        Assert.Empty(Enum.GetValues<PaymentStatus>().Except(Table.Select(row => row.Code)));

    private static PaymentsRig Prepare()
    {
        PaymentsRig rig = new(new PaymentsOptions { MerchantsMax = 3, OpenPaymentsMax = 64, OpenCallsMax = 64 });
        rig.Run(Operation.CreateMerchants, Requests.Merchant());
        rig.Run(Operation.CreateMerchants, Requests.BankMerchant(8));
        rig.Run(Operation.CreatePayments, Requests.Payment(1));
        rig.Run(Operation.CreatePayments, Requests.ManualPayment(2));
        rig.Run(Operation.CreatePayments, Requests.Payment(3, merchant: 8));
        rig.Run(Operation.CreatePayments, Requests.ManualPayment(4));
        rig.Run(Operation.CapturePayments, Requests.Action(11, 2, 1_000));
        rig.Run(Operation.FundMerchants, Requests.Action(90, 0, 5));
        rig.Run(Operation.CreateOrders, Requests.Order(50, receipt: "R-50"));
        CreateOrder expiring = Requests.Order(51);
        expiring.ExpiresInS = 1;
        rig.Run(Operation.CreateOrders, expiring);
        rig.Run(Operation.CreateOrders, Requests.Order(52));
        rig.Run(Operation.CreateOrders, Requests.Order(53));
        CreatePayment payment = Requests.Payment(6);
        payment.OrderId = 52;
        rig.Run(Operation.CreatePayments, payment);
        payment = Requests.ManualPayment(5);
        payment.OrderId = 53;
        rig.Run(Operation.CreatePayments, payment);
        rig.AdvanceMs(1_000);
        return rig;
    }

    private static PaymentResult Pay(PaymentsRig rig, UInt128 id, Change<CreatePayment> change)
    {
        CreatePayment request = Requests.Payment(id);
        change(ref request);
        return rig.Run(Operation.CreatePayments, request);
    }

    private static PaymentResult Screened(PaymentsRig rig, PaymentScreening screening)
    {
        rig.Screen.Says = screening;
        return Pay(rig, 100, (ref CreatePayment _) => { });
    }

    private static PaymentResult PayOrder(PaymentsRig rig, UInt128 orderId, ulong amount) =>
        Pay(rig, 100, (ref CreatePayment p) => (p.OrderId, p.Amount) = (orderId, amount));

    private static PaymentResult Open(PaymentsRig rig, ulong merchant, Change<CreateMerchant> change)
    {
        CreateMerchant request = Requests.Merchant(merchant);
        change(ref request);
        return rig.Run(Operation.CreateMerchants, request);
    }

    private static PaymentResult Order(PaymentsRig rig, UInt128 id, Change<CreateOrder> change)
    {
        CreateOrder request = Requests.Order(id, receipt: id == 50 ? "R-50" : string.Empty);
        change(ref request);
        return rig.Run(Operation.CreateOrders, request);
    }

    private static PaymentResult Act(PaymentsRig rig, Operation operation, Change<PaymentAction> change)
    {
        PaymentAction request = Requests.Action(70, 2);
        change(ref request);
        return rig.Run(operation, request);
    }

    private static PaymentResult Answer(PaymentsRig rig, Change<ConnectorAnswer> change)
    {
        ConnectorAnswer answer = PaymentsRig.AnswerTo(rig.Calls.Peek(), ConnectorOutcome.Approved);
        change(ref answer);
        return rig.Run(Operation.ConnectorAnswers, answer);
    }

    private static PaymentResult RateLimited(PaymentsRig rig)
    {
        CreateMerchant merchant = Requests.Merchant(9);
        (merchant.RatePerS, merchant.RateBurst) = (1, 1);
        rig.Run(Operation.CreateMerchants, merchant);
        rig.Run(Operation.CreatePayments, Requests.Payment(1, merchant: 9));
        return rig.Run(Operation.CreatePayments, Requests.Payment(2, merchant: 9));
    }

    private static PaymentResult OpenAction(PaymentsRig rig)
    {
        rig.Run(Operation.CreatePayments, Requests.ManualPayment(7, merchant: 8));
        ConnectorCall call = rig.Calls.Last();
        rig.Answer(call, ConnectorOutcome.Approved);
        rig.Run(Operation.CapturePayments, Requests.Action(12, 7, 5_000, merchant: 8));
        return rig.Run(Operation.VoidPayments, Requests.Action(21, 7, merchant: 8));
    }

    private static PaymentResult NoRoom(PaymentsRig rig)
    {
        rig.Run(Operation.CreateMerchants, Requests.Merchant(9));
        return rig.Run(Operation.CreateMerchants, Requests.Merchant(10));
    }

    private static PaymentResult LateApproval(PaymentsRig rig)
    {
        rig.Answer(rig.Calls.Peek(), ConnectorOutcome.Failed);
        return rig.Answer(rig.Calls.Peek(), ConnectorOutcome.Approved);
    }
}
