using System.Text;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Tests.Payments;

/// <summary>Requests that are valid as they stand; tests change what they are about.</summary>
internal static class Requests
{
    /// <summary>2 % + 100, GST 18 % on the fee; 1,000,000 in clearing.</summary>
    public static CreateMerchant Merchant(ulong merchant = 7) => new()
    {
        Merchant = merchant,
        Currency = PaymentsRig.Currency,
        FeePpm = 20_000,
        FeeFixed = 100,
        TaxPpm = 180_000,
        Prefund = 1_000_000,
    };

    /// <summary>A merchant whose payments go to connector 1, then 2, then 3.</summary>
    public static CreateMerchant BankMerchant(ulong merchant = 7)
    {
        CreateMerchant request = Merchant(merchant);
        request.Connector = 1;
        request.Fallback1 = 2;
        request.Fallback2 = 3;
        request.Prefund = 0;
        return request;
    }

    public static CreatePayment Payment(UInt128 id, ulong amount = 10_000, ulong merchant = 7) => new()
    {
        Id = id,
        Merchant = merchant,
        Amount = amount,
        Card = 4_111,
        Currency = PaymentsRig.Currency,
        Connector = CreatePayment.MerchantRoute,
    };

    public static CreatePayment ManualPayment(UInt128 id, ulong amount = 10_000, ulong merchant = 7)
    {
        CreatePayment request = Payment(id, amount, merchant);
        request.Flags = PaymentFlags.ManualCapture;
        return request;
    }

    public static CreateOrder Order(UInt128 id, ulong amount = 10_000, string receipt = "", ulong merchant = 7)
    {
        CreateOrder request = new()
        {
            Id = id,
            Merchant = merchant,
            Amount = amount,
            Currency = PaymentsRig.Currency,
            ReceiptLength = (byte)Encoding.UTF8.GetByteCount(receipt),
        };
        Encoding.UTF8.GetBytes(receipt, request.Receipt);
        return request;
    }

    public static PaymentAction Action(UInt128 id, UInt128 paymentId, ulong amount = 0, ulong merchant = 7) => new()
    {
        Id = id,
        Merchant = merchant,
        Amount = amount,
        PaymentId = paymentId,
    };
}
