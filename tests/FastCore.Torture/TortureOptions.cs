namespace FastCore.Torture;

/// <summary>How a torture runs. It ends at the first of both limits; at least one must be set.</summary>
public sealed record TortureOptions
{
    /// <summary>Path of <c>fastcore.dll</c>, whose <c>serve</c> is tortured.</summary>
    public required string Program { get; init; }

    /// <summary>Folder for the data directories; each is deleted after it was found sound.</summary>
    public required string Folder { get; init; }

    /// <summary>Contents of the load and the moments of the kills. What the threads make of it differs each time.
    /// </summary>
    public required ulong Seed { get; init; }

    /// <summary>Kills to make; null = as many as the time allows.</summary>
    public int? KillsMax { get; init; }

    /// <summary>Time to run; null = until the kills are made.</summary>
    public TimeSpan? TimeMax { get; init; }

    /// <summary>Kills that one data directory lives through before a new one is made.</summary>
    public int KillsPerDirectory { get; init; } = 20;

    /// <summary>Partitions of the server.</summary>
    public int Partitions { get; init; } = 2;

    /// <summary>Connections of the load, each with several requests in flight.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>The server runs on <see cref="PowerLossDisk"/>.</summary>
    public bool LosePower { get; init; }

    /// <summary>
    /// <c>fsync</c>, or <c>async</c> as a control: a server that acknowledges too early must be found to lose.
    /// </summary>
    public string Durability { get; init; } = "fsync";
}
