using System.Diagnostics;
using System.Text.Json.Nodes;

namespace FastCore.Bench.Load.Callers;

/// <summary>
/// Measures what it costs to have many requests under way at a time, by itself: the work of each is a transfer between
/// two accounts in memory, nothing is stored, and all models do the same.
/// </summary>
public static class CallersRun
{
    private const double Trillion = 1e12;

    /// <summary>Does a run.</summary>
    /// <param name="options">How.</param>
    /// <param name="isDetailed">Whether the document has the distribution of latencies and every pause.</param>
    /// <param name="progress">Is told the share done, 0 to 1.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The document of <c>bench callers --json</c>.</returns>
    /// <exception cref="LoadException">The system does not give as much.</exception>
    public static async Task<JsonObject> RunAsync(
        CallersOptions options, bool isDetailed, Action<double> progress, CancellationToken cancellation)
    {
        long memoryBefore = Environment.WorkingSet;
        using CallerCrowd crowd = Open(options);
        crowd.Start();
        PauseWatch pauses = new();
        double all = options.WarmUpSeconds + options.Seconds;
        await WaitAsync(
            options.WarmUpSeconds, null, share => progress(share * options.WarmUpSeconds / all), cancellation);
        double bytesPerCaller = Math.Round((Environment.WorkingSet - memoryBefore) / (double)options.Concurrent);
        crowd.Measure();
        pauses.Begin();
        int[] collections = Collections();
        ResourceUse before = ResourceUse.Now();
        long allocated = GC.GetTotalAllocatedBytes();
        TimeSpan paused = GC.GetTotalPauseDuration();
        long done = crowd.Done;
        long start = Stopwatch.GetTimestamp();
        await WaitAsync(
            options.Seconds, pauses,
            share => progress((options.WarmUpSeconds + (share * options.Seconds)) / all), cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        done = crowd.Done - done;
        ResourceUse used = ResourceUse.Now();
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        paused = GC.GetTotalPauseDuration() - paused;
        long memory = Environment.WorkingSet;
        collections = [.. Collections().Zip(collections, (now, then) => now - then)];
        crowd.Stop();
        List<string> differences = Differences(crowd);
        LatencyHistogram latencies = crowd.Latencies();
        double perSecond = done / seconds;
        double each = Math.Max(1, done);
        JsonObject document = new()
        {
            ["workload"] = "callers",
            ["model"] = Word(options.Model),
            ["queue"] = options.Model == CallerModel.Partitions ? Word(options.Queue) : null,
            ["concurrent"] = options.Concurrent,
            ["seconds"] = Math.Round(seconds, 3),
            ["requests"] = crowd.Done,
            ["accepted_per_s"] = Math.Round(perSecond),
            ["p50_us"] = LoadReport.Us(latencies.Percentile(50)),
            ["p99_us"] = LoadReport.Us(latencies.Percentile(99)),
            ["p999_us"] = LoadReport.Us(latencies.Percentile(99.9)),
            ["p9999_us"] = LoadReport.Us(latencies.Percentile(99.99)),
            ["max_us"] = LoadReport.Us(latencies.Max),
            ["bytes_allocated_per_op"] = Math.Round(allocated / each, 4),
            ["cpu_user_us_per_op"] = Math.Round((used.UserUs - before.UserUs) / each, 4),
            ["cpu_kernel_us_per_op"] = Math.Round((used.KernelUs - before.KernelUs) / each, 4),
            ["switches_per_op"] =
                used.Switches is long now && before.Switches is long then ? Math.Round((now - then) / each, 4) : null,
            ["bytes_per_caller"] = bytesPerCaller,
            ["trillion_callers_bytes"] = bytesPerCaller * Trillion,
            ["trillion_callers_turn_s"] = Math.Round(Trillion / Math.Max(1, perSecond)),
            ["gc_pause_max_ms"] = Math.Round(pauses.LongestMs, 3),
            ["gc_pause_total_ms"] = Math.Round(paused.TotalMilliseconds, 3),
            ["gc_collections"] = new JsonArray([.. collections.Select(count => (JsonNode)count)]),
            ["working_set_bytes"] = memory,
            ["verified"] = differences.Count == 0,
            ["differences"] = new JsonArray([.. differences.Select(difference => (JsonNode)difference)]),
            ["machine"] = MachineDescription.Text,
            ["runtime"] = MachineDescription.Runtime,
            ["commit"] = MachineDescription.Commit,
        };
        if (isDetailed)
        {
            foreach ((string key, JsonNode? value) in LoadReport.DetailOf(latencies, pauses.Pauses))
            {
                document[key] = value?.DeepClone();
            }
        }

        return document;
    }

    private static CallerCrowd Open(CallersOptions options) => options.Model switch
    {
        CallerModel.Threads => new ThreadCrowd(options.Concurrent),
        CallerModel.Tasks => new TaskCrowd(options.Concurrent),
        CallerModel.Channel => new ChannelCrowd(options.Concurrent),
        _ => new PartitionCrowd(options.Concurrent, () => CallerQueues.Make(options.Queue)),
    };

    // Whatever the order, the balances are those of all turns: each request was made once.
    private static List<string> Differences(CallerCrowd crowd)
    {
        CallerAccounts expected = new();
        for (int caller = 0; caller < crowd.Count; caller++)
        {
            for (int turn = 0; turn < crowd.Turns[caller]; turn++)
            {
                expected.Transfer(CallerRequest.Of(caller, turn));
            }
        }

        List<string> differences = [];
        if (!expected.Balances.SequenceEqual(crowd.Accounts.Balances))
        {
            differences.Add("The balances are not those of the requests that were answered.");
        }

        if (crowd.Accounts.Sum() != 0)
        {
            differences.Add($"The balances sum up to {crowd.Accounts.Sum()}, not 0.");
        }

        return differences;
    }

    private static async Task WaitAsync(
        int seconds, PauseWatch? pauses, Action<double> progress, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        double waited;
        while ((waited = Stopwatch.GetElapsedTime(start).TotalSeconds) < seconds)
        {
            progress(waited / seconds);
            pauses?.Look();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellation);
        }
    }

    private static int[] Collections() => [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
