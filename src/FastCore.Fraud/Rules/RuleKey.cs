namespace FastCore.Fraud.Rules;

/// <summary>Fields of a transaction that are compared and looked up in lists, not calculated with.</summary>
public enum RuleKey : byte
{
    /// <summary>The card.</summary>
    Card,

    /// <summary>The merchant.</summary>
    Merchant,

    /// <summary>The terminal.</summary>
    Terminal,

    /// <summary>The device.</summary>
    Device,

    /// <summary>The first 6 to 8 digits of the card's number.</summary>
    Bin,

    /// <summary>The currency. There are no lists of it.</summary>
    Currency,
}
