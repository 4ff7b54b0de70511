using System.Runtime.CompilerServices;

namespace FastCore.Engine.Limiting;

/// <summary>
/// Any stretch of time of length PeriodNs admits at most Permits. It never admits more; it may admit less: permits are
/// counted in steps of a fifth of the period, and a step counts until all of it is older than the period, so a permit
/// comes back after one to one and a fifth periods.
/// </summary>
public readonly struct SlidingWindow : ILimiter
{
    private const int Steps = 5;

    // A stretch of five steps' length can touch six of them.
    private const int Counters = Steps + 1;

    /// <inheritdoc/>
    public static bool TryAcquire(
        ref LimiterState state, in LimiterSettings settings, ulong nowNs, uint permits, out ulong retryAfterNs)
    {
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

        // The counters move on whether or not the permits are there: that changes no later decision.
        ulong stepNs = StepNs(settings);
        ref Window window = ref LimiterState.As<Window>(ref state);
        Window moved = window;
        MoveTo(ref moved, nowNs / stepNs);
        ulong used = 0;
        foreach (uint count in moved.Counts)
        {
            used += count;
        }

        if (used + permits > settings.Permits)
        {
            retryAfterNs = RetryAfter(moved, settings, nowNs, used + permits - settings.Permits);
            return false;
        }

        moved.Counts[(int)(moved.Step % Counters)] += permits;
        window = moved;
        return true;
    }

    /// <inheritdoc/>
    public static bool IsFresh(in LimiterState state, in LimiterSettings settings, ulong nowNs)
    {
        if (settings.PeriodNs == 0)
        {
            return true;
        }

        LimiterState copy = state;
        ref Window window = ref LimiterState.As<Window>(ref copy);
        MoveTo(ref window, nowNs / StepNs(settings));
        ReadOnlySpan<uint> counts = window.Counts;
        return counts.IndexOfAnyExcept(0u) < 0;
    }

    /// <inheritdoc/>
    public static string? Validate(in LimiterSettings settings) => FixedWindow.Validate(settings);

    // Rounded up, so that five steps are never shorter than the period.
    private static ulong StepNs(in LimiterSettings settings) =>
        (settings.PeriodNs / Steps) + (settings.PeriodNs % Steps == 0 ? 0UL : 1UL);

    private static void MoveTo(ref Window window, ulong step)
    {
        if (step <= window.Step)
        {
            return;
        }

        ulong passed = Math.Min(step - window.Step, Counters);
        for (ulong i = 0; i < passed; i++)
        {
            window.Counts[(int)((step - i) % Counters)] = 0;
        }

        window.Step = step;
    }

    private static ulong RetryAfter(in Window window, in LimiterSettings settings, ulong nowNs, ulong missing)
    {
        // Steps leave oldest first; the request fits when those that left held what is missing.
        ulong freed = 0;
        UInt128 leavesAt = 0;
        for (int age = Steps; age >= 0 && freed < missing; age--)
        {
            freed += window.Counts[((int)(window.Step % Counters) + Counters - age) % Counters];
            leavesAt = ((UInt128)window.Step + (uint)(Counters - age)) * StepNs(settings);
        }

        return leavesAt > ulong.MaxValue ? ulong.MaxValue : (ulong)leavesAt - nowNs;
    }

    [InlineArray(Counters)]
    private struct StepCounts
    {
        private uint _first;
    }

    private struct Window
    {
        public ulong Step;
        public StepCounts Counts;
    }
}
