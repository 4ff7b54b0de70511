namespace FastCore.Payments.Ledger;

/// <summary>The ledger's kinds of records in the record index (top byte of the scope); it owns 1–15.</summary>
internal static class RecordKinds
{
    /// <summary>Ids of transfers, used up ones included.</summary>
    public const byte Transfer = 1;
}
