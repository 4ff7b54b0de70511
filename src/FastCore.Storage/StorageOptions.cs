using FastCore.Engine.Ports;
using FastCore.Storage.Background;
using FastCore.Storage.Records;

namespace FastCore.Storage;

/// <summary>When the journal calls an entry committed.</summary>
public enum JournalDurability
{
    /// <summary>When it is on stable storage. Nothing acknowledged is ever lost.</summary>
    Fsync,

    /// <summary>
    /// When it is in memory. Written to stable storage every <see cref="StorageOptions.AsyncCommitIntervalMs"/>: what
    /// was
    /// acknowledged within about one interval and one disk write before a crash can be lost.
    /// </summary>
    Async,
}

/// <summary>Settings of one partition's storage.</summary>
public sealed class StorageOptions
{
    /// <summary>When an entry counts as committed.</summary>
    public JournalDurability Durability { get; set; } = JournalDurability.Fsync;

    /// <summary>Longest time between an append and the start of its write in the async mode, in milliseconds.</summary>
    public int AsyncCommitIntervalMs { get; set; } = 10;

    /// <summary>Bytes of a journal segment file, a power of two. Fixed when the partition is created.</summary>
    public long JournalSegmentBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Bytes of a journal page, a power of two: an entry fits one page. Fixed when the partition is created.
    /// </summary>
    public int JournalPageBytes { get; set; } = 8 << 20;

    /// <summary>Memory of the journal for entries not yet written; a power of two, at least four pages.</summary>
    public long JournalMemoryBytes { get; set; } = 64L << 20;

    /// <summary>How far ahead of the tail the journal's files are made ready.</summary>
    public long JournalAheadBytes { get; set; } = 64L << 20;

    /// <summary>
    /// Fills the journal's space with zeros beforehand, which makes each commit cheaper. Off: space is only reserved.
    /// </summary>
    public bool Preallocate { get; set; } = true;

    /// <summary>
    /// Memory of the record index, used as it fills: a quarter for its hash table, the rest for its records, each
    /// rounded down to a power of two. The default holds 26 million records; more go to a scratch file.
    /// </summary>
    public long RecordIndexMemoryBytes { get; set; } = 3L << 29;

    /// <summary>
    /// Where a closed record index leaves its memory for the next one that is opened; null gives it back. For programs
    /// that open many small nodes.
    /// </summary>
    public RecordStores? RecordStores { get; set; }

    /// <summary>
    /// Memory of each history for full blocks, written ones kept for reading and those waiting for the disk.
    /// </summary>
    public long HistoryMemoryBytes { get; set; } = 256L << 20;

    /// <summary>Bytes of a history's segment file.</summary>
    public long HistorySegmentBytes { get; set; } = 256L << 20;

    /// <summary>Rows of one history block hold at least so many bytes.</summary>
    public int HistoryBlockBytes { get; set; } = 256 << 10;

    /// <summary>Longest age of journal segments kept before the older of the two checkpoints; null keeps all.</summary>
    public TimeSpan? RetentionAge { get; set; }

    /// <summary>Bytes of journal segments to keep at most, as far as the checkpoints allow; null keeps all.</summary>
    public long? RetentionBytes { get; set; }

    /// <summary>Pause between two attempts to get space on a full disk, in milliseconds.</summary>
    public int FullRetryMs { get; set; } = 200;

    /// <summary>
    /// Longest time that a shutdown waits for a full disk to take what was appended and not yet acknowledged, in
    /// milliseconds.
    /// </summary>
    public int FullGiveUpMs { get; set; } = 5_000;

    /// <summary>Who runs what goes on beside the partition thread, and its time.</summary>
    public IBackground Background { get; set; } = ThreadBackground.Instance;

    /// <summary>Rows that one batch can append to a history at most; so much memory and disk is kept ready.</summary>
    public int BatchRowsMax { get; set; } = 8192 * 4;

    /// <summary>Bytes of each of the four buffers of a checkpoint being written; a slice fits one.</summary>
    public int SnapshotBufferBytes { get; set; } = 1 << 20;
}
