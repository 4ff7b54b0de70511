using FastCore.Engine.Time;
using FastCore.Testing;
using Xunit;

namespace FastCore.Engine.Tests.Time;

/// <summary>Thousands of timers that fall due in one tick, taken a few at a time while others come and go.</summary>
public sealed class TimerBurstTests
{
    private const int PerBurst = 3_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_burst_that_is_taken_in_parts_matches_the_naive_twin(ulong seed)
    {
        SeededRandom random = new(seed);
        TimerWheel wheel = new();
        SortedSet<(ulong Due, ulong Token)> naive = [];
        List<(long Handle, ulong Due, ulong Token)> handles = [];
        ulong now = ManualClock.StartNs;
        ulong token = 0;
        for (int burst = 0; burst < 8; burst++)
        {
            // Few different moments, so that many share one.
            ulong moment = now + 5_000_000;
            for (int i = 0; i < PerBurst; i++)
            {
                Add(moment + (random.Below(40UL) * 1_000));
            }

            now = moment + random.Below(2_000_000UL);
            while (naive.Count != 0 && naive.Min.Due <= now)
            {
                int max = random.Between(1, 700);
                ulong[] first = [.. naive.TakeWhile(timer => timer.Due <= now).Take(max + 1).Select(x => x.Due)];
                ulong limit = wheel.DueLimitNs(now, max);
                Assert.Equal(first.Length <= max ? now : first[max - 1], limit);
                AssertPeeked(limit);
                while (naive.Count != 0 && naive.Min.Due <= limit)
                {
                    Assert.Equal(naive.Min.Due, wheel.NextDueNs);
                    Assert.True(wheel.TryTake(limit, out ulong due, out ulong taken));
                    Assert.Equal(naive.Min, (due, taken));
                    naive.Remove(naive.Min);
                }

                Assert.False(wheel.TryTake(limit, out _, out _));
                ComeAndGo();
                Assert.Equal(naive.Count, wheel.Count);
            }
        }

        void Add(ulong due)
        {
            handles.Add((wheel.Add(due, ++token), due, token));
            naive.Add((due, token));
        }

        // Some are cancelled, some overdue ones are added, others are due a moment later.
        void ComeAndGo()
        {
            for (int i = random.Below(60); i > 0; i--)
            {
                int at = random.Below(handles.Count);
                (long handle, ulong due, ulong cancelled) = handles[at];
                handles[at] = handles[^1];
                handles.RemoveAt(handles.Count - 1);
                Assert.Equal(naive.Remove((due, cancelled)), wheel.Cancel(handle));
            }

            for (int i = random.Below(30); i > 0; i--)
            {
                Add(now - 2_000_000 + random.Below(2_100_000UL));
            }
        }

        void AssertPeeked(ulong limit)
        {
            List<ulong> seen = [];
            for (int place = 0; wheel.TryPeekDue(limit, ref place, out ulong peeked);)
            {
                seen.Add(peeked);
            }

            IEnumerable<ulong> due = naive.TakeWhile(timer => timer.Due <= limit).Select(timer => timer.Token);
            Assert.Equal(due.Order(), seen.Order());
        }
    }

    [Fact]
    public void What_is_ahead_of_a_burst_is_what_comes()
    {
        TimerWheel wheel = new();
        for (ulong i = 0; i < PerBurst; i++)
        {
            wheel.Add(ManualClock.StartNs + (PerBurst - i), i);
        }

        Assert.False(wheel.TryPeekAhead(0, out _));
        Assert.True(wheel.TryTake(ManualClock.StartNs + PerBurst, out _, out ulong first));
        Assert.Equal(PerBurst - 1UL, first);
        for (ulong next = PerBurst - 2; next > 4; next--)
        {
            Assert.True(wheel.TryPeekAhead(4, out ulong fifth));
            Assert.Equal(next - 4, fifth);
            Assert.True(wheel.TryTake(ulong.MaxValue, out _, out ulong taken));
            Assert.Equal(next, taken);
        }
    }

    [Fact]
    public void Later_bursts_allocate_nothing()
    {
        TimerWheel wheel = new();
        ulong now = ManualClock.StartNs;
        long bytes = Allocations.Of(() =>
        {
            for (ulong i = 0; i < PerBurst; i++)
            {
                wheel.Add(now + 10_000_000 + (i % 7), i);
            }

            now += 20_000_000;
            while (wheel.DueLimitNs(now, 100) is ulong limit && wheel.TryTake(limit, out _, out _))
            {
            }
        });
        Assert.Equal(0, bytes);
        Assert.Equal(0, wheel.Count);
    }
}
