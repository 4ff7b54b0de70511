namespace FastCore.Cli.Cards;

/// <summary>What to simulate. The defaults are those of the published data set.</summary>
internal sealed record CardSettings
{
    /// <summary>Days to simulate.</summary>
    public int Days { get; init; } = 30;

    /// <summary>Customers on the map.</summary>
    public int Customers { get; init; } = 5_000;

    /// <summary>Terminals on the map.</summary>
    public int Terminals { get; init; } = 10_000;

    /// <summary>Names the whole run: same settings and seed, same file.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How far a customer goes for a terminal, on a map of 100 × 100.</summary>
    public double Radius { get; init; } = 5;

    /// <summary>The first day of the published data set, 2018-04-01.</summary>
    public const ulong PublishedStartSeconds = 1_522_540_800;

    /// <summary>Unix time of the first day's midnight.</summary>
    public ulong StartSeconds { get; init; } = PublishedStartSeconds;

    /// <summary>Terminals newly compromised a day, on average: two in ten thousand.</summary>
    public double TerminalsCompromisedPerDay => 2.0 * Terminals / 10_000;

    /// <summary>Customers newly compromised a day, on average: three in five thousand.</summary>
    public double CustomersCompromisedPerDay => 3.0 * Customers / 5_000;
}
