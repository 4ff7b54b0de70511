using FastCore.Protocol;
using FastCore.Protocol.Payments;

namespace FastCore.Allocation.Tests.Turns;

/// <summary>
/// Orders, payments through the connector inside the partition, at once or authorized first, captures, voids, refunds,
/// funds, what is sent again and what is refused, and lookups of all of it.
/// </summary>
internal sealed class PaymentTurns : Workload
{
    private const ulong FirstMerchant = 2_001;
    private const int Merchants = 8;
    private const int Orders = 8;
    private const int Paid = 16;
    private const int Authorized = 16;
    private const int Count = Paid + Authorized;
    private const uint Currency = 356;
    private const ulong Amount = 1_000;

    private readonly RequestBatch<CreateOrder, PaymentResult> _orders = new(Operation.CreateOrders, Orders);
    private readonly RequestBatch<CreatePayment, PaymentResult> _payments = new(Operation.CreatePayments, Count + 1);
    private readonly RequestBatch<PaymentAction, PaymentResult> _captures = new(Operation.CapturePayments, Authorized);
    private readonly RequestBatch<PaymentAction, PaymentResult> _voids = new(Operation.VoidPayments, Authorized);
    private readonly RequestBatch<PaymentAction, PaymentResult> _refunds = new(Operation.RefundPayments, Paid);
    private readonly RequestBatch<PaymentAction, PaymentResult> _funds = new(Operation.FundMerchants, Merchants);
    private readonly RequestBatch<UInt128, PaymentRecord> _lookups = new(Operation.LookupPayments, Count);
    private readonly RequestBatch<UInt128, RefundRecord> _refundLookups = new(Operation.LookupRefunds, Paid);
    private readonly RequestBatch<ulong, MerchantRecord> _merchant = new(Operation.LookupMerchants, 1);

    public override void Prepare(IFastCoreSession session)
    {
        RequestBatch<CreateMerchant, PaymentResult> opened = new(Operation.CreateMerchants, Merchants);
        for (int i = 0; i < Merchants; i++)
        {
            opened.Add(new CreateMerchant
            {
                Merchant = FirstMerchant + (ulong)i,
                Currency = Currency,
                FeePpm = 20_000,
                TaxPpm = 180_000,
                RatePerS = 1_000_000_000,
                RateBurst = 1_000_000_000,
                Prefund = 1UL << 50,
            });
        }

        ExpectOk(Send(session, opened), Merchants);
        _lookups.Book = FirstMerchant;
        _refundLookups.Book = FirstMerchant;
        _merchant.Book = FirstMerchant;
        _merchant.Add(FirstMerchant);
    }

    public override void Turn(IFastCoreSession session)
    {
        Fill();
        ExpectOk(Send(session, _orders), Orders);
        ExpectPayments(Send(session, _payments));
        ExpectPayments(Send(session, _payments));
        ExpectOk(Send(session, _captures), _captures.Count);
        ExpectOk(Send(session, _voids), _voids.Count);
        ExpectOk(Send(session, _refunds), Paid);
        ExpectOk(Send(session, _funds), Merchants);
        Send(session, _lookups);
        Send(session, _refundLookups);
        Send(session, _merchant);
    }

    private static void ExpectOk(ReadOnlySpan<PaymentResult> results, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Expect(results[i].Code, PaymentStatus.Ok, i);
        }
    }

    private static void ExpectPayments(ReadOnlySpan<PaymentResult> results)
    {
        ExpectOk(results, Count);
        Expect(results[Count].Code, PaymentStatus.AmountMustNotBeZero, Count);
    }

    private static ulong MerchantOf(int i) => FirstMerchant + (ulong)(i % Merchants);

    private void Fill()
    {
        Clear();
        for (int i = 0; i < Count; i++)
        {
            ref CreatePayment payment = ref _payments.Add();
            Write(ref payment, i);
            if (i < Orders)
            {
                payment.OrderId = NextId();
                _orders.Add(new CreateOrder
                {
                    Id = payment.OrderId,
                    Merchant = payment.Merchant,
                    Amount = Amount,
                    Currency = Currency,
                });
            }

            if (i < Paid)
            {
                _refunds.Add(ActionOn(payment));
            }
            else
            {
                payment.Flags = PaymentFlags.ManualCapture;
                (i % 2 == 0 ? _captures : _voids).Add(ActionOn(payment) with { Amount = i % 2 == 0 ? Amount : 0 });
            }

            _lookups.Add(payment.Id);
        }

        ref CreatePayment refused = ref _payments.Add();
        Write(ref refused, 0);
        refused.Amount = 0;
        for (int i = 0; i < Merchants; i++)
        {
            _funds.Add(new PaymentAction { Id = NextId(), Merchant = MerchantOf(i), Amount = Amount });
        }

        foreach (PaymentAction refund in _refunds.Elements)
        {
            _refundLookups.Add(refund.Id);
        }
    }

    private void Clear()
    {
        _orders.Clear();
        _payments.Clear();
        _captures.Clear();
        _voids.Clear();
        _refunds.Clear();
        _funds.Clear();
        _lookups.Clear();
        _refundLookups.Clear();
    }

    private void Write(ref CreatePayment payment, int i)
    {
        payment.Id = NextId();
        payment.Merchant = MerchantOf(i);
        payment.Amount = Amount;
        payment.Card = 1 + (NextId() % 997);
        payment.Terminal = (ulong)(1 + (i % 4));
        payment.Currency = Currency;
    }

    private PaymentAction ActionOn(in CreatePayment payment) => new()
    {
        Id = NextId(),
        Merchant = payment.Merchant,
        Amount = Amount,
        PaymentId = payment.Id,
    };
}
