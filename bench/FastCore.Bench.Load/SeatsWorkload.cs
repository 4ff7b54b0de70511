using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;

namespace FastCore.Bench.Load;

/// <summary>
/// An on-sale: buyers hold four seats side by side, most of them give them back, the others pay and ask until their
/// booking is confirmed. A show that is nearly sold out makes room for the next one. Every seat is watched from the
/// outside: who was told to have it, and whether somebody else was told the same.
/// </summary>
internal sealed class SeatsWorkload : ILoadWorkload
{
    /// <summary>Seats of a hold.</summary>
    public const int SeatsPerHold = 4;

    /// <summary>Seats of a row.</summary>
    public const int RowSeats = 40;

    /// <summary>Rows of the house: 100,000 seats.</summary>
    public const int Rows = 2_500;

    private const ulong Chart = 4_000_000;
    private const ulong FirstMerchant = 4_500_001;
    private const int Merchants = 16;
    private const uint Price = 1_000;
    private const int ShowsInReserve = 200;
    private const int SeatsBeforeNext = Rows * RowSeats * 9 / 10;

    private readonly LoadOptions _options;
    private readonly ulong _firstShow;
    private readonly SeatsShow[] _shows;
    private readonly int[] _onSale;
    private int _next;
    private SeatsMark _begin;
    private SeatsMark _end;
    private long _measureFromTicks = long.MaxValue;

    /// <summary>Makes the workload of a run.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="run">Upper half of all ids of the run.</param>
    public SeatsWorkload(LoadOptions options, ulong run)
    {
        _options = options;
        Run = run;

        // A directory that is loaded again gets new shows: the numbers of a run come from its time.
        _firstShow = (run % (1UL << 32) << 20) + 1;
        _onSale = [.. Enumerable.Range(0, options.Shows)];
        _next = options.Shows;
        _shows = [.. Enumerable.Range(0, options.Shows + ShowsInReserve).Select(
            i => new SeatsShow(_firstShow + (ulong)i, Rows))];
        ulong afterAll = _firstShow + (ulong)_shows.Length;
        Expiry = options.ExpireHolds == 0 ? null : new SeatsExpiry(options.ExpireHolds, afterAll, Chart, run);
    }

    /// <summary>Upper half of all ids of the run.</summary>
    public ulong Run { get; }

    /// <summary>Holds of a hundred that are given back.</summary>
    public int AbandonPercent => _options.AbandonPercent;

    /// <summary>Counts, written by the sender's thread.</summary>
    public SeatsCounts Counts { get; } = new();

    /// <summary>From the sending of a hold to the answer that its booking is confirmed, nanoseconds.</summary>
    public LatencyHistogram Bookings { get; } = new();

    /// <summary>The holds that end at one moment; null when there are none.</summary>
    public SeatsExpiry? Expiry { get; }

    /// <summary>Buyers who came before this time are not measured.</summary>
    public long MeasureFromTicks => Volatile.Read(ref _measureFromTicks);

    /// <inheritdoc/>
    public Operation Operation => Operation.HoldSeats;

    // A rival has no map that could be compared; what it told the buyers is watched all the same.
    private bool IsRival => _options.Front == "redis";

    /// <inheritdoc/>
    public int BodySize(int commands) => commands * HoldSeats.Size;

    /// <inheritdoc/>
    public int ResultsSize(int commands) => commands * SeatResult.Size;

    /// <inheritdoc/>
    public ILoadStream OpenStream(int number) => new SeatsStream(this, _options.Seed, number, _options.Batch);

    /// <summary>A show that is on sale.</summary>
    public SeatsShow Choose(ulong draw)
    {
        ref int at = ref _onSale[draw % (ulong)_onSale.Length];
        if (_shows[at].Taken >= SeatsBeforeNext)
        {
            at = _next < _shows.Length
                ? _next++
                : throw new LoadException("Every show is sold out; make the run shorter or abandon more.");
        }

        return _shows[at];
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(IFastCoreSession session, CancellationToken cancellation)
    {
        if (IsRival)
        {
            return;
        }

        ChartBlock row = new()
        {
            Kind = ChartBlockKind.Row,
            Capacity = RowSeats,
            FirstNumber = 1,
            NumberStep = 1,
            Focus = RowSeats / 2,
        };
        ChartBlock[] blocks = new ChartBlock[Rows];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = row with { Rank = (ushort)i };
        }

        byte[] chart =
            [.. MemoryMarshal.AsBytes([new BookPrefix { Book = Chart }]), .. MemoryMarshal.AsBytes<ChartBlock>(blocks)];
        await SendAsync(session, Operation.CreateChart, chart, blocks.Length);
        CreateMerchant[] merchants = [.. Enumerable.Range(0, Merchants).Select(MerchantAt)];
        byte[] opened = await LoadQueries.SendAsync(
            session, Operation.CreateMerchants, MemoryMarshal.AsBytes<CreateMerchant>(merchants).ToArray(),
            merchants.Length * PaymentResult.Size);
        RequireOk(MemoryMarshal.Cast<byte, PaymentResult>(opened)[0].Code == PaymentStatus.Ok, "The merchants");
        foreach (SeatsShow[] some in _shows.Chunk(SeatLimits.ShowsPerRequestMax))
        {
            cancellation.ThrowIfCancellationRequested();
            CreateShow[] shows = [.. some.Select(ShowOf)];
            byte[] body = MemoryMarshal.AsBytes<CreateShow>(shows).ToArray();
            await SendAsync(session, Operation.CreateShow, body, shows.Length);
        }

        if (Expiry is not null)
        {
            TimeSpan middle = TimeSpan.FromSeconds(_options.WarmUpSeconds + (_options.Seconds / 2.0));
            await Expiry.PrepareAsync(session, middle, cancellation);
        }
    }

    /// <inheritdoc/>
    public void BeginMeasuring()
    {
        _begin = new SeatsMark(Counts);
        Volatile.Write(ref _measureFromTicks, Stopwatch.GetTimestamp());
    }

    /// <inheritdoc/>
    public void EndMeasuring() => _end = new SeatsMark(Counts);

    /// <inheritdoc/>
    public void AddTo(JsonObject json, double seconds)
    {
        json["double_booked"] = Counts.DoubleBooked;
        json["holds_per_s"] = Math.Round((_end.Holds - _begin.Holds) / seconds);
        json["books_per_s"] = Math.Round((_end.Books - _begin.Books) / seconds);
        json["holds"] = Counts.Holds;
        json["books"] = Counts.Books;
        json["blocked"] = Counts.Blocked;
        json["booking_p50_us"] = Math.Round(Bookings.Percentile(50) / 1e3, 1);
        json["booking_p99_us"] = Math.Round(Bookings.Percentile(99) / 1e3, 1);
        json["shows"] = _options.Shows;
        json["shows_sold"] = _next - _options.Shows;
        json["abandon_percent"] = _options.AbandonPercent;
        json["seats_per_show"] = Rows * RowSeats;
        Expiry?.AddTo(json);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> VerifyAsync(
        IFastCoreSession session, IReadOnlyList<ILoadStream> streams, CancellationToken cancellation)
    {
        List<string> differences = [];
        if (Counts.DoubleBooked != 0)
        {
            differences.Add($"{Counts.DoubleBooked} seats were given to two buyers.");
        }

        if (IsRival)
        {
            return differences;
        }

        foreach (SeatsStream stream in streams.Cast<SeatsStream>())
        {
            await stream.FinishAsync(session, differences);
        }

        if (Expiry is not null)
        {
            await Expiry.VerifyAsync(session, differences);
        }

        UInt128 booked = 0;
        foreach (SeatsShow show in _shows.Take(_next))
        {
            booked += await show.VerifyAsync(session, differences);
        }

        UInt128 paid = 0;
        for (int i = 0; i < Merchants; i++)
        {
            ulong merchant = FirstMerchant + (ulong)i;
            byte[] body = new byte[BookPrefix.Size + sizeof(ulong)];
            MemoryMarshal.Write(body, merchant);
            MemoryMarshal.Write(body.AsSpan(BookPrefix.Size), merchant);
            byte[] record = await LoadQueries.SendAsync(session, Operation.LookupMerchants, body, MerchantRecord.Size);
            MerchantRecord found = MemoryMarshal.Read<MerchantRecord>(record);
            paid += (UInt128)(
                Int128.Abs(found.PayableBalance) + Int128.Abs(found.FeeBalance) + Int128.Abs(found.TaxBalance));
        }

        if (_options.DataDirectory is null && paid != booked * Price)
        {
            differences.Add($"{booked} seats are booked at {Price}, and {paid} was paid.");
        }

        return differences;
    }

    private static CreateMerchant MerchantAt(int number) => new()
    {
        Merchant = FirstMerchant + (ulong)number,
        Currency = PaymentsWorkload.Currency,
        FeePpm = PaymentsWorkload.FeePpm,
        TaxPpm = PaymentsWorkload.TaxPpm,
        Prefund = 1UL << 54,
    };

    private static CreateShow ShowOf(SeatsShow show)
    {
        CreateShow request = new()
        {
            Show = show.Number,
            Chart = Chart,
            Merchant = FirstMerchant + (show.Number % Merchants),
            Currency = PaymentsWorkload.Currency,
        };
        request.Prices[0] = Price;
        return request;
    }

    private static async Task SendAsync(IFastCoreSession session, Operation operation, byte[] body, int results)
    {
        byte[] answer = await LoadQueries.SendAsync(session, operation, body, results * SeatResult.Size);
        RequireOk(MemoryMarshal.Cast<byte, SeatResult>(answer)[0].Code == SeatStatus.Ok, operation.ToString());
    }

    private static void RequireOk(bool isOk, string what)
    {
        if (!isOk)
        {
            throw new LoadException($"{what} could not be prepared.");
        }
    }

    private readonly record struct SeatsMark(long Holds, long Books)
    {
        public SeatsMark(SeatsCounts counts)
            : this(Volatile.Read(ref counts.Holds), Volatile.Read(ref counts.Books))
        {
        }
    }
}
