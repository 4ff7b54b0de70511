using FastCore.Engine.Limiting;

namespace FastCore.Payments.Payments;

/// <summary>
/// The rate limit of a merchant: a token bucket on the batch's time, so a replay admits the same payments.
/// </summary>
internal static class MerchantRate
{
    private const ulong NsPerS = 1_000_000_000;

    /// <summary>Takes the permit of one payment.</summary>
    /// <param name="merchant">The merchant; its rate is not zero.</param>
    /// <param name="nowNs">The batch's time.</param>
    /// <param name="retryAtNs">When refused: the earliest time at which one more is admitted.</param>
    public static bool TryAcquire(ref MerchantRow merchant, ulong nowNs, out ulong retryAtNs)
    {
        LimiterSettings settings = new()
        {
            Permits = merchant.RatePerS,
            Burst = merchant.RateBurst,
            PeriodNs = NsPerS,
        };
        bool admitted = TokenBucket.TryAcquire(ref merchant.Rate, settings, nowNs, 1, out ulong retryAfterNs);
        retryAtNs = admitted ? 0 : checked(nowNs + retryAfterNs);
        return admitted;
    }
}
