namespace FastCore.Protocol.Ledger;

/// <summary>Sides and order of an <see cref="AccountFilter"/>.</summary>
[Flags]
public enum AccountFilterFlags : uint
{
    /// <summary>Neither side; selects nothing.</summary>
    None = 0,

    /// <summary>Transfers that debit the account.</summary>
    Debits = 1 << 0,

    /// <summary>Transfers that credit the account.</summary>
    Credits = 1 << 1,

    /// <summary>Newest first; else oldest first.</summary>
    Reversed = 1 << 2,
}
