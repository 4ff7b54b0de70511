namespace FastCore.Fraud.Scoring;

/// <summary>
/// Kinds of records in the partition's index. The ledger's are below 16, those of payments below 64. A kind is stored
/// in histories and never changes its meaning.
/// </summary>
internal static class RecordKinds
{
    /// <summary>A decision, at its merchant.</summary>
    public const byte Decision = 64;

    /// <summary>A transaction that was counted for its card, on the card's partition.</summary>
    public const byte Card = 65;

    /// <summary>The newest label of a transaction.</summary>
    public const byte Label = 66;

    /// <summary>The verdict of a review.</summary>
    public const byte Verdict = 67;
}
