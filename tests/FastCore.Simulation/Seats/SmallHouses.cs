using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>
/// The charts and shows of the workload: small, so that seats run out, and different in all that rules look at. The
/// same for every client, as shows and charts belong to all.
/// </summary>
internal static class SmallHouses
{
    /// <summary>Number of the first chart.</summary>
    public const ulong FirstChart = 701;

    /// <summary>Number of the first show.</summary>
    public const ulong FirstShow = 10_001;

    /// <summary>Number of the merchant that shows pay.</summary>
    public const ulong Merchant = 801;

    /// <summary>Currency of the merchant.</summary>
    public const uint Currency = 978;

    /// <summary>Shows that differ; further ones repeat them.</summary>
    public const int ShowKinds = 6;

    private static readonly int[] ChartOfShow = [0, 0, 1, 2, 1, 0];

    /// <summary>The charts, in the order of their numbers.</summary>
    public static IReadOnlyList<ChartBlock[]> Charts { get; } =
    [
        [
            Row(10, category: 0, zone: 1, rank: 5, focus: 4, aisles: 0b1000, accessible: 0b11),
            Row(8, category: 0, zone: 1, rank: 5, focus: 3),
            Row(6, category: 1, zone: 2, rank: 1, focus: 0, step: -2, first: 40),
            Row(4, category: 1, zone: 2, rank: 7, focus: 3, kind: ChartBlockKind.Table, accessible: 0b1000),
            Table(4, 2, 4),
            Area(20),
            Area(3),
        ],
        [
            Row(16, category: 0, zone: 0, rank: 0, focus: 8, accessible: 0x8001),
            Area(5),
            Row(7, category: 1, zone: 3, rank: 0, focus: 6, aisles: 0b10_0001, accessible: 0b111),
        ],
        [
            Row(
                64, category: 15, zone: 9, rank: 65_535, focus: 63, aisles: 1UL << 31 | 1UL << 62,
                accessible: 1UL << 63),
            Row(1, category: 3, zone: 9, rank: 2, focus: 0),
            Table(64, 1, 64),
            Row(2, category: 3, zone: 8, rank: 2, focus: 1, aisles: 1),
        ],
    ];

    public static ulong ChartNumberOf(ulong show) => FirstChart + (ulong)ChartOfShow[KindOf(show)];

    public static ChartBlock[] ChartOf(ulong show) => Charts[ChartOfShow[KindOf(show)]];

    /// <summary>What a show is opened with.</summary>
    public static CreateShow TermsOf(ulong show)
    {
        CreateShow terms = new()
        {
            Show = show,
            Chart = ChartNumberOf(show),
            StartsAt = show % 7,
            City = (uint)(show % 3),
            Title = (uint)(show % 2),
            HoldMs = 400,
            HoldMsMax = 900,
        };
        switch (KindOf(show))
        {
            case 0:
                (terms.SeatsPerBuyerMax, terms.Flags) = (6, ShowFlags.NoSingleSeats | ShowFlags.CountsBuyers);
                terms.Prices[0] = 5;
                break;
            case 1:
                (terms.Merchant, terms.Currency, terms.HoldMsMax) = (Merchant, Currency, 0);
                (terms.Prices[0], terms.Prices[1], terms.Prices[2]) = (1_000, 1_500, SeatLimits.PriceMax);
                break;
            case 2:
                (terms.Merchant, terms.Currency, terms.Flags) = (Merchant, Currency, ShowFlags.NoSingleSeats);
                (terms.Prices[0], terms.Prices[1]) = (300, 200);
                break;
            case 3:
                (terms.Flags, terms.HoldMs, terms.HoldMsMax) = (ShowFlags.NotForSale, 0, 0);
                terms.Prices[15] = SeatLimits.PriceMax;
                break;
            case 4:
                (terms.Merchant, terms.Currency, terms.HoldMs, terms.HoldMsMax) = (Merchant, Currency, 60, 60);
                terms.Flags = ShowFlags.CountsBuyers;
                terms.Prices[1] = 700;
                break;
            default:
                (terms.Merchant, terms.Currency, terms.SeatsPerBuyerMax) = (Merchant, Currency, 4);
                (terms.Prices[0], terms.Prices[1], terms.Prices[2]) = (300, 200, 100);
                break;
        }

        return terms;
    }

    private static int KindOf(ulong show) => (int)((show - FirstShow) % ShowKinds);

    private static ChartBlock Row(
        uint seats, byte category, ushort zone, ushort rank, byte focus, ulong aisles = 0, ulong accessible = 0,
        sbyte step = 1, ushort first = 1, ChartBlockKind kind = ChartBlockKind.Row)
    {
        ChartBlock block = new()
        {
            Accessible = accessible,
            Aisles = aisles,
            Capacity = seats,
            Zone = zone,
            Rank = rank,
            FirstNumber = first,
            NumberStep = step,
            Focus = focus,
            Kind = kind,
            Category = category,
        };
        "Säle"u8.CopyTo(block.Section);
        "R"u8.CopyTo(block.Row);
        return block;
    }

    private static ChartBlock Table(uint seats, byte min, byte max) => new()
    {
        Capacity = seats,
        FirstNumber = 1,
        NumberStep = 1,
        Kind = ChartBlockKind.WholeTable,
        Category = (byte)(seats == 4 ? 2 : 3),
        OccupancyMin = min,
        OccupancyMax = max,
    };

    private static ChartBlock Area(uint places) => new()
    {
        Capacity = places,
        Kind = ChartBlockKind.GeneralAdmission,
        Category = (byte)(places == 5 ? 1 : 2),
    };
}
