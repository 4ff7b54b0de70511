namespace FastCore.Fraud.Features;

/// <summary>What a feature computes.</summary>
public enum FeatureAggregate : byte
{
    /// <summary>The amount in currency units.</summary>
    Amount,

    /// <summary>1 on Saturday and Sunday (UTC), else 0.</summary>
    Weekend,

    /// <summary>1 from 00:00:00 to 06:59:59 (UTC), else 0.</summary>
    Night,

    /// <summary>Transactions in the window.</summary>
    Count,

    /// <summary>Sum of their amounts in currency units.</summary>
    Sum,

    /// <summary>Their mean amount in currency units; 0 in an empty window.</summary>
    Mean,

    /// <summary>Different counterparties among them.</summary>
    Distinct,

    /// <summary>The amount divided by the mean of the window: how far from the habit. 0 when the mean is 0.</summary>
    Ratio,

    /// <summary>Seconds since the first transaction of the key.</summary>
    FirstSeen,

    /// <summary>
    /// Kilometres per hour needed from the place of the last transaction whose place is known. 0 without one.
    /// </summary>
    ImpossibleSpeed,

    /// <summary>Transactions in the window that are labelled as fraud.</summary>
    FraudCount,

    /// <summary>Their share of the transactions in the window; 0 in an empty window.</summary>
    Risk,
}
