namespace FastCore.Fraud.Rules.Text;

/// <summary>What a number measures. Amounts and counts compared with each other are a mistake.</summary>
internal enum RuleUnit : byte
{
    /// <summary>A written number without a unit: it goes with all.</summary>
    Any,

    /// <summary>Counts, shares, scores.</summary>
    Plain,

    /// <summary>Money, in minor units.</summary>
    Money,

    /// <summary>Time, in seconds.</summary>
    Seconds,

    /// <summary>Speed, in km/h.</summary>
    Speed,
}
