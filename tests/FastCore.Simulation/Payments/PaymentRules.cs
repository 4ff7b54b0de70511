using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>Payments are created.</summary>
internal sealed class PaymentRules(PaymentsState state, OrderRules orders, PaymentSteps steps, ModelCalls calls)
{
    public PaymentResult Create(CreatePayment request)
    {
        PaymentStatus? broken = Ladder.Envelope(
            request.Timestamp,
            request.Reserved0 != 0,
            (request.Flags & ~PaymentFlags.ManualCapture) != 0,
            request.Merchant,
            request.Id);
        if (broken is { } wrong)
        {
            return PaymentsState.Refusal(wrong);
        }

        if (!state.Merchants.TryGetValue(request.Merchant, out ModelMerchant? merchant))
        {
            return PaymentsState.Refusal(PaymentStatus.MerchantNotFound);
        }

        if (state.Payments.TryGetValue((request.Merchant, request.Id), out ModelPayment? known))
        {
            return Repeat(request, known);
        }

        ModelOrder? order = state.Orders.GetValueOrDefault((request.Merchant, request.OrderId));
        ModelPayment payment = new(request) { Merchant = merchant, Order = order, Record = RecordOf(request) };
        payment.Record.ConnectorUsed = request.Connector == CreatePayment.MerchantRoute
            ? merchant.Request.Connector
            : request.Connector;
        broken = Content(request, merchant) ?? Price(payment) ?? OrderOf(payment) ?? Room(payment);
        if (broken is { } refused)
        {
            return PaymentsState.Refusal(refused);
        }

        if (!merchant.TryAdmit(state.Time.EntryNs, out ulong retryAtNs))
        {
            return new PaymentResult { Timestamp = retryAtNs, Code = PaymentStatus.RateLimited };
        }

        state.Payments.Add((request.Merchant, request.Id), payment);
        merchant.PaymentCount++;
        Decide(payment);
        return payment.Answer ?? new PaymentResult
        {
            Timestamp = payment.Record.CreatedAt,
            Code = PaymentStatus.Processing,
            State = (byte)payment.Record.State,
        };
    }

    private static PaymentResult Repeat(CreatePayment request, ModelPayment known)
    {
        PaymentResult waiting = new()
        {
            Timestamp = known.Record.CreatedAt,
            State = (byte)known.Record.State,
        };
        return Difference(request, known.Request) is { } different
            ? PaymentsState.Refusal(different, known.Record.State)
            : PaymentsState.Repeated(known.Answer, waiting);
    }

    private static PaymentStatus? Difference(CreatePayment request, CreatePayment known) => Ladder.First(
        (request.Flags != known.Flags, PaymentStatus.ExistsWithDifferentFlags),
        (request.Amount != known.Amount, PaymentStatus.ExistsWithDifferentAmount),
        (request.Currency != known.Currency, PaymentStatus.ExistsWithDifferentCurrency),
        (request.OrderId != known.OrderId, PaymentStatus.ExistsWithDifferentOrderId),
        (request.Card != known.Card, PaymentStatus.ExistsWithDifferentCard),
        (request.Connector != known.Connector, PaymentStatus.ExistsWithDifferentConnector),
        (request.Method != known.Method, PaymentStatus.ExistsWithDifferentMethod),
        (request.CaptureWindowS != known.CaptureWindowS, PaymentStatus.ExistsWithDifferentCaptureWindow),
        (request.EffectiveAt != known.EffectiveAt, PaymentStatus.ExistsWithDifferentEffectiveAt),
        (request.Terminal != known.Terminal, PaymentStatus.ExistsWithDifferentTerminal),
        (request.Device != known.Device, PaymentStatus.ExistsWithDifferentDevice),
        (request.UserData128 != known.UserData128, PaymentStatus.ExistsWithDifferentUserData128),
        (request.UserData64 != known.UserData64, PaymentStatus.ExistsWithDifferentUserData64));

    private static PaymentStatus? Content(CreatePayment request, ModelMerchant merchant)
    {
        bool isManual = (request.Flags & PaymentFlags.ManualCapture) != 0;
        bool isRouted = request.Connector == CreatePayment.MerchantRoute;
        return Ladder.First(
            (request.Amount == 0, PaymentStatus.AmountMustNotBeZero),
            (request.Amount > PaymentLimits.AmountMax, PaymentStatus.AmountTooLarge),
            (request.Connector > PaymentLimits.ConnectorMax && !isRouted, PaymentStatus.ConnectorOutOfRange),
            (request.CaptureWindowS != 0 && !isManual, PaymentStatus.CaptureWindowReservedForManualCapture),
            (request.CaptureWindowS > PaymentLimits.WindowMaxS, PaymentStatus.CaptureWindowOutOfRange),
            (request.Currency != merchant.Request.Currency, PaymentStatus.CurrencyDiffers));
    }

    private static PaymentStatus? Price(ModelPayment payment)
    {
        (ulong fee, ulong tax) = PaymentSteps.Price(payment, payment.Record.Amount);
        return fee + tax > payment.Record.Amount ? PaymentStatus.AmountBelowFee : null;
    }

    private static PaymentRecord RecordOf(CreatePayment request) => new()
    {
        Id = request.Id,
        Merchant = request.Merchant,
        Amount = request.Amount,
        OrderId = request.OrderId,
        Card = request.Card,
        UserData64 = request.UserData64,
        UserData128 = request.UserData128,
        Currency = request.Currency,
        CaptureWindowS = request.CaptureWindowS,
        Flags = request.Flags,
        Connector = request.Connector,
        Method = request.Method,
        EffectiveAt = request.EffectiveAt,
    };

    private PaymentStatus? OrderOf(ModelPayment payment) =>
        payment.Record.OrderId == 0 ? null
        : payment.Order is null ? PaymentStatus.OrderNotFound
        : orders.Payable(payment.Order, payment.Record.Amount);

    // Something is expected of a payment that waits for a connector or for its capture; captured at once it needs none.
    private PaymentStatus? Room(ModelPayment payment)
    {
        bool isFull = ((payment.IsManual || !payment.IsInstant) && state.Open.Count >= state.Options.OpenPaymentsMax)
            || (payment.IsManual && !state.Books.HasRoomToHold)
            || (!payment.IsInstant && !calls.HasRoom);
        return isFull ? PaymentStatus.CapacityExceeded : null;
    }

    private void Decide(ModelPayment payment)
    {
        if (!payment.IsInstant)
        {
            payment.Record.Attempt = 1;
            state.Note(payment, PaymentState.Created);
            state.OpenPayment(payment);
            state.NoteOrder(payment, isTry: true, (long)payment.Record.Amount, 0);
            calls.Authorize(payment);
        }
        else if (!IsCovered(payment))
        {
            payment.Record.DeclineCode = DeclineCode.InsufficientPrefund;
            state.Note(payment, PaymentState.Failed);
            state.NoteOrder(payment, isTry: true, 0, 0);
        }
        else if (payment.IsManual)
        {
            steps.Authorize(payment);
            state.OpenPayment(payment);
            state.NoteOrder(payment, isTry: true, (long)payment.Record.Amount, 0);
        }
        else
        {
            steps.CaptureAtOnce(payment, openChange: 0, isTry: true);
        }
    }

    // What is reserved counts as taken.
    private bool IsCovered(ModelPayment payment)
    {
        var clearing = state.Books.Account(
            payment.Record.Merchant, MerchantAccountId.Of(MerchantAccount.Clearing));
        return clearing.DebitsPosted + clearing.DebitsPending + payment.Record.Amount <= clearing.CreditsPosted;
    }
}
