using System.Diagnostics;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Bench.Load;

/// <summary>
/// One connection's buyers. Each request is of one kind: holds of new buyers, holds given back, bookings, or bookings
/// asked after. No allocation in <see cref="Fill"/> and <see cref="Check"/> once its queues are as long as ever.
/// </summary>
internal sealed class SeatsStream : ILoadStream
{
    private const int TriesMax = 8;
    private const int BlindPercent = 10;
    private const ulong Four = 0b1111;

    // Asking after a booking before its payment had time to be made is work for nothing.
    private static readonly long PatienceTicks = Stopwatch.Frequency / 500;

    private readonly SeatsWorkload _workload;
    private readonly SeededRandom _random;
    private readonly int _number;
    private readonly int _batch;
    private readonly Queue<Buyer> _asked = new(1 << 16);
    private readonly Queue<Buyer> _toRelease = new(1 << 16);
    private readonly Queue<Buyer> _toBook = new(1 << 16);
    private readonly Queue<Buyer> _toConfirm = new(1 << 16);
    private ulong _next;

    /// <summary>Makes the buyers of a connection.</summary>
    public SeatsStream(SeatsWorkload workload, ulong seed, int number, int batch)
    {
        _workload = workload;
        _random = new SeededRandom(seed + ((ulong)number << 32));
        _number = number;
        _batch = batch;
    }

    /// <inheritdoc/>
    public string? FirstSurprise { get; private set; }

    /// <inheritdoc/>
    public void Fill(LoadRequest request)
    {
        if (_toConfirm.Count >= _batch
            && Stopwatch.GetTimestamp() - _toConfirm.Peek().AskedTicks > PatienceTicks)
        {
            FillBookings(request, _toConfirm);
        }
        else if (_toBook.Count >= _batch)
        {
            FillBookings(request, _toBook);
        }
        else if (_toRelease.Count >= _batch)
        {
            FillReleases(request);
        }
        else
        {
            FillHolds(request);
        }
    }

    /// <inheritdoc/>
    public RequestCounts Check(LoadRequest request, ReadOnlySpan<byte> results)
    {
        RequestCounts counts = default;
        foreach (ref readonly SeatResult result in MemoryMarshal.Cast<byte, SeatResult>(results))
        {
            Buyer buyer = _asked.Dequeue();
            bool isExpected = request.Operation switch
            {
                Operation.HoldSeats => TakeHold(buyer, result, ref counts),
                Operation.BookHeld => TakeBooking(buyer, result, request.AnsweredTicks, ref counts),
                _ => TakeRelease(result, ref counts),
            };
            if (!isExpected)
            {
                counts.Unexpected++;
                FirstSurprise ??= $"{request.Operation} of buyer {buyer.Index} was answered {result.Code}, "
                    + $"state {result.State}, flags {result.Flags}.";
            }
        }

        return counts;
    }

    /// <summary>Asks after the bookings that are still under way until they have an end.</summary>
    public async Task FinishAsync(IFastCoreSession session, List<string> differences)
    {
        byte[] body = new byte[BookHeld.Size];
        while (_toConfirm.TryDequeue(out Buyer buyer))
        {
            Write(ref MemoryMarshal.AsRef<BookHeld>(body.AsSpan()), buyer);
            byte[] results = await LoadQueries.SendAsync(session, Operation.BookHeld, body, SeatResult.Size);
            SeatStatus code = MemoryMarshal.Read<SeatResult>(results).Code;
            if (code == SeatStatus.Pending)
            {
                _toConfirm.Enqueue(buyer);
            }
            else if (code != SeatStatus.Ok)
            {
                differences.Add($"The booking of buyer {buyer.Index} of show {buyer.Show.Number} ended as {code}.");
            }
        }
    }

    private void FillHolds(LoadRequest request)
    {
        Span<HoldSeats> holds =
            MemoryMarshal.Cast<byte, HoldSeats>(Begin(request, Operation.HoldSeats, HoldSeats.Size));
        foreach (ref HoldSeats hold in holds)
        {
            SeatsShow show = _workload.Choose(_random.Next());
            Choose(show, out int row, out int seat);
            Buyer buyer = new(show, _next++, row, seat, request.PlannedTicks, 0);
            hold = default;
            hold.Id = IdOf(buyer);
            hold.Show = show.Number;
            hold.Buyer = buyer.Index + 1;
            hold.Count = SeatsWorkload.SeatsPerHold;
            Write(ref hold.Seats, buyer);
            _asked.Enqueue(buyer);
        }
    }

    // Buyers look at a map that is a little old; some do not look at all.
    private void Choose(SeatsShow show, out int row, out int seat)
    {
        int tries = _random.Below(100) < BlindPercent ? 1 : TriesMax;
        do
        {
            row = (int)_random.Below(SeatsWorkload.Rows);
            seat = SeatsWorkload.SeatsPerHold
                * (int)_random.Below(SeatsWorkload.RowSeats / SeatsWorkload.SeatsPerHold);
        }
        while (--tries > 0 && !show.IsFree(row, Four << seat));
    }

    private void FillReleases(LoadRequest request)
    {
        Span<HoldChange> releases =
            MemoryMarshal.Cast<byte, HoldChange>(Begin(request, Operation.ReleaseHold, HoldChange.Size));
        foreach (ref HoldChange release in releases)
        {
            Buyer buyer = _toRelease.Dequeue();
            buyer.Show.GiveBack(buyer.Row, Four << buyer.Seat);
            release = default;
            release.Hold = IdOf(buyer);
            release.Show = buyer.Show.Number;
            release.Count = SeatsWorkload.SeatsPerHold;
            Write(ref release.Seats, buyer);
            _asked.Enqueue(buyer);
        }
    }

    private void FillBookings(LoadRequest request, Queue<Buyer> from)
    {
        long now = Stopwatch.GetTimestamp();
        Span<BookHeld> bookings =
            MemoryMarshal.Cast<byte, BookHeld>(Begin(request, Operation.BookHeld, BookHeld.Size));
        foreach (ref BookHeld booking in bookings)
        {
            Buyer buyer = from.Dequeue() with { AskedTicks = now };
            Write(ref booking, buyer);
            _asked.Enqueue(buyer);
        }
    }

    private Span<byte> Begin(LoadRequest request, Operation operation, int size)
    {
        request.Operation = operation;
        request.BodyLength = _batch * size;
        return request.Body.AsSpan(0, request.BodyLength);
    }

    private static void Write(ref SeatPlaces seats, in Buyer buyer)
    {
        for (int i = 0; i < SeatsWorkload.SeatsPerHold; i++)
        {
            seats[i] = SeatPlace.Of(buyer.Row, buyer.Seat + i);
        }
    }

    private void Write(ref BookHeld booking, in Buyer buyer)
    {
        booking = default;
        booking.Id = IdOf(buyer);
        booking.Hold = booking.Id;
        booking.Show = buyer.Show.Number;
        booking.Card = buyer.Index + 1;
    }

    private bool TakeHold(in Buyer buyer, in SeatResult result, ref RequestCounts counts)
    {
        if (result.Code == SeatStatus.SeatsUnavailable && result.Blocked != 0)
        {
            counts.Refused++;
            _workload.Counts.Blocked++;
            return true;
        }

        if (result.Code != SeatStatus.Ok)
        {
            return false;
        }

        counts.Accepted++;
        Volatile.Write(ref _workload.Counts.Holds, _workload.Counts.Holds + 1);
        _workload.Counts.DoubleBooked += buyer.Show.Own(buyer.Row, Four << buyer.Seat);
        bool isAbandoned = (int)_random.Below(100) < _workload.AbandonPercent;
        (isAbandoned ? _toRelease : _toBook).Enqueue(buyer);
        return true;
    }

    private bool TakeBooking(in Buyer buyer, in SeatResult result, long answeredTicks, ref RequestCounts counts)
    {
        bool isRepeated = (result.Flags & SeatResultFlags.Duplicate) != 0;
        counts.Duplicates += isRepeated ? 1 : 0;
        counts.Accepted += isRepeated ? 0 : 1;
        if (result.Code == SeatStatus.Pending)
        {
            _toConfirm.Enqueue(buyer);
            return true;
        }

        Volatile.Write(ref _workload.Counts.Books, _workload.Counts.Books + 1);
        if (buyer.PlannedTicks >= _workload.MeasureFromTicks)
        {
            double ns = (answeredTicks - buyer.PlannedTicks) * (1e9 / Stopwatch.Frequency);
            _workload.Bookings.Record((long)ns, 1);
            if (_workload.Expiry is { } expiry && expiry.IsAround(buyer.PlannedTicks))
            {
                expiry.Bookings.Record((long)ns, 1);
            }
        }

        return result.Code == SeatStatus.Ok;
    }

    private static bool TakeRelease(in SeatResult result, ref RequestCounts counts)
    {
        counts.Accepted++;
        return result.Code == SeatStatus.Ok;
    }

    private UInt128 IdOf(in Buyer buyer) => new(_workload.Run, ((ulong)_number << 48) | buyer.Index);

    private readonly record struct Buyer(
        SeatsShow Show, ulong Index, int Row, int Seat, long PlannedTicks, long AskedTicks);
}
