using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>A booking of the model.</summary>
internal sealed class ModelBooking(ModelShow show, ModelHold hold, BookHeld request)
{
    public ModelShow Show => show;

    public ModelHold Hold => hold;

    public BookHeld Request => request;

    /// <summary>What it is answered with when it is looked up.</summary>
    public BookingRecord Record;

    /// <summary>The bookings that were made with it, the payer's first; null = it was made alone.</summary>
    public ModelBooking[]? Chain { get; set; }

    /// <summary>It and all that were made with it, the payer's first.</summary>
    public ModelBooking[] Together => Chain ?? [this];

    /// <summary>Whether the payment of all that were made together is its own.</summary>
    public bool IsPayer => Chain is null || Chain[0] == this;

    /// <summary>What is paid for all that were made together.</summary>
    public ulong Total => Together.Aggregate(0UL, (sum, one) => sum + one.Record.Amount);

    /// <summary>Whether it is paid through its merchant.</summary>
    public bool IsPaid => Total != 0 && show.Terms.Merchant != 0 && (request.Flags & BookingFlags.PaidElsewhere) == 0;

    /// <summary>Whether it took seats after its hold had expired: they are beyond what its buyer may hold.</summary>
    public bool IsLate { get; set; }

    /// <summary>Whether it was ever confirmed.</summary>
    public bool WasConfirmed { get; set; }

    /// <summary>Whether its payment or refund is awaited.</summary>
    public bool IsUnderWay => Record.State is BookingState.Pending or BookingState.Refunding;

    /// <summary>Whether the seats are its own.</summary>
    public bool HasSeats => Record.State == BookingState.Confirmed;

    /// <summary>Its seats, places of an area, or people at a table.</summary>
    public long Places => hold.Area is null ? Record.Count : Record.Quantity;

    /// <summary>What it has or would have, by block.</summary>
    public Pieces Pieces
    {
        get
        {
            SeatPlaces seats = Record.Seats;
            return hold.Area is null
                ? Pieces.Of(seats[..Record.Count].ToArray().Select(place => show.Seat(place)!))
                : Pieces.Of(hold.Area, Record.Quantity);
        }
    }
}
