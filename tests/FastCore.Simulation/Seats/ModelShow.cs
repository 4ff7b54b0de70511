using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>A show of the model.</summary>
internal sealed class ModelShow(CreateShow terms, ModelChart chart, ulong createdAt)
{
    public CreateShow Terms => terms;

    public ModelChart Chart => chart;

    public ulong CreatedAt => createdAt;

    public List<ModelBlock> Blocks { get; } = [.. chart.Blocks.Select((block, number) => new ModelBlock(
        number,
        block,
        (terms.Flags & ShowFlags.NotForSale) != 0 ? SeatState.NotForSale : SeatState.Free))];

    /// <summary>Every change, oldest first; the version of one is its place counted from 1.</summary>
    public List<SeatChange> Changes { get; } = [];

    public Dictionary<UInt128, ModelHold> Holds { get; } = [];

    public Dictionary<UInt128, ModelBooking> Bookings { get; } = [];

    /// <summary>Whether seats were ever put into a channel.</summary>
    public bool HasChannels { get; set; }

    public ulong Version => (ulong)Changes.Count;

    public uint HoldMs => HoldMsOf(terms);

    public uint HoldMsMax => HoldMsMaxOf(terms);

    public static uint HoldMsOf(CreateShow terms) => terms.HoldMs == 0 ? SeatLimits.HoldMsDefault : terms.HoldMs;

    public static uint HoldMsMaxOf(CreateShow terms) =>
        terms.HoldMsMax == 0 ? (uint)Math.Min(3UL * HoldMsOf(terms), SeatLimits.HoldMsMax) : terms.HoldMsMax;

    public uint PriceOf(ModelBlock block)
    {
        CategoryNumbers prices = terms.Prices;
        return prices[block.Chart.Category];
    }

    /// <summary>A seat by its number, or null.</summary>
    public ModelSeat? Seat(uint place)
    {
        int block = SeatPlace.BlockOf(place);
        int seat = SeatPlace.SeatOf(place);
        return block < Blocks.Count && seat < Blocks[block].Seats.Length ? Blocks[block].Seats[seat] : null;
    }

    /// <summary>Seats and places that a buyer holds or has booked.</summary>
    public long SeatsOf(ulong buyer) =>
        Holds.Values.Where(hold => hold.Record.Buyer == buyer && hold.Record.State == HoldState.Held)
            .Sum(hold => hold.Places)
        + Bookings.Values.Where(booking => booking.Record.Buyer == buyer && booking.HasSeats)
            .Sum(booking => booking.Places);
}
