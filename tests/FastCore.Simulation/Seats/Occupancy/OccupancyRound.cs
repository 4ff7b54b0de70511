using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats;
using FastCore.Seats.Shows;
using FastCore.Testing;

namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>A fresh machine and what happens to it, all from the seed of the round.</summary>
internal sealed class OccupancyRound : IDisposable
{
    private const int ElementsPerBatch = OccupancyRequests.ElementsMax;
    private const int BatchesPerMap = 256;
    private const int BatchesPerList = 8;
    private const ulong NsPerMs = 1_000_000;

    private readonly SeededRandom _random;
    private readonly OccupancyLedger _ledger;
    private readonly OccupancyReport _report;
    private readonly OccupancyMistake _mistake;
    private readonly MemoryPartitionStorage _storage = new(0);
    private readonly PartitionContext _context;
    private readonly SeatsMachine _machine;
    private readonly OccupancyRequests _requests;
    private readonly OccupancyLists _lists;
    private readonly OccupancyAnswers _answers;
    private readonly byte[] _body = new byte[ElementsPerBatch * HoldSeats.Size];
    private readonly byte[] _reply = new byte[1 << 16];
    private ulong _nowNs = ManualClock.StartNs;

    public OccupancyRound(ulong seed, OccupancyLedger ledger, OccupancyReport report, OccupancyMistake mistake)
    {
        _random = new SeededRandom(seed);
        _ledger = ledger;
        _report = report;
        _mistake = mistake;
        _context = new PartitionContext(_storage, new EventClock(), new EffectQueue());
        _machine = new SeatsMachine(_context, new SeatsOptions
        {
            ChartsMax = 1,
            ChartBlocksMax = OccupancyHouse.Blocks,
            ShowsMax = OccupancyHouse.Shows,
            ShowBlocksMax = OccupancyHouse.Shows * OccupancyHouse.Blocks,
            HoldsMax = 1 << 15,
            BookingsUnderWayMax = 1 << 15,
            BuyersMax = 1,
            WaitingListsMax = 1,
            WaitingListEntriesMax = 1 << 15,

            // All that can be offered is, in the command or the timer that freed it.
            WaitingListOffersMax = 1 << 15,
        });
        ledger.Clear();
        _requests = new OccupancyRequests(_random, ledger);
        _lists = new OccupancyLists(ledger, report, _machine);
        _answers = new OccupancyAnswers(
            ledger, report, new OccupancyBookings(ledger, report, _machine, _requests), _lists);
    }

    /// <summary>Goes on until so many elements were compared.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? Run(int elements)
    {
        string? broken = Open();
        for (int batch = 1; broken is null && elements > 0; batch++)
        {
            MoveTime();
            Operation operation = _requests.Choose();
            int count = Math.Min(_random.Between(1, ElementsPerBatch), elements);
            count = _requests.Fill(operation, _body, count);
            Begin(isLate: _mistake == OccupancyMistake.ExpiresLate && _random.OneIn(50));
            broken = _lists.Learn(isForced: false);
            if (broken is not null)
            {
                break;
            }

            Tamper(batch);
            Execute(operation, OccupancyHouse.FirstShow, _body.AsSpan(0, count * OccupancyRequests.SizeOf(operation)));
            if (_mistake == OccupancyMistake.SellsTwice && operation == Operation.HoldSeats && _random.OneIn(50))
            {
                SellTwice(MemoryMarshal.Cast<byte, SeatResult>(_reply.AsSpan())[..count]);
            }

            broken = _answers.Compare(operation, _body, _reply, count) ?? _lists.Learn(
                isForced: batch % BatchesPerList == 0);
            elements -= count;
            _report.Operations += count;
            TakeCalls();
            broken ??= batch % BatchesPerMap == 0 || elements == 0 ? CompareMaps() : null;
            if (_mistake == OccupancyMistake.ForgetsHold && batch % BatchesPerMap == BatchesPerMap / 2)
            {
                ForgetHold();
            }
        }

        return broken ?? _machine.CheckInvariants();
    }

    public void Dispose()
    {
        _machine.Dispose();
        _storage.Dispose();
    }

    private static void SellTwice(Span<SeatResult> results)
    {
        foreach (ref SeatResult result in results)
        {
            if (result.Code == SeatStatus.SeatsUnavailable)
            {
                result = new SeatResult { Code = SeatStatus.Ok, State = (byte)HoldState.Held };
            }
        }
    }

    // A broken twin: the machine is told what the account does not know.
    private void Tamper(int batch)
    {
        int entry = _ledger.Waiting.Count != 0 ? _ledger.Waiting[0] : 0;
        if (batch % BatchesPerMap != BatchesPerMap / 2 || entry == 0)
        {
            return;
        }

        const ulong Show = OccupancyHouse.FirstShow + OccupancyHouse.ListShow;
        if (_mistake == OccupancyMistake.ForgetsWaiting)
        {
            LeaveWaitingList leave = new() { Id = OccupancyRequests.HoldId(entry), Show = Show };
            Execute(Operation.LeaveWaitingList, Show, BytesOf(leave));
        }
        else if (_mistake == OccupancyMistake.OffersToStranger)
        {
            JoinWaitingList join = new() { Id = UInt128.One << 90, Show = Show, Buyer = ulong.MaxValue, Count = 1 };
            Execute(Operation.JoinWaitingList, Show, BytesOf(join));
        }
    }

    private string? Open()
    {
        Begin(isLate: false);
        BookPrefix prefix = new() { Book = OccupancyHouse.Chart };
        byte[] chart =
            [.. BytesOf(prefix), .. MemoryMarshal.AsBytes<ChartBlock>(OccupancyHouse.ChartBlocks())];
        Execute(Operation.CreateChart, OccupancyHouse.Chart, chart);
        RequireOk(OccupancyHouse.Blocks);
        for (int show = 0; show < OccupancyHouse.Shows; show++)
        {
            CreateShow terms = OccupancyHouse.ShowAt(show);
            Execute(Operation.CreateShow, terms.Show, BytesOf(terms));
            RequireOk(1);
        }

        OpenWaitingList list = new()
        {
            Show = OccupancyHouse.FirstShow + OccupancyHouse.ListShow,
            OfferMs = OccupancyHouse.OfferMs,
            PlacesMax = SeatLimits.WaitingPlacesMax,
        };
        Execute(Operation.OpenWaitingList, list.Show, BytesOf(list));
        RequireOk(1);
        return SellOut();
    }

    // Most rows of the show with the waiting list are booked, three holds each, and stay so.
    private string? SellOut()
    {
        List<HoldSeats> holds = [];
        List<BookHeld> bookings = [];
        for (int row = OccupancyHouse.Rows - OccupancyHouse.RowsGone; row < OccupancyHouse.Rows; row++)
        {
            for (int first = 0; first < OccupancyHouse.RowSeats; first += SeatLimits.SeatsPerHoldMax)
            {
                int hold = ++_ledger.HoldCount;
                ref CountedHold sold = ref _ledger.Holds[hold];
                int count = Math.Min(SeatLimits.SeatsPerHoldMax, OccupancyHouse.RowSeats - first);
                sold = new CountedHold { Show = OccupancyHouse.ListShow, Count = (byte)count };
                for (int i = 0; i < count; i++)
                {
                    sold.Seats[i] = SeatPlace.Of(row, first + i);
                }

                _ledger.Bookings[++_ledger.BookingCount] = new CountedBooking { Hold = hold };
                UInt128 id = OccupancyRequests.HoldId(hold);
                ulong show = OccupancyHouse.FirstShow + OccupancyHouse.ListShow;
                holds.Add(new HoldSeats
                {
                    Id = id,
                    Show = show,
                    Buyer = (ulong)hold,
                    Count = (byte)count,
                    Seats = sold.Seats,
                });
                bookings.Add(new BookHeld
                {
                    Id = OccupancyRequests.HoldId(_ledger.BookingCount),
                    Show = show,
                    Hold = id,
                });
            }
        }

        byte[] body = MemoryMarshal.AsBytes<HoldSeats>(holds.ToArray()).ToArray();
        Execute(Operation.HoldSeats, holds[0].Show, body);
        string? broken = _answers.Compare(Operation.HoldSeats, body, _reply, holds.Count);
        body = MemoryMarshal.AsBytes<BookHeld>(bookings.ToArray()).ToArray();
        Execute(Operation.BookHeld, holds[0].Show, body);
        broken ??= _answers.Compare(Operation.BookHeld, body, _reply, bookings.Count);
        _requests.Confirmed.Clear();
        return broken;
    }

    private void RequireOk(int count)
    {
        foreach (ref readonly SeatResult result in MemoryMarshal.Cast<byte, SeatResult>(_reply)[..count])
        {
            if (result.Code != SeatStatus.Ok)
            {
                throw new InvalidOperationException($"The house could not be opened: {result.Code}.");
            }
        }
    }

    // Mostly a little, now and then to the very moment of an expiry or a nanosecond beside it.
    private void MoveTime()
    {
        ulong lastNs = Math.Max(_nowNs, _context.Time.Last);
        _nowNs = lastNs + 1 + _random.Below(8 * NsPerMs);
        if (_ledger.HoldCount != 0 && _random.OneIn(4))
        {
            ulong untilNs = _ledger.Holds[_requests.AnyHold()].UntilNs;
            _nowNs = untilNs > lastNs + 1 && untilNs < lastNs + (50 * NsPerMs)
                ? untilNs - 1 + _random.Below(3UL)
                : _nowNs;
        }
    }

    private void Begin(bool isLate)
    {
        _context.Time.BeginBatch(_nowNs);
        _ledger.NowNs = _nowNs;
        _machine.BeginBatch();
        if (!isLate)
        {
            _machine.FireTimers();
        }
    }

    private void Execute(Operation operation, ulong key, ReadOnlySpan<byte> body)
    {
        CommandHeader header = new()
        {
            Length = (uint)(CommandHeader.Size + body.Length),
            Operation = (ushort)operation,
            Count = (uint)(body.Length / Math.Max(1, OccupancyRequests.SizeOf(operation))),
            Key = key,
        };
        _machine.Execute(header, body, _reply);
    }

    private void TakeCalls()
    {
        while (_context.Effects.TryTake(_context.Effects.Added, out Effect effect))
        {
            _requests.Calls.Add(Unsafe.As<EffectPayload, BookingCall>(ref effect.Payload));
        }
    }

    // The machine forgets a hold, and nobody is told.
    private void ForgetHold()
    {
        HoldChange release = new() { Show = OccupancyHouse.FirstShow };
        for (int i = 0; i < ElementsPerBatch; i++)
        {
            int hold = _requests.AnyHold();
            release.Hold = OccupancyRequests.HoldId(hold);
            release.Show = OccupancyHouse.FirstShow + _ledger.Holds[hold].Show;
            Execute(Operation.ReleaseHold, release.Show, BytesOf(release));
        }
    }

    private string? CompareMaps()
    {
        for (int show = 0; show < OccupancyHouse.Shows; show++)
        {
            byte[] asked =
            [
                .. BytesOf(new BookPrefix { Book = OccupancyHouse.FirstShow + (ulong)show }),
                .. BytesOf(new SeatFilter { Limit = OccupancyHouse.Blocks }),
            ];
            ReadCursor cursor = default;
            CommandHeader header = new() { Operation = (ushort)Operation.GetSeatMap, Count = 1 };
            _ = _machine.Read(header, asked, ref cursor, _reply, out int length);
            ReadOnlySpan<SeatMapBlock> map = MemoryMarshal.Cast<byte, SeatMapBlock>(_reply.AsSpan(0, length));
            foreach (ref readonly SeatMapBlock found in map)
            {
                SeatMapBlock known = _ledger.BlockOf(show, (int)found.Block);
                if (found.Free != known.Free || found.Held != known.Held || found.Booked != known.Booked)
                {
                    return $"Block {found.Block} of show {show} is free {found.Free:x}, held {found.Held:x}, booked "
                        + $"{found.Booked:x}; it must be {known.Free:x}, {known.Held:x}, {known.Booked:x}.";
                }
            }

            _report.Maps++;
        }

        return null;
    }

    private static byte[] BytesOf<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
}
