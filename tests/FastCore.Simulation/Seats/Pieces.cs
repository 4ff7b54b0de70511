using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>Seats of several blocks, in the order of the blocks: bits of seats each, or places of an area.</summary>
internal sealed class Pieces : List<(ModelBlock Block, ulong Word)>
{
    public static Pieces Of(IEnumerable<ModelSeat> seats) =>
        [.. seats.GroupBy(seat => seat.Block).OrderBy(group => group.Key.Number)
            .Select(group => (group.Key, ModelBlock.WordOf(group)))];

    /// <summary>All of a table that is sold whole, or so many places of an area.</summary>
    public static Pieces Of(ModelBlock block, uint quantity) =>
        [(block, block.IsArea ? quantity : ModelBlock.WordOf(block.Seats))];

    /// <summary>Whether all of it is free.</summary>
    public bool AreFree => TrueForAll(piece => piece.Block.IsArea
        ? piece.Block.Count(SeatState.Free) >= piece.Word
        : (piece.Block.Word(SeatState.Free) & piece.Word) == piece.Word);
}
