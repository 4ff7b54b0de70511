namespace FastCore.Fraud.Policies;

/// <summary>What is decided when something that a decision needs is not to be had.</summary>
public enum FailureMode : byte
{
    /// <summary>The decision is made without it: what does not work stops nobody.</summary>
    Open,

    /// <summary>The transaction is declined: what cannot be judged does not pass.</summary>
    Closed,
}
