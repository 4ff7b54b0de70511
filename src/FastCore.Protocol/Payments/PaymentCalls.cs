namespace FastCore.Protocol.Payments;

/// <summary>
/// The payments operations over any session, embedded or remote. Elements of one request may belong to different
/// merchants: each is idempotent by its own id and independent of the others. Elements are copied at once; results must
/// stay the caller's until completion.
/// </summary>
public static class PaymentCalls
{
    /// <summary>Opens merchants; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="merchants">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CreateMerchantsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<CreateMerchant> merchants,
        Memory<PaymentResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CreateMerchants, 0, merchants.Span, results, options);

    /// <summary>Opens orders; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="orders">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CreateOrdersAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<CreateOrder> orders,
        Memory<PaymentResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CreateOrders, 0, orders.Span, results, options);

    /// <summary>
    /// Creates payments; with automatic capture this is the whole payment; one result per element, in order.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="payments">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CreatePaymentsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<CreatePayment> payments,
        Memory<PaymentResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CreatePayments, 0, payments.Span, results, options);

    /// <summary>Captures authorized payments, in full or in part; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="captures">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CapturePaymentsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<PaymentAction> captures,
        Memory<PaymentResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CapturePayments, 0, captures.Span, results, options);

    /// <summary>Voids what is authorized and not captured; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="voids">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> VoidPaymentsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<PaymentAction> voids,
        Memory<PaymentResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.VoidPayments, 0, voids.Span, results, options);

    /// <summary>Refunds captured payments, in full or in part; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="refunds">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> RefundPaymentsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<PaymentAction> refunds,
        Memory<PaymentResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.RefundPayments, 0, refunds.Span, results, options);

    /// <summary>Adds money to prefunded clearing accounts; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="funds">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> FundMerchantsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<PaymentAction> funds,
        Memory<PaymentResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.FundMerchants, 0, funds.Span, results, options);

    /// <summary>A merchant by number, or nothing.</summary>
    /// <param name="session">The session.</param>
    /// <param name="merchant">The merchant.</param>
    /// <param name="result">Room for one result.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> LookupMerchantAsync(
        this IFastCoreSession session,
        ulong merchant,
        Memory<MerchantRecord> result,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.LookupMerchants, merchant, new ReadOnlySpan<ulong>(in merchant), result, options);

    /// <summary>Orders of a merchant by id: those found, in the order of the ids.</summary>
    /// <param name="session">The session.</param>
    /// <param name="merchant">The merchant.</param>
    /// <param name="ids">1 to 8,189 ids.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> LookupOrdersAsync(
        this IFastCoreSession session,
        ulong merchant,
        ReadOnlyMemory<UInt128> ids,
        Memory<OrderRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.LookupOrders, merchant, ids.Span, results, options);

    /// <summary>Payments of a merchant by id: those found, in the order of the ids.</summary>
    /// <param name="session">The session.</param>
    /// <param name="merchant">The merchant.</param>
    /// <param name="ids">1 to 8,189 ids.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> LookupPaymentsAsync(
        this IFastCoreSession session,
        ulong merchant,
        ReadOnlyMemory<UInt128> ids,
        Memory<PaymentRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.LookupPayments, merchant, ids.Span, results, options);

    /// <summary>Refunds of a merchant by id: those found, in the order of the ids.</summary>
    /// <param name="session">The session.</param>
    /// <param name="merchant">The merchant.</param>
    /// <param name="ids">1 to 8,189 ids.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> LookupRefundsAsync(
        this IFastCoreSession session,
        ulong merchant,
        ReadOnlyMemory<UInt128> ids,
        Memory<RefundRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.LookupRefunds, merchant, ids.Span, results, options);
}
