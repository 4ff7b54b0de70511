using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>The house of the comparison: small enough that buyers meet all the time.</summary>
internal static class OccupancyHouse
{
    public const ulong Chart = 1;
    public const ulong FirstShow = 100;
    public const int Shows = 5;
    public const int Rows = 24;
    public const int RowSeats = 40;
    public const int Areas = 2;
    public const int AreaPlaces = 120;
    public const int Tables = 4;
    public const int TableSeats = 8;
    public const int Blocks = Rows + Areas + Tables;
    public const int HoldMs = 200;
    public const int HoldMsMax = 1_000;
    public const uint Price = 100;

    /// <summary>The show with a waiting list, and how many wait at most.</summary>
    public const int ListShow = 4;
    public const int WaitingMax = 96;
    public const int OfferMs = 150;

    /// <summary>Rows of the show with a waiting list that are booked when it opens: it is soon sold out.</summary>
    public const int RowsGone = 20;

    public static bool IsArea(int block) => block is >= Rows and < Rows + Areas;

    /// <summary>Shows with an odd place have a merchant who is paid.</summary>
    public static bool IsPaid(int show) => (show & 1) != 0;

    public static ChartBlock[] ChartBlocks() =>
        [.. Enumerable.Range(0, Blocks).Select(block => new ChartBlock
        {
            Kind = block < Rows ? ChartBlockKind.Row
                : IsArea(block) ? ChartBlockKind.GeneralAdmission
                : ChartBlockKind.WholeTable,
            Capacity = block < Rows ? RowSeats : IsArea(block) ? AreaPlaces : (uint)TableSeats,
            FirstNumber = (ushort)(IsArea(block) ? 0 : 1),
            NumberStep = (sbyte)(IsArea(block) ? 0 : 1),
            Focus = (byte)(block < Rows ? RowSeats / 2 : 0),
            Rank = (ushort)block,
            OccupancyMin = (byte)(block >= Rows + Areas ? 1 : 0),
            OccupancyMax = (byte)(block >= Rows + Areas ? TableSeats : 0),
        })];

    public static CreateShow ShowAt(int show)
    {
        CreateShow terms = new()
        {
            Show = FirstShow + (ulong)show,
            Chart = Chart,
            Merchant = IsPaid(show) ? 1UL : 0,
            Currency = IsPaid(show) ? 978u : 0,
            HoldMs = HoldMs,
            HoldMsMax = HoldMsMax,
        };
        terms.Prices[0] = Price;
        return terms;
    }
}
