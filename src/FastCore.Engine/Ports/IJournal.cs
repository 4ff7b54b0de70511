namespace FastCore.Engine.Ports;

/// <summary>
/// The partition's journal: one checksummed entry per batch, hash-chained. Appending and starting commits is the
/// partition thread's; the committed sequence advances on the device's thread.
/// </summary>
public interface IJournal : IDisposable
{
    /// <summary>Sequence of the last appended entry; 0 when the journal is empty. Sequences rise by one.</summary>
    ulong TailSequence { get; }

    /// <summary>
    /// Sequence up to which entries may be answered: on stable storage, or only appended where the mode says that this
    /// is enough. Read with acquire.
    /// </summary>
    ulong CommittedSequence { get; }

    /// <summary>Sequence up to which entries are on stable storage, whatever the mode. Read with acquire.</summary>
    ulong DurableSequence { get; }

    /// <summary>
    /// Whether an entry of so many bytes can be appended now. <see cref="StorageState.Busy"/> means soon, after writes
    /// in flight; <see cref="StorageState.Full"/> means not until the disk has space again.
    /// </summary>
    StorageState CanAppend(int commandBytes);

    /// <summary>
    /// Appends one entry: the commands of one batch. Must follow a <see cref="CanAppend"/> that said Ready.
    /// </summary>
    /// <param name="timestampNs">The batch's time.</param>
    /// <param name="commandCount">Commands in the batch; 0 for a tick that only fires timers.</param>
    /// <param name="commands">
    /// Header and body of each command, each padded to <see cref="CommandHeader.Alignment"/>.
    /// </param>
    /// <returns>The entry's sequence.</returns>
    ulong Append(ulong timestampNs, int commandCount, ReadOnlySpan<byte> commands);

    /// <summary>Starts a group commit of everything appended, unless one is in flight. Never blocks.</summary>
    void StartCommit();

    /// <summary>
    /// Rest between the end of a commit and the beginning of the next, microseconds; what is appended meanwhile shares
    /// the next. 0 = none. Any thread; without effect where nothing is written or answers do not wait for it.
    /// </summary>
    int CommitPauseUs { get; set; }

    /// <summary>
    /// Waits until everything appended is committed. For shutdown and tools, never for the partition's duty cycle.
    /// </summary>
    void CommitAndWait();

    /// <summary>
    /// Called (on any thread) whenever the committed sequence advanced or the state changed; wakes the partition.
    /// </summary>
    Action? OnProgress { get; set; }

    /// <summary>Hash of the last appended entry: the head of the chain, 32 bytes.</summary>
    ReadOnlySpan<byte> ChainHash { get; }

    /// <summary>First sequence still kept.</summary>
    ulong BeginSequence { get; }

    /// <summary>
    /// Reads entries from a sequence on, verifying checksum, order and hash chain of each. Throws
    /// <see cref="CorruptStorageException"/> at the first that is broken.
    /// </summary>
    IJournalReader Read(ulong fromSequence);

    /// <summary>Lets whole segments before the sequence go (retention).</summary>
    void TruncateBefore(ulong sequence);
}

/// <summary>Walks over journal entries.</summary>
public interface IJournalReader : IDisposable
{
    /// <summary>
    /// Moves to the next entry; false at the end of what is durable. A later call goes on with what became durable
    /// since.
    /// </summary>
    bool MoveNext();

    /// <summary>Sequence of the entry.</summary>
    ulong Sequence { get; }

    /// <summary>The batch's time.</summary>
    ulong TimestampNs { get; }

    /// <summary>Commands in the entry.</summary>
    int CommandCount { get; }

    /// <summary>The commands as they were appended. Valid until the next move.</summary>
    ReadOnlySpan<byte> Commands { get; }

    /// <summary>Hash of the entry, 32 bytes.</summary>
    ReadOnlySpan<byte> Hash { get; }
}

/// <summary>Whether storage takes more.</summary>
public enum StorageState : byte
{
    /// <summary>Yes.</summary>
    Ready,

    /// <summary>Not this moment: memory is full of writes in flight.</summary>
    Busy,

    /// <summary>No: the disk is full. Reads go on; writes are refused with a code until space returns.</summary>
    Full,

    /// <summary>No: the device failed. The partition stops.</summary>
    Failed,
}
