using FastCore.Client;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Testing;

namespace FastCore.Torture;

/// <summary>
/// One connection's load on shows that all connections sell at once: holds, most of which are booked. Half of them
/// want seats of the same few rows, and some the same seats in both shows of a season or in neither. It remembers every
/// sale that it ever began.
/// </summary>
internal sealed class SeatDriver(int number, ulong seed)
{
    public const int Rows = 200;
    public const int RowSeats = 64;
    private const ulong Chart = 1;
    private const int HotRows = 4;
    private const int InFlight = 4;
    private const int ElementsMax = 8;
    private const int SeatsMax = 4;

    private readonly Lock _gate = new();
    private readonly SeededRandom _random = new(seed + (ulong)number);
    private ulong _nextId = 1;
    private int _taken;

    /// <summary>The shows: two seasons of two, each season in one partition.</summary>
    public static IReadOnlyList<ulong> Shows { get; } =
    [
        SeasonNumbers.Of(1, 0), SeasonNumbers.Of(1, 1), SeasonNumbers.Of(2, 0), SeasonNumbers.Of(2, 1),
    ];

    /// <summary>Every sale, in order. Read only while it does not run.</summary>
    public List<SeatSale> Sales { get; } = [];

    /// <summary>The sales since the last call. Only while it does not run.</summary>
    public IEnumerable<SeatSale> TakeNew()
    {
        int from = _taken;
        _taken = Sales.Count;
        return Sales.Skip(from);
    }

    /// <summary>Opens the shows that all drivers sell.</summary>
    public static async Task OpenAsync(FastCoreClient client, TortureFindings findings)
    {
        ChartBlock[] rows = new ChartBlock[Rows];
        rows.AsSpan().Fill(new ChartBlock
        {
            Capacity = RowSeats,
            FirstNumber = 1,
            NumberStep = 1,
            Kind = ChartBlockKind.Row,
        });
        SeatResult[] results = new SeatResult[Rows];
        Reply reply = await client.CreateChartAsync(Chart, rows, results);
        findings.Check(
            reply.Status == FrameStatus.Ok && results.All(result => result.Code == SeatStatus.Ok),
            () => $"the chart could not be loaded: {reply.Status} {results[0].Code}");
        CreateShow[] shows = [.. Shows.Select(show => new CreateShow
        {
            Show = show,
            Chart = Chart,
            HoldMs = SeatLimits.HoldMsMax,
        })];
        SeatResult[] opened = new SeatResult[shows.Length];
        reply = await client.CreateShowAsync(shows, opened);
        findings.Check(
            reply.Status == FrameStatus.Ok && opened.All(result => result.Code == SeatStatus.Ok),
            () => $"the shows could not be opened: {reply.Status} {opened[0].Code}");
    }

    /// <summary>Sells until a request is not answered.</summary>
    public Task RunAsync(FastCoreClient client, Action answered) =>
        Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => RunLaneAsync(client, answered)));

    private async Task RunLaneAsync(FastCoreClient client, Action answered)
    {
        while (true)
        {
            SeatSale[] sales;
            lock (_gate)
            {
                sales = [.. Enumerable.Range(0, _random.Between(1, ElementsMax)).SelectMany(_ => Next())];
                Sales.AddRange(sales);
            }

            if (!await SeatSale.SendAsync(client, sales))
            {
                return;
            }

            answered();
        }
    }

    // One sale, or those of both shows of a season.
    private SeatSale[] Next()
    {
        int row = _random.Below(_random.OneIn(2) ? HotRows : Rows);
        int count = _random.Between(1, SeatsMax);
        int first = _random.Below(RowSeats - count);
        int show = _random.Below(Shows.Count);
        bool isSeason = _random.OneIn(4);
        bool isBooked = !_random.OneIn(4);
        HoldSeats hold = new()
        {
            Id = new UInt128((ulong)number + 1, _nextId++),
            Show = Shows[show],
            Buyer = (ulong)number + 1,
            Count = (byte)count,
        };
        for (int i = 0; i < count; i++)
        {
            hold.Seats[i] = SeatPlace.Of(row, first + i);
        }

        if (!isSeason)
        {
            return [new SeatSale { Hold = hold, IsBooked = isBooked }];
        }

        SeatSale[] season = [.. new int[] { show, show ^ 1 }.Select((one, i) => new SeatSale
        {
            Hold = hold with { Show = Shows[one], Flags = i == 0 ? HoldFlags.Linked : 0 },
            IsBooked = isBooked,
        })];
        Array.ForEach(season, sale => sale.Season = season);
        return season;
    }
}
