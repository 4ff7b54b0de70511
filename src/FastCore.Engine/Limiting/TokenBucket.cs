namespace FastCore.Engine.Limiting;

/// <summary>
/// Permits drip into a bucket that holds <see cref="LimiterSettings.Burst"/> of them. In any stretch of time of length
/// w it admits at most Burst + ⌊w × Permits ÷ PeriodNs⌋ permits.
/// </summary>
/// <remarks>
/// The state is what was spent and not yet refilled, counted in units of which a permit has PeriodNs and a nanosecond
/// refills Permits. So nothing is ever rounded, however odd the rate.
/// </remarks>
public readonly struct TokenBucket : ILimiter
{
    /// <inheritdoc/>
    public static bool TryAcquire(
        ref LimiterState state, in LimiterSettings settings, ulong nowNs, uint permits, out ulong retryAfterNs)
    {
        ref Bucket bucket = ref LimiterState.As<Bucket>(ref state);
        retryAfterNs = 0;
        if (permits == 0)
        {
            return true;
        }

        // At most 2^32 × 2^64, and a sum of two of those, so 128 bits always hold it.
        UInt128 spent = SpentAt(bucket, settings, nowNs) + Units(permits, settings);
        UInt128 capacity = Units(settings.Burst, settings);
        if (spent > capacity || settings.PeriodNs == 0)
        {
            retryAfterNs = RetryAfter(bucket, settings, nowNs, permits, spent - capacity);
            return false;
        }

        bucket.Spent = spent;
        bucket.LastNs = Math.Max(bucket.LastNs, nowNs);
        return true;
    }

    /// <inheritdoc/>
    public static bool IsFresh(in LimiterState state, in LimiterSettings settings, ulong nowNs)
    {
        LimiterState copy = state;
        return SpentAt(LimiterState.As<Bucket>(ref copy), settings, nowNs) == 0;
    }

    /// <inheritdoc/>
    public static string? Validate(in LimiterSettings settings)
    {
        if (settings.Permits == 0 || settings.PeriodNs == 0)
        {
            return "A token bucket needs permits and a period, both above zero.";
        }

        return settings.Burst == 0 ? "A token bucket needs a burst above zero." : null;
    }

    private static UInt128 Units(uint permits, in LimiterSettings settings) => (UInt128)permits * settings.PeriodNs;

    private static UInt128 SpentAt(in Bucket bucket, in LimiterSettings settings, ulong nowNs)
    {
        if (nowNs <= bucket.LastNs)
        {
            return bucket.Spent;
        }

        UInt128 refilled = (UInt128)(nowNs - bucket.LastNs) * settings.Permits;
        return refilled >= bucket.Spent ? 0 : bucket.Spent - refilled;
    }

    private static ulong RetryAfter(
        in Bucket bucket, in LimiterSettings settings, ulong nowNs, uint permits, UInt128 missing)
    {
        if (permits > settings.Burst || settings.Permits == 0 || settings.PeriodNs == 0)
        {
            return ulong.MaxValue;
        }

        // A clock that stands behind the last time seen has to catch up before anything is refilled.
        UInt128 behind = bucket.LastNs > nowNs ? bucket.LastNs - nowNs : 0;
        UInt128 wait = behind + ((missing + settings.Permits - 1) / settings.Permits);
        return wait > ulong.MaxValue - nowNs ? ulong.MaxValue : (ulong)wait;
    }

    private struct Bucket
    {
        public UInt128 Spent;
        public ulong LastNs;
        public ulong Zero;
    }
}
