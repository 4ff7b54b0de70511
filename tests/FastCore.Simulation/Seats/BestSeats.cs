using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>Best available (docs/SEATS.md): every candidate is listed, and the best one is the first.</summary>
internal static class BestSeats
{
    /// <summary>Finds seats.</summary>
    /// <param name="show">Where.</param>
    /// <param name="count">How many.</param>
    /// <param name="accessible">How many of them accessible at least; 0 leaves accessible seats alone.</param>
    /// <param name="isWanted">Whether category, zone and channel of a seat will do.</param>
    /// <param name="together">Side by side or not at all.</param>
    public static (SeatStatus Code, ModelSeat[] Seats, bool AreTogether) Find(
        ModelShow show, int count, int accessible, Predicate<ModelSeat> isWanted, bool together)
    {
        List<ModelSeat> candidates = [.. show.Blocks
            .Where(block => block.HasSingleSeats)
            .SelectMany(block => block.Seats)
            .Where(seat => seat.IsFree && isWanted(seat) && (accessible != 0 || !seat.IsAccessible))];
        ModelSeat[]? sideBySide = candidates
            .Select(first => RunFrom(first, count))
            .OfType<ModelSeat[]>()
            .Where(run => Array.TrueForAll(run, candidates.Contains))
            .Where(run => run.Count(seat => seat.IsAccessible) >= accessible)
            .OrderBy(run => SingleSeats.MadeBy(run).Any())
            .ThenBy(run => run[0].Block.Chart.Rank)
            .ThenBy(run => run[0].Block.Number)
            .ThenBy(run => Math.Abs((2 * run[0].Place) + count - 1 - (2 * run[0].Block.Chart.Focus)))
            .ThenBy(run => run[0].Place)
            .FirstOrDefault();
        if (sideBySide is not null)
        {
            return (SeatStatus.Ok, sideBySide, true);
        }

        if (candidates.Count < count || candidates.Count(seat => seat.IsAccessible) < accessible)
        {
            return (SeatStatus.NotEnoughSeats, [], false);
        }

        if (together)
        {
            return (SeatStatus.NotTogether, [], false);
        }

        List<ModelSeat> inOrder = [.. candidates
            .OrderBy(seat => seat.Block.Chart.Rank)
            .ThenBy(seat => seat.Block.Number)
            .ThenBy(seat => Math.Abs(seat.Place - seat.Block.Chart.Focus))
            .ThenBy(seat => seat.Place)];
        IEnumerable<ModelSeat> needed = inOrder.Where(seat => seat.IsAccessible).Take(accessible);
        IEnumerable<ModelSeat> further = inOrder.Where(seat => seat.IsAccessible).Skip(accessible);
        ModelSeat[] single = [.. needed
            .Concat(inOrder.Where(seat => !seat.IsAccessible))
            .Concat(further)
            .Take(count)
            .OrderBy(seat => seat.Number)];
        return (SeatStatus.Ok, single, false);
    }

    private static ModelSeat[]? RunFrom(ModelSeat first, int count)
    {
        List<ModelSeat> run = [first];
        while (run.Count < count && run[^1].Right is { } next)
        {
            run.Add(next);
        }

        return run.Count == count ? [.. run] : null;
    }
}
