namespace FastCore.Node.Verification;

/// <summary>What verifying a data directory found.</summary>
/// <param name="IsSound">True when nothing is broken.</param>
/// <param name="Partitions">Each partition's findings.</param>
public sealed record VerificationReport(bool IsSound, IReadOnlyList<PartitionVerification> Partitions);

/// <summary>What verifying one partition found.</summary>
public sealed record PartitionVerification
{
    /// <summary>The partition's number.</summary>
    public required int Partition { get; init; }

    /// <summary>First journal sequence kept.</summary>
    public ulong FirstSequence { get; set; }

    /// <summary>Last journal sequence whose entry is whole and chained.</summary>
    public ulong LastSequence { get; set; }

    /// <summary>Commands replayed.</summary>
    public long Commands { get; set; }

    /// <summary>Hash of the last entry: the head of the chain, hex.</summary>
    public string ChainHead { get; set; } = "";

    /// <summary>Sequence of the newest checkpoint, 0 = none.</summary>
    public ulong CheckpointSequence { get; set; }

    /// <summary>
    /// True when the replay reached the checkpoint's sequence with the checkpoint's state hash; null when it could not
    /// be compared (no checkpoint, or the journal no longer reaches back to genesis).
    /// </summary>
    public bool? CheckpointMatches { get; set; }

    /// <summary>
    /// True when retention let the beginning of the journal go, so that checksums and chain were checked but the state
    /// could not be replayed from genesis.
    /// </summary>
    public bool IsChainOnly { get; set; }

    /// <summary>State hash after the last entry, hex.</summary>
    public string StateHash { get; set; } = "";

    /// <summary>
    /// What lies behind the last whole entry: writes that never completed and were never acknowledged; null = nothing.
    /// </summary>
    public string? TornTail { get; set; }

    /// <summary>Checkpoints found broken, one sentence each; an older one or the journal takes their place.</summary>
    public IReadOnlyList<string> BrokenCheckpoints { get; set; } = [];

    /// <summary>First broken journal sequence, 0 = none.</summary>
    public ulong BrokenSequence { get; set; }

    /// <summary>What is broken, with file and address; null when sound.</summary>
    public string? Failure { get; set; }
}
