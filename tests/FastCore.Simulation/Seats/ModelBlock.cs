using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>A block of a show: its seats, or of an area how many places are in each state.</summary>
internal sealed class ModelBlock
{
    private readonly uint[] _places = new uint[4];

    public ModelBlock(int number, ChartBlock chart, SeatState state)
    {
        Number = number;
        Chart = chart;
        if (IsArea)
        {
            Seats = [];
            _places[(int)state] = chart.Capacity;
        }
        else
        {
            Seats = [.. Enumerable.Range(0, (int)chart.Capacity)
                .Select(place => new ModelSeat { Block = this, Place = place, State = state })];
        }
    }

    public int Number { get; }

    public ChartBlock Chart { get; }

    public ModelSeat[] Seats { get; }

    public bool IsArea => Chart.Kind == ChartBlockKind.GeneralAdmission;

    public bool IsWholeTable => Chart.Kind == ChartBlockKind.WholeTable;

    /// <summary>Whether its seats are held one by one.</summary>
    public bool HasSingleSeats => !IsArea && !IsWholeTable;

    /// <summary>The channel of an area or a whole table; 0 = none.</summary>
    public int WholeChannel { get; set; }

    /// <summary>
    /// Its seats in a channel, by bits; of an area its capacity. Of no channel in particular: of any.
    /// </summary>
    public ulong Allotted(int? channel = null)
    {
        if (HasSingleSeats)
        {
            return WordOf(Seats.Where(seat => channel is null ? seat.Channel != 0 : seat.Channel == channel));
        }

        bool isAllotted = channel is null ? WholeChannel != 0 : WholeChannel == channel;
        return !isAllotted ? 0 : IsArea ? Chart.Capacity : WordOf(Seats);
    }

    public bool HasAisleAfter(int place) => (Chart.Aisles >> place & 1) == 1;

    /// <summary>Seats or places in a state.</summary>
    public uint Count(SeatState state) =>
        IsArea ? _places[(int)state] : (uint)Seats.Count(seat => seat.State == state);

    /// <summary>Bits of the seats in a state; of an area how many places are.</summary>
    public ulong Word(SeatState state) =>
        IsArea ? _places[(int)state] : WordOf(Seats.Where(seat => seat.State == state));

    /// <summary>Moves seats (by their bits) or so many places from one state to another.</summary>
    public void Move(ulong word, SeatState from, SeatState to)
    {
        if (IsArea)
        {
            _places[(int)from] = checked(_places[(int)from] - (uint)word);
            _places[(int)to] += (uint)word;
            return;
        }

        foreach (ModelSeat seat in Seats.Where(seat => (word >> seat.Place & 1) == 1))
        {
            if (seat.State != from)
            {
                throw new InvalidOperationException($"Seat {seat.Number} is {seat.State} and not {from}.");
            }

            seat.State = to;
        }
    }

    public static ulong WordOf(IEnumerable<ModelSeat> seats) =>
        seats.Aggregate(0UL, (word, seat) => word | (1UL << seat.Place));
}
