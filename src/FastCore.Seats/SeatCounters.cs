namespace FastCore.Seats;

/// <summary>
/// What happened about seats since the partition was opened; no part of the state. Written by the partition's thread,
/// each number can be read by any.
/// </summary>
public sealed class SeatCounters
{
    /// <summary>Holds made.</summary>
    public long Holds;

    /// <summary>Holds asked for and refused.</summary>
    public long HoldsRefused;

    /// <summary>Holds that expired.</summary>
    public long HoldsExpired;

    /// <summary>Holds that were given back whole.</summary>
    public long HoldsReleased;

    /// <summary>
    /// Holds of buyers who had made <see cref="Protocol.Seats.SeatLimits.FastHoldsPerMinute"/> in the same minute of a
    /// show that counts them.
    /// </summary>
    public long HoldsFast;

    /// <summary>Bookings confirmed.</summary>
    public long Bookings;

    /// <summary>Counted buyers who were forgotten to make room for others.</summary>
    public long BuyersForgotten;

    /// <summary>Entries that joined waiting lists.</summary>
    public long Listed;

    /// <summary>Holds that were offered to waiting lists; among <see cref="Holds"/> as well.</summary>
    public long Offers;

    /// <summary>Entries of waiting lists that wait now.</summary>
    public long ListWaiting;

    /// <summary>Entries of waiting lists that have an offer now.</summary>
    public long ListOffered;

    /// <summary>What a replay counted happened before.</summary>
    internal void Clear()
    {
        (Holds, HoldsRefused, HoldsExpired, HoldsReleased, HoldsFast) = (0, 0, 0, 0, 0);
        (Bookings, BuyersForgotten, Listed, Offers, ListWaiting, ListOffered) = (0, 0, 0, 0, 0, 0);
    }
}
