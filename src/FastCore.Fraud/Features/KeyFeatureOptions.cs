namespace FastCore.Fraud.Features;

/// <summary>
/// Bounds of the state of one kind of key in one partition. All of them shape the state, so a data directory must
/// always be opened with the same ones. Memory is taken as rows come.
/// </summary>
public sealed class KeyFeatureOptions
{
    /// <summary>Keys at most.</summary>
    public int KeysMax { get; set; } = 1 << 24;

    /// <summary>Blocks of eight events at most, over all keys.</summary>
    public int BlocksMax { get; set; } = 1 << 25;

    /// <summary>Events of one key at most that are kept one by one; older ones are spilled into hours.</summary>
    public int EventsPerKeyMax { get; set; } = 512;

    /// <summary>Hours of spilled events at most, over all keys.</summary>
    public int HoursMax { get; set; } = 1 << 22;

    /// <summary>
    /// Events in the windows that have labels, and labels that wait, at most. What does not fit is refused.
    /// </summary>
    public int LabelsMax { get; set; } = 1 << 22;

    /// <summary>Labels at most that wait for their known-at.</summary>
    public int WaitingLabelsMax { get; set; } = 1 << 16;

    /// <summary>Days without an event after which <see cref="FeatureStore.Reclaim"/> drops a key.</summary>
    public uint ForgetAfterDays { get; set; } = 400;

    /// <summary>Number of a key's first event, so that a test can see the numbers wrap around.</summary>
    internal uint FirstEventNumber { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(KeysMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BlocksMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(EventsPerKeyMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(EventsPerKeyMax, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(HoursMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LabelsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WaitingLabelsMax, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(FirstEventNumber % EventBlockRow.Events, 0u);
    }
}

/// <summary>Bounds of the features of one partition, for each kind of key.</summary>
public sealed class FeatureOptions
{
    /// <summary>Cards.</summary>
    public KeyFeatureOptions Cards { get; set; } = new();

    /// <summary>Terminals.</summary>
    public KeyFeatureOptions Terminals { get; set; } = new() { KeysMax = 1 << 22, EventsPerKeyMax = 4_096 };

    /// <summary>Merchants.</summary>
    public KeyFeatureOptions Merchants { get; set; } = new() { KeysMax = 1 << 22, EventsPerKeyMax = 4_096 };
}
