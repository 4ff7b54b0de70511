namespace FastCore.Simulation.Seats;

/// <summary>
/// The rule about single seats (docs/SEATS.md): a free seat is single when no neighbour of it is free.
/// </summary>
internal static class SingleSeats
{
    /// <summary>Seats that would be single after others are taken and are not now.</summary>
    public static IEnumerable<ModelSeat> MadeBy(IReadOnlyCollection<ModelSeat> taken) =>
        taken.SelectMany(Neighbours).Distinct()
            .Where(seat => seat.IsFree && !taken.Contains(seat))
            .Where(seat => !Neighbours(seat).Any(other => other.IsFree && !taken.Contains(other)))
            .Where(seat => Neighbours(seat).Any(other => other.IsFree));

    /// <summary>The picked seats beside those that a pick by number may not leave.</summary>
    public static IEnumerable<ModelSeat> BlockedBy(IReadOnlyCollection<ModelSeat> picked) =>
        MadeBy(picked)
            .Where(seat => RunOf(seat).Any(other => other != seat && !picked.Contains(other)))
            .SelectMany(Neighbours).Where(picked.Contains).Distinct();

    private static IEnumerable<ModelSeat> Neighbours(ModelSeat seat)
    {
        ModelSeat?[] both = [seat.Left, seat.Right];
        return both.OfType<ModelSeat>();
    }

    // The free seats side by side that it lies among, itself included.
    private static List<ModelSeat> RunOf(ModelSeat seat)
    {
        List<ModelSeat> run = [seat];
        for (ModelSeat? left = seat.Left; left is { IsFree: true }; left = left.Left)
        {
            run.Add(left);
        }

        for (ModelSeat? right = seat.Right; right is { IsFree: true }; right = right.Right)
        {
            run.Add(right);
        }

        return run;
    }
}
