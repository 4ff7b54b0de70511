namespace FastCore.Payments.Ledger;

/// <summary>
/// What is asked of the rows of a history. Implemented by structs only, so that scans make no virtual call.
/// </summary>
/// <typeparam name="TRow">The row.</typeparam>
internal interface IRowQuery<TRow>
    where TRow : unmanaged
{
    /// <summary>Whether a row is selected.</summary>
    bool Matches(in TRow row);

    /// <summary>Whether a block with this summary may hold a row that is selected.</summary>
    bool MayMatch(ReadOnlySpan<byte> summary);

    /// <summary>
    /// Whether a row of the account's chain is older than anything selected, so that the walk can end.
    /// </summary>
    bool IsTooOld(in TRow row);

    /// <summary>Link to the row before in the account's chain.</summary>
    long PreviousOf(in TRow row);

    /// <summary>Puts a selected row into the reply, as its result number <paramref name="index"/>.</summary>
    void Write(in TRow row, Span<byte> reply, long index);
}
