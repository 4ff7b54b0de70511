namespace FastCore.Simulation.Seats;

/// <summary>The settings of the engine that decide what a partition refuses as full.</summary>
public sealed class SeatsModelOptions
{
    /// <summary>Charts at most.</summary>
    public int ChartsMax { get; init; } = 10_000;

    /// <summary>Shows at most.</summary>
    public int ShowsMax { get; init; } = 1_000_000;

    /// <summary>Holds that have not ended at most.</summary>
    public int HoldsMax { get; init; } = 10_000_000;

    /// <summary>The key of every simulated node's tickets.</summary>
    public static byte[] TicketKey { get; } = [.. "sixteen and more"u8];

    /// <summary>Blocks of shows with channels at most.</summary>
    public int ChannelBlocksMax { get; init; } = 400_000_000;

    /// <summary>Waiting rooms at most.</summary>
    public int WaitingRoomsMax { get; init; } = 1_000_000;

    /// <summary>Buyers in waiting rooms at most.</summary>
    public int WaitingBuyersMax { get; init; } = 20_000_000;

    /// <summary>Waiting lists at most.</summary>
    public int WaitingListsMax { get; init; } = 1_000_000;

    /// <summary>Offers to waiting lists of one command or the timers of one entry at most.</summary>
    public int WaitingListOffersMax { get; init; } = 256;

    /// <summary>A mistake for controls: the newest of a waiting list is served first.</summary>
    public bool ServesNewestFirst { get; init; }

    /// <summary>Steps of a waiting room in one entry at most.</summary>
    public int WaitingStepsMax { get; init; } = 4_096;

    /// <summary>Bookings whose payment or refund is under way at most.</summary>
    public int BookingsUnderWayMax { get; init; } = 1_000_000;

    /// <summary>A mistake for controls: of bookings made together only the one that is named is cancelled.</summary>
    public bool CancelsAlone { get; init; }

    /// <summary>A mistake for controls: when a payment cannot book all that it is for, it books what it can.</summary>
    public bool LandsAlone { get; init; }
}
