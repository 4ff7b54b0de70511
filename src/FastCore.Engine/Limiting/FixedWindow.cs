namespace FastCore.Engine.Limiting;

/// <summary>
/// Time is cut into windows of PeriodNs that begin at its multiples; each admits at most Permits. So any stretch of
/// length PeriodNs admits at most 2 × Permits: the end of one window and the beginning of the next.
/// </summary>
public readonly struct FixedWindow : ILimiter
{
    /// <inheritdoc/>
    public static bool TryAcquire(
        ref LimiterState state, in LimiterSettings settings, ulong nowNs, uint permits, out ulong retryAfterNs)
    {
        ref Counter counter = ref LimiterState.As<Counter>(ref state);
        retryAfterNs = 0;
        if (permits == 0)
        {
            return true;
        }

        if (permits > settings.Permits || settings.PeriodNs == 0)
        {
            retryAfterNs = ulong.MaxValue;
            return false;
        }

        ulong window = Math.Max(counter.Window, nowNs / settings.PeriodNs);
        ulong used = window == counter.Window ? counter.Used : 0;
        if (used + permits > settings.Permits)
        {
            UInt128 next = ((UInt128)window + 1) * settings.PeriodNs;
            retryAfterNs = next > ulong.MaxValue ? ulong.MaxValue : (ulong)next - nowNs;
            return false;
        }

        counter.Window = window;
        counter.Used = used + permits;
        return true;
    }

    /// <inheritdoc/>
    public static bool IsFresh(in LimiterState state, in LimiterSettings settings, ulong nowNs)
    {
        LimiterState copy = state;
        ref Counter counter = ref LimiterState.As<Counter>(ref copy);
        return counter.Used == 0 || (settings.PeriodNs != 0 && nowNs / settings.PeriodNs > counter.Window);
    }

    /// <inheritdoc/>
    public static string? Validate(in LimiterSettings settings) =>
        settings.Permits == 0 || settings.PeriodNs == 0
            ? "A window needs permits and a period, both above zero."
            : null;

    private struct Counter
    {
        public ulong Window;
        public ulong Used;
        public ulong Zero0;
        public ulong Zero1;
    }
}
