namespace FastCore.Bench.Soak;

/// <summary>How a soak is made.</summary>
public sealed record SoakOptions
{
    /// <summary>Shortest time that a trend can be told in.</summary>
    public static readonly TimeSpan TimeMin = TimeSpan.FromSeconds(15);

    /// <summary>Path of <c>fastcore.dll</c>, whose <c>serve</c> is soaked.</summary>
    public required string Program { get; init; }

    /// <summary>Folder for the data directory and the server's settings; must not have them yet.</summary>
    public required string Folder { get; init; }

    /// <summary>How long the load lasts; the check at the end comes on top.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Elements a second, all kinds together.</summary>
    public int Rate { get; init; } = 1_000;

    /// <summary>
    /// Whether latency, pauses and silence can fail it. Not on a machine that others use, too: there they are told.
    /// </summary>
    public bool JudgesSpeed { get; init; } = true;

    /// <summary>Contents of the load.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Partitions of the server.</summary>
    public int Partitions { get; init; } = 2;

    /// <summary>Policy file of fraud scoring, as <c>serve</c> takes it.</summary>
    public string FraudPolicy { get; init; } = "shipped";

    /// <summary>Variables that the server's process gets besides its own; a test plants a leak by one.</summary>
    internal IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
