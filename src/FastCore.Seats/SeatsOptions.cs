namespace FastCore.Seats;

/// <summary>
/// Sizes of the state about seats, per partition. They decide what is refused as full, so they are part of the state.
/// </summary>
public sealed class SeatsOptions
{
    /// <summary>Charts at most.</summary>
    public int ChartsMax { get; set; } = 10_000;

    /// <summary>Blocks of all charts together at most.</summary>
    public int ChartBlocksMax { get; set; } = 4_000_000;

    /// <summary>Shows at most.</summary>
    public int ShowsMax { get; set; } = 1_000_000;

    /// <summary>Blocks of all shows together at most; 32 bytes each, taken as shows come.</summary>
    public int ShowBlocksMax { get; set; } = 400_000_000;

    /// <summary>Holds that have not ended at most.</summary>
    public int HoldsMax { get; set; } = 10_000_000;

    /// <summary>Bookings whose payment or refund is under way at most.</summary>
    public int BookingsUnderWayMax { get; set; } = 1_000_000;

    /// <summary>Buyers with seats in shows that limit them at most.</summary>
    public int BuyersMax { get; set; } = 50_000_000;

    /// <summary>
    /// Buyers who are counted in shows that count them, at most; 64 bytes each. Beyond it one who has held nothing for
    /// long is forgotten for each new one.
    /// </summary>
    public int CountedBuyersMax { get; set; } = 4_000_000;

    /// <summary>Blocks of all shows that have channels at most; 32 bytes each, taken as shows get channels.</summary>
    public int ChannelBlocksMax { get; set; } = 400_000_000;

    /// <summary>Waiting rooms at most, closed ones included.</summary>
    public int WaitingRoomsMax { get; set; } = 1_000_000;

    /// <summary>Buyers in waiting rooms that are not closed at most.</summary>
    public int WaitingBuyersMax { get; set; } = 20_000_000;

    /// <summary>Waiting lists at most, ended ones included.</summary>
    public int WaitingListsMax { get; set; } = 1_000_000;

    /// <summary>Entries of waiting lists that wait or have an offer at most; 80 bytes each.</summary>
    public int WaitingListEntriesMax { get; set; } = 20_000_000;

    /// <summary>
    /// Offers to waiting lists that one command, or the timers of one journal entry, make at most. The rest follows in
    /// the next entries.
    /// </summary>
    public int WaitingListOffersMax { get; set; } = 256;

    /// <summary>
    /// Steps of one waiting room or waiting list in one journal entry at most: swaps of a draw, calls, buyers or
    /// entries forgotten. The rest follows in the next entries, so that nobody waits long for a draw of many.
    /// </summary>
    public int WaitingStepsMax { get; set; } = 4_096;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is below 1, or too large for a table.</exception>
    public void Validate()
    {
        foreach (int size in (int[])
            [
                ChartsMax, ChartBlocksMax, ShowsMax, ShowBlocksMax, HoldsMax, BookingsUnderWayMax, BuyersMax,
                ChannelBlocksMax, CountedBuyersMax, WaitingRoomsMax, WaitingBuyersMax, WaitingStepsMax,
                WaitingListsMax, WaitingListEntriesMax, WaitingListOffersMax,
            ])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 1 << 30);
        }
    }
}
