using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>Orders are opened, and tell whether they may be paid.</summary>
internal sealed class OrderRules(PaymentsState state)
{
    private const ulong NsPerS = 1_000_000_000;

    public PaymentResult Create(CreateOrder request)
    {
        PaymentStatus? broken = Ladder.Envelope(
            request.Timestamp,
            request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0,
            (request.Flags & ~OrderFlags.PartialPayment) != 0,
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

        if (state.Orders.TryGetValue((request.Merchant, request.Id), out ModelOrder? known))
        {
            return Difference(request, known.Request) is { } different
                ? PaymentsState.Refusal(different)
                : PaymentsState.Repeated(AnswerOf(known), default);
        }

        broken = Ladder.First(
            (request.Amount == 0, PaymentStatus.AmountMustNotBeZero),
            (request.Amount > PaymentLimits.AmountMax, PaymentStatus.AmountTooLarge),
            (!IsReceipt(request), PaymentStatus.ReceiptInvalid),
            (request.ExpiresInS > PaymentLimits.WindowMaxS, PaymentStatus.ExpiryOutOfRange),
            (request.Currency != merchant.Request.Currency, PaymentStatus.CurrencyDiffers),
            (request.ReceiptLength != 0 && HasReceipt(request), PaymentStatus.ReceiptNotUnique));
        if (broken is { } refused)
        {
            return PaymentsState.Refusal(refused);
        }

        ModelOrder order = new(request);
        ref OrderRecord record = ref order.Record;
        record.Id = request.Id;
        record.Merchant = request.Merchant;
        record.Amount = record.AmountDue = request.Amount;
        record.Currency = request.Currency;
        record.Flags = request.Flags;
        record.ReceiptLength = request.ReceiptLength;
        record.Receipt = request.Receipt;
        record.UserData64 = request.UserData64;
        record.UserData128 = request.UserData128;
        record.ExpiresInS = request.ExpiresInS;
        record.ExpiresAt = request.ExpiresInS == 0 ? 0 : state.Time.EntryNs + (request.ExpiresInS * NsPerS);
        record.CreatedAt = record.Timestamp = state.Time.Next();
        state.Orders.Add((request.Merchant, request.Id), order);
        return AnswerOf(order);
    }

    /// <summary>Why a payment of so much may not be tried on the order now, or null.</summary>
    public PaymentStatus? Payable(ModelOrder order, ulong amount) => Ladder.First(
        (order.Record.AmountDue == 0, PaymentStatus.OrderAlreadyPaid),
        (order.IsExpiredAt(state.Time.EntryNs), PaymentStatus.OrderExpired),
        (amount > order.Record.AmountDue, PaymentStatus.OrderAmountDiffers),
        (amount != order.Record.AmountDue && !order.IsPartial, PaymentStatus.OrderAmountDiffers),
        (amount > order.Record.AmountDue - order.Record.AmountOpen, PaymentStatus.OrderHasOpenPayment));

    private static PaymentResult AnswerOf(ModelOrder order) => new()
    {
        Timestamp = order.Record.CreatedAt,
        Code = PaymentStatus.Ok,
        State = (byte)OrderState.Created,
    };

    private static PaymentStatus? Difference(CreateOrder request, CreateOrder known) => Ladder.First(
        (request.Flags != known.Flags, PaymentStatus.ExistsWithDifferentFlags),
        (request.Amount != known.Amount, PaymentStatus.ExistsWithDifferentAmount),
        (request.Currency != known.Currency, PaymentStatus.ExistsWithDifferentCurrency),
        (!ReceiptOf(request).SequenceEqual(ReceiptOf(known)) || request.ReceiptLength != known.ReceiptLength,
            PaymentStatus.ExistsWithDifferentReceipt),
        (request.ExpiresInS != known.ExpiresInS, PaymentStatus.ExistsWithDifferentExpiry),
        (request.UserData128 != known.UserData128, PaymentStatus.ExistsWithDifferentUserData128),
        (request.UserData64 != known.UserData64, PaymentStatus.ExistsWithDifferentUserData64));

    private static byte[] ReceiptOf(CreateOrder request) => ((ReadOnlySpan<byte>)request.Receipt).ToArray();

    private static bool IsReceipt(CreateOrder request) =>
        request.ReceiptLength <= Receipt.Size && ReceiptOf(request).Skip(request.ReceiptLength).All(one => one == 0);

    private bool HasReceipt(CreateOrder request) => state.Orders.Values.Any(order =>
        order.Request.Merchant == request.Merchant
        && order.Request.ReceiptLength == request.ReceiptLength
        && ReceiptOf(order.Request).SequenceEqual(ReceiptOf(request)));
}
