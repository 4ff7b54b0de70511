namespace FastCore.Engine.Limiting;

/// <summary>
/// At most Permits are taken and not yet given back. When that will be nobody knows, so the retry-after of a refusal is
/// the setting's PeriodNs: a suggestion, not a promise.
/// </summary>
public readonly struct ConcurrencyLimit : ILimiter
{
    /// <inheritdoc/>
    public static bool TryAcquire(
        ref LimiterState state, in LimiterSettings settings, ulong nowNs, uint permits, out ulong retryAfterNs)
    {
        ref InFlight inFlight = ref LimiterState.As<InFlight>(ref state);
        retryAfterNs = 0;
        if (permits == 0)
        {
            return true;
        }

        // Written as a subtraction so that it cannot overflow; the limit may have been lowered below what is taken.
        if (permits > settings.Permits || inFlight.Taken > settings.Permits - permits)
        {
            retryAfterNs = permits > settings.Permits ? ulong.MaxValue : settings.PeriodNs;
            return false;
        }

        inFlight.Taken += permits;
        return true;
    }

    /// <summary>Gives permits back.</summary>
    /// <returns>False when more are given back than are taken; nothing changes then.</returns>
    public static bool TryRelease(ref LimiterState state, uint permits)
    {
        ref InFlight inFlight = ref LimiterState.As<InFlight>(ref state);
        if (permits > inFlight.Taken)
        {
            return false;
        }

        inFlight.Taken -= permits;
        return true;
    }

    /// <inheritdoc/>
    public static bool IsFresh(in LimiterState state, in LimiterSettings settings, ulong nowNs)
    {
        LimiterState copy = state;
        return LimiterState.As<InFlight>(ref copy).Taken == 0;
    }

    /// <inheritdoc/>
    public static string? Validate(in LimiterSettings settings) =>
        settings.Permits == 0 ? "A concurrency limit needs permits above zero." : null;

    private struct InFlight
    {
        public ulong Taken;
        public ulong Zero0;
        public ulong Zero1;
        public ulong Zero2;
    }
}
