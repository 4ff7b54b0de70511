using FastCore.Protocol;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// The rules that need no state but the merchant's terms, in their order of precedence. 0 = no rule is broken. The
/// comparisons of repeated requests are in <see cref="RequestComparison"/>.
/// </summary>
internal static class PaymentRules
{
    public static PaymentStatus CheckEnvelope(in CreatePayment request)
    {
        if (request.Timestamp != 0)
        {
            return PaymentStatus.TimestampMustBeZero;
        }

        if (request.Reserved0 != 0)
        {
            return PaymentStatus.ReservedField;
        }

        return (request.Flags & ~PaymentFlags.ManualCapture) != 0
            ? PaymentStatus.ReservedFlag
            : CheckIds(request.Merchant, request.Id);
    }

    public static PaymentStatus CheckContent(in CreatePayment request, in MerchantRow merchant)
    {
        if (request.Amount == 0)
        {
            return PaymentStatus.AmountMustNotBeZero;
        }

        if (request.Amount > PaymentLimits.AmountMax)
        {
            return PaymentStatus.AmountTooLarge;
        }

        if (request.Connector > PaymentLimits.ConnectorMax && request.Connector != CreatePayment.MerchantRoute)
        {
            return PaymentStatus.ConnectorOutOfRange;
        }

        if (request.CaptureWindowS != 0 && (request.Flags & PaymentFlags.ManualCapture) == 0)
        {
            return PaymentStatus.CaptureWindowReservedForManualCapture;
        }

        if (request.CaptureWindowS > PaymentLimits.WindowMaxS)
        {
            return PaymentStatus.CaptureWindowOutOfRange;
        }

        return request.Currency != merchant.Currency ? PaymentStatus.CurrencyDiffers : 0;
    }

    public static PaymentStatus CheckEnvelope(in CreateOrder request)
    {
        if (request.Timestamp != 0)
        {
            return PaymentStatus.TimestampMustBeZero;
        }

        if (request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0)
        {
            return PaymentStatus.ReservedField;
        }

        return (request.Flags & ~OrderFlags.PartialPayment) != 0
            ? PaymentStatus.ReservedFlag
            : CheckIds(request.Merchant, request.Id);
    }

    public static PaymentStatus CheckContent(in CreateOrder request, in MerchantRow merchant)
    {
        if (request.Amount == 0)
        {
            return PaymentStatus.AmountMustNotBeZero;
        }

        if (request.Amount > PaymentLimits.AmountMax)
        {
            return PaymentStatus.AmountTooLarge;
        }

        ReadOnlySpan<byte> receipt = request.Receipt;
        if (request.ReceiptLength > Receipt.Size || receipt[request.ReceiptLength..].IndexOfAnyExcept((byte)0) >= 0)
        {
            return PaymentStatus.ReceiptInvalid;
        }

        if (request.ExpiresInS > PaymentLimits.WindowMaxS)
        {
            return PaymentStatus.ExpiryOutOfRange;
        }

        return request.Currency != merchant.Currency ? PaymentStatus.CurrencyDiffers : 0;
    }

    public static PaymentStatus CheckEnvelope(in PaymentAction request, PaymentActionFlags flagsAllowed)
    {
        if (request.Reserved0 != 0 || request.Reserved1 != 0)
        {
            return PaymentStatus.ReservedField;
        }

        return (request.Flags & ~flagsAllowed) != 0
            ? PaymentStatus.ReservedFlag
            : CheckIds(request.Merchant, request.Id);
    }

    public static PaymentStatus CheckEnvelope(in CreateMerchant request)
    {
        if (request.Timestamp != 0)
        {
            return PaymentStatus.TimestampMustBeZero;
        }

        if (request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0
            || request.Reserved3 != 0 || request.Reserved4 != 0)
        {
            return PaymentStatus.ReservedField;
        }

        return request.Flags != 0 ? PaymentStatus.ReservedFlag : CheckMerchant(request.Merchant);
    }

    public static PaymentStatus CheckContent(in CreateMerchant request)
    {
        if (request.Currency == 0)
        {
            return PaymentStatus.CurrencyMustNotBeZero;
        }

        if (request.FeePpm > PaymentLimits.PpmMax)
        {
            return PaymentStatus.FeePpmOutOfRange;
        }

        if (request.TaxPpm > PaymentLimits.PpmMax)
        {
            return PaymentStatus.TaxPpmOutOfRange;
        }

        if (request.FeeFixed > PaymentLimits.AmountMax || request.FeeMin > PaymentLimits.AmountMax
            || request.FeeMax > PaymentLimits.AmountMax || (request.FeeMax != 0 && request.FeeMin > request.FeeMax))
        {
            return PaymentStatus.FeeLimitsOutOfRange;
        }

        if ((request.RatePerS == 0) != (request.RateBurst == 0))
        {
            return PaymentStatus.RateAndBurstMustComeTogether;
        }

        if (request.CaptureWindowS > PaymentLimits.WindowMaxS)
        {
            return PaymentStatus.CaptureWindowOutOfRange;
        }

        if (!IsRoute(request.Connector, request.Fallback1, request.Fallback2))
        {
            return PaymentStatus.RouteInvalid;
        }

        return request.Prefund > PaymentLimits.AmountMax ? PaymentStatus.AmountTooLarge : 0;
    }

    public static PaymentStatus CheckEnvelope(in ConnectorAnswer request)
    {
        if (request.Timestamp != 0)
        {
            return PaymentStatus.TimestampMustBeZero;
        }

        if (request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0 || request.Reserved3 != 0
            || request.Reserved4 != 0)
        {
            return PaymentStatus.ReservedField;
        }

        if (request.Kind is ConnectorCallKind.None or > ConnectorCallKind.Refund
            || request.Outcome is ConnectorOutcome.None or > ConnectorOutcome.NotFound
            || request.Attempt is 0 or > PaymentLimits.RouteMax)
        {
            return PaymentStatus.AnswerInvalid;
        }

        return CheckIds(request.Merchant, request.PaymentId);
    }

    private static PaymentStatus CheckMerchant(ulong merchant) =>
        merchant is 0 or > Limits.BookMax ? PaymentStatus.MerchantOutOfRange : 0;

    private static PaymentStatus CheckIds(ulong merchant, UInt128 id)
    {
        PaymentStatus broken = CheckMerchant(merchant);
        if (broken != 0)
        {
            return broken;
        }

        return id == 0 ? PaymentStatus.IdMustNotBeZero
            : id == UInt128.MaxValue ? PaymentStatus.IdMustNotBeIntMax
            : 0;
    }

    // Connectors first to last without gaps or repetitions; instant never fails technically, so nothing follows it.
    private static bool IsRoute(ushort first, ushort second, ushort third)
    {
        if (Math.Max(first, Math.Max(second, third)) > PaymentLimits.ConnectorMax)
        {
            return false;
        }

        bool secondFits = second == 0 || (first != 0 && second != first);
        bool thirdFits = third == 0 || (second != 0 && third != first && third != second);
        return secondFits && thirdFits;
    }
}
