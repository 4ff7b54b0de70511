using FastCore.Bench.Load;

namespace FastCore.Cli.Tests.Load;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(1, 10_000, 1_000)]
    [InlineData(2, 100_000, 50_000_000)]
    [InlineData(3, 5_000, 4_000_000_000_000)]
    public void PercentilesAreWithinATenthOfAPercentOfTheExactOnes(ulong seed, int count, ulong bound)
    {
        SeededRandom random = new(seed);
        LatencyHistogram histogram = new();
        long[] exact = new long[count];
        for (int i = 0; i < count; i++)
        {
            // Squaring the draw gives the long tail that latencies have.
            double share = random.Uniform();
            exact[i] = (long)(share * share * bound);
            histogram.Record(exact[i]);
        }

        Array.Sort(exact);
        foreach (double percent in (double[])[0.1, 1, 10, 50, 75, 90, 99, 99.9, 99.99, 100])
        {
            long expected = exact[Math.Max(0, (int)Math.Ceiling(percent / 100 * count) - 1)];
            long actual = histogram.Percentile(percent);
            Assert.InRange(actual, expected, expected + (expected / 1_000) + 1);
        }

        Assert.Equal(exact[^1], histogram.Max);
        Assert.Equal(exact[0], histogram.Min);
        Assert.Equal(count, histogram.Count);
    }

    [Fact]
    public void EveryValueFallsIntoABucketThatHoldsIt()
    {
        for (int bit = 0; bit < 42; bit++)
        {
            foreach (long value in (long[])[(1L << bit) - 1, 1L << bit, (1L << bit) + 1])
            {
                // A second, larger value keeps the maximum from hiding the bucket's own bounds.
                LatencyHistogram histogram = new();
                histogram.Record(value);
                histogram.Record(LatencyHistogram.ValueMax);
                Assert.InRange(histogram.Percentile(50), value, value + (value / 1_000) + 1);
            }
        }
    }

    [Fact]
    public void ValuesOutsideTheRangeAreCountedAtItsEnds()
    {
        LatencyHistogram histogram = new();
        histogram.Record(-5);
        histogram.Record(LatencyHistogram.ValueMax + 1_000);

        Assert.Equal(2, histogram.Count);
        Assert.Equal(0, histogram.Percentile(50));
        Assert.Equal(LatencyHistogram.ValueMax, histogram.Percentile(100));
    }

    [Fact]
    public void AddingIsRecordingEverythingOfBoth()
    {
        LatencyHistogram all = new();
        LatencyHistogram left = new();
        LatencyHistogram right = new();
        SeededRandom random = new(9);
        for (int i = 0; i < 10_000; i++)
        {
            long value = (long)random.Below(1_000_000);
            all.Record(value, 3);
            (i % 2 == 0 ? left : right).Record(value, 3);
        }

        left.Add(right);
        Assert.Equal(all.Count, left.Count);
        Assert.Equal(all.Percentile(99), left.Percentile(99));
        Assert.Equal(all.Max, left.Max);
        Assert.Equal(all.Min, left.Min);
        left.Clear();
        Assert.Equal(0, left.Count);
        Assert.Equal(0, left.Percentile(50));
    }

    [Fact]
    public void RecordingAllocatesNothing()
    {
        LatencyHistogram histogram = new();
        histogram.Record(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            histogram.Record(i * 7_919L);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
