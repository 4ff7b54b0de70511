using FastCore.Engine.Ports;

namespace FastCore.Engine.Memory;

/// <summary>
/// All storage of a partition in memory: durability <c>none</c>, and the twin of the real storage in tests. It survives
/// <see cref="SimulateCrash"/> with what a disk would hold, so that recovery can be tried on the same object.
/// </summary>
public sealed class MemoryPartitionStorage : IPartitionStorage
{
    private readonly MemoryJournal _journal;
    private readonly MemoryRecordIndex _records = new();
    private readonly Dictionary<string, IStatePart> _histories = [];
    private readonly Dictionary<string, IStatePart> _crashedHistories = [];
    private readonly List<Func<StorageState>> _historyStates = [];
    private MemorySnapshot? _newest;
    private MemorySnapshot? _waiting;

    /// <summary>Makes empty storage.</summary>
    /// <param name="partition">The partition's number.</param>
    /// <param name="keepJournal">Whether journal entries are kept (tests) or dropped (durability <c>none</c>).</param>
    public MemoryPartitionStorage(int partition, bool keepJournal = true)
    {
        Partition = partition;
        _journal = new MemoryJournal(keepJournal) { OnCommitted = PublishIfCommitted };
    }

    /// <inheritdoc/>
    public int Partition { get; }

    /// <inheritdoc/>
    public IJournal Journal => _journal;

    /// <summary>The journal as what it is, for tests that hold commits back or damage entries.</summary>
    public MemoryJournal MemoryJournal => _journal;

    /// <inheritdoc/>
    public IRecordIndex Records => _records;

    /// <summary>When not null, publishing a checkpoint fails with this text.</summary>
    public string? PublishFailure { get; set; }

    /// <inheritdoc/>
    public IHistory<TRow> OpenHistory<TRow>(string name, IHistorySummarizer<TRow>? summarizer = null)
        where TRow : unmanaged
    {
        if (_histories.ContainsKey(name))
        {
            throw new InvalidOperationException($"The history {name} is open already.");
        }

        MemoryHistory<TRow> history = _crashedHistories.Remove(name, out IStatePart? crashed)
            ? ((MemoryHistory<TRow>)crashed).Reopen(summarizer)
            : new MemoryHistory<TRow>(name, summarizer);
        _histories.Add(name, history);
        _historyStates.Add(() => history.State);
        return history;
    }

    /// <inheritdoc/>
    public Exception? Error { get; set; }

    /// <inheritdoc/>
    public StorageState CanAccept(int commandBytes)
    {
        StorageState worst = _journal.CanAppend(commandBytes);
        worst = _records.State > worst ? _records.State : worst;
        foreach (Func<StorageState> state in _historyStates)
        {
            StorageState other = state();
            worst = other > worst ? other : worst;
        }

        return worst;
    }

    /// <inheritdoc/>
    public ISnapshot? TryOpenSnapshot() => _newest?.Open();

    /// <inheritdoc/>
    public ISnapshotFile BeginSnapshot(ulong sequence, ulong timestampNs, ReadOnlySpan<byte> chainHash) =>
        new MemorySnapshot(this, sequence, timestampNs, chainHash);

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        _journal.MeasureMemory(uses);
        _records.MeasureMemory(uses);
    }

    /// <summary>
    /// The process died: uncommitted journal entries, the record index, unpublished checkpoints and the tails of the
    /// histories are gone. Everything opened before must not be used any more; open and recover again.
    /// </summary>
    public void SimulateCrash()
    {
        _waiting = null;
        _journal.LoseUncommitted();
        _records.Clear();
        foreach ((string name, IStatePart history) in _histories)
        {
            _crashedHistories.Add(name, history);
        }

        _histories.Clear();
        _historyStates.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal.Dispose();
        _records.Dispose();
        foreach (IStatePart history in _histories.Values.Concat(_crashedHistories.Values))
        {
            ((IDisposable)history).Dispose();
        }

        _histories.Clear();
        _crashedHistories.Clear();
    }

    /// <summary>Publishes once the journal committed the checkpoint's sequence.</summary>
    internal void PublishWhenCommitted(MemorySnapshot snapshot)
    {
        _waiting = snapshot;
        PublishIfCommitted();
    }

    private void PublishIfCommitted()
    {
        if (_waiting is null || _waiting.Sequence > _journal.CommittedSequence)
        {
            return;
        }

        MemorySnapshot snapshot = _waiting;
        _waiting = null;
        if (PublishFailure is null)
        {
            _newest = snapshot;
        }

        snapshot.Complete(PublishFailure);
    }
}
