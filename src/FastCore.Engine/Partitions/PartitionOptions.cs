namespace FastCore.Engine.Partitions;

/// <summary>The knobs of one partition.</summary>
public sealed record PartitionOptions
{
    /// <summary>Bytes of the request ring, a power of two.</summary>
    public int RingBytes { get; init; } = 8 << 20;

    /// <summary>Elements in a batch after which no further request joins it.</summary>
    public int BatchElementsMax { get; init; } = 4096;

    /// <summary>Command bytes in a batch after which no further request joins it.</summary>
    public int BatchBytesMax { get; init; } = 1 << 20;

    /// <summary>Bytes of the largest single command, header included.</summary>
    public int CommandBytesMax { get; init; } = 1 << 20;

    /// <summary>Bytes of replies that may wait for their commit.</summary>
    public int PendingReplyBytes { get; init; } = 16 << 20;

    /// <summary>Effects (connector calls) that may wait to leave before writes are held back.</summary>
    public int PendingEffectsMax { get; init; } = 65_536;

    /// <summary>
    /// Timers of a domain that one batch fires at most, so that what a batch appends has its space; more only when they
    /// are due in the same nanosecond or behind the partition's time already.
    /// </summary>
    public int TimersPerBatchMax { get; init; } = 4096;

    /// <summary>
    /// Reads at most that wait for something to tell; one more is refused as overloaded. About 200 bytes each.
    /// </summary>
    public int AwaitingReadsMax { get; init; } = 16_384;

    /// <summary>
    /// Nanoseconds that batches with requests may be behind the clock while more timers are due than one batch fires;
    /// further behind, timers fire alone. 0 = no request joins such a batch.
    /// </summary>
    public ulong TimerLagMaxNs { get; init; } = 250_000_000;

    /// <summary>Core to pin the thread to, or −1.</summary>
    public int PinToCore { get; init; } = -1;

    /// <summary>What to do without work.</summary>
    public IdleStrategyKind Idle { get; init; } = IdleStrategyKind.Backoff;

    /// <summary>Spins before yielding (backoff).</summary>
    public int IdleSpins { get; init; } = 64;

    /// <summary>Yields before parking (backoff).</summary>
    public int IdleYields { get; init; } = 16;

    /// <summary>
    /// Age in the queue, in milliseconds per priority class 0 … 3, above which a request is refused as overloaded
    /// instead of started: under overload the least important class is shed first and what is accepted stays fast.
    /// </summary>
    public IReadOnlyList<int> ShedAgeMs { get; init; } = [250, 100, 50, 20];

    /// <summary>Frame statuses by meaning; the engine knows no wire contract.</summary>
    public required PartitionStatuses Statuses { get; init; }

    /// <summary>Bytes written to a snapshot in one duty cycle, fewer when they take long.</summary>
    public int CheckpointSliceBytes { get; init; } = 256 << 10;

    /// <summary>
    /// Journal bytes after which a checkpoint starts by itself; as many as the last checkpoint had when it had more,
    /// but no more than four times this. 0 = never.
    /// </summary>
    public long CheckpointJournalBytes { get; init; } = 2L << 30;

    /// <summary>Nanoseconds without work after which the journal is sealed with an empty entry; 0 = never.</summary>
    public long SealAfterNs { get; init; } = 5_000_000;
}

/// <summary>The numbers that a partition answers with.</summary>
public readonly record struct PartitionStatuses(
    ushort Ok,
    ushort Overloaded,
    ushort DeadlineExceeded,
    ushort StorageFull,
    ushort Stopped,
    ushort UnknownOperation,
    ushort Unknown);
