using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Simulation.Seats.Lists;

namespace FastCore.Simulation.Seats;

/// <summary>What must hold of shows, holds and bookings between commands, counted from scratch.</summary>
internal sealed class SeatsInvariants(SeatsState state, HoldRules holds)
{
    private static readonly SeatState[] States =
        [SeatState.Free, SeatState.Held, SeatState.Booked, SeatState.NotForSale];

    /// <summary>Null, or a sentence that says what is broken.</summary>
    public string? Check() =>
        state.Shows.Values
            .SelectMany<ModelShow, string?>(show =>
                [CheckCapacity(show), CheckOwners(show), CheckBuyers(show), CheckVersions(show), CheckHistory(show)])
            .Append(CheckHolds())
            .Concat(state.Lists.Values.Select(CheckList))
            .FirstOrDefault(broken => broken is not null);

    private static string? CheckCapacity(ModelShow show) =>
        show.Blocks.Find(block => States.Sum(one => block.Count(one)) != block.Chart.Capacity) is { } broken
            ? $"Show {show.Terms.Show}, block {broken.Number}: the states do not add up to its capacity."
            : null;

    // What is held is what live holds have, what is booked is what bookings have, and nothing is there twice.
    private static string? CheckOwners(ModelShow show)
    {
        foreach (ModelBlock block in show.Blocks)
        {
            foreach ((SeatState owned, IEnumerable<Pieces> owners) in ((SeatState, IEnumerable<Pieces>)[])
            [
                (SeatState.Held, show.Holds.Values.Where(hold => hold.IsHeld).Select(hold => hold.Pieces)),
                (SeatState.Booked,
                    show.Bookings.Values.Where(booking => booking.HasSeats).Select(booking => booking.Pieces)),
            ])
            {
                ulong[] words = [.. owners.SelectMany(pieces => pieces)
                    .Where(piece => piece.Block == block).Select(piece => piece.Word)];
                ulong sum = words.Aggregate(0UL, (one, other) => one + other);
                ulong union = words.Aggregate(0UL, (one, other) => one | other);
                ulong all = block.Word(owned);
                if (sum != all || (!block.IsArea && union != all))
                {
                    return $"Show {show.Terms.Show}, block {block.Number}: {owned} are {all:X}, but their owners have "
                        + $"{string.Join(", ", words.Select(word => word.ToString("X")))}.";
                }
            }
        }

        return null;
    }

    private static string? CheckBuyers(ModelShow show)
    {
        int limit = show.Terms.SeatsPerBuyerMax;
        long late = show.Bookings.Values.Count(booking => booking.HasSeats && booking.IsLate);
        ulong[] buyers = [.. show.Holds.Values.Select(hold => hold.Record.Buyer).Distinct()];
        return limit != 0 && late == 0 && Array.Exists(buyers, buyer => show.SeatsOf(buyer) > limit)
            ? $"Show {show.Terms.Show}: a buyer has more than {limit} seats."
            : null;
    }

    private static string? CheckVersions(ModelShow show) =>
        show.Changes.Where((change, i) => change.Version != (ulong)i + 1).Any()
            ? $"Show {show.Terms.Show}: the versions have a gap."
            : null;

    // Whoever follows the changes from the beginning must come to the map of now.
    private static string? CheckHistory(ModelShow show)
    {
        SeatState first = (show.Terms.Flags & ShowFlags.NotForSale) != 0 ? SeatState.NotForSale : SeatState.Free;
        List<ModelBlock> replayed = [.. show.Chart.Blocks.Select((block, i) => new ModelBlock(i, block, first))];
        foreach (SeatChange change in show.Changes)
        {
            if (change.From <= SeatState.NotForSale)
            {
                replayed[(int)change.Block].Move(change.Seats, change.From, change.To);
            }
        }

        return replayed.Exists(
            block => Array.Exists(States, one => block.Word(one) != show.Blocks[block.Number].Word(one)))
            ? $"Show {show.Terms.Show}: the changes do not lead to its map."
            : null;
    }

    // What is free is nobody's wish, but while a list is served; and who has an offer has a hold.
    private string? CheckList(ModelList list)
    {
        ModelListEntry? passed = list.IsOpen && !list.IsServing && !list.IsStalled
            ? list.Waiting.FirstOrDefault(entry => holds.LookAtOffer(list, entry)
                is not (SeatStatus.NotEnoughSeats or SeatStatus.NotTogether))
            : null;
        ModelListEntry? empty = list.Entries.Find(
            entry => entry.State == WaitingListEntryState.Offered && entry.Hold is not { IsHeld: true });
        return passed is not null
            ? $"Show {list.Show.Terms.Show}: entry {passed.Terms.Id} waits for seats that are free."
            : empty is not null
            ? $"Show {list.Show.Terms.Show}: entry {empty.Terms.Id} has an offer and no hold."
            : null;
    }

    private string? CheckHolds()
    {
        int[] places = [.. state.Shows.Values.SelectMany(show => show.Holds.Values)
            .Where(hold => hold.IsHeld).Select(hold => hold.Place!.Value)];
        return places.Length == state.HoldPlaces.Count && places.Distinct().Count() == places.Length
            ? null
            : $"{places.Length} holds are live in {state.HoldPlaces.Count} places.";
    }
}
