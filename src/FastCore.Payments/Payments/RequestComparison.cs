using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// Whether a repeated id carries the same content: 0, or the code that names the first field that differs, in the order
/// of the checks below.
/// </summary>
internal static class RequestComparison
{
    public static PaymentStatus Compare(in CreatePayment request, in PaymentRow row)
    {
        if (request.Flags != row.Flags)
        {
            return PaymentStatus.ExistsWithDifferentFlags;
        }

        if (request.Amount != row.Amount)
        {
            return PaymentStatus.ExistsWithDifferentAmount;
        }

        if (request.Currency != row.Currency)
        {
            return PaymentStatus.ExistsWithDifferentCurrency;
        }

        if (request.OrderId != row.OrderId)
        {
            return PaymentStatus.ExistsWithDifferentOrderId;
        }

        if (request.Card != row.Card)
        {
            return PaymentStatus.ExistsWithDifferentCard;
        }

        if (request.Connector != row.Connector)
        {
            return PaymentStatus.ExistsWithDifferentConnector;
        }

        if (request.Method != row.Method)
        {
            return PaymentStatus.ExistsWithDifferentMethod;
        }

        if (request.CaptureWindowS != row.CaptureWindowS)
        {
            return PaymentStatus.ExistsWithDifferentCaptureWindow;
        }

        if (request.EffectiveAt != row.EffectiveAt)
        {
            return PaymentStatus.ExistsWithDifferentEffectiveAt;
        }

        if (request.Terminal != row.Terminal)
        {
            return PaymentStatus.ExistsWithDifferentTerminal;
        }

        if (request.Device != row.Device)
        {
            return PaymentStatus.ExistsWithDifferentDevice;
        }

        if (request.UserData128 != row.UserData128)
        {
            return PaymentStatus.ExistsWithDifferentUserData128;
        }

        return request.UserData64 != row.UserData64 ? PaymentStatus.ExistsWithDifferentUserData64 : 0;
    }

    public static PaymentStatus Compare(in CreateOrder request, in OrderRow row)
    {
        ref readonly OrderRecord order = ref row.Record;
        if (request.Flags != order.Flags)
        {
            return PaymentStatus.ExistsWithDifferentFlags;
        }

        if (request.Amount != order.Amount)
        {
            return PaymentStatus.ExistsWithDifferentAmount;
        }

        if (request.Currency != order.Currency)
        {
            return PaymentStatus.ExistsWithDifferentCurrency;
        }

        if (request.ReceiptLength != order.ReceiptLength
            || !((ReadOnlySpan<byte>)request.Receipt).SequenceEqual(order.Receipt))
        {
            return PaymentStatus.ExistsWithDifferentReceipt;
        }

        if (request.ExpiresInS != order.ExpiresInS)
        {
            return PaymentStatus.ExistsWithDifferentExpiry;
        }

        if (request.UserData128 != order.UserData128)
        {
            return PaymentStatus.ExistsWithDifferentUserData128;
        }

        return request.UserData64 != order.UserData64 ? PaymentStatus.ExistsWithDifferentUserData64 : 0;
    }

    public static PaymentStatus Compare(in PaymentAction request, in ActionRow row)
    {
        if (request.Flags != row.Flags)
        {
            return PaymentStatus.ExistsWithDifferentFlags;
        }

        if (request.Amount != row.AmountRequested)
        {
            return PaymentStatus.ExistsWithDifferentAmount;
        }

        if (request.PaymentId != row.PaymentId)
        {
            return PaymentStatus.ExistsWithDifferentPaymentId;
        }

        return request.UserData64 != row.UserData64 ? PaymentStatus.ExistsWithDifferentUserData64 : 0;
    }

    public static PaymentStatus Compare(in CreateMerchant request, in MerchantRow row)
    {
        if (request.Currency != row.Currency)
        {
            return PaymentStatus.ExistsWithDifferentCurrency;
        }

        if (request.FeeFixed != row.FeeFixed || request.FeeMin != row.FeeMin || request.FeeMax != row.FeeMax
            || request.FeePpm != row.FeePpm || request.TaxPpm != row.TaxPpm)
        {
            return PaymentStatus.ExistsWithDifferentFee;
        }

        if (request.RatePerS != row.RatePerS || request.RateBurst != row.RateBurst)
        {
            return PaymentStatus.ExistsWithDifferentRate;
        }

        if (request.Connector != row.Connector || request.Fallback1 != row.Fallback1
            || request.Fallback2 != row.Fallback2)
        {
            return PaymentStatus.ExistsWithDifferentConnector;
        }

        if (request.CaptureWindowS != row.CaptureWindowS)
        {
            return PaymentStatus.ExistsWithDifferentCaptureWindow;
        }

        if (request.Prefund != row.Prefund)
        {
            return PaymentStatus.ExistsWithDifferentPrefund;
        }

        return request.UserData64 != row.UserData64 ? PaymentStatus.ExistsWithDifferentUserData64 : 0;
    }
}
