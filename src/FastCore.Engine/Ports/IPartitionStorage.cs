namespace FastCore.Engine.Ports;

/// <summary>
/// Everything one partition stores. Opened in this order: storage → histories (by the state machine's constructor) →
/// <see cref="TryOpenSnapshot"/> and part recovery → derived state → journal replay → business. Its histories say by
/// themselves what memory they hold, since they are parts of the state.
/// </summary>
public interface IPartitionStorage : IMemoryUser, IDisposable
{
    /// <summary>The partition's number.</summary>
    int Partition { get; }

    /// <summary>The journal.</summary>
    IJournal Journal { get; }

    /// <summary>The record index, shared by the domains of the partition (keys carry the kind).</summary>
    IRecordIndex Records { get; }

    /// <summary>
    /// Opens (or creates) a history. Its content appears when its part is recovered; until then it is empty.
    /// </summary>
    IHistory<TRow> OpenHistory<TRow>(string name, IHistorySummarizer<TRow>? summarizer = null)
        where TRow : unmanaged;

    /// <summary>The worst of the states of all members, for a batch of so many command bytes.</summary>
    StorageState CanAccept(int commandBytes);

    /// <summary>
    /// Why a member says <see cref="StorageState.Failed"/>: its message begins with the file. Null while none does.
    /// </summary>
    Exception? Error { get; }

    /// <summary>Opens the newest whole checkpoint, or returns null when there is none.</summary>
    ISnapshot? TryOpenSnapshot();

    /// <summary>
    /// Begins writing a checkpoint of the state at a journal sequence. The file becomes the newest checkpoint only when
    /// <see cref="ISnapshotFile.Publish"/> finished.
    /// </summary>
    ISnapshotFile BeginSnapshot(ulong sequence, ulong timestampNs, ReadOnlySpan<byte> chainHash);
}

/// <summary>A whole, verified checkpoint.</summary>
public interface ISnapshot : IDisposable
{
    /// <summary>Journal sequence whose effects it contains.</summary>
    ulong Sequence { get; }

    /// <summary>The partition's last assigned time at that point.</summary>
    ulong TimestampNs { get; }

    /// <summary>Hash over all sections (<see cref="StateHash"/>).</summary>
    ulong StateHash { get; }

    /// <summary>
    /// Opens a section by its part's name; null when the checkpoint has none (the part did not exist then).
    /// </summary>
    ISnapshotReader? TryOpenSection(string name, out uint version);
}

/// <summary>A checkpoint being written.</summary>
public interface ISnapshotFile : ISnapshotWriter, IDisposable
{
    /// <summary>Starts the section of a part; all writes until the next call belong to it.</summary>
    void BeginSection(string name, uint version);

    /// <summary>True when buffers are free, so that <see cref="ISnapshotWriter.Write"/> will not wait.</summary>
    bool CanWrite { get; }

    /// <summary>
    /// Finishes in the background: waits until the journal has committed the checkpoint's sequence, syncs histories and
    /// file, then publishes the manifest atomically and drops older checkpoints.
    /// </summary>
    void Publish(ulong stateHash);

    /// <summary>
    /// How it ended: null while it is written or published, true when published, false when that failed or it was given
    /// up by disposing it before <see cref="Publish"/>. The next checkpoint may begin when it is not null.
    /// </summary>
    bool? Published { get; }

    /// <summary>Why it failed, when it did.</summary>
    string? Failure { get; }
}
