using FastCore.Bench.Soak;
using FastCore.Testing;

namespace FastCore.Cli.Tests.Soak;

public sealed class TheilSenTests
{
    [Fact]
    public void AQuarterOfTheWindowsMayBeAnything()
    {
        SeededRandom random = new(3);
        (int, double, double)[] points = [.. Enumerable.Range(0, 60).Select(
            i => (0, (double)i, random.OneIn(4) ? random.Below(1_000_000) : (2.5 * i) + random.Below(3)))];
        double slope = TheilSen.Slope(points)!.Value;
        Assert.InRange(slope, 2.2, 2.9);
    }

    [Fact]
    public void ARestartIsNoSlope()
    {
        // Each life grows by 3 a second and begins at the bottom again; without lives the slope would be about 0.
        (int, double, double)[] points = [.. Enumerable.Range(0, 40).Select(
            i => (i / 10, (double)i, 3.0 * (i % 10)))];
        Assert.Equal(3, TheilSen.Slope(points)!.Value, 9);
        Assert.InRange(TheilSen.Slope([.. points.Select(point => (0, point.Item2, point.Item3))])!.Value, -1, 1);
    }

    [Fact]
    public void WithoutTwoTimesThereIsNoSlope()
    {
        Assert.Null(TheilSen.Slope([]));
        Assert.Null(TheilSen.Slope([(0, 1, 1), (0, 1, 2), (1, 2, 3)]));
    }

    [Fact]
    public void TheMiddleOfAnEvenNumberLiesBetween()
    {
        Assert.Equal(2.5, TheilSen.Median([4, 1, 3, 2]));
        Assert.Equal(3, TheilSen.Median([9, 3, 1]));
        Assert.Equal(0, TheilSen.Median([]));
    }
}
