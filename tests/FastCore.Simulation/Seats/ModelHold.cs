using FastCore.Protocol.Seats;
using FastCore.Simulation.Seats.Lists;

namespace FastCore.Simulation.Seats;

/// <summary>A hold of the model.</summary>
internal sealed class ModelHold(ModelShow show, HoldTerms terms)
{
    public ModelShow Show => show;

    public HoldTerms Terms => terms;

    /// <summary>What it is answered with when it is looked up.</summary>
    public HoldRecord Record;

    /// <summary>Whether its seats lie side by side.</summary>
    public bool IsTogether { get; init; }

    /// <summary>Its place in the table of holds while it is held.</summary>
    public int? Place { get; set; }

    /// <summary>The area or table that is sold whole; null for seats.</summary>
    public ModelBlock? Area { get; init; }

    /// <summary>The entry of a waiting list that it was offered to; null = it was asked for.</summary>
    public ModelListEntry? ListEntry { get; init; }

    /// <summary>Whether it ran out, whatever came of its seats then.</summary>
    public bool HasExpired { get; set; }

    /// <summary>Whether it was given back whole, and not by a booking's cancellation.</summary>
    public bool WasGivenBack { get; set; }

    public bool IsHeld => Record.State == HoldState.Held;

    /// <summary>The seats that it was made with, by number.</summary>
    public IEnumerable<uint> AllSeats
    {
        get
        {
            SeatPlaces seats = Record.Seats;
            return Area is null ? seats[..Record.Count].ToArray() : [];
        }
    }

    /// <summary>The seats that were not given back.</summary>
    public IEnumerable<ModelSeat> Seats =>
        AllSeats.Where((_, i) => (Record.Released >> i & 1) == 0).Select(place => show.Seat(place)!);

    /// <summary>Seats that were not given back, places of an area, or people at a table.</summary>
    public long Places => Area is null ? Seats.Count() : Record.Quantity;

    /// <summary>What it has, by block: bits of seats, or places of an area.</summary>
    public Pieces Pieces => Area is null ? Pieces.Of(Seats) : Pieces.Of(Area, Record.Quantity);
}
