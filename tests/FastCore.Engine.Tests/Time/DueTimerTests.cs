using FastCore.Engine.Time;
using Xunit;

namespace FastCore.Engine.Tests.Time;

/// <summary>The order of timers that are due together.</summary>
public sealed class DueTimerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(1_000)]
    [InlineData(100_001)]
    public void Sorts_by_time_then_token_like_the_library(int count)
    {
        Random random = new(count);
        DueTimer[] scratch = [];
        foreach (int times in (int[])[1, 7, int.MaxValue])
        {
            // Of one time, of few, and mostly different ones; tokens are unique, as those of a wheel.
            DueTimer[] timers =
                [.. Enumerable.Range(0, count).Select(i => new DueTimer((ulong)random.Next(times), (ulong)i, i))];
            random.Shuffle(timers);
            DueTimer[] expected = [.. timers.OrderBy(timer => timer.DueNs).ThenBy(timer => timer.Token)];
            DueTimer.Sort(timers, ref scratch);
            Assert.Equal(expected, timers);
        }
    }
}
