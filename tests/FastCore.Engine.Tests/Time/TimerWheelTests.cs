using FastCore.Engine.Time;
using FastCore.Testing;
using Xunit;

namespace FastCore.Engine.Tests.Time;

public sealed class TimerWheelTests
{
    [Theory]
    [InlineData(1, 1_000_000UL, 10_000_000UL)]
    [InlineData(2, 1_000_000UL, 100_000_000_000UL)]
    [InlineData(3, 1UL, 5_000UL)]
    [InlineData(4, 7UL, ulong.MaxValue / 2)]
    public void MatchesNaiveTwin(ulong seed, ulong tickNs, ulong spanNs)
    {
        TimerWheel wheel = new(tickNs);
        SortedSet<(ulong Due, ulong Token)> naive = [];
        List<(long Handle, ulong Due, ulong Token)> handles = [];
        SeededRandom random = new(seed);
        ulong now = ManualClock.StartNs;
        bool isExact = true;
        for (ulong step = 0; step < 60_000; step++)
        {
            switch (random.Below(10))
            {
                case < 5:
                    ulong due = now - 1000 + (random.Skewed() % spanNs);
                    handles.Add((wheel.Add(due, step), due, step));
                    naive.Add((due, step));
                    break;
                case < 8 when handles.Count != 0:
                    int at = random.Below(handles.Count);
                    (long handle, ulong dueNs, ulong token) = handles[at];
                    handles[at] = handles[^1];
                    handles.RemoveAt(handles.Count - 1);
                    bool waits = naive.Remove((dueNs, token));
                    Assert.Equal(waits, wheel.Cancel(handle));
                    Assert.False(wheel.Cancel(handle));
                    isExact = false;
                    break;
                case 9:
                    now += random.Skewed() % (spanNs / 50);
                    int max = random.Between(1, 8);
                    ulong[] first = [.. naive.TakeWhile(timer => timer.Due <= now).Take(max + 1).Select(x => x.Due)];
                    Assert.Equal(first.Length <= max ? now : first[max - 1], wheel.DueLimitNs(now, max));
                    while (naive.Count != 0 && naive.Min.Due <= now)
                    {
                        Assert.True(wheel.NextDueNs <= naive.Min.Due);
                        Assert.True(wheel.TryTake(now, out ulong firedNs, out ulong fired));
                        Assert.Equal(naive.Min, (firedNs, fired));
                        naive.Remove(naive.Min);
                    }

                    Assert.False(wheel.TryTake(now, out _, out _));
                    break;
            }

            Assert.Equal(naive.Count, wheel.Count);
            ulong earliest = naive.Count == 0 ? ulong.MaxValue : naive.Min.Due;
            Assert.True(wheel.NextDueNs <= earliest);
            Assert.True(!isExact || wheel.NextDueNs == earliest);
        }
    }

    [Fact]
    public void Fires_AtTheExactNanosecond()
    {
        TimerWheel wheel = new();
        ulong due = ManualClock.StartNs + 123_456_789;
        wheel.Add(due, 1);
        Assert.False(wheel.TryTake(due - 1, out _, out _));
        Assert.Equal(due, wheel.NextDueNs);
        Assert.True(wheel.TryTake(due, out ulong fired, out ulong token));
        Assert.Equal((due, 1UL), (fired, token));
        Assert.Equal(ulong.MaxValue, wheel.NextDueNs);
    }

    [Fact]
    public void NextDue_IsExactWithoutCancels_AtEveryDistance()
    {
        for (int bit = 0; bit < 64; bit++)
        {
            TimerWheel wheel = new();
            wheel.Add(ulong.MaxValue, 1);
            wheel.Add(1UL << bit, 2);
            Assert.Equal(1UL << bit, wheel.NextDueNs);
            Assert.True(wheel.TryTake(1UL << bit, out _, out ulong token));
            Assert.Equal(2UL, token);
            Assert.Equal(ulong.MaxValue, wheel.NextDueNs);
            Assert.True(wheel.TryTake(ulong.MaxValue, out _, out token));
            Assert.Equal(1UL, token);
        }
    }

    [Fact]
    public void Order_DependsOnDueAndTokenOnly()
    {
        SeededRandom random = new(5);
        (ulong Due, ulong Token)[] timers = new (ulong, ulong)[2_000];
        for (int i = 0; i < timers.Length; i++)
        {
            timers[i] = (ManualClock.StartNs + random.Below(5_000_000UL), random.Below(100UL));
        }

        List<(ulong, ulong)>? first = null;
        for (int round = 0; round < 5; round++)
        {
            for (int i = timers.Length - 1; i > 0; i--)
            {
                int j = random.Below(i + 1);
                (timers[i], timers[j]) = (timers[j], timers[i]);
            }

            TimerWheel wheel = new();
            foreach ((ulong due, ulong token) in timers)
            {
                // Whether the wheel was advanced in between must not matter either.
                wheel.TryTake(ManualClock.StartNs - 1 - random.Below(1_000_000_000UL), out _, out _);
                wheel.Add(due, token);
            }

            List<(ulong, ulong)> fired = [];
            while (wheel.TryTake(ulong.MaxValue, out ulong due, out ulong token))
            {
                fired.Add((due, token));
            }

            first ??= fired;
            Assert.Equal(first, fired);
        }
    }

    [Fact]
    public void AMillionTimers_AllFireOnceInOrder()
    {
        TimerWheel wheel = new();
        SeededRandom random = new(6);
        wheel.TryTake(ManualClock.StartNs, out _, out _);
        ulong sum = 0;
        for (ulong i = 0; i < 1_000_000; i++)
        {
            wheel.Add(ManualClock.StartNs + random.Below(7UL * 86_400 * 1_000_000_000), i);
            sum += i;
        }

        Assert.Equal(1_000_000, wheel.Count);
        ulong last = 0;
        ulong now = ManualClock.StartNs;
        while (wheel.Count != 0)
        {
            now += 60UL * 1_000_000_000;
            while (wheel.TryTake(now, out ulong due, out ulong token))
            {
                Assert.True(due >= last && due <= now && due > now - (60UL * 1_000_000_000));
                last = due;
                sum -= token;
            }
        }

        Assert.Equal(0UL, sum);
    }

    [Fact]
    public void Clear_ForgetsTimersAndHandles()
    {
        TimerWheel wheel = new();
        wheel.TryTake(1_000, out _, out _);
        long overdue = wheel.Add(500, 1);
        long later = wheel.Add(ulong.MaxValue, 2);
        wheel.Clear();
        Assert.Equal(0, wheel.Count);
        Assert.Equal(ulong.MaxValue, wheel.NextDueNs);
        Assert.False(wheel.Cancel(overdue));
        Assert.False(wheel.Cancel(later));
        Assert.False(wheel.Cancel(0));
        Assert.False(wheel.Cancel(-1));
        Assert.False(wheel.TryTake(ulong.MaxValue, out _, out _));
    }

    [Fact]
    public void PeekDue_SeesExactlyWhatTakingWouldGive_AndTakesNothing()
    {
        TimerWheel wheel = new();
        ulong now = ManualClock.StartNs;
        List<long> handles = [];
        for (ulong i = 0; i < 2_000; i++)
        {
            handles.Add(wheel.Add(now + (i * 333_333), i));
        }

        for (int i = 0; i < handles.Count; i += 5)
        {
            wheel.Cancel(handles[i]);
        }

        for (int step = 0; step < 20; step++)
        {
            now += 50_000_000;
            int count = wheel.Count;
            List<ulong> seen = [];
            for (int place = 0; wheel.TryPeekDue(now, ref place, out ulong token);)
            {
                seen.Add(token);
            }

            Assert.Equal(count, wheel.Count);
            List<ulong> taken = [];
            while (wheel.TryTake(now, out _, out ulong token))
            {
                taken.Add(token);
            }

            Assert.Equal(taken, seen.Order());
        }
    }

    [Fact]
    public void SteadyState_AllocatesNothing()
    {
        TimerWheel wheel = new();
        ulong now = ManualClock.StartNs;
        long[] handles = new long[10_000];
        long bytes = Allocations.Of(() =>
        {
            for (int i = 0; i < handles.Length; i++)
            {
                handles[i] = wheel.Add(now + ((ulong)i * 977_777), (ulong)i);
            }

            for (int i = 0; i < handles.Length; i += 3)
            {
                wheel.Cancel(handles[i]);
            }

            now += 10_000UL * 977_777;
            while (wheel.TryTake(now, out _, out _))
            {
            }
        });
        Assert.Equal(0, bytes);
        Assert.Equal(0, wheel.Count);
    }
}
