namespace FastCore.Fraud.Features;

/// <summary>One feature as its file declares it.</summary>
public sealed record FeatureDefinition
{
    /// <summary>Its name: letters, digits, points and underscores, beginning with a letter.</summary>
    public required string Name { get; init; }

    /// <summary>Its column in exported tables; the name when the file says nothing.</summary>
    public required string Column { get; init; }

    /// <summary>Whose history it reads.</summary>
    public required FeatureKey Key { get; init; }

    /// <summary>What it computes.</summary>
    public required FeatureAggregate Aggregate { get; init; }

    /// <summary>Length of its window in nanoseconds; 0 when it has none.</summary>
    public ulong WindowNs { get; init; }

    /// <summary>How long before the transaction the window ends, in nanoseconds.</summary>
    public ulong DelayNs { get; init; }

    /// <summary>For <see cref="FeatureAggregate.Distinct"/>: which counterparties are counted.</summary>
    public FeatureKey Of { get; init; }
}
