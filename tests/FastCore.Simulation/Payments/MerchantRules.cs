using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>Merchants are opened and funded.</summary>
internal sealed class MerchantRules(PaymentsState state)
{
    public PaymentResult Create(CreateMerchant request)
    {
        // A merchant has no id beside its number, so the rules of an id find nothing.
        PaymentStatus? broken = Ladder.Envelope(
            request.Timestamp,
            request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0 || request.Reserved3 != 0
                || request.Reserved4 != 0,
            request.Flags != 0,
            request.Merchant,
            id: 1);
        if (broken is { } wrong)
        {
            return PaymentsState.Refusal(wrong);
        }

        if (state.Merchants.TryGetValue(request.Merchant, out ModelMerchant? known))
        {
            return Difference(request, known.Request) is { } different
                ? PaymentsState.Refusal(different)
                : PaymentsState.Repeated(known.Answer, default);
        }

        broken = Content(request);
        if (broken is { } refused)
        {
            return PaymentsState.Refusal(refused);
        }

        foreach (MerchantAccount account in Enum.GetValues<MerchantAccount>())
        {
            state.Books.Open(request.Merchant, new Account
            {
                Id = MerchantAccountId.Of(account),
                Ledger = request.Currency,
                Code = (ushort)account,
                Flags = account == MerchantAccount.Clearing
                    ? AccountFlags.DebitsMustNotExceedCredits
                    : AccountFlags.None,
            });
        }

        if (request.Prefund != 0)
        {
            Fund(
                request.Merchant, MerchantAccountId.Of(MerchantAccount.Clearing), request.Prefund, request.UserData64);
        }

        PaymentResult answer = new() { Timestamp = state.Time.Next(), Code = PaymentStatus.Ok };
        ModelMerchant merchant = new(request, state.Time.EntryNs) { Answer = answer };
        state.Merchants.Add(request.Merchant, merchant);
        return answer;
    }

    public PaymentResult Fund(PaymentAction request)
    {
        PaymentStatus? broken = Ladder.Envelope(
            0, request.Reserved0 != 0 || request.Reserved1 != 0, request.Flags != 0, request.Merchant, request.Id);
        if (broken is { } wrong)
        {
            return PaymentsState.Refusal(wrong);
        }

        if (!state.Merchants.TryGetValue(request.Merchant, out ModelMerchant? merchant))
        {
            return PaymentsState.Refusal(PaymentStatus.MerchantNotFound);
        }

        var key = (request.Merchant, Operation.FundMerchants, request.Id);
        if (state.Actions.TryGetValue(key, out ModelAction? known))
        {
            return ActionRules.Repeat(request, known);
        }

        broken = Ladder.First(
            (request.PaymentId != 0, PaymentStatus.PaymentIdMustBeZero),
            (request.Amount == 0, PaymentStatus.AmountMustNotBeZero),
            (request.Amount > PaymentLimits.AmountMax, PaymentStatus.AmountTooLarge),
            (FundedOf(merchant) + request.Amount > ulong.MaxValue, PaymentStatus.AmountTooLarge));
        if (broken is { } refused)
        {
            return PaymentsState.Refusal(refused);
        }

        Fund(request.Merchant, request.Id, request.Amount, request.UserData64);
        ModelAction fund = new(Operation.FundMerchants, request);
        state.Actions.Add(key, fund);
        state.NoteDone(fund, PaymentState.None);
        return fund.Answer!.Value;
    }

    public MerchantRecord RecordOf(ModelMerchant merchant)
    {
        CreateMerchant request = merchant.Request;
        return new MerchantRecord
        {
            Merchant = request.Merchant,
            Currency = request.Currency,
            Flags = request.Flags,
            Connector = request.Connector,
            FeeFixed = request.FeeFixed,
            FeeMin = request.FeeMin,
            FeeMax = request.FeeMax,
            FeePpm = request.FeePpm,
            TaxPpm = request.TaxPpm,
            RatePerS = request.RatePerS,
            RateBurst = request.RateBurst,
            CaptureWindowS = request.CaptureWindowS != 0 ? request.CaptureWindowS : state.Options.CaptureWindowS,
            Fallback1 = request.Fallback1,
            Fallback2 = request.Fallback2,
            ClearingBalance = Balance(merchant, MerchantAccount.Clearing),
            ReceivableBalance = -Balance(merchant, MerchantAccount.Receivable),
            PayableBalance = Balance(merchant, MerchantAccount.Payable),
            FeeBalance = Balance(merchant, MerchantAccount.Fee),
            TaxBalance = Balance(merchant, MerchantAccount.Tax),
            RefundBalance = Balance(merchant, MerchantAccount.Refund),
            Funded = (ulong)FundedOf(merchant),
            UserData64 = request.UserData64,
            PaymentCount = merchant.PaymentCount,
            Timestamp = merchant.Answer.Timestamp,
        };
    }

    /// <summary>Posted credits less posted debits.</summary>
    public Int128 Balance(ModelMerchant merchant, MerchantAccount account)
    {
        Account row = state.Books.Account(merchant.Request.Merchant, MerchantAccountId.Of(account));
        return (Int128)row.CreditsPosted - (Int128)row.DebitsPosted;
    }

    private PaymentStatus? Content(CreateMerchant request) => Ladder.First(
        (request.Currency == 0, PaymentStatus.CurrencyMustNotBeZero),
        (request.FeePpm > PaymentLimits.PpmMax, PaymentStatus.FeePpmOutOfRange),
        (request.TaxPpm > PaymentLimits.PpmMax, PaymentStatus.TaxPpmOutOfRange),
        (request.FeeFixed > PaymentLimits.AmountMax, PaymentStatus.FeeLimitsOutOfRange),
        (request.FeeMin > PaymentLimits.AmountMax, PaymentStatus.FeeLimitsOutOfRange),
        (request.FeeMax > PaymentLimits.AmountMax, PaymentStatus.FeeLimitsOutOfRange),
        (request.FeeMax != 0 && request.FeeMin > request.FeeMax, PaymentStatus.FeeLimitsOutOfRange),
        (request.RatePerS == 0 != (request.RateBurst == 0), PaymentStatus.RateAndBurstMustComeTogether),
        (request.CaptureWindowS > PaymentLimits.WindowMaxS, PaymentStatus.CaptureWindowOutOfRange),
        (!IsRoute(request), PaymentStatus.RouteInvalid),
        (request.Prefund > PaymentLimits.AmountMax, PaymentStatus.AmountTooLarge),
        (state.Merchants.Count >= state.Options.MerchantsMax, PaymentStatus.CapacityExceeded));

    private static PaymentStatus? Difference(CreateMerchant request, CreateMerchant known) => Ladder.First(
        (request.Currency != known.Currency, PaymentStatus.ExistsWithDifferentCurrency),
        (FeeTerms(request) != FeeTerms(known), PaymentStatus.ExistsWithDifferentFee),
        ((request.RatePerS, request.RateBurst) != (known.RatePerS, known.RateBurst),
            PaymentStatus.ExistsWithDifferentRate),
        (!Route(request).SequenceEqual(Route(known)), PaymentStatus.ExistsWithDifferentConnector),
        (request.CaptureWindowS != known.CaptureWindowS, PaymentStatus.ExistsWithDifferentCaptureWindow),
        (request.Prefund != known.Prefund, PaymentStatus.ExistsWithDifferentPrefund),
        (request.UserData64 != known.UserData64, PaymentStatus.ExistsWithDifferentUserData64));

    private static (ulong, ulong, ulong, uint, uint) FeeTerms(CreateMerchant request) =>
        (request.FeeFixed, request.FeeMin, request.FeeMax, request.FeePpm, request.TaxPpm);

    private static ushort[] Route(CreateMerchant request) =>
        [request.Connector, request.Fallback1, request.Fallback2];

    // Connectors, each once, then nothing: so an instant merchant has no fallback.
    private static bool IsRoute(CreateMerchant request)
    {
        ushort[] named = [.. Route(request).TakeWhile(connector => connector != 0)];
        return Route(request).Skip(named.Length).All(connector => connector == 0)
            && named.Distinct().Count() == named.Length
            && named.All(connector => connector <= PaymentLimits.ConnectorMax);
    }

    private UInt128 FundedOf(ModelMerchant merchant) =>
        state.Books.Account(merchant.Request.Merchant, MerchantAccountId.Of(MerchantAccount.Funding)).DebitsPosted;

    private void Fund(ulong merchant, UInt128 id, ulong amount, ulong userData) => state.Books.Move(
        merchant,
        new MerchantEntry(
            id, MerchantAccount.Funding, MerchantAccount.Clearing, amount, PostingReason.Fund, 0, userData));
}
