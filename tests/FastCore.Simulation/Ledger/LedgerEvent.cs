namespace FastCore.Simulation.Ledger;

/// <summary>What a request with linked and imported events needs to know of one of them.</summary>
/// <param name="IsLinked">Whether it stands or falls with the next.</param>
/// <param name="IsImported">Whether its timestamp is the caller's.</param>
/// <param name="TimestampNs">The timestamp in the request.</param>
/// <param name="Create">Creates it, given the timestamp that the partition assigns.</param>
internal sealed record LedgerEvent(
    bool IsLinked, bool IsImported, ulong TimestampNs, Func<ulong, EventOutcome> Create);
