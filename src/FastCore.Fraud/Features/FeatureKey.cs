namespace FastCore.Fraud.Features;

/// <summary>Whose history a feature reads.</summary>
public enum FeatureKey : byte
{
    /// <summary>None: the feature is computed from the transaction alone.</summary>
    Transaction,

    /// <summary>The card that pays.</summary>
    Card,

    /// <summary>The terminal at which it pays.</summary>
    Terminal,

    /// <summary>The merchant who is paid.</summary>
    Merchant,
}
