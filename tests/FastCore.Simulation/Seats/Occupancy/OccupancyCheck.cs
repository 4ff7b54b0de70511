namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>
/// The machine of seats alone, in memory, against a naive account of who has which seat until when. No journal, no
/// threads, and every answer is predicted, so that a billion of them can be compared in an afternoon.
/// </summary>
public static class OccupancyCheck
{
    /// <summary>Compares until so many elements agreed, or until the first that does not.</summary>
    /// <param name="options">How many, and from which seed.</param>
    /// <param name="progress">Is told the share done, 0 to 1, after each round.</param>
    /// <param name="cancellation">Ends it after the round.</param>
    public static OccupancyReport Run(
        OccupancyOptions options, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        OccupancyReport report = new() { Seed = options.Seed };
        OccupancyLedger ledger = new(options.RoundOperations);
        while (report.Operations < options.Operations && !cancellation.IsCancellationRequested)
        {
            ulong seed = options.Seed + (ulong)report.Rounds++;
            long elements = Math.Min(options.RoundOperations, options.Operations - report.Operations);
            using OccupancyRound round = new(seed, ledger, report, options.Mistake);
            report.Failure = round.Run((int)elements);
            if (report.Failure is not null)
            {
                report.FailedSeed = seed;
                break;
            }

            progress?.Invoke(report.Operations / (double)options.Operations);
        }

        return report;
    }
}
