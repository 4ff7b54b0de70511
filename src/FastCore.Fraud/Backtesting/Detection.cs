namespace FastCore.Fraud.Backtesting;

/// <summary>What a rule, a threshold or a whole policy picked out, and how much of it was fraud.</summary>
/// <param name="Flagged">Transactions picked out.</param>
/// <param name="FlaggedLabelled">Those of them whose label is known.</param>
/// <param name="FlaggedFraud">Those of them that were fraud.</param>
/// <param name="Fraud">All transactions known as fraud.</param>
public readonly record struct Detection(long Flagged, long FlaggedLabelled, long FlaggedFraud, long Fraud)
{
    /// <summary>Of those picked out whose label is known, the share that was fraud; null when there are none.</summary>
    public double? Precision => FlaggedLabelled == 0 ? null : (double)FlaggedFraud / FlaggedLabelled;

    /// <summary>Of all known fraud, the share that was picked out; null when there is none.</summary>
    public double? Recall => Fraud == 0 ? null : (double)FlaggedFraud / Fraud;
}
