using FastCore.Engine.Limiting;
using FastCore.Testing;
using Xunit;

namespace FastCore.Engine.Tests.Limiting;

public sealed class KeyedLimiterTests
{
    private static readonly LimiterSettings TenPerSecond = new() { Permits = 10, Burst = 10, PeriodNs = 1_000_000_000 };

    [Fact]
    public void X1_EachKeyHasItsOwnLimit()
    {
        using KeyedLimiter<TokenBucket> limiter = new("l", 1_000, TenPerSecond, failsOpen: false);
        for (ulong key = 0; key < 1_000; key++)
        {
            for (int i = 0; i < 10; i++)
            {
                Assert.True(limiter.TryAcquire(key, 5, 1, out _));
            }

            Assert.False(limiter.TryAcquire(key, 5, 1, out ulong retryAfterNs));
            Assert.Equal(100_000_000UL, retryAfterNs);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void X1_WhenAllKeysAreInUse_FailsAsChosen_AndForgetsIdleKeysOnly(bool failsOpen)
    {
        using KeyedLimiter<TokenBucket> limiter = new("l", 100, TenPerSecond, failsOpen);
        for (ulong key = 0; key < 100; key++)
        {
            Assert.True(limiter.TryAcquire(key, 5, 10, out _));
        }

        Assert.Equal(failsOpen, limiter.TryAcquire(1_000, 6, 1, out ulong retryAfterNs));
        Assert.Equal(failsOpen, retryAfterNs == 0);
        Assert.Equal(1, limiter.WithoutRoom);

        // A second later every bucket is full again, so any of them may go.
        for (ulong key = 1_000; key < 1_050; key++)
        {
            Assert.True(limiter.TryAcquire(key, 1_000_000_006, 10, out _));
            Assert.False(limiter.TryAcquire(key, 1_000_000_006, 1, out _));
        }

        Assert.Equal(100, limiter.Count);
        Assert.Equal(1, limiter.WithoutRoom);
    }

    [Fact]
    public void X1_RecoveredLimiter_DecidesAlike_AndAllocatesNothing()
    {
        using KeyedLimiter<SlidingWindow> limiter = new("l", 500, TenPerSecond, failsOpen: false);
        using KeyedLimiter<SlidingWindow> recovered = new("l", 500, TenPerSecond, failsOpen: false);
        SeededRandom random = new(9);
        ulong now = 0;
        for (int i = 0; i < 20_000; i++)
        {
            now += random.Below(3_000_000UL);
            limiter.TryAcquire(random.Below(900UL), now, 3, out _);
        }

        Assert.True(limiter.WithoutRoom > 0);
        SnapshotBytes.Recover(recovered, SnapshotBytes.Of(limiter));
        for (int i = 0; i < 20_000; i++)
        {
            now += random.Below(3_000_000UL);
            ulong key = random.Below(900UL);
            bool expected = limiter.TryAcquire(key, now, 3, out ulong expectedRetry);
            Assert.Equal(expected, recovered.TryAcquire(key, now, 3, out ulong retry));
            Assert.Equal(expectedRetry, retry);
        }

        Assert.Equal(StateHashes.Of([limiter]), StateHashes.Of([recovered]));
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (ulong i = 0; i < 10_000; i++)
            {
                now += 1_000_000;
                limiter.TryAcquire(i % 900, now, 3, out _);
            }
        }));
    }
}
