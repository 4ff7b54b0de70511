namespace FastCore.Protocol.Seats;

/// <summary>State of a hold.</summary>
public enum HoldState : byte
{
    /// <summary>No hold.</summary>
    None = 0,

    /// <summary>Its seats are nobody else's until it expires.</summary>
    Held = 1,

    /// <summary>Its time passed. Terminal, unless its late payment took the seats again.</summary>
    Expired = 2,

    /// <summary>It was given back. Terminal.</summary>
    Released = 3,

    /// <summary>Its seats are booked.</summary>
    Booked = 4,
}

/// <summary>State of a booking.</summary>
public enum BookingState : byte
{
    /// <summary>No booking.</summary>
    None = 0,

    /// <summary>Its payment is under way.</summary>
    Pending = 1,

    /// <summary>The seats are its own.</summary>
    Confirmed = 2,

    /// <summary>The payment was declined; the hold goes on until it expires. Terminal.</summary>
    Failed = 3,

    /// <summary>The payment is being given back: the seats were gone, or the booking was cancelled.</summary>
    Refunding = 4,

    /// <summary>The payment was given back. Terminal.</summary>
    Refunded = 5,

    /// <summary>Cancelled without anything to give back. Terminal.</summary>
    Cancelled = 6,

    /// <summary>The payment cannot be given back by itself; somebody has to look at it. Terminal.</summary>
    RefundFailed = 7,
}

/// <summary>State of a seat or of places.</summary>
public enum SeatState : byte
{
    /// <summary>Can be held.</summary>
    Free = 0,

    /// <summary>Held.</summary>
    Held = 1,

    /// <summary>Booked.</summary>
    Booked = 2,

    /// <summary>Not for sale.</summary>
    NotForSale = 3,

    /// <summary>In changes only: in a channel, whatever the state beside that.</summary>
    Allotted = 4,

    /// <summary>In changes only: in no channel, whatever the state beside that.</summary>
    NotAllotted = 5,
}
