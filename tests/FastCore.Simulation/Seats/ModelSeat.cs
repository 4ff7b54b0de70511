using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>One seat of a show: where it is and how it is.</summary>
internal sealed class ModelSeat
{
    public required ModelBlock Block { get; init; }

    /// <summary>Place in its block, from 0.</summary>
    public required int Place { get; init; }

    public required SeatState State { get; set; }

    /// <summary>The channel that it is in; 0 = none.</summary>
    public int Channel { get; set; }

    public bool IsFree => State == SeatState.Free;

    public bool IsAccessible => (Block.Chart.Accessible >> Place & 1) == 1;

    /// <summary>The seat as a number of its show.</summary>
    public uint Number => SeatPlace.Of(Block.Number, Place);

    /// <summary>The seat on the left, unless an aisle or the end of the block is there.</summary>
    public ModelSeat? Left =>
        Place > 0 && !Block.HasAisleAfter(Place - 1) ? Block.Seats[Place - 1] : null;

    /// <summary>The seat on the right, unless an aisle or the end of the block is there.</summary>
    public ModelSeat? Right =>
        Place + 1 < Block.Seats.Length && !Block.HasAisleAfter(Place) ? Block.Seats[Place + 1] : null;
}
