using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;

namespace FastCore.Allocation.Tests.Turns;

/// <summary>
/// Seats held, chosen and best available, extended, released, booked and paid, bookings cancelled and paid back, what
/// is sent again and what is refused, and lookups of all of it.
/// </summary>
internal sealed class SeatTurns : Workload
{
    private const ulong Merchant = 4_001;
    private const ulong Chart = 4_000;
    private const ulong FirstShow = 4_100;
    private const int Shows = 8;
    private const int Rows = 512;
    private const int RowSeats = 40;
    private const int Chosen = 24;
    private const int Best = 8;
    private const int Booked = Chosen / 3;
    private const int RowsOfBest = 256;

    private readonly RequestBatch<HoldSeats, SeatResult> _holds = new(Operation.HoldSeats, Chosen + 1);
    private readonly RequestBatch<HoldBestAvailable, BestSeatsResult> _best = new(Operation.HoldBestAvailable, Best);
    private readonly RequestBatch<HoldChange, SeatResult> _extensions = new(Operation.ExtendHold, Chosen);
    private readonly RequestBatch<HoldChange, SeatResult> _releases = new(Operation.ReleaseHold, Chosen + Best);
    private readonly RequestBatch<BookHeld, SeatResult> _bookings = new(Operation.BookHeld, Booked);
    private readonly RequestBatch<CancelBooking, SeatResult> _cancellations = new(Operation.CancelBooking, Booked);
    private readonly RequestBatch<UInt128, HoldRecord> _holdLookups =
        new(Operation.GetHold, Chosen) { Book = FirstShow };

    private readonly RequestBatch<UInt128, BookingRecord> _bookingLookups =
        new(Operation.GetBooking, Booked) { Book = FirstShow };

    private int _places;

    public override void Prepare(IFastCoreSession session)
    {
        RequestBatch<ChartBlock, SeatResult> chart = new(Operation.CreateChart, Rows) { Book = Chart };
        for (int i = 0; i < Rows; i++)
        {
            chart.Add(new ChartBlock
            {
                Kind = ChartBlockKind.Row,
                Capacity = RowSeats,
                FirstNumber = 1,
                NumberStep = 1,
                Focus = RowSeats / 2,
                Rank = (ushort)i,
            });
        }

        ExpectAll(Send(session, chart), SeatStatus.Ok);
        RequestBatch<CreateMerchant, PaymentResult> merchant = new(Operation.CreateMerchants, 1);
        merchant.Add(new CreateMerchant { Merchant = Merchant, Currency = 356, Prefund = 1UL << 50 });
        Expect(Send(session, merchant)[0].Code, PaymentStatus.Ok, 0);
        RequestBatch<CreateShow, SeatResult> shows = new(Operation.CreateShow, Shows);
        for (int i = 0; i < Shows; i++)
        {
            ref CreateShow show = ref shows.Add();
            show = new CreateShow
            {
                Show = FirstShow + (ulong)i,
                Chart = Chart,
                Merchant = Merchant,
                Currency = 356,
            };
            show.Prices[0] = 500;
        }

        ExpectAll(Send(session, shows), SeatStatus.Ok);
    }

    public override void Turn(IFastCoreSession session)
    {
        Fill();
        ExpectHolds(Send(session, _holds));
        ExpectHolds(Send(session, _holds));
        ReadOnlySpan<BestSeatsResult> best = Send(session, _best);
        for (int i = 0; i < best.Length; i++)
        {
            Expect(best[i].Code, SeatStatus.Ok, i);
            ref readonly HoldBestAvailable asked = ref _best.Elements[i];
            Release(asked.Id, asked.Show, asked.Count, best[i].Seats);
        }

        ExpectAll(Send(session, _extensions), SeatStatus.Ok);
        Send(session, _holdLookups);
        ExpectAll(Send(session, _releases), SeatStatus.Ok);
        while (IsAnyPending(Send(session, _bookings)))
        {
        }

        Send(session, _bookingLookups);
        while (IsAnyPending(Send(session, _cancellations)))
        {
        }
    }

    private static void ExpectAll(ReadOnlySpan<SeatResult> results, SeatStatus expected)
    {
        for (int i = 0; i < results.Length; i++)
        {
            Expect(results[i].Code, expected, i);
        }
    }

    private static void ExpectHolds(ReadOnlySpan<SeatResult> results)
    {
        ExpectAll(results[..Chosen], SeatStatus.Ok);
        Expect(results[Chosen].Code, SeatStatus.SeatsUnavailable, Chosen);
    }

    // The payment or the refund is on its way; whoever wants to know asks again.
    private static bool IsAnyPending(ReadOnlySpan<SeatResult> results)
    {
        bool isPending = false;
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i].Code == SeatStatus.Pending)
            {
                isPending = true;
            }
            else
            {
                Expect(results[i].Code, SeatStatus.Ok, i);
            }
        }

        return isPending;
    }

    private static ulong ShowOf(int i) => FirstShow + (ulong)(i % Shows);

    private void Fill()
    {
        Clear();
        for (int i = 0; i < Chosen; i++)
        {
            ref HoldSeats hold = ref _holds.Add();
            hold.Id = NextId();
            hold.Show = ShowOf(i);
            hold.Buyer = (ulong)hold.Id;
            hold.Count = 2;
            Place(ref hold.Seats);
            _holdLookups.Add(hold.Id);
            _extensions.Add(new HoldChange { Hold = hold.Id, Show = hold.Show, ExpiresInMs = 60_000 });
            if (i < Booked)
            {
                UInt128 booking = NextId();
                _bookings.Add(new BookHeld { Id = booking, Hold = hold.Id, Show = hold.Show, Card = 1 });
                _bookingLookups.Add(booking);
                _cancellations.Add(new CancelBooking { Id = booking, Show = hold.Show });
            }
            else
            {
                Release(hold.Id, hold.Show, hold.Count, hold.Seats);
            }
        }

        ref HoldSeats refused = ref _holds.Add();
        refused = _holds.Elements[0];
        refused.Id = NextId();
        for (int i = 0; i < Best; i++)
        {
            _best.Add(new HoldBestAvailable { Id = NextId(), Show = ShowOf(i), Buyer = 1, Count = 2 });
        }
    }

    private void Release(UInt128 hold, ulong show, byte count, in SeatPlaces seats) =>
        _releases.Add(new HoldChange { Hold = hold, Show = show, Count = count, Seats = seats });

    private void Clear()
    {
        _holds.Clear();
        _best.Clear();
        _extensions.Clear();
        _releases.Clear();
        _bookings.Clear();
        _cancellations.Clear();
        _holdLookups.Clear();
        _bookingLookups.Clear();
    }

    // What is best has the first rows to itself; behind them everybody takes the next two seats, round and round, as
    // they are free again when their turn comes.
    private void Place(ref SeatPlaces seats)
    {
        int pair = _places++ % ((Rows - RowsOfBest) * (RowSeats / 2));
        int row = RowsOfBest + (pair / (RowSeats / 2));
        int seat = 2 * (pair % (RowSeats / 2));
        (seats[0], seats[1]) = (SeatPlace.Of(row, seat), SeatPlace.Of(row, seat + 1));
    }
}
