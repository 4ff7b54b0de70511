namespace FastCore.Engine.Partitions;

/// <summary>
/// The knobs of a partition that can be turned while it runs. Any thread turns them; the partition's looks at each
/// where it needs it, so a turn takes effect with the next batch or idle cycle.
/// </summary>
public sealed class PartitionKnobs
{
    private volatile int _batchElementsMax;
    private volatile IdleStrategyKind _idle;
    private long _checkpointJournalBytes;

    /// <summary>Takes the values that the partition is opened with.</summary>
    public PartitionKnobs(PartitionOptions options)
    {
        _batchElementsMax = options.BatchElementsMax;
        _idle = options.Idle;
        _checkpointJournalBytes = options.CheckpointJournalBytes;
    }

    /// <summary>Elements in a batch after which no further request joins it.</summary>
    public int BatchElementsMax
    {
        get => _batchElementsMax;
        set => _batchElementsMax = value;
    }

    /// <summary>What the partition's thread does without work.</summary>
    public IdleStrategyKind Idle
    {
        get => _idle;
        set => _idle = value;
    }

    /// <inheritdoc cref="PartitionOptions.CheckpointJournalBytes"/>
    public long CheckpointJournalBytes
    {
        get => Volatile.Read(ref _checkpointJournalBytes);
        set => Volatile.Write(ref _checkpointJournalBytes, value);
    }
}
