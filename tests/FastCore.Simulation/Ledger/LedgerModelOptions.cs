namespace FastCore.Simulation.Ledger;

/// <summary>The maxima and switches of a ledger that decide answers, as the node's options say them.</summary>
public sealed record LedgerModelOptions
{
    /// <summary>Accounts of the partition at most; beyond, <c>too_many_accounts</c>.</summary>
    public int AccountsMax { get; init; } = int.MaxValue;

    /// <summary>Books with accounts at most; beyond, <c>too_many_accounts</c>.</summary>
    public int BooksMax { get; init; } = int.MaxValue;

    /// <summary>Pairs of book and ledger with accounts at most; beyond, <c>too_many_accounts</c>.</summary>
    public int BookLedgersMax { get; init; } = int.MaxValue;

    /// <summary>Open pending transfers of the partition at most; beyond, <c>too_many_pending_transfers</c>.</summary>
    public int OpenPendingsMax { get; init; } = int.MaxValue;

    /// <summary>Whether <c>setup_accounts</c> is allowed.</summary>
    public bool AllowSetup { get; init; }
}
