namespace FastCore.Cli.Lab;

/// <summary>A classic question with the cells that answer it.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="Question">The question.</param>
/// <param name="Workload">Arguments of <c>fastcore bench</c> that all cells share.</param>
/// <param name="Cells">The cells beside the default.</param>
internal sealed record LabPreset(
    string Name, string Question, IReadOnlyList<string> Workload, IReadOnlyList<LabCell> Cells)
{
    private const string MiB64 = "gc_gen0_size=67108864";

    private static readonly string[] Payments = ["payments"];

    private static readonly string[] Callers = ["callers"];
    private static readonly string[] Json = ["payments", "--codec", "json"];

    private static readonly string[] OneByOne =
        ["payments", "--front", "tcp", "--batch", "1", "--connections", "16", "--in-flight", "32"];

    // Holds, releases and bookings: the workers of the pool carry every booking from step to step.
    private static readonly string[] Bookings =
    [
        "seats", "--abandon", "60", "--shows", "1000", "--partitions", "1", "--batch", "16", "--in-flight", "256",
    ];

    private static readonly string[] BookingsAtRate = [.. Bookings, "--rate", "150000"];

    // The record indexes are most of the heap; so small, it is half a GiB.
    private static readonly string[] SmallHeap = [.. OneByOne, "--knob", "record_index_memory_bytes=134217728"];

    /// <summary>All presets.</summary>
    public static IReadOnlyList<LabPreset> All { get; } =
    [
        new("gc", "Which collector, and does its mode matter to an engine that hardly allocates?", Payments,
        [
            Cell("gc_concurrent=on"),
            Cell("gc_server=on"),
            Cell("gc_server=on", "gc_adaptation=off"),
            Cell("gc_latency_mode=Interactive"),
            Cell("gc_conserve_memory=5"),
        ]),
        new("gen0", "How large should the youngest generation be?", OneByOne,
        [
            Cell("gc_gen0_size=4194304"),
            Cell(MiB64),
            Cell("gc_gen0_size=268435456"),
            Cell("gc_server=on", MiB64),
        ]),
        new("memory", "What does a heap limit near the working set cost?", SmallHeap,
        [
            Cell("gc_heap_hard_limit=2147483648"),
            Cell("gc_heap_hard_limit=1073741824"),
            Cell("gc_heap_hard_limit=1073741824", "gc_conserve_memory=7"),
        ]),
        new("jit", "What do tiers, profiles and precompiled code do?", Payments,
        [
            Cell("tiered_compilation=off"),
            Cell("tiered_pgo=off"),
            Cell("tiered_quick_loops=off"),
            Cell("ready_to_run=off"),
        ]),
        new("idle", "Spin, yield or park?", Payments,
        [
            Cell("idle=spin"),
            Cell("idle=yield"),
            Cell("idle=park"),
        ]),
        new("pin", "Threads pinned to cores, or not?", Payments,
        [
            Cell("pin_partitions=on"),
            Cell("pin_partitions=on", "idle=yield"),
        ]),
        new("batch", "How many commands should share an entry of the journal?", Payments,
        [
            Cell("batch_elements_max=64"),
            Cell("batch_elements_max=1024"),
            Cell("batch_elements_max=16384"),
            Cell("batch_elements_max=65536"),
        ]),
        new("durability", "What does it cost to sync before the answer?", Payments,
        [
            Cell("bench.durability=async"),
            Cell("bench.durability=none"),
        ]),
        new("commit", "Should a commit wait for company?", BookingsAtRate,
        [
            Cell("commit_pause_us=100"),
            Cell("commit_pause_us=300"),
            Cell("commit_pause_us=1000"),
        ]),
        new("partitions", "How many partitions on this machine?", Payments,
        [
            Cell("bench.partitions=1"),
            Cell("bench.partitions=2"),
            Cell("bench.partitions=4"),
        ]),
        new("memory-budgets", "How much memory for histories and for the index of records?", Payments,
        [
            Cell("history_memory_bytes=67108864"),
            Cell("history_memory_bytes=805306368"),
            Cell("record_index_memory_bytes=268435456"),
        ]),
        new("pooling", "Buffers from the shared array pool, from object pools, or new ones?", Json,
        [
            Cell("buffer_pooling=object"),
            Cell("buffer_pooling=none"),
        ]),
        new("interning", "Names that come again: kept, or made anew?", Json,
        [
            Cell("bench.interning=false"),
        ]),
        new("codec", "Wire structs, MessagePack or JSON at the edge?", Payments,
        [
            Cell("bench.codec=messagepack"),
            Cell("bench.codec=json"),
        ]),
        new("callers", "10, 1,000, 1,000,000 requests at a time as threads, tasks, a channel, partitions?", Callers,
        [
            Cell("bench.concurrent=10"),
            Cell("bench.concurrent=1000000"),
            .. new[] { "threads", "tasks", "channel" }.SelectMany(model => (LabCell[])
            [
                Cell($"bench.model={model}", "bench.concurrent=10"),
                Cell($"bench.model={model}"),
            ]),
            Cell("bench.model=tasks", "bench.concurrent=1000000"),
            Cell("bench.model=channel", "bench.concurrent=1000000"),
        ]),
        new("queues", "One ring against Channel, BlockingCollection and ConcurrentQueue?", Callers,
        [
            Cell("bench.queue=channel"),
            Cell("bench.queue=blocking"),
            Cell("bench.queue=concurrent"),
        ]),
        new("pool", "How many threads should the pool make without waiting?", OneByOne,
        [
            Cell("thread_pool_min=1"),
            Cell("thread_pool_min=16"),
            Cell("thread_pool_max=2"),
        ]),
        new("pool-spin", "Should an idle thread of the pool look for work, or sleep at once?", Bookings,
        [
            Cell("thread_pool_spin=0"),
            Cell("thread_pool_spin=70"),
        ]),
        new("front", "Requests one by one: how many callers at a time?", OneByOne,
        [
            Cell("bench.connections=1"),
            Cell("bench.connections=128"),
            Cell("bench.in-flight=1"),
        ]),
    ];

    /// <summary>A preset by name, or null.</summary>
    public static LabPreset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    private static LabCell Cell(params string[] settings) => LabCell.Of(settings);
}
