namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>How long seats are compared, and from which seed.</summary>
public sealed record OccupancyOptions
{
    /// <summary>Elements of writes in all.</summary>
    public long Operations { get; init; } = 1_000_000;

    /// <summary>Seed of the first round; the next round has the next one.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Elements of a round. Each begins with an empty machine, so that memory is bounded.</summary>
    public int RoundOperations { get; init; } = 250_000;

    /// <summary>What the engine does wrong on purpose: it must be found, or the comparison proves nothing.</summary>
    public OccupancyMistake Mistake { get; init; }
}

/// <summary>What a broken twin of the engine does.</summary>
public enum OccupancyMistake
{
    /// <summary>Nothing: it is the engine.</summary>
    None,

    /// <summary>It forgets a hold now and then, so that its seats go to somebody else as well.</summary>
    ForgetsHold,

    /// <summary>It says now and then that taken seats are held.</summary>
    SellsTwice,

    /// <summary>It frees the seats of expired holds one batch too late now and then.</summary>
    ExpiresLate,

    /// <summary>It forgets now and then who is first on the waiting list.</summary>
    ForgetsWaiting,

    /// <summary>It lets somebody onto the waiting list now and then who never joined.</summary>
    OffersToStranger,
}
