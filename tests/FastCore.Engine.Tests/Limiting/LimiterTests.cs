using System.Runtime.CompilerServices;
using FastCore.Engine.Limiting;
using FastCore.Testing;
using Xunit;

namespace FastCore.Engine.Tests.Limiting;

/// <summary>
/// Row X1: no limiter admits more than its bound in any stretch of time, and its retry-after is the truth.
/// </summary>
public sealed class LimiterTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void X1_TokenBucket_NeverExceedsBurstPlusRate(ulong seed)
    {
        SeededRandom random = new(seed);
        LimiterSettings settings = RandomSettings(random);
        List<(ulong At, uint Permits)> admitted = Drive<TokenBucket>(random, settings);
        CheckEveryStretch(admitted, (length, sum) =>
            sum <= settings.Burst + ((UInt128)length * settings.Permits / settings.PeriodNs));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void X1_FixedWindow_NeverExceedsTheLimitPerWindow(ulong seed)
    {
        SeededRandom random = new(seed);
        LimiterSettings settings = RandomSettings(random);
        List<(ulong At, uint Permits)> admitted = Drive<FixedWindow>(random, settings);
        foreach (IGrouping<ulong, (ulong At, uint Permits)> window in admitted.GroupBy(a => a.At / settings.PeriodNs))
        {
            Assert.True(window.Sum(a => a.Permits) <= settings.Permits);
        }

        // The stretch from first to last admission is closed at both ends, so one shorter than a period is a window.
        CheckEveryStretch(admitted, (length, sum) => length >= settings.PeriodNs || sum <= 2 * (ulong)settings.Permits);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void X1_SlidingWindow_NeverExceedsTheLimitInAnyPeriod(ulong seed)
    {
        SeededRandom random = new(seed);
        LimiterSettings settings = RandomSettings(random);
        List<(ulong At, uint Permits)> admitted = Drive<SlidingWindow>(random, settings);
        CheckEveryStretch(admitted, (length, sum) => length >= settings.PeriodNs || sum <= settings.Permits);
    }

    [Fact]
    public void X1_SlidingWindow_GivesPermitsBackAfterAtMostSixFifthsOfThePeriod()
    {
        LimiterSettings settings = new() { Permits = 10, PeriodNs = 1_000 };
        for (ulong start = 5_000; start < 6_000; start += 37)
        {
            LimiterState state = default;
            Assert.True(SlidingWindow.TryAcquire(ref state, settings, start, 10, out _));
            Assert.False(SlidingWindow.TryAcquire(ref state, settings, start + 999, 1, out _));
            Assert.True(SlidingWindow.TryAcquire(ref state, settings, start + 1_200, 10, out _));
        }
    }

    [Fact]
    public void X1_TokenBucket_UsesItsWholeRate()
    {
        // 3 permits per 7 ns never divide evenly; over a long time not one may be lost to rounding.
        LimiterSettings settings = new() { Permits = 3, PeriodNs = 7, Burst = 2 };
        LimiterState state = default;
        ulong admitted = 0;
        for (ulong now = 1_000; now < 1_000 + 7_000_000; now++)
        {
            admitted += TokenBucket.TryAcquire(ref state, settings, now, 1, out _) ? 1UL : 0UL;
        }

        Assert.InRange(admitted, 3_000_000UL, 3_000_002UL);
    }

    [Fact]
    public void X1_ConcurrencyLimit_CountsWhatIsInFlight()
    {
        LimiterSettings settings = new() { Permits = 5, PeriodNs = 77 };
        LimiterState state = default;
        SeededRandom random = new(8);
        uint taken = 0;
        for (int i = 0; i < 10_000; i++)
        {
            uint permits = (uint)random.Below(4);
            if (random.OneIn(2))
            {
                bool fits = taken + permits <= 5;
                Assert.Equal(fits, ConcurrencyLimit.TryAcquire(ref state, settings, 1, permits, out ulong retry));
                Assert.Equal(fits ? 0UL : 77UL, retry);
                taken += fits ? permits : 0;
            }
            else
            {
                Assert.Equal(permits <= taken, ConcurrencyLimit.TryRelease(ref state, permits));
                taken -= permits <= taken ? permits : 0;
            }

            Assert.Equal(taken == 0, ConcurrencyLimit.IsFresh(state, settings, 1));
        }

        Assert.False(ConcurrencyLimit.TryAcquire(ref state, settings, 1, 6, out ulong never));
        Assert.Equal(ulong.MaxValue, never);
        state = default;
        Assert.True(ConcurrencyLimit.TryAcquire(ref state, settings, 1, 5, out _));
        LimiterSettings lowered = new() { Permits = 2 };
        Assert.False(ConcurrencyLimit.TryAcquire(ref state, lowered, 1, 1, out _));
    }

    [Fact]
    public void X1_ExtremeValues_NeitherOverflowNorAdmitTooMuch()
    {
        ExtremeValues<TokenBucket>(burst => burst.Burst);
        ExtremeValues<FixedWindow>(settings => settings.Permits);
        ExtremeValues<SlidingWindow>(settings => settings.Permits);
    }

    [Fact]
    public void X1_InvalidSettings_RefuseEverything()
    {
        LimiterSettings none = default;
        LimiterState state = default;
        Assert.NotNull(TokenBucket.Validate(none));
        Assert.NotNull(FixedWindow.Validate(none));
        Assert.NotNull(SlidingWindow.Validate(none));
        Assert.NotNull(ConcurrencyLimit.Validate(none));
        Assert.NotNull(TokenBucket.Validate(new LimiterSettings { Permits = 1, PeriodNs = 1 }));
        Assert.Null(TokenBucket.Validate(new LimiterSettings { Permits = 1, PeriodNs = 1, Burst = 1 }));
        Assert.False(TokenBucket.TryAcquire(ref state, none, 5, 1, out ulong a));
        Assert.False(TokenBucket.TryAcquire(ref state, new LimiterSettings { Burst = 9 }, 5, 1, out _));
        Assert.False(FixedWindow.TryAcquire(ref state, none, 5, 1, out ulong b));
        Assert.False(SlidingWindow.TryAcquire(ref state, none, 5, 1, out ulong c));
        Assert.False(ConcurrencyLimit.TryAcquire(ref state, none, 5, 1, out ulong d));
        Assert.Equal((ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue), (a, b, c, d));
    }

    [Fact]
    public void X1_Sizes() =>
        Assert.Equal((32, 16), (Unsafe.SizeOf<LimiterState>(), Unsafe.SizeOf<LimiterSettings>()));

    public static TheoryData<ulong> Seeds()
    {
        TheoryData<ulong> seeds = [];
        for (ulong seed = 1; seed <= 40; seed++)
        {
            seeds.Add(seed);
        }

        return seeds;
    }

    private static LimiterSettings RandomSettings(SeededRandom random) => new()
    {
        Permits = (uint)random.Between(1, 30),
        Burst = (uint)random.Between(1, 30),
        PeriodNs = (ulong)random.Between(1, 2_000),
    };

    // Offers more than the limit most of the time, with quiet stretches, retries at the named time, and a clock that
    // sometimes steps back.
    private static List<(ulong At, uint Permits)> Drive<TLimiter>(SeededRandom random, LimiterSettings settings)
        where TLimiter : struct, ILimiter
    {
        List<(ulong, uint)> admitted = [];
        LimiterState state = default;
        ulong now = random.Below(100_000UL);
        ulong latest = 0;
        for (int i = 0; i < 1_500; i++)
        {
            now += random.OneIn(30) ? random.Below(settings.PeriodNs * 3) : random.Below((settings.PeriodNs / 20) + 2);
            now -= random.OneIn(50) ? Math.Min(now, random.Below(settings.PeriodNs)) : 0;
            uint permits = (uint)random.Between(0, random.OneIn(10) ? 35 : 3);
            LimiterState before = state;
            bool fresh = TLimiter.IsFresh(state, settings, now);
            if (TLimiter.TryAcquire(ref state, settings, now, permits, out ulong retryAfterNs))
            {
                Assert.Equal(0UL, retryAfterNs);
                if (permits != 0)
                {
                    // A clock that stepped back stands still for the limiter until it has caught up.
                    latest = Math.Max(latest, now);
                    admitted.Add((latest, permits));
                }

                continue;
            }

            Assert.Equal(before, state);
            if (fresh)
            {
                LimiterState unused = default;
                Assert.False(TLimiter.TryAcquire(ref unused, settings, now, permits, out _));
            }

            CheckRetryAfter<TLimiter>(state, settings, now, permits, retryAfterNs);
            if (retryAfterNs != ulong.MaxValue && random.OneIn(3))
            {
                now += retryAfterNs;
            }
        }

        Assert.True(admitted.Count > 10);
        return admitted;
    }

    private static void CheckRetryAfter<TLimiter>(
        LimiterState state, LimiterSettings settings, ulong now, uint permits, ulong retryAfterNs)
        where TLimiter : struct, ILimiter
    {
        LimiterState copy = state;
        if (retryAfterNs == ulong.MaxValue)
        {
            // The last nanosecond itself is left out: from time zero it is ulong.MaxValue away and still "never".
            ulong end = Math.Max(now, ulong.MaxValue - 1);
            Assert.False(TLimiter.TryAcquire(ref copy, settings, end, permits, out _));
            return;
        }

        // Neither too early nor too late.
        Assert.NotEqual(0UL, retryAfterNs);
        Assert.False(TLimiter.TryAcquire(ref copy, settings, now + retryAfterNs - 1, permits, out _));
        Assert.True(TLimiter.TryAcquire(ref copy, settings, now + retryAfterNs, permits, out _));
    }

    private static void CheckEveryStretch(List<(ulong At, uint Permits)> admitted, Func<ulong, ulong, bool> isWithin)
    {
        for (int first = 0; first < admitted.Count; first++)
        {
            ulong sum = 0;
            for (int last = first; last < admitted.Count; last++)
            {
                sum += admitted[last].Permits;
                Assert.True(isWithin(admitted[last].At - admitted[first].At, sum));
            }
        }
    }

    private static void ExtremeValues<TLimiter>(Func<LimiterSettings, uint> atOnce)
        where TLimiter : struct, ILimiter
    {
        uint[] counts = [1, 2, uint.MaxValue - 1, uint.MaxValue];
        ulong[] times = [1, 4, 5, 6, 1UL << 32, ulong.MaxValue - 1, ulong.MaxValue];
        foreach (uint limit in counts)
        {
            foreach (ulong period in times)
            {
                foreach (ulong start in (ulong[])[0, .. times])
                {
                    LimiterSettings settings = new() { Permits = limit, Burst = limit, PeriodNs = period };
                    LimiterState state = default;
                    Assert.True(TLimiter.TryAcquire(ref state, settings, start, atOnce(settings), out _));
                    Assert.False(TLimiter.TryAcquire(ref state, settings, start, 1, out ulong retry));
                    Assert.False(TLimiter.TryAcquire(ref state, settings, 0, uint.MaxValue, out ulong late));
                    CheckRetryAfter<TLimiter>(state, settings, start, 1, retry);
                    CheckRetryAfter<TLimiter>(state, settings, 0, uint.MaxValue, late);
                }
            }
        }
    }
}
