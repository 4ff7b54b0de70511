namespace FastCore.Engine.Partitions;

/// <summary>
/// What a partition counted since it started. Written by its thread only; a reader on another thread sees each number
/// whole and at most a moment old.
/// </summary>
public sealed class PartitionCounters
{
    /// <summary>Requests executed (writes).</summary>
    public long Requests;

    /// <summary>Elements executed (writes).</summary>
    public long Elements;

    /// <summary>Reads answered.</summary>
    public long Reads;

    /// <summary>Batches journaled.</summary>
    public long Batches;

    /// <summary>Command bytes journaled.</summary>
    public long JournalBytes;

    /// <summary>Requests refused because they were too old for their class.</summary>
    public long Shed;

    /// <summary>Requests refused because their own deadline had passed.</summary>
    public long Expired;

    /// <summary>Requests refused because the disk is full.</summary>
    public long StorageFull;

    /// <summary>Checkpoints published.</summary>
    public long Checkpoints;

    /// <summary>Checkpoints that failed.</summary>
    public long CheckpointFailures;

    /// <summary>
    /// Longest time that a checkpoint held the partition in one piece (its beginning, one slice, its end), nanoseconds.
    /// </summary>
    public long CheckpointStallMaxNs;

    /// <summary>
    /// Most processor time of the partition's thread that a checkpoint took in one piece, nanoseconds; the piece need
    /// not be that of <see cref="CheckpointStallMaxNs"/>. 0 where the system does not tell (all but Linux).
    /// </summary>
    public long CheckpointProcessorMaxNs;

    /// <summary>Times the thread parked.</summary>
    public long Parks;
}
