namespace FastCore.Simulation.Ledger;

/// <summary>What became of a pending transfer.</summary>
public enum PendingFate
{
    /// <summary>It is not a pending transfer.</summary>
    None,

    /// <summary>Its amount is reserved.</summary>
    Open,

    /// <summary>Posted, in full or in part.</summary>
    Posted,

    /// <summary>Voided.</summary>
    Voided,

    /// <summary>Released by its timeout.</summary>
    Expired,
}
