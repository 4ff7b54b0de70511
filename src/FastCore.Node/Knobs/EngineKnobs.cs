using System.Globalization;
using FastCore.Engine.Partitions;
using FastCore.Protocol.Buffers;

namespace FastCore.Node.Knobs;

/// <summary>The knobs of the engine, in the order of the table.</summary>
public static class EngineKnobs
{
    private const long MiB = 1 << 20;
    private const long TiB = 1L << 40;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EngineKnob> All { get; } =
    [
        new(
            "partitions", "engine", false, KnobForm.Number(0, 128),
            "State machines with a thread each; 0 = what the directory has, or three for four cores.",
            nameof(NodeOptions.Partitions), options => Text(options.Partitions),
            (options, value) => options.Partitions = (int)Number(value),
            open => open.Options.Partitions == 0 ? "0" : Text(open.Node.PartitionCount)),
        new(
            "durability", "engine", false, KnobForm.OneOf<Durability>(),
            "When an answer may leave: after its entry is on disk, at once, or with nothing stored.",
            nameof(NodeOptions.Durability), options => Word(options.Durability),
            (options, value) => options.Durability = Enum.Parse<Durability>(value, ignoreCase: true),
            open => Word(open.Options.Durability)),
        new(
            "pin_partitions", "engine", false, KnobForm.Switch,
            "Partition threads stay on a core each.",
            nameof(NodeOptions.PinPartitions), options => options.PinPartitions ? "on" : "off",
            (options, value) => options.PinPartitions = value == "on",
            open => !open.Options.PinPartitions ? "off" : open.PinFailure() is string why ? $"off: {why}" : "on")
        {
            IsOfPartition = true,
        },
        new(
            "partition_cores", "engine", false, KnobForm.Cores,
            "The cores that pinned partitions have; any = those of the process.",
            nameof(NodeOptions.PartitionCores),
            options => options.PartitionCores is "" ? "any" : options.PartitionCores,
            (options, value) => options.PartitionCores = value == "any" ? "" : value,
            open => open.Options.PartitionCores is "" ? "any" : open.PinFailure() ?? open.Options.PartitionCores)
        {
            IsOfPartition = true,
        },
        new(
            "idle", "engine", true, KnobForm.OneOf<IdleStrategyKind>(),
            "What a partition does without work: spin, yield, park, or one after the other (backoff).",
            nameof(NodeOptions.Idle), options => Word(options.Idle),
            (options, value) => options.Idle = Enum.Parse<IdleStrategyKind>(value, ignoreCase: true),
            open => Word(open.Partition.Knobs.Idle),
            (open, value) => open.Partition.Knobs.Idle = Enum.Parse<IdleStrategyKind>(value, ignoreCase: true))
        {
            IsOfPartition = true,
        },
        new(
            "ring_bytes", "engine", false, KnobForm.PowerOf2(4 * MiB, 1 << 30),
            "Bytes of each partition's request ring.",
            nameof(NodeOptions.RingBytes), options => Text(options.RingBytes),
            (options, value) => options.RingBytes = (int)Number(value),
            open => Text(open.Partition.Inbox.Capacity))
        {
            IsOfPartition = true,
        },
        new(
            "batch_elements_max", "engine", true, KnobForm.Number(1, 65_536),
            "Elements in a batch after which no further request joins it.",
            nameof(NodeOptions.BatchElementsMax), options => Text(options.BatchElementsMax),
            (options, value) => options.BatchElementsMax = (int)Number(value),
            open => Text(open.Partition.Knobs.BatchElementsMax),
            (open, value) => open.Partition.Knobs.BatchElementsMax = (int)Number(value))
        {
            IsOfPartition = true,
        },
        new(
            "commit_pause_us", "storage", true, KnobForm.Number(0, NodeOptions.CommitPauseUsMax),
            "Microseconds from the end of a commit to the next; what comes meanwhile shares it (fsync only).",
            nameof(NodeOptions.CommitPauseUs), options => Text(options.CommitPauseUs),
            (options, value) => options.CommitPauseUs = (int)Number(value),
            open => Text(open.Partition.Journal.CommitPauseUs),
            (open, value) => open.Partition.Journal.CommitPauseUs = (int)Number(value))
        {
            IsOfPartition = true,
        },
        new(
            "checkpoint_journal_bytes", "storage", true, KnobForm.Number(0, TiB),
            "Journal bytes after which a checkpoint starts by itself, up to four times as many while the state is "
            + "larger; 0 = only when asked.",
            nameof(NodeOptions.CheckpointJournalBytes), options => Text(options.CheckpointJournalBytes),
            (options, value) => options.CheckpointJournalBytes = Number(value),
            open => open.Options.Durability == Durability.None
                ? Text(open.Options.CheckpointJournalBytes)
                : Text(open.Partition.Knobs.CheckpointJournalBytes),
            (open, value) => open.Partition.Knobs.CheckpointJournalBytes =
                open.Options.Durability == Durability.None ? 0 : Number(value))
        {
            IsOfPartition = true,
        },
        new(
            "journal_segment_bytes", "storage", false, KnobForm.Number(MiB, TiB),
            "Bytes of a file of the journal.",
            nameof(NodeOptions.JournalSegmentBytes), options => Text(options.JournalSegmentBytes),
            (options, value) => options.JournalSegmentBytes = Number(value),
            open => Text(open.Options.JournalSegmentBytes)),
        new(
            "record_index_memory_bytes", "storage", false, KnobForm.Number(MiB, TiB),
            "Memory of each partition's index of records before it spills to disk.",
            nameof(NodeOptions.RecordIndexMemoryBytes), options => Text(options.RecordIndexMemoryBytes),
            (options, value) => options.RecordIndexMemoryBytes = Number(value),
            open => Text(open.Options.RecordIndexMemoryBytes)),
        new(
            "history_memory_bytes", "storage", false, KnobForm.Number(MiB, TiB),
            "Memory of each history of a partition before its blocks are read from disk again.",
            nameof(NodeOptions.HistoryMemoryBytes), options => Text(options.HistoryMemoryBytes),
            (options, value) => options.HistoryMemoryBytes = Number(value),
            open => Text(open.Options.HistoryMemoryBytes)),
        new(
            "table_reserve_bytes", "engine", false, KnobForm.Number(0, NodeOptions.TableReserveBytesMax),
            "Memory of each partition's tables that is touched before the node opens; 0 = taken as rows come.",
            nameof(NodeOptions.TableReserveBytes), options => Text(options.TableReserveBytes),
            (options, value) => options.TableReserveBytes = Number(value),
            open => Text(open.Options.TableReserveBytes)),
        new(
            "buffer_pooling", "engine", true, KnobForm.OneOf<BufferPooling>(),
            "Where buffers of convenient calls come from, in the whole process: the shared array pool, object pools, "
            + "or nowhere (none).",
            nameof(NodeOptions.BufferPooling), options => Word(options.BufferPooling),
            (options, value) => options.BufferPooling = Enum.Parse<BufferPooling>(value, ignoreCase: true),
            _ => Word(BufferPool.Kind),
            (_, value) => BufferPool.Kind = Enum.Parse<BufferPooling>(value, ignoreCase: true)),
    ];

    /// <summary>A knob by its name, or null.</summary>
    public static EngineKnob? Find(string name) => All.FirstOrDefault(knob => knob.Name == name);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static long Number(string value) => long.Parse(value, CultureInfo.InvariantCulture);

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
