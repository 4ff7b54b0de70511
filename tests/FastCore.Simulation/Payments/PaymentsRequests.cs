using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Testing;

namespace FastCore.Simulation.Payments;

/// <summary>Draws single elements: mostly valid ones, at the edges of what is allowed, and some beyond.</summary>
internal sealed class PaymentsRequests(ulong firstMerchant, int merchants)
{
    /// <summary>Currency of every merchant.</summary>
    public const uint Currency = 356;

    private const int Remembered = 16;

    private static readonly ulong[] Edges =
        [1, 2, 99, 100, 101, 118, 119, PaymentLimits.AmountMax - 1, PaymentLimits.AmountMax];

    private static readonly uint[] WindowsS = [1, 2, 10, 60, PaymentLimits.WindowMaxS];

    private readonly Dictionary<(ulong, UInt128), ulong> _amountOfOrder = [];
    private readonly Queue<CreatePayment> _recent = [];
    private readonly SlidingIds _orders = new(6, 4);
    private readonly SlidingIds _payments = new(10, 4);
    private readonly SlidingIds _actions = new(8, 3);

    public CreateMerchant Merchant(SeededRandom random)
    {
        ulong number = MerchantOf(random);
        CreateMerchant request = TermsOf((int)(number - firstMerchant) % 6);
        request.Merchant = number;
        if (!random.OneIn(4))
        {
            return request;
        }

        // Most rules are only seen where there is no merchant yet, so half of these have a number of their own.
        request.Merchant = random.OneIn(2) ? firstMerchant + (ulong)merchants + random.Below(100UL) : number;
        return Beyond(request, random);
    }

    public CreateOrder Order(SeededRandom random)
    {
        CreateOrder request = new()
        {
            Id = _orders.Draw(random),
            Merchant = MerchantOf(random),
            Amount = AmountOf(random),
            Currency = Currency,
            Flags = random.OneIn(2) ? OrderFlags.PartialPayment : OrderFlags.None,
            ExpiresInS = random.OneIn(3) ? random.Pick(WindowsS) : 0,
            UserData64 = random.Below(2UL),
            UserData128 = random.Below(2UL),
        };
        if (random.OneIn(2))
        {
            // Few different receipts, so that they clash, of every length up to the longest.
            request.ReceiptLength = (byte)random.Pick([1, 2, 39, 40]);
            Span<byte> receipt = request.Receipt;
            receipt[..request.ReceiptLength].Fill((byte)random.Between('A', 'Z'));
            receipt[0] = (byte)random.Between('A', 'Z');
        }

        request = random.OneIn(25) ? Beyond(request, random) : request;
        _amountOfOrder.TryAdd((request.Merchant, request.Id), request.Amount);
        return request;
    }

    public CreatePayment Payment(SeededRandom random)
    {
        bool isManual = random.OneIn(2);
        CreatePayment request = new()
        {
            Id = _payments.Draw(random),
            Merchant = MerchantOf(random),
            Amount = AmountOf(random),
            OrderId = random.OneIn(2) ? _orders.Name(random) : 0,
            Card = random.Below(3UL),
            UserData64 = random.Below(2UL),
            UserData128 = random.Below(2UL),
            Currency = Currency,
            Flags = isManual ? PaymentFlags.ManualCapture : PaymentFlags.None,
            CaptureWindowS = isManual && random.OneIn(2) ? random.Pick(WindowsS) : 0,
            Connector = random.Below(6) switch
            {
                0 => 0,
                1 => (ushort)random.Between(1, 3),
                _ => CreatePayment.MerchantRoute,
            },
            Method = (ushort)random.Below(2),
            EffectiveAt = random.Below(2UL),
            Terminal = random.Below(2UL),
            Device = random.Below(2UL),
        };
        if (_amountOfOrder.TryGetValue((request.Merchant, request.OrderId), out ulong due) && !random.OneIn(4))
        {
            request.Amount = due;
        }

        _recent.Enqueue(request);
        if (_recent.Count > Remembered)
        {
            _recent.Dequeue();
        }

        return random.OneIn(25) ? Beyond(request, random) : request;
    }

    public PaymentAction Action(Operation operation, SeededRandom random)
    {
        bool isFund = operation == Operation.FundMerchants;
        bool takesAll = operation == Operation.VoidPayments || (!isFund && random.OneIn(3));
        PaymentAction request = new()
        {
            Id = _actions.Draw(random),
            Merchant = MerchantOf(random),
            Amount = takesAll ? 0 : AmountOf(random),
            PaymentId = isFund ? 0 : _payments.Name(random),
            UserData64 = random.Below(2UL),
            Flags = operation == Operation.CapturePayments && random.OneIn(4)
                ? PaymentActionFlags.FinalCapture
                : PaymentActionFlags.None,
        };
        if (!isFund && _recent.Count != 0 && random.OneIn(2))
        {
            // What is done to anything mostly finds nothing, so every second action is about a payment of just now.
            CreatePayment about = _recent.ElementAt(random.Below(_recent.Count));
            (request.Merchant, request.PaymentId) = (about.Merchant, about.Id);
            request.Amount = takesAll ? 0 : 1 + random.Below(about.Amount | 1);
        }

        return random.OneIn(25) ? Beyond(request, random) : request;
    }

    /// <summary>Ids to look up, of orders, payments or refunds; some are nobody's.</summary>
    public UInt128[] Ids(Operation operation, SeededRandom random)
    {
        UInt128[] ids = new UInt128[random.Between(1, 6)];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = operation switch
            {
                Operation.LookupOrders => _orders.Name(random),
                Operation.LookupPayments => _payments.Name(random),
                _ => random.OneIn(3) ? _payments.Name(random) : _actions.Name(random),
            };
        }

        return ids;
    }

    public ulong MerchantOf(SeededRandom random) => firstMerchant + random.Below((ulong)merchants);

    // What tells merchants apart: instant or routed, fees of every kind, a rate, a window of its own.
    private static CreateMerchant TermsOf(int kind)
    {
        CreateMerchant terms = new() { Currency = Currency, FeePpm = 20_000, FeeFixed = 100, TaxPpm = 180_000 };
        switch (kind)
        {
            case 0:
                terms.Prefund = 1_000_000_000_000;
                break;
            case 1:
                (terms.Connector, terms.Fallback1, terms.Fallback2) = (1, 2, 3);
                terms.CaptureWindowS = 5;
                break;
            case 2:
                (terms.FeePpm, terms.FeeFixed, terms.TaxPpm, terms.Prefund) = (0, 0, 0, PaymentLimits.AmountMax);
                (terms.RatePerS, terms.RateBurst) = (3, 2);
                break;
            case 3:
                (terms.Connector, terms.FeePpm, terms.FeeFixed) = (2, 12_345, 0);
                (terms.FeeMin, terms.FeeMax) = (7, 150);
                break;
            case 4:
                (terms.FeePpm, terms.TaxPpm, terms.Prefund) = (500_000, PaymentLimits.PpmMax, 200);
                (terms.FeeFixed, terms.CaptureWindowS) = (0, 1);
                break;
            default:
                (terms.Connector, terms.Fallback1) = (3, 1);
                (terms.RatePerS, terms.RateBurst) = (uint.MaxValue, 1);
                break;
        }

        return terms;
    }

    private static ulong AmountOf(SeededRandom random) => random.Below(10) switch
    {
        0 => random.Pick(Edges),
        1 => random.Skewed() & PaymentLimits.AmountMax,
        2 or 3 or 4 => 1_000,
        _ => 100 + random.Below(1_500UL),
    };

    private static ulong TooMuch(SeededRandom random) =>
        random.Pick<ulong>([0, PaymentLimits.AmountMax + 1, ulong.MaxValue]);

    private static ulong NoMerchant(SeededRandom random) =>
        random.Pick<ulong>([0, Limits.BookMax, Limits.BookMax + 1, ulong.MaxValue]);

    private static UInt128 NoId(SeededRandom random) => random.OneIn(2) ? 0 : UInt128.MaxValue;

    private static CreateMerchant Beyond(CreateMerchant request, SeededRandom random)
    {
        switch (random.Below(18))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Reserved0 = 1; break;
            case 2: request.Reserved3 = 1; break;
            case 3: request.Flags = 1; break;
            case 4: request.Merchant = NoMerchant(random); break;
            case 5: request.Currency = 0; break;
            case 6: request.FeePpm = PaymentLimits.PpmMax + 1; break;
            case 7: request.TaxPpm = PaymentLimits.PpmMax + 1; break;
            case 8: request.FeeFixed = PaymentLimits.AmountMax + 1; break;
            case 9: (request.FeeMin, request.FeeMax) = (2, 1); break;
            case 10: request.RateBurst = request.RateBurst == 0 ? 1u : 0; break;
            case 11: request.CaptureWindowS = PaymentLimits.WindowMaxS + 1; break;
            case 12: request.Connector = PaymentLimits.ConnectorMax + 1; break;
            case 13: request.Fallback2 = 9; break;
            case 14: request.Fallback1 = request.Connector; break;
            case 15: (request.Connector, request.Fallback1) = (0, 4); break;
            case 16: request.Prefund = TooMuch(random); break;
            default: request.UserData64++; break;
        }

        return request;
    }

    private static CreateOrder Beyond(CreateOrder request, SeededRandom random)
    {
        switch (random.Below(10))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Reserved1 = 1; break;
            case 2: request.Flags |= (OrderFlags)4; break;
            case 3: request.Merchant = NoMerchant(random); break;
            case 4: request.Id = NoId(random); break;
            case 5: request.Amount = TooMuch(random); break;
            case 6: request.ReceiptLength = (byte)(request.ReceiptLength == 0 ? 41 : request.ReceiptLength - 1); break;
            case 7: request.ExpiresInS = PaymentLimits.WindowMaxS + 1; break;
            case 8: request.Currency++; break;
            default: request.Receipt[39] ^= 1; break;
        }

        return request;
    }

    private static CreatePayment Beyond(CreatePayment request, SeededRandom random)
    {
        switch (random.Below(11))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Reserved0 = 1; break;
            case 2: request.Terminal = random.Below(2UL); break;
            case 3: request.Flags |= (PaymentFlags)2; break;
            case 4: request.Merchant = NoMerchant(random); break;
            case 5: request.Id = NoId(random); break;
            case 6: request.Amount = TooMuch(random); break;
            case 7: request.Connector = random.Pick<ushort>([255, 256, 65_534]); break;
            case 8: request.CaptureWindowS = 1; break;
            case 9: request.CaptureWindowS = PaymentLimits.WindowMaxS + 1; break;
            default: request.Currency++; break;
        }

        return request;
    }

    private static PaymentAction Beyond(PaymentAction request, SeededRandom random)
    {
        switch (random.Below(7))
        {
            case 0: request.Reserved0 = 1; break;
            case 1: request.Reserved1 = 1; break;
            case 2: request.Flags |= (PaymentActionFlags)random.Between(1, 2); break;
            case 3: request.Merchant = NoMerchant(random); break;
            case 4: request.Id = NoId(random); break;
            case 5: request.Amount = TooMuch(random); break;
            default: request.PaymentId = request.PaymentId == 0 ? 1 : (UInt128)0; break;
        }

        return request;
    }
}
