using FastCore.Engine.Ports;

namespace FastCore.Simulation.Network;

/// <summary>
/// The time of a simulated world for what asks for it by timers: flows, fronts, clients, the network, banks. Its timers
/// are one piece of work of whoever steps the world, so they fire on its thread, each at its time, first set first.
/// </summary>
public sealed class SteppedTime(IClock clock) : TimeProvider
{
    private const long NsPerMs = 1_000_000;
    private const long NsPerTick = 100;

    private readonly List<Timer> _set = [];
    private IBackgroundWork? _work;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000 * NsPerMs;

    /// <inheritdoc/>
    public override long GetTimestamp() => clock.MonotonicNs;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        new(DateTime.UnixEpoch.AddTicks((long)clock.NowNs / NsPerTick), TimeSpan.Zero);

    /// <summary>Names who steps the world from now on; whoever did before must do so no more.</summary>
    public void Attach(IBackground background) => _work = background.Start("timers", FireNext);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    // One timer a step, so that everything else that is ready gets its turn in between.
    private int FireNext()
    {
        Timer? next = null;
        foreach (Timer timer in _set)
        {
            next = next is null || timer.DueNs < next.DueNs ? timer : next;
        }

        if (next is null)
        {
            return Timeout.Infinite;
        }

        long leftNs = next.DueNs - clock.MonotonicNs;
        if (leftNs > 0)
        {
            return (int)Math.Min(int.MaxValue, (leftNs + NsPerMs - 1) / NsPerMs);
        }

        next.Fire();
        return 0;
    }

    private sealed class Timer(SteppedTime time, TimerCallback callback, object? state) : ITimer
    {
        private long _periodNs;

        public long DueNs { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._set.Remove(this);
            _periodNs = period > TimeSpan.Zero ? period.Ticks * NsPerTick : 0;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                DueNs = time.GetTimestamp() + (dueTime.Ticks * NsPerTick);
                time._set.Add(this);
                time._work?.Wake();
            }

            return true;
        }

        public void Fire()
        {
            time._set.Remove(this);
            if (_periodNs > 0)
            {
                DueNs += _periodNs;
                time._set.Add(this);
            }

            callback(state);
        }

        public void Dispose() => time._set.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
