using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>A merchant: its terms and its rate. Its money is in the books.</summary>
internal sealed class ModelMerchant(CreateMerchant request, ulong openedNs)
{
    private const ulong NsPerS = 1_000_000_000;

    // Permits in the bucket, in billionths of one, so that a nanosecond adds a whole number of them.
    private UInt128 _permits = (UInt128)request.RateBurst * NsPerS;
    private ulong _filledNs = openedNs;

    public CreateMerchant Request { get; } = request;

    public PaymentResult Answer { get; init; }

    public ulong PaymentCount { get; set; }

    /// <summary>The connector of an attempt at a payment that follows the route; 0 = there is none.</summary>
    public ushort ConnectorOf(int attempt) => attempt switch
    {
        1 => Request.Connector,
        2 => Request.Fallback1,
        3 => Request.Fallback2,
        _ => 0,
    };

    /// <summary>What captures of so much in all cost.</summary>
    public ulong FeeOf(ulong captured)
    {
        decimal fee = Share(captured, Request.FeePpm) + Request.FeeFixed;
        fee = fee < Request.FeeMin ? Request.FeeMin : fee;
        return (ulong)(Request.FeeMax != 0 && fee > Request.FeeMax ? Request.FeeMax : fee);
    }

    public ulong TaxOf(ulong fee) => (ulong)Share(fee, Request.TaxPpm);

    /// <summary>Admits one payment, or tells the nanosecond at which one could be.</summary>
    public bool TryAdmit(ulong nowNs, out ulong retryAtNs)
    {
        retryAtNs = 0;
        if (Request.RatePerS == 0)
        {
            return true;
        }

        UInt128 full = (UInt128)Request.RateBurst * NsPerS;
        _permits = UInt128.Min(full, _permits + ((UInt128)(nowNs - _filledNs) * Request.RatePerS));
        _filledNs = nowNs;
        if (_permits >= NsPerS)
        {
            _permits -= NsPerS;
            return true;
        }

        UInt128 missing = NsPerS - _permits;
        retryAtNs = nowNs + (ulong)((missing + Request.RatePerS - 1) / Request.RatePerS);
        return false;
    }

    // Decimals hold the product of 2^57 and a million with six digits to spare, so nothing is rounded but the result.
    private static decimal Share(ulong amount, uint ppm) =>
        Math.Round((decimal)amount * ppm / 1_000_000m, MidpointRounding.ToEven);
}
