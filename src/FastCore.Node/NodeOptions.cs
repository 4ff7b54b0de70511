using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Fraud.Scoring;
using FastCore.Node.Connectors;
using FastCore.Node.Flows;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Protocol.Buffers;
using FastCore.Protocol.Knobs;
using FastCore.Seats;
using FastCore.Storage;
using FastCore.Storage.Disk;

namespace FastCore.Node;

/// <summary>When a reply may leave.</summary>
public enum Durability : byte
{
    /// <summary>After its journal entry is on stable storage (group commit). The default.</summary>
    Fsync,

    /// <summary>
    /// At once; the journal is written in the background. A crash loses at most the last commit interval.
    /// </summary>
    Async,

    /// <summary>Memory only: nothing survives the process.</summary>
    None,
}

/// <summary>How a node is opened. Plain values; <see cref="FastCoreNode.Open"/> checks them.</summary>
public class NodeOptions
{
    /// <summary>Longest <see cref="CommitPauseUs"/>.</summary>
    public const int CommitPauseUsMax = 10_000;

    /// <summary>Largest <see cref="TableReserveBytes"/>.</summary>
    public const long TableReserveBytesMax = 1L << 40;

    /// <summary>Data directory; must be null with <see cref="Durability.None"/> and set otherwise.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>When a reply may leave.</summary>
    public Durability Durability { get; set; } = Durability.Fsync;

    /// <summary>
    /// Partitions; fixed when a data directory is created. 0 = what the directory has, or three for four cores.
    /// </summary>
    public int Partitions { get; set; }

    /// <summary>
    /// Partitions that a new data directory gets when none are asked for. Measured on two cores: two partitions make
    /// 1.2 to 1.4 times the payments of one. Larger machines keep a quarter of their cores for fronts, clients and the
    /// disk.
    /// </summary>
    public static int PartitionsAutomatic => Environment.ProcessorCount - (Environment.ProcessorCount / 4);

    /// <summary>Wall clock; null = the machine's.</summary>
    public IClock? Clock { get; set; }

    /// <summary>Pin each partition thread to a core; only where there are more cores than partitions.</summary>
    public bool PinPartitions { get; set; }

    /// <summary>
    /// The cores that partitions are pinned to, in turn, as in taskset (2-7,9); only with <see cref="PinPartitions"/>.
    /// Empty = those that the process may use. On Linux also cores that it was not started on: all else then stays off
    /// them.
    /// </summary>
    public string PartitionCores { get; set; } = "";

    /// <summary>What partition threads do without work.</summary>
    public IdleStrategyKind Idle { get; set; } = IdleStrategyKind.Backoff;

    /// <summary>
    /// Where buffers of convenient calls come from. It is the process's: the node that is opened last has its way.
    /// </summary>
    public BufferPooling BufferPooling { get; set; } = BufferPooling.Array;

    /// <summary>Bytes of each partition's request ring, a power of two of at least 4 MiB.</summary>
    public int RingBytes { get; set; } = 8 << 20;

    /// <summary>Elements in a batch after which no further request joins it.</summary>
    public int BatchElementsMax { get; set; } = 4096;

    /// <summary>
    /// Rest of a journal between the end of a commit and the beginning of the next, microseconds, at most
    /// <see cref="CommitPauseUsMax"/>; what comes meanwhile shares the next (group commit). 0 = none. Only with
    /// <see cref="Durability.Fsync"/>.
    /// </summary>
    public int CommitPauseUs { get; set; }

    /// <summary>
    /// Journal bytes per partition after which a checkpoint starts by itself; as many as the last checkpoint had when
    /// it had more, but no more than four times this. 0 = only when asked.
    /// </summary>
    public long CheckpointJournalBytes { get; set; } = 256L << 20;

    /// <summary>Bytes per journal segment file.</summary>
    public long JournalSegmentBytes { get; set; } = 256L << 20;

    /// <summary>Memory for each partition's record index before it spills to disk, bytes.</summary>
    public long RecordIndexMemoryBytes { get; set; } = 1L << 30;

    /// <summary>
    /// Memory of each history of each partition before its blocks are read from disk again, bytes. A repeated id
    /// compares with its old row, and a row on disk costs a read of its block; but memory that was never touched costs
    /// a page fault for each 4 KiB, so more is not always faster.
    /// </summary>
    public long HistoryMemoryBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Memory for the tables of each partition that is taken and touched before the node opens, bytes; beyond it they
    /// grow as rows come. 0 = all of it as rows come. Opening takes longer; afterwards no command waits for memory that
    /// the machine gives out when it is first touched.
    /// </summary>
    public long TableReserveBytes { get; set; }

    /// <summary>
    /// Age after which whole journal segments before a checkpoint may go; null keeps the history for ever.
    /// </summary>
    public TimeSpan? RetentionAge { get; set; }

    /// <summary>
    /// Journal bytes per partition above which whole segments before a checkpoint go; null keeps all.
    /// </summary>
    public long? RetentionBytes { get; set; }

    /// <summary>
    /// Keep memory-only journal entries, so that a memory node can be verified; costs memory without bound.
    /// </summary>
    public bool KeepMemoryJournal { get; set; }

    /// <summary>
    /// Sizes and switches of the ledger. They shape the state: fixed when a data directory is created.
    /// </summary>
    public LedgerOptions Ledger { get; set; } = new();

    /// <summary>Settings of payments. They shape the state: fixed when a data directory is created.</summary>
    public PaymentsOptions Payments { get; set; } = new();

    /// <summary>
    /// Settings of fraud scoring; null = nothing is scored. They shape the state: fixed when a data directory is
    /// created.
    /// </summary>
    public FraudOptions? Fraud { get; set; }

    /// <summary>
    /// Sizes of what is known about seats; null = no seats are sold. They shape the state: fixed when a data directory
    /// is created.
    /// </summary>
    public SeatsOptions? Seats { get; set; } = new();

    /// <summary>
    /// Keys of the tickets of waiting rooms, 16 to 64 bytes each: the first signs, every one is accepted, so that a key
    /// can be replaced. Empty = one is drawn when the node opens; tickets of before are then read again, with a new
    /// signature.
    /// </summary>
    public IReadOnlyList<byte[]> TicketKeys { get; set; } = [];

    /// <summary>
    /// The connectors outside the process, numbered from 1; 0 is the instant one inside the partition.
    /// </summary>
    public IReadOnlyList<IConnector> Connectors { get; set; } = [];

    /// <summary>How calls to connectors are made.</summary>
    public ConnectorFlowOptions Flow { get; set; } = new();

    /// <summary>Age in the queue in milliseconds, per priority class, above which requests are shed.</summary>
    public IReadOnlyList<int> ShedAgeMs { get; set; } = [250, 100, 50, 20];

    /// <summary>
    /// Where settings come from, by property, for the table of knobs; what is not in it was set by the program.
    /// </summary>
    public IReadOnlyDictionary<string, KnobSource> KnobSources { get; set; } = new Dictionary<string, KnobSource>();

    /// <summary>
    /// Time of what leaves the process: timeouts, breakers, retries, the drain; null = the machine's.
    /// </summary>
    internal TimeProvider? Time { get; set; }

    /// <summary>
    /// What lies under the data directory; null = the disk of the operating system. A test puts its own here, which
    /// holds writes back or runs out of space.
    /// </summary>
    internal IDisk? Disk { get; set; }

    /// <summary>Last word on the sizes of a partition's storage, so that tests get small files.</summary>
    internal Action<StorageOptions>? AdjustStorage { get; set; }

    /// <summary>Last word on the knobs of a partition, so that tests get small rings and batches.</summary>
    internal Func<PartitionOptions, PartitionOptions>? AdjustPartition { get; set; }

    /// <summary>
    /// Runs the whole node on the caller's thread, one piece of work after the other; null = threads. For the
    /// simulator.
    /// </summary>
    internal INodeSteps? Steps { get; set; }

    /// <summary>Puts something between a partition and its storage, so that a test can break it.</summary>
    internal Func<int, IPartitionStorage, IPartitionStorage>? WrapStorage { get; set; }

    /// <summary>Puts something between a partition and its domains, so that a test can break it.</summary>
    internal Func<IStateMachine, PartitionContext, IStateMachine>? WrapMachine { get; set; }

    /// <summary>Puts something between the partitions and the flow that carries their effects out.</summary>
    internal Func<IEffectSink, IEffectSink>? WrapEffects { get; set; }

    /// <summary>Id of a data directory that is made; 0 = drawn at random.</summary>
    internal ulong NewDirectoryId { get; set; }
}
