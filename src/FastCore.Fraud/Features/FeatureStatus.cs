namespace FastCore.Fraud.Features;

/// <summary>What became of an observed transaction. Everything but the first records nothing.</summary>
public enum FeatureStatus : byte
{
    /// <summary>Recorded; the raw values are written.</summary>
    Recorded,

    /// <summary>The time is zero or beyond <see cref="FeatureLimits.TimeNsMax"/>.</summary>
    TimeOutOfRange,

    /// <summary>
    /// The amount is negative or beyond <see cref="FeatureLimits.AmountMax"/>, or a window would overflow.
    /// </summary>
    AmountOutOfRange,

    /// <summary>There is no room for one more key.</summary>
    KeysFull,

    /// <summary>There is no room for one more block of events.</summary>
    EventsFull,

    /// <summary>There is no room for one more hour of spilled events.</summary>
    HoursFull,
}

/// <summary>What somebody found out about a transaction.</summary>
public enum FraudLabel : byte
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>It was genuine.</summary>
    Cleared,

    /// <summary>An investigation confirmed fraud.</summary>
    Confirmed,

    /// <summary>It was reported as fraud, such as by a chargeback.</summary>
    Fraud,
}

/// <summary>What became of a label.</summary>
public enum LabelStatus : byte
{
    /// <summary>It counts from its known-at on.</summary>
    Accepted,

    /// <summary>The same label with the same known-at was there.</summary>
    Repeated,

    /// <summary>A label with a later known-at was there; it stays.</summary>
    Superseded,

    /// <summary>
    /// The place is nowhere, or the event left all windows, or its key was dropped: the label cannot matter any more.
    /// </summary>
    UnknownTransaction,

    /// <summary>It is no label.</summary>
    BadLabel,

    /// <summary>The known-at is zero or beyond <see cref="FeatureLimits.TimeNsMax"/>.</summary>
    TimeOutOfRange,

    /// <summary>Too many labels wait for their known-at.</summary>
    WaitingFull,

    /// <summary>Too many events have labels.</summary>
    LabelsFull,

    /// <summary>No feature of this kind of key reads labels.</summary>
    NotNeeded,
}
