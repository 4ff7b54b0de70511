namespace FastCore.Node;

/// <summary>Counters of a node since it opened, summed over its partitions. A snapshot; each number is whole.</summary>
public sealed record NodeStatistics
{
    /// <summary>Requests executed (writes).</summary>
    public long Requests { get; init; }

    /// <summary>Elements executed (writes).</summary>
    public long Elements { get; init; }

    /// <summary>Reads answered.</summary>
    public long Reads { get; init; }

    /// <summary>Batches journaled.</summary>
    public long Batches { get; init; }

    /// <summary>Command bytes journaled.</summary>
    public long JournalBytes { get; init; }

    /// <summary>Requests shed because they were too old for their class.</summary>
    public long Shed { get; init; }

    /// <summary>Requests refused because their own deadline had passed.</summary>
    public long Expired { get; init; }

    /// <summary>Requests refused because the disk is full.</summary>
    public long StorageFull { get; init; }

    /// <summary>Checkpoints published.</summary>
    public long Checkpoints { get; init; }

    /// <summary>Checkpoints that failed.</summary>
    public long CheckpointFailures { get; init; }

    /// <summary>
    /// Longest time that a checkpoint held a partition in one piece (its beginning, one slice, its end), microseconds.
    /// </summary>
    public long CheckpointStallMaxUs { get; init; }

    /// <summary>
    /// Most processor time that a checkpoint took of a partition's thread in one piece, microseconds: without what
    /// others did on its core meanwhile. 0 where the system does not tell (all but Linux).
    /// </summary>
    public long CheckpointProcessorMaxUs { get; init; }

    /// <summary>Holds of seats made.</summary>
    public long SeatHolds { get; init; }

    /// <summary>Holds of seats asked for and refused.</summary>
    public long SeatHoldsRefused { get; init; }

    /// <summary>Holds of seats that expired.</summary>
    public long SeatHoldsExpired { get; init; }

    /// <summary>Holds of seats that were given back whole.</summary>
    public long SeatHoldsReleased { get; init; }

    /// <summary>Holds of buyers who had made ten in the same minute of a show that counts its buyers.</summary>
    public long SeatHoldsFast { get; init; }

    /// <summary>Bookings of seats confirmed.</summary>
    public long SeatBookings { get; init; }

    /// <summary>Counted buyers who were forgotten to make room for others.</summary>
    public long SeatBuyersForgotten { get; init; }

    /// <summary>Entries that joined waiting lists.</summary>
    public long SeatListed { get; init; }

    /// <summary>Holds that were offered to waiting lists.</summary>
    public long SeatOffers { get; init; }

    /// <summary>Entries of waiting lists that wait now.</summary>
    public long SeatListWaiting { get; init; }

    /// <summary>Entries of waiting lists that have an offer now.</summary>
    public long SeatListOffered { get; init; }

    /// <summary>Bytes waiting in the request rings.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Knobs turned while the node runs.</summary>
    public long KnobsTurned { get; init; }

    /// <summary>Buffers of convenient calls in use, in the whole process. One that only rises is a leak.</summary>
    public long BuffersOutstanding { get; init; }

    /// <summary>Turned knobs whose value the runtime refused.</summary>
    public long KnobsRefused { get; init; }

    /// <summary>Why partitions stopped; empty while all run.</summary>
    public IReadOnlyList<string> Stopped { get; init; } = [];

    /// <summary>Why the payments of bookings are not made any more; null while they are.</summary>
    public string? FlowFailure { get; init; }

    /// <summary>True while a partition refuses writes because the disk is full.</summary>
    public bool IsStorageFull { get; init; }
}
