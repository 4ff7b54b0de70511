using System.Globalization;
using System.Runtime;

namespace FastCore.Node.Knobs;

/// <summary>
/// The knobs of the .NET runtime, in the order of the table. Names of properties and variables are those of .NET 10;
/// what they do is in docs/KNOBS.md.
/// </summary>
public static class RuntimeKnobs
{
    private const string Gc = "System.GC.";
    private const long TiB = 1L << 40;

    private static long _noGcBytes;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RuntimeKnob> All { get; } =
    [
        Collector("gc_server", "ServerGC", KnobForm.Switch, Gc + "Server", "DOTNET_gcServer",
            "One heap per core and parallel collections, instead of one heap."),
        Collector("gc_concurrent", "ConcurrentGC", KnobForm.Switch, Gc + "Concurrent", "DOTNET_gcConcurrent",
            "Old objects are collected beside the program, on a thread of its own."),
        new("gc_adaptation", "gc", false, KnobForm.Switch,
            "DATAS: the server collector adapts its heaps to what is alive. Without gc_server it does nothing.",
            Gc + "DynamicAdaptationMode", "DOTNET_GCDynamicAdaptationMode",
            () => GCSettings.IsServerGC ? Variable("GCDynamicAdaptationMode", KnobForm.Switch) : "off"),
        new("gc_gen0_size", "gc", false, KnobForm.Number(1 << 18, TiB),
            "Bytes allocated between two collections of the youngest generation, at least.",
            null, "DOTNET_GCgen0size", LastGen0)
        {
            Measure = RuntimeProbes.MeasureGen0Budget,
            Tolerance = 0.125,
        },
        Collector("gc_gen0_max_budget", "GCGen0MaxBudget", Size, Gc + "Gen0MaxBudget", "DOTNET_GCGen0MaxBudget",
            "The same at most; it only lowers."),
        new("gc_heap_hard_limit", "gc", true, Size,
            "Bytes of the managed heap at most; 0 = none. Beyond it the program gets OutOfMemoryException.",
            Gc + "HeapHardLimit", "DOTNET_GCHeapHardLimit", HardLimit, TurnHardLimit),
        Collector("gc_heap_hard_limit_percent", "GCHeapHardLimitPercent", KnobForm.Number(0, 100),
            Gc + "HeapHardLimitPercent", "DOTNET_GCHeapHardLimitPercent", "The same as a share of the memory."),
        Collector("gc_conserve_memory", "GCConserveMem", KnobForm.Number(0, 9), Gc + "ConserveMemory",
            "DOTNET_GCConserveMemory", "How much is compacted to keep the heap small, 0 to 9."),
        Collector("gc_high_memory_percent", "GCHighMemPercent", KnobForm.Number(0, 100), Gc + "HighMemoryPercent",
            "DOTNET_GCHighMemPercent", "Share of the memory in use above which the collector compacts more."),
        Collector("gc_heap_count", "HeapCount", KnobForm.Number(0, 1024), Gc + "HeapCount", "DOTNET_GCHeapCount",
            "Heaps of the server collector."),
        Collector("gc_heap_affinitize_mask", "GCHeapAffinitizeMask", KnobForm.Number(0, long.MaxValue),
            Gc + "HeapAffinitizeMask", "DOTNET_GCHeapAffinitizeMask", "Cores that the heaps' threads stay on."),
        Collector("gc_no_affinitize", "NoAffinitize", KnobForm.Switch, Gc + "NoAffinitize", "DOTNET_GCNoAffinitize",
            "The heaps' threads go where they like."),
        Collector("gc_retain_vm", "RetainVM", KnobForm.Switch, Gc + "RetainVM", "DOTNET_GCRetainVM",
            "Memory that the heap leaves is kept instead of given back."),
        Collector("gc_loh_threshold", "LOHThreshold", Size, Gc + "LOHThreshold", "DOTNET_GCLOHThreshold",
            "Bytes from which on an object is large."),
        new("gc_latency_mode", "gc", true,
            KnobForm.OneOf("Batch", "Interactive", "LowLatency", "SustainedLowLatency"),
            "How much the collector may get in the way. SustainedLowLatency needs gc_concurrent.",
            null, null, () => GCSettings.LatencyMode.ToString(),
            value => GCSettings.LatencyMode = Enum.Parse<GCLatencyMode>(value)),
        new("gc_no_gc_region", "gc", true, Size,
            "Bytes that may be allocated without any collection, taken at once; 0 ends it.",
            null, null, NoGcRegion, TurnNoGcRegion),
        new("tiered_compilation", "jit", false, KnobForm.Switch,
            "Code is compiled fast first and well when it is called often.",
            "System.Runtime.TieredCompilation", "DOTNET_TieredCompilation", () => RuntimeProbes.TieredCompilation),
        new("tiered_quick_loops", "jit", false, KnobForm.Switch,
            "Methods with loops are compiled fast first, too.",
            "System.Runtime.TieredCompilation.QuickJitForLoops", "DOTNET_TC_QuickJitForLoops",
            () => RuntimeProbes.QuickLoops),
        new("tiered_pgo", "jit", false, KnobForm.Switch,
            "The second compilation uses what the first one counted.",
            "System.Runtime.TieredPGO", "DOTNET_TieredPGO", () => null),
        new("ready_to_run", "jit", false, KnobForm.Switch,
            "Code that libraries bring along compiled is used.", null, "DOTNET_ReadyToRun", () => null),
        new("thread_pool_min", "threads", true, KnobForm.Number(1, 32_767),
            "Threads that the pool makes without waiting.",
            "System.Threading.ThreadPool.MinThreads", "DOTNET_ThreadPool_ForceMinWorkerThreads", PoolMin,
            value => TurnPoolMin(int.Parse(value, CultureInfo.InvariantCulture))),
        new("thread_pool_max", "threads", true, KnobForm.Number(1, 32_767),
            "Threads of the pool at most; not below the number of cores.",
            "System.Threading.ThreadPool.MaxThreads", "DOTNET_ThreadPool_ForceMaxWorkerThreads", PoolMax,
            value => TurnPoolMax(int.Parse(value, CultureInfo.InvariantCulture))),
        new("thread_pool_spin", "threads", false, KnobForm.Number(0, 32_767),
            "How often a worker of the pool without work looks for some before it sleeps.",
            "System.Threading.ThreadPool.UnfairSemaphoreSpinLimit", "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit",
            () => null),
        new("processor_count", "threads", false, KnobForm.Number(1, 4096),
            "Cores that the runtime believes to have.",
            null, "DOTNET_PROCESSOR_COUNT", () => Text(Environment.ProcessorCount))
        {
            IsDecimal = true,
        },
    ];

    private static KnobForm Size => KnobForm.Number(0, TiB);

    private static RuntimeKnob Collector(
        string name, string variable, KnobForm form, string property, string environment, string meaning) =>
        new(name, "gc", false, form, meaning, property, environment, () => Variable(variable, form));

    private static string? Variable(string name, KnobForm form) =>
        GC.GetConfigurationVariables().TryGetValue(name, out object? value)
            ? form.Canonical(Convert.ToString(value, CultureInfo.InvariantCulture)!)
            : null;

    // The collector does not tell its budget; what the last collection of the youngest generation found comes near.
    private static string? LastGen0()
    {
        GCMemoryInfo last = GC.GetGCMemoryInfo(GCKind.Ephemeral);
        return last.Index == 0 || last.Generation != 0 ? null : Text(last.GenerationInfo[0].SizeBeforeBytes);
    }

    private static string? HardLimit()
    {
        string? configured = Variable("GCHeapHardLimit", Size);
        ulong live = AppContext.GetData("GCHeapHardLimit") is ulong bytes ? bytes : 0;
        return live == 0 ? configured : Text(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    private static void TurnHardLimit(string value)
    {
        object? before = AppContext.GetData("GCHeapHardLimit");
        AppContext.SetData("GCHeapHardLimit", ulong.Parse(value, CultureInfo.InvariantCulture));
        try
        {
            GC.RefreshMemoryLimit();
        }
        catch (InvalidOperationException)
        {
            AppContext.SetData("GCHeapHardLimit", before);
            throw;
        }
    }

    private static string NoGcRegion() =>
        GCSettings.LatencyMode == GCLatencyMode.NoGCRegion ? Text(Volatile.Read(ref _noGcBytes)) : "0";

    private static void TurnNoGcRegion(string value)
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }

        long bytes = long.Parse(value, CultureInfo.InvariantCulture);
        if (bytes > 0)
        {
            _ = GC.TryStartNoGCRegion(bytes);
            Volatile.Write(ref _noGcBytes, bytes);
        }
    }

    private static string PoolMin()
    {
        ThreadPool.GetMinThreads(out int workers, out _);
        return Text(workers);
    }

    private static string PoolMax()
    {
        ThreadPool.GetMaxThreads(out int workers, out _);
        return Text(workers);
    }

    // False is a refusal without a word; the table shows it, since what is effective stays what it was.
    private static void TurnPoolMin(int threads)
    {
        ThreadPool.GetMinThreads(out _, out int ports);
        _ = ThreadPool.SetMinThreads(threads, ports);
    }

    private static void TurnPoolMax(int threads)
    {
        ThreadPool.GetMaxThreads(out _, out int ports);
        _ = ThreadPool.SetMaxThreads(threads, ports);
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
