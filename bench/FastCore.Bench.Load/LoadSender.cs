using System.Diagnostics;

namespace FastCore.Bench.Load;

/// <summary>
/// One sending thread with its connections. With a rate it sends by plan: request k is due at start + k / rate whatever
/// became of the ones before, and latency counts from then, so a stall shows in the latency of everything that had to
/// wait for it. Without a rate it sends whenever a slot is free. Allocates nothing while it runs.
/// </summary>
internal sealed class LoadSender : IDisposable
{
    private static readonly long WatchTicks = Stopwatch.Frequency / 500;
    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000;

    // How long answers may lie unseen while the plan is watched, and how little is not worth a sleep.
    private static readonly long NapTicks = Stopwatch.Frequency / 20_000;
    private static readonly long ShortestNapTicks = Stopwatch.Frequency / 200_000;
    private static readonly double NsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly LoadConnection[] _connections;
    private readonly AutoResetEvent _wake = new(false);
    private readonly double _ticksPerRequest;
    private readonly int _batch;
    private volatile bool _stopping;
    private volatile string? _failure;
    private long _startTicks;
    private long _planned;
    private long _retries;
    private long _idleSinceTicks;

    /// <summary>Makes a sender.</summary>
    /// <param name="workload">What to send.</param>
    /// <param name="doors">Its connections.</param>
    /// <param name="firstStream">Number of its first stream; one stream per connection.</param>
    /// <param name="options">Batch and requests in flight.</param>
    /// <param name="requestsPerSecond">Plan of this sender; 0 = no plan.</param>
    public LoadSender(
        ILoadWorkload workload,
        IReadOnlyList<ILoadDoor> doors,
        int firstStream,
        LoadOptions options,
        double requestsPerSecond)
    {
        _batch = options.Batch;
        Timeline = new LatencyTimeline(options.Seconds);
        _ticksPerRequest = requestsPerSecond > 0 ? Stopwatch.Frequency / requestsPerSecond : 0;
        _connections = new LoadConnection[doors.Count];
        for (int i = 0; i < _connections.Length; i++)
        {
            _connections[i] = new LoadConnection(
                this, workload, doors[i], workload.OpenStream(firstStream + i), options);
        }
    }

    /// <summary>Counts since the start.</summary>
    public LoadCounts Counts { get; } = new();

    /// <summary>Latencies of the commands planned since <see cref="MeasureFromTicks"/>, nanoseconds.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>When latencies were how bad, by the same plan.</summary>
    public LatencyTimeline Timeline { get; }

    /// <summary>Streams of its connections.</summary>
    public IEnumerable<ILoadStream> Streams => _connections.Select(connection => connection.Stream);

    /// <summary>Requests planned before this time are not measured.</summary>
    public long MeasureFromTicks { get; set; }

    /// <summary>Requests that were refused for the moment and sent again.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Commands sent so far, or due by plan and late.</summary>
    public long Offered => Volatile.Read(ref _planned) * _batch;

    /// <summary>Why the sender gave up, or null.</summary>
    public string? Failure => _failure;

    /// <summary>Sends until stopped, then waits for what is in flight. The body of the sender's thread.</summary>
    public void Run(long startTicks)
    {
        try
        {
            _startTicks = startTicks;
            FineSleep.Prepare();
            while (_failure is null && (!_stopping || IsBusy()))
            {
                if (Turn())
                {
                    _idleSinceTicks = 0;
                }
                else
                {
                    Wait();
                }
            }
        }
        catch (Exception e)
        {
            Fail(e.ToString());
        }
    }

    /// <summary>Asks the thread to finish.</summary>
    public void Stop()
    {
        _stopping = true;
        _wake.Set();
    }

    /// <summary>Notes a request that must be sent again.</summary>
    public void CountRetry() => Volatile.Write(ref _retries, _retries + 1);

    /// <summary>Gives up.</summary>
    public void Fail(string why) => _failure ??= why;

    /// <summary>Takes the answer of a request, in the order of the requests of its connection.</summary>
    public void OnAnswered(ILoadStream stream, LoadRequest request, ReadOnlySpan<byte> results)
    {
        RequestCounts counts = stream.Check(request, results);
        Counts.Add(counts);
        if (request.PlannedTicks >= MeasureFromTicks)
        {
            long ns = (long)((request.AnsweredTicks - request.PlannedTicks) * NsPerTick);
            Latencies.Record(ns, _batch);
            Timeline.Record(request.PlannedTicks - MeasureFromTicks, ns);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    private bool Turn()
    {
        bool worked = false;
        foreach (LoadConnection connection in _connections)
        {
            worked |= connection.Door.Drain(connection) > 0;
            worked |= connection.MustSendAgain && connection.SendAgain();
            while (!_stopping && connection.CanSend && TryPlan(out long plannedTicks))
            {
                worked = true;
                connection.Send(plannedTicks);
            }
        }

        return worked;
    }

    private bool TryPlan(out long plannedTicks)
    {
        long now = Stopwatch.GetTimestamp();
        plannedTicks = now;
        if (_ticksPerRequest > 0)
        {
            plannedTicks = DueTicks;
            if (plannedTicks > now)
            {
                return false;
            }
        }

        Volatile.Write(ref _planned, _planned + 1);
        return true;
    }

    private long DueTicks => _startTicks + (long)(_planned * _ticksPerRequest);

    // A short look around before going to sleep: waking a sleeping thread takes longer than many an answer.
    private void Wait()
    {
        long now = Stopwatch.GetTimestamp();
        if (_idleSinceTicks == 0)
        {
            _idleSinceTicks = now;
        }

        bool watchesPlan = !_stopping && _ticksPerRequest > 0 && CanSend();
        long leftTicks = watchesPlan ? DueTicks - now : long.MaxValue;
        if (leftTicks < WatchTicks || now - _idleSinceTicks < SpinTicks)
        {
            if (watchesPlan && leftTicks > ShortestNapTicks)
            {
                FineSleep.Sleep((int)(Math.Min(leftTicks, NapTicks) * NsPerTick / 1_000));
            }
            else
            {
                Thread.Yield();
            }

            return;
        }

        if (!TryArmAll())
        {
            return;
        }

        int timeoutMs = MustSendAgain() ? 1 : 100;
        if (watchesPlan)
        {
            timeoutMs = (int)Math.Clamp((leftTicks * 1_000 / Stopwatch.Frequency) - 1, 1, timeoutMs);
        }

        _wake.WaitOne(timeoutMs);
        foreach (LoadConnection connection in _connections)
        {
            connection.Door.Disarm();
        }
    }

    // False when an answer came meanwhile.
    private bool TryArmAll()
    {
        bool armed = true;
        foreach (LoadConnection connection in _connections)
        {
            armed &= connection.Door.TryArm(_wake);
        }

        foreach (LoadConnection connection in _connections)
        {
            armed &= connection.Door.Drain(connection) == 0;
        }

        if (!armed)
        {
            foreach (LoadConnection connection in _connections)
            {
                connection.Door.Disarm();
            }
        }

        return armed;
    }

    private bool IsBusy()
    {
        foreach (LoadConnection connection in _connections)
        {
            if (connection.IsBusy)
            {
                return true;
            }
        }

        return false;
    }

    private bool CanSend()
    {
        foreach (LoadConnection connection in _connections)
        {
            if (connection.CanSend)
            {
                return true;
            }
        }

        return false;
    }

    private bool MustSendAgain()
    {
        foreach (LoadConnection connection in _connections)
        {
            if (connection.MustSendAgain)
            {
                return true;
            }
        }

        return false;
    }
}
