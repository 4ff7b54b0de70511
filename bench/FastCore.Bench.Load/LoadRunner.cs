using System.Diagnostics;
using System.Text.Json.Nodes;
using FastCore.Node;

namespace FastCore.Bench.Load;

/// <summary>Makes a run: prepares, sends, measures, stops, verifies.</summary>
internal sealed class LoadRunner
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(20);

    private readonly LoadOptions _options;
    private readonly ILoadWorkload _workload;
    private readonly ILoadTarget _target;
    private readonly PauseWatch _pauses = new();

    /// <summary>Makes a runner over a target that is open.</summary>
    public LoadRunner(LoadOptions options, ILoadWorkload workload, ILoadTarget target)
    {
        _options = options;
        _workload = workload;
        _target = target;
    }

    /// <summary>Does the run.</summary>
    /// <param name="progress">Is told the share done, 0 to 1.</param>
    /// <param name="cancellation">Ends the run early; what was sent so far is measured and verified.</param>
    public async Task<LoadReport> RunAsync(Action<double> progress, CancellationToken cancellation)
    {
        await LoadKnobs.TurnAsync(_options, _target.Session);
        await _workload.PrepareAsync(_target.Session, cancellation);
        LoadSender[] senders = await OpenSendersAsync(cancellation);
        try
        {
            long start = Stopwatch.GetTimestamp();
            long measureFrom = start + (_options.Count > 0 ? 0 : _options.WarmUpSeconds * Stopwatch.Frequency);
            Thread[] threads = Start(senders, start, measureFrom);
            Mark begin = new(start, senders, isOffered: false);
            Mark allocationBegin = begin;
            if (_options.Count > 0)
            {
                _workload.BeginMeasuring();

                // Counting includes the first second; for allocations the steady part begins after it.
                await WatchUntilAsync(senders, start + Stopwatch.Frequency, _ => { }, cancellation);
                allocationBegin = new Mark(Stopwatch.GetTimestamp(), senders, isOffered: true);
                await WatchUntilAsync(
                    senders, long.MaxValue, _ => progress(AcceptedBy(senders) / (double)_options.Count), cancellation);
            }
            else
            {
                await WatchUntilAsync(senders, measureFrom, _ => { }, cancellation);
                begin = new Mark(Stopwatch.GetTimestamp(), senders, isOffered: true);
                _pauses.Begin();
                _workload.BeginMeasuring();
                allocationBegin = begin;
                long until = measureFrom + (_options.Seconds * Stopwatch.Frequency);
                await WatchUntilAsync(
                    senders, until, now => progress((now - measureFrom) / (double)(until - measureFrom)), cancellation);
            }

            Mark end = new(Stopwatch.GetTimestamp(), senders, isOffered: true);
            bool isInterrupted = cancellation.IsCancellationRequested;
            NodeStatistics? statistics = _target.Statistics;
            _workload.EndMeasuring();
            double pauseMaxMs = _pauses.LongestMs;
            GcPause[] pauses = [.. _pauses.Pauses];
            foreach (LoadSender sender in senders)
            {
                sender.Stop();
            }

            foreach (Thread thread in threads)
            {
                await Task.Run(thread.Join, CancellationToken.None);
            }

            LoadReport report =
                await ReportAsync(senders, begin, allocationBegin, end, pauseMaxMs, pauses, statistics);
            return report with { IsInterrupted = isInterrupted };
        }
        finally
        {
            foreach (LoadSender sender in senders)
            {
                sender.Stop();
                sender.Dispose();
            }
        }
    }

    private async Task<LoadSender[]> OpenSendersAsync(CancellationToken cancellation)
    {
        List<ILoadDoor> doors = [];
        for (int i = 0; i < _options.Connections; i++)
        {
            doors.Add(await _target.OpenDoorAsync(_options, cancellation));
        }

        // One thread serves all connections: on a small machine a second one would take the engine's core.
        double requestsPerSecond = (double)_options.Rate / _options.Batch;
        return [new LoadSender(_workload, doors, 0, _options, requestsPerSecond)];
    }

    private static Thread[] Start(LoadSender[] senders, long start, long measureFrom)
    {
        Thread[] threads = new Thread[senders.Length];
        for (int i = 0; i < senders.Length; i++)
        {
            LoadSender sender = senders[i];
            sender.MeasureFromTicks = measureFrom;
            threads[i] = new Thread(() => sender.Run(start)) { Name = $"load {i}", IsBackground = true };
            threads[i].Start();
        }

        return threads;
    }

    // Looks on until the time, the count, a failure or the user's end, and watches the collector meanwhile.
    private async Task WatchUntilAsync(
        LoadSender[] senders, long untilTicks, Action<long> onTurn, CancellationToken cancellation)
    {
        using PeriodicTimer timer = new(WatchInterval);
        while (!cancellation.IsCancellationRequested && senders.All(sender => sender.Failure is null))
        {
            long now = Stopwatch.GetTimestamp();
            if (now >= untilTicks || (_options.Count > 0 && AcceptedBy(senders) >= _options.Count))
            {
                return;
            }

            _pauses.Look();
            onTurn(now);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static long AcceptedBy(LoadSender[] senders) =>
        senders.Sum(sender => Volatile.Read(ref sender.Counts.Accepted));

    private async Task<LoadReport> ReportAsync(
        LoadSender[] senders, Mark begin, Mark allocationBegin, Mark end, double pauseMaxMs,
        GcPause[] pauses, NodeStatistics? statistics)
    {
        LatencyHistogram latencies = new();
        LatencyTimeline timeline = new(_options.Seconds);
        foreach (LoadSender sender in senders)
        {
            latencies.Add(sender.Latencies);
            timeline.Add(sender.Timeline);
        }

        long verifyStart = Stopwatch.GetTimestamp();
        List<string> differences = [.. senders.Select(sender => sender.Failure).OfType<string>()];
        if (differences.Count == 0)
        {
            long surprises = senders.Sum(sender => sender.Counts.Unexpected);
            if (surprises > 0)
            {
                string first = senders.SelectMany(sender => sender.Streams)
                    .Select(stream => stream.FirstSurprise).OfType<string>().First();
                differences.Add($"{surprises} commands were answered otherwise than expected. {first}");
            }

            ILoadStream[] streams = [.. senders.SelectMany(sender => sender.Streams)];
            differences.AddRange(await _workload.VerifyAsync(_target.Session, streams, CancellationToken.None));
        }

        double seconds = Stopwatch.GetElapsedTime(begin.Ticks, end.Ticks).TotalSeconds;
        JsonObject extras = [];
        _workload.AddTo(extras, seconds);
        await AddKnobsAsync(extras);
        if (statistics is { Checkpoints: > 0 })
        {
            extras["checkpoints"] = statistics.Checkpoints;
            extras["checkpoint_stall_max_us"] = statistics.CheckpointStallMaxUs;
            extras["checkpoint_processor_max_us"] = statistics.CheckpointProcessorMaxUs;
        }

        long steadyAnswered = end.Answered - allocationBegin.Answered;
        return new LoadReport
        {
            Options = _options,
            Extras = extras,
            Seconds = seconds,
            OfferedPerS = (end.Offered - begin.Offered) / seconds,
            AcceptedPerS = (end.Accepted - begin.Accepted) / seconds,
            Latencies = latencies,
            Timeline = timeline,
            BytesAllocatedPerOp =
                steadyAnswered == 0
                    ? 0
                    : (end.AllocatedBytes - allocationBegin.AllocatedBytes) / (double)steadyAnswered,
            CpuUserUsPerOp = UsPerOp(end.Cpu.UserTime - allocationBegin.Cpu.UserTime, steadyAnswered),
            CpuKernelUsPerOp = UsPerOp(end.Cpu.PrivilegedTime - allocationBegin.Cpu.PrivilegedTime, steadyAnswered),
            GcPauseMaxMs = pauseMaxMs,
            GcPauses = pauses,
            Collections = [.. end.Collections.Zip(begin.Collections, (after, before) => after - before)],
            GcPauseTotalMs = (end.Paused - begin.Paused).TotalMilliseconds,
            WorkingSetBytes = end.WorkingSet,
            Differences = differences.Count <= 20
                ? differences
                : [.. differences.Take(20), $"… {differences.Count} in all"],
            Accepted = AcceptedBy(senders),
            Duplicates = senders.Sum(sender => sender.Counts.Duplicates),
            Refused = senders.Sum(sender => sender.Counts.Refused),
            Retries = senders.Sum(sender => sender.Retries),
            VerifySeconds = Stopwatch.GetElapsedTime(verifyStart).TotalSeconds,
        };
    }

    // Rivals have no knobs, and a server elsewhere need not show its own.
    private async Task AddKnobsAsync(JsonObject extras)
    {
        if (_options.Front is not ("embedded" or "tcp") || await LoadKnobs.ReadAsync(_target.Session) is not { } knobs)
        {
            return;
        }

        foreach ((string key, JsonNode? value) in knobs)
        {
            extras[key] = value?.DeepClone();
        }
    }

    private static double UsPerOp(TimeSpan time, long operations) =>
        operations == 0 ? 0 : time.TotalMicroseconds / operations;

    /// <summary>Where everything stood at a time.</summary>
    private readonly record struct Mark(
        long Ticks, long Accepted, long Answered, long Offered, long AllocatedBytes, Environment.ProcessCpuUsage Cpu,
        int[] Collections, TimeSpan Paused, long WorkingSet)
    {
        public Mark(long ticks, LoadSender[] senders, bool isOffered)
            : this(
                ticks,
                AcceptedBy(senders),
                senders.Sum(sender => sender.Counts.Answered),
                isOffered ? senders.Sum(sender => sender.Offered) : 0,
                GC.GetTotalAllocatedBytes(precise: true),
                Environment.CpuUsage,
                [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)],
                GC.GetTotalPauseDuration(),
                Environment.WorkingSet)
        {
        }
    }
}
