using FastCore.Bench.Load;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Bench.Soak;

/// <summary>Holds of two seats, row after row of a show of its own, each given up by its expiry.</summary>
internal sealed class SeatLane(int worker, ulong seed)
    : SoakLane<HoldSeats, SeatResult>(worker, seed, Operation.HoldSeats)
{
    private const int Rows = 1_000;
    private const int RowSeats = 64;
    private const int SeatsPerHold = 2;
    private const uint HoldMs = 2_000;

    /// <inheritdoc/>
    public override string Name => "holds";

    /// <inheritdoc/>
    public override int BurstBatch => 4;

    private ulong Number => 100_000 + IdHigh;

    /// <inheritdoc/>
    public override async Task OpenAsync(IFastCoreSession session)
    {
        ChartBlock[] rows = new ChartBlock[Rows];
        rows.AsSpan().Fill(new ChartBlock
        {
            Capacity = RowSeats,
            FirstNumber = 1,
            NumberStep = 1,
            Kind = ChartBlockKind.Row,
        });
        SeatResult[] opened = new SeatResult[Rows];
        Reply reply = await session.CreateChartAsync(Number, rows, opened);
        CreateShow[] shows = [new CreateShow { Show = Number, Chart = Number, HoldMs = HoldMs }];
        SeatResult[] shown = new SeatResult[1];
        Reply answer = await session.CreateShowAsync(shows, shown);
        if (reply.Status != FrameStatus.Ok || answer.Status != FrameStatus.Ok || shown[0].Code != SeatStatus.Ok)
        {
            throw new LoadException(
                $"The show of a soak cannot be opened: {reply.Status} {opened[0].Code} {shown[0].Code}.");
        }
    }

    /// <inheritdoc/>
    protected override HoldSeats Element(ulong index)
    {
        // Before a place comes round again its hold has long expired, at every rate that the command takes.
        int place = (int)(index % (Rows * (RowSeats / SeatsPerHold)));
        int row = place / (RowSeats / SeatsPerHold);
        int seat = place % (RowSeats / SeatsPerHold) * SeatsPerHold;
        HoldSeats hold = new()
        {
            Id = new UInt128(IdHigh, index + 1),
            Show = Number,
            Buyer = 1 + (Mix(index, 1) % 1_000),
            Count = SeatsPerHold,
            UserData64 = Mix(index, 2),
        };
        for (int i = 0; i < SeatsPerHold; i++)
        {
            hold.Seats[i] = SeatPlace.Of(row, seat + i);
        }

        return hold;
    }

    /// <inheritdoc/>
    protected override Judgement Judge(in HoldSeats element, in SeatResult result) => result.Code switch
    {
        SeatStatus.Ok when (result.Flags & SeatResultFlags.Duplicate) != 0 => Judgement.Repeated,
        SeatStatus.Ok => Judgement.Created,
        _ when IsRefusedShare((uint)result.Code) => Judgement.Later,
        _ => Judgement.Wrong,
    };

    /// <inheritdoc/>
    protected override string Describe(in SeatResult result) => $"{result.Code} {result.State} {result.Flags}";
}
