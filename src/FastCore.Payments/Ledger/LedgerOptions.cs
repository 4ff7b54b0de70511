namespace FastCore.Payments.Ledger;

/// <summary>
/// Sizes and switches of the ledger of one partition. The maxima decide when a creation is refused, so a journal must
/// be replayed with the maxima it was written with, or larger ones if none was ever reached.
/// </summary>
public sealed class LedgerOptions
{
    /// <summary>Accounts at most; beyond, <c>too_many_accounts</c>. Memory is taken as accounts come.</summary>
    public int AccountsMax { get; set; } = 1 << 26;

    /// <summary>Books at most; beyond, <c>too_many_accounts</c>.</summary>
    public int BooksMax { get; set; } = 1 << 24;

    /// <summary>Pairs of book and ledger at most; beyond, <c>too_many_accounts</c>.</summary>
    public int BookLedgersMax { get; set; } = 1 << 25;

    /// <summary>Pending transfers open at the same time; beyond, <c>too_many_pending_transfers</c>.</summary>
    public int OpenPendingsMax { get; set; } = 1 << 26;

    /// <summary>
    /// Whether <c>setup_accounts</c> may set balances outright. For rule tables and conformance suites only: such books
    /// are exempt from the conservation check.
    /// </summary>
    public bool AllowSetup { get; set; }

    /// <summary>
    /// A statement of an account with no more transfers than this follows the account's chain; a longer one scans
    /// blocks unless it starts at the newest transfer. Changes speed, never an answer.
    /// </summary>
    public int ChainWalkMax { get; set; } = 16_384;

    /// <summary>Rows that one slice of a read looks at.</summary>
    public int SliceRowsMax { get; set; } = 2_048;
}
