using System.Text.Json.Nodes;

namespace FastCore.Bench.Load;

/// <summary>What a run showed. Latencies count from the planned time of a request when there is a plan.</summary>
public sealed record LoadReport
{
    /// <summary>How the run was made.</summary>
    public required LoadOptions Options { get; init; }

    /// <summary>What only its workload measures.</summary>
    public required JsonObject Extras { get; init; }

    /// <summary>The run was ended before its time; what it measured, if anything, is not what was asked for.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Seconds measured.</summary>
    public required double Seconds { get; init; }

    /// <summary>Commands offered a second, new or not.</summary>
    public required double OfferedPerS { get; init; }

    /// <summary>New commands accepted a second; neither duplicates nor refusals count.</summary>
    public required double AcceptedPerS { get; init; }

    /// <summary>Latencies of all measured commands, nanoseconds.</summary>
    public required LatencyHistogram Latencies { get; init; }

    /// <summary>When latencies were how bad.</summary>
    internal LatencyTimeline Timeline { get; init; } = new(0);

    /// <summary>Managed bytes allocated in the whole process per command answered, in the steady part.</summary>
    public required double BytesAllocatedPerOp { get; init; }

    /// <summary>
    /// Processor time of the whole process per command answered, in the steady part, microseconds in user mode. Unlike
    /// the speed it hardly depends on what else the machine does.
    /// </summary>
    public required double CpuUserUsPerOp { get; init; }

    /// <summary>The same, in the kernel.</summary>
    public required double CpuKernelUsPerOp { get; init; }

    /// <summary>Longest garbage collection pause seen, milliseconds.</summary>
    public required double GcPauseMaxMs { get; init; }

    /// <summary>Pauses of the garbage collector while measuring, in order.</summary>
    internal IReadOnlyList<GcPause> GcPauses { get; init; } = [];

    /// <summary>Collections of generation 0, 1 and 2 while measuring, each counted with the higher ones.</summary>
    public IReadOnlyList<int> Collections { get; init; } = [0, 0, 0];

    /// <summary>All pauses of the garbage collector while measuring, milliseconds.</summary>
    public double GcPauseTotalMs { get; init; }

    /// <summary>Memory of the process at the end of measuring, bytes.</summary>
    public long WorkingSetBytes { get; init; }

    /// <summary>What was found wrong; empty when the run is verified.</summary>
    public required IReadOnlyList<string> Differences { get; init; }

    /// <summary>New commands accepted in the whole run, warm-up included.</summary>
    public required long Accepted { get; init; }

    /// <summary>Earlier ids recognized in the whole run.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Commands refused by rule in the whole run.</summary>
    public required long Refused { get; init; }

    /// <summary>Requests that were refused for the moment and sent again.</summary>
    public required long Retries { get; init; }

    /// <summary>Seconds that the verification took.</summary>
    public required double VerifySeconds { get; init; }

    /// <summary>File system of the data directory; null when nothing was stored here.</summary>
    public string? FileSystem { get; init; }

    /// <summary>Every acknowledged command was found exactly once, and every book balances.</summary>
    public bool Verified => Differences.Count == 0;

    /// <summary>The report as the document that <c>bench --json</c> prints.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = Measured();
        if (Options.Workload == "fraud")
        {
            json["scored_per_s"] = Math.Round(AcceptedPerS);
        }

        foreach ((string key, JsonNode? value) in Extras)
        {
            json[key] = value?.DeepClone();
        }

        return json;
    }

    private static readonly double[] Shares =
        [0, 5, 10, 25, 50, 75, 90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99, 99.995, 100];

    private JsonObject Measured() => new()
    {
        ["workload"] = Options.Workload,
        ["front"] = Options.Front,
        ["durability"] = Options.Durability,
        ["partitions"] = Options.Partitions,
        ["interrupted"] = IsInterrupted,
        ["seconds"] = Math.Round(Seconds, 3),
        ["offered_per_s"] = Math.Round(OfferedPerS),
        ["accepted_per_s"] = Math.Round(AcceptedPerS),
        ["p50_us"] = Us(Latencies.Percentile(50)),
        ["p99_us"] = Us(Latencies.Percentile(99)),
        ["p999_us"] = Us(Latencies.Percentile(99.9)),
        ["max_us"] = Us(Latencies.Max),
        ["bytes_allocated_per_op"] = Math.Round(BytesAllocatedPerOp, 4),
        ["gc_pause_max_ms"] = Math.Round(GcPauseMaxMs, 3),
        ["verified"] = Verified,
        ["mode"] = Options.Rate > 0 ? "open loop" : "closed loop, as fast as possible",
        ["rate"] = Options.Rate,
        ["batch"] = Options.Batch,
        ["connections"] = Options.Connections,
        ["in_flight"] = Options.InFlight,
        ["accounts"] = Options.Accounts,
        ["seed"] = Options.Seed,
        ["codec"] = Options.Codec,
        ["accepted"] = Accepted,
        ["duplicates"] = Duplicates,
        ["refused"] = Refused,
        ["retries"] = Retries,
        ["verify_seconds"] = Math.Round(VerifySeconds, 3),
        ["cpu_user_us_per_op"] = Math.Round(CpuUserUsPerOp, 3),
        ["cpu_kernel_us_per_op"] = Math.Round(CpuKernelUsPerOp, 3),
        ["p9999_us"] = Us(Latencies.Percentile(99.99)),
        ["gc_collections"] = new JsonArray([.. Collections.Select(count => (JsonNode)count)]),
        ["gc_pause_total_ms"] = Math.Round(GcPauseTotalMs, 3),
        ["working_set_bytes"] = WorkingSetBytes,
        ["differences"] = new JsonArray([.. Differences.Select(difference => (JsonNode)difference)]),
        ["file_system"] = FileSystem,
        ["machine"] = MachineDescription.Text,
        ["runtime"] = MachineDescription.Runtime,
        ["commit"] = MachineDescription.Commit,
    };

    /// <summary>
    /// What a plot needs beyond the document: latencies at fixed shares, every pause of the collector, and the worst
    /// latency of each tenth of a second.
    /// </summary>
    public JsonObject ToDetail()
    {
        JsonObject detail = DetailOf(Latencies, GcPauses);
        detail["worst_us"] = new JsonArray(
            [.. Timeline.Slices.Select(slice => (JsonNode)new JsonArray(slice.AtS, Us(slice.WorstNs)))]);
        return detail;
    }

    /// <summary>The same of any latencies and pauses.</summary>
    internal static JsonObject DetailOf(LatencyHistogram latencies, IEnumerable<GcPause> pauses) => new()
    {
        ["latency_us"] = new JsonArray(
            [.. Shares.Select(share => (JsonNode)new JsonArray(share, Us(latencies.Percentile(share))))]),
        ["gc_pauses"] = new JsonArray(
            [.. pauses.Select(pause => (JsonNode)new JsonArray(Math.Round(pause.AtS, 3), Math.Round(pause.Ms, 3)))]),
    };

    /// <summary>Nanoseconds as microseconds with one decimal.</summary>
    internal static double Us(long ns) => Math.Round(ns / 1_000.0, 1);
}
