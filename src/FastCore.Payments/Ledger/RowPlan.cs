namespace FastCore.Payments.Ledger;

/// <summary>How the rows of a read are to be reached.</summary>
/// <param name="HeadLink">Link to the newest row of the account's chain; 0 when there is no chain or no row.</param>
/// <param name="FootPosition">Position before which nothing can be selected.</param>
/// <param name="WalksChain">Follow the chain; else scan blocks.</param>
/// <param name="IsReversed">Newest first.</param>
/// <param name="ResultsMax">Stop after so many rows; long.MaxValue for sums.</param>
internal readonly record struct RowPlan(
    long HeadLink, long FootPosition, bool WalksChain, bool IsReversed, long ResultsMax);

/// <summary>Where a sliced read of rows stands; lives in the read's cursor.</summary>
internal struct RowPlace
{
    /// <summary>Rows that exist as far as this read is concerned: those of its first slice.</summary>
    public long Upper;

    /// <summary>Chain: link to the next row. Scan: the next position upwards, or one past it downwards.</summary>
    public long Next;

    /// <summary>Rows selected so far by a walk whose order must still be turned around.</summary>
    public long Matched;

    /// <summary>Results written, or of a turned walk: filled in.</summary>
    public long Written;

    public RowPhase Phase;
}

/// <summary>Stages of a sliced read.</summary>
internal enum RowPhase : byte
{
    /// <summary>Not begun.</summary>
    None,

    /// <summary>Following the account's chain, newest first.</summary>
    Walk,

    /// <summary>Filling in rows whose positions a walk collected.</summary>
    Fill,

    /// <summary>Scanning blocks.</summary>
    Scan,
}
