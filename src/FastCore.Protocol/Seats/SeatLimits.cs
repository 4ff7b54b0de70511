namespace FastCore.Protocol.Seats;

/// <summary>Sizes of charts, shows and holds.</summary>
public static class SeatLimits
{
    /// <summary>Blocks of a chart at most: what one request carries.</summary>
    public const int BlocksPerChartMax = Limits.ElementsPerRequestMax;

    /// <summary>Seats of a row or a table at most: the bits of a word.</summary>
    public const int SeatsPerBlockMax = 64;

    /// <summary>Places of an area of general admission at most.</summary>
    public const uint AreaCapacityMax = 1_000_000;

    /// <summary>Seats of a hold at most.</summary>
    public const int SeatsPerHoldMax = 16;

    /// <summary>Places that a hold takes of an area at most.</summary>
    public const uint QuantityMax = 1_000;

    /// <summary>Categories of a chart at most.</summary>
    public const int CategoriesMax = 16;

    /// <summary>Shows in one request at most: each takes room for its whole chart.</summary>
    public const int ShowsPerRequestMax = 64;

    /// <summary>Milliseconds that a hold lasts when neither it nor its show says so: ten minutes.</summary>
    public const uint HoldMsDefault = 600_000;

    /// <summary>Milliseconds that a hold can last at most, extensions included: a day.</summary>
    public const uint HoldMsMax = 86_400_000;

    /// <summary>Largest number of a channel.</summary>
    public const int ChannelsMax = 15;

    /// <summary>Holds, or bookings, of one linked chain at most, each of another show.</summary>
    public const int LinkedHoldsMax = 64;

    /// <summary>Holds of a buyer in a minute above which each further one counts as a fast one.</summary>
    public const int FastHoldsPerMinute = 10;

    /// <summary>Milliseconds at most that a request waits for a change of a show.</summary>
    public const uint AwaitMsMax = 60_000;

    /// <summary>Buyers who may be in a show with a waiting room together, at most.</summary>
    public const uint WaitingSessionsMax = 1_000_000;

    /// <summary>Places of a waiting room's line, or of a waiting list, at most.</summary>
    public const uint WaitingPlacesMax = 1_000_000;

    /// <summary>Milliseconds of a call or a turn of a waiting room at most: a day.</summary>
    public const uint WaitingMsMax = 86_400_000;

    /// <summary>
    /// Wishes that differ on one waiting list at most: so many are looked at when seats become free, however many wait.
    /// </summary>
    public const int WaitingListWishesMax = 256;

    /// <summary>Largest price of a seat, minor units.</summary>
    public const uint PriceMax = 1_000_000_000;
}
