using System.Text;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts.Text;

namespace FastCore.Cli.Demo;

/// <summary>
/// An on-sale of the cinema that comes along: more buyers than seats, some of whom pay. The map is kept by following
/// the changes, as a seat picker in a browser would.
/// </summary>
/// <param name="session">The engine.</param>
internal sealed class DemoSale(IFastCoreSession session)
{
    /// <summary>Buyers of the sale.</summary>
    public const int Buyers = 150;

    private const ulong Show = 910_000;
    private const ulong Merchant = 900_001;
    private const uint Currency = 356;
    private const uint Price = 1_200;

    private readonly ChartFile _chart = ShippedCharts.Cinema;
    private SeatMapBlock[] _map = [];
    private ulong _version;

    /// <summary>Seats of the house.</summary>
    public long Capacity => _chart.Capacity;

    /// <summary>Seats that two buyers were told to have.</summary>
    public int DoubleBooked { get; private set; }

    /// <summary>Buyers who found no seats any more.</summary>
    public int TurnedAway { get; private set; }

    /// <summary>Opens the house.</summary>
    public async Task OpenAsync()
    {
        PaymentResult[] merchant = new PaymentResult[1];
        await session.CreateMerchantsAsync(
            (CreateMerchant[])[new CreateMerchant { Merchant = Merchant, Currency = Currency, Prefund = 100_000_000 }],
            merchant);
        await session.CreateChartAsync(1, _chart.Blocks, new SeatResult[_chart.Blocks.Length]);
        CreateShow show = new() { Show = Show, Chart = 1, Merchant = Merchant, Currency = Currency };
        for (int category = 0; category < _chart.Categories.Count; category++)
        {
            show.Prices[category] = Price;
        }

        await session.CreateShowAsync((CreateShow[])[show], new SeatResult[1]);
        _map = new SeatMapBlock[_chart.Blocks.Length];
        await session.GetSeatMapAsync(Show, new SeatFilter { Limit = (uint)_map.Length }, _map);
        _version = _map[0].Version;
    }

    /// <summary>Every buyer wants the two to four best seats side by side.</summary>
    public async Task<List<UInt128>> HoldAsync()
    {
        HoldBestAvailable[] wishes = [.. Enumerable.Range(1, Buyers).Select(i => new HoldBestAvailable
        {
            Id = (uint)i,
            Show = Show,
            Count = (byte)(2 + (i % 3)),
            Flags = HoldFlags.Together,
        })];
        BestSeatsResult[] found = new BestSeatsResult[wishes.Length];
        await session.HoldBestAvailableAsync(wishes, found);
        HashSet<uint> given = [];
        List<UInt128> holds = [];
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i].Code != SeatStatus.Ok)
            {
                TurnedAway++;
                continue;
            }

            holds.Add(wishes[i].Id);
            foreach (uint seat in ((ReadOnlySpan<uint>)found[i].Seats)[..wishes[i].Count])
            {
                DoubleBooked += given.Add(seat) ? 0 : 1;
            }
        }

        return holds;
    }

    /// <summary>The first of three pays, the second gives back, the third hesitates.</summary>
    /// <returns>Bookings confirmed.</returns>
    public async Task<int> SettleAsync(IReadOnlyList<UInt128> holds)
    {
        HoldChange[] given =
            [.. holds.Where((_, i) => i % 3 == 1).Select(id => new HoldChange { Hold = id, Show = Show })];
        await session.ReleaseHoldAsync(given, new SeatResult[given.Length]);
        BookHeld[] bookings =
        [
            .. holds.Where((_, i) => i % 3 == 0)
                .Select(id => new BookHeld { Id = id, Hold = id, Show = Show, Card = 42 }),
        ];
        SeatResult[] results = new SeatResult[bookings.Length];
        do
        {
            await session.BookHeldAsync(bookings, results);
        }
        while (results.Any(result => result.Code == SeatStatus.Pending));

        return results.Count(result => result.Code == SeatStatus.Ok);
    }

    /// <summary>Applies the changes that came since the last time, and draws the rows.</summary>
    public async Task<IReadOnlyList<string>> DrawAsync()
    {
        SeatChange[] changes = new SeatChange[Limits.ElementsPerRequestMax];
        Reply reply = await session.GetSeatChangesAsync(
            Show, new SeatFilter { From = _version, Limit = (uint)changes.Length }, changes);
        foreach (SeatChange change in changes.AsSpan(0, reply.Length / SeatChange.Size))
        {
            Apply(change);
        }

        return [.. _map.Select(Draw)];
    }

    /// <summary>Whether the map that was followed is the engine's, and the merchant has what the seats cost.</summary>
    public async Task<bool> AgreesAsync()
    {
        SeatMapBlock[] map = new SeatMapBlock[_map.Length];
        await session.GetSeatMapAsync(Show, new SeatFilter { Limit = (uint)map.Length }, map);
        MerchantRecord[] merchant = new MerchantRecord[1];
        await session.LookupMerchantAsync(Merchant, merchant);
        long booked = map.Sum(block => (long)ulong.PopCount(block.Booked));
        return Int128.Abs(merchant[0].PayableBalance) == booked * Price
            && map.Zip(_map).All(pair => (pair.First.Free, pair.First.Held, pair.First.Booked)
                == (pair.Second.Free, pair.Second.Held, pair.Second.Booked));
    }

    private void Apply(in SeatChange change)
    {
        ref SeatMapBlock block = ref _map[change.Block];
        WordOf(ref block, change.From) &= ~change.Seats;
        WordOf(ref block, change.To) |= change.Seats;
        _version = change.Version;
    }

    private static ref ulong WordOf(ref SeatMapBlock block, SeatState state)
    {
        if (state == SeatState.Free)
        {
            return ref block.Free;
        }

        if (state == SeatState.Held)
        {
            return ref block.Held;
        }

        return ref block.Booked;
    }

    private string Draw(SeatMapBlock block, int number)
    {
        ChartBlock source = _chart.Blocks[number];
        StringBuilder line = new($"{_chart.RowOf(SeatPlace.Of(number, 0)),4} ");
        for (int seat = 0; seat < source.Capacity; seat++)
        {
            ulong bit = 1UL << seat;
            line.Append((block.Booked & bit) != 0 ? '#' : (block.Held & bit) != 0 ? 'o' : '.');
            line.Append((source.Aisles & bit) != 0 ? "  " : "");
        }

        return line.ToString();
    }
}
