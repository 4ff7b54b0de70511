using System.Diagnostics;
using FastCore.Bench.Load;

namespace FastCore.Cli.Tests.Load;

public sealed class LatencyTimelineTests
{
    private static readonly long Slice = Stopwatch.Frequency / LatencyTimeline.SlicesPerS;

    [Fact]
    public void Each_slice_keeps_its_worst_and_what_is_outside_is_left_out()
    {
        LatencyTimeline timeline = new(1);
        timeline.Record(0, 5);
        timeline.Record(Slice - 1, 9);
        timeline.Record(Slice, 3);
        timeline.Record(10 * Slice, 1_000);
        timeline.Record(-Slice, 1_000);
        Assert.Equal([(0, 9), (0.1, 3)], timeline.Slices);
    }

    [Fact]
    public void Together_the_worst_of_both_counts()
    {
        LatencyTimeline one = new(1);
        LatencyTimeline other = new(1);
        one.Record(0, 5);
        other.Record(0, 7);
        other.Record(3 * Slice, 2);
        one.Add(other);
        Assert.Equal([(0, 7), (0.3, 2)], one.Slices);
    }
}
