using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>What was compared.</summary>
public sealed class OccupancyReport
{
    /// <summary>Seed of the first round.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Rounds begun.</summary>
    public long Rounds { get; internal set; }

    /// <summary>Elements whose answers were compared.</summary>
    public long Operations { get; internal set; }

    /// <summary>Holds made.</summary>
    public long Holds { get; internal set; }

    /// <summary>Holds refused because what they asked for was taken.</summary>
    public long Blocked { get; internal set; }

    /// <summary>Requests that came after the hold's time had passed.</summary>
    public long Late { get; internal set; }

    /// <summary>Bookings confirmed.</summary>
    public long Bookings { get; internal set; }

    /// <summary>Bookings confirmed although their payment landed after the hold's time.</summary>
    public long LateBookings { get; internal set; }

    /// <summary>Payments given back because the seats were gone.</summary>
    public long Refunds { get; internal set; }

    /// <summary>Buyers who joined the waiting list.</summary>
    public long Listed { get; internal set; }

    /// <summary>Holds that were offered to them.</summary>
    public long Offers { get; internal set; }

    /// <summary>Whole maps compared.</summary>
    public long Maps { get; internal set; }

    /// <summary>Seats that two had at the same time.</summary>
    public long DoubleBooked { get; internal set; }

    /// <summary>The first thing that was wrong; null when nothing was.</summary>
    public string? Failure { get; internal set; }

    /// <summary>Seed of the round in which it was.</summary>
    public ulong FailedSeed { get; internal set; }

    /// <summary>What a hold that does not hold answers to whoever wants to use it; late requests are counted.</summary>
    internal SeatStatus RefusalOf(HoldState state)
    {
        Late += state == HoldState.Expired ? 1 : 0;
        return state switch
        {
            HoldState.Expired => SeatStatus.HoldExpired,
            HoldState.Released => SeatStatus.HoldReleased,
            HoldState.Booked => SeatStatus.HoldBooked,
            _ => SeatStatus.HoldNotFound,
        };
    }
}
