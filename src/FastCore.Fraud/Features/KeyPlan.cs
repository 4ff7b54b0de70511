namespace FastCore.Fraud.Features;

/// <summary>
/// Which total of a window a raw value is: that of the reach <paramref name="Whole"/> less that of the reach
/// <paramref name="Less"/> (none if negative).
/// </summary>
/// <param name="Whole">Index of the reach from the window's beginning to now.</param>
/// <param name="Less">Index of the reach from the window's end to now.</param>
internal readonly record struct WindowRead(int Whole, int Less);

/// <summary>
/// What the compiled features need of the history of one kind of key: how far back its running totals reach, and which
/// raw values are handed over, in this order: sums, counts, fraud counts, distinct counts, age, distance and duration.
/// </summary>
internal sealed class KeyPlan
{
    /// <summary>Lengths into the past that have running totals, rising, in nanoseconds.</summary>
    public required ulong[] ReachNs { get; init; }

    public required WindowRead[] Sums { get; init; }

    public required WindowRead[] Counts { get; init; }

    public required WindowRead[] Frauds { get; init; }

    public required WindowRead[] Distincts { get; init; }

    /// <summary>Nanoseconds since the first transaction are wanted.</summary>
    public required bool HasAge { get; init; }

    /// <summary>Metres and nanoseconds since the last known place are wanted.</summary>
    public required bool HasSpeed { get; init; }

    /// <summary>Which counterparties are counted.</summary>
    public required FeatureKey DistinctOf { get; init; }

    /// <summary>Where the raw values begin in the whole vector.</summary>
    public required int RawStart { get; init; }

    /// <summary>How many there are.</summary>
    public int RawLength =>
        Sums.Length + Counts.Length + Frauds.Length + Distincts.Length + (HasAge ? 1 : 0) + (HasSpeed ? 2 : 0);

    /// <summary>Nothing of this kind of key is needed.</summary>
    public bool IsEmpty => RawLength == 0;

    /// <summary>Labels are read, so a transaction must be found again.</summary>
    public bool HasLabels => Frauds.Length != 0;
}
