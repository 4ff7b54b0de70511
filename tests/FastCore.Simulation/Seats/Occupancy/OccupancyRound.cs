using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats;
using FastCore.Seats.Shows;
using FastCore.Testing;

namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>A fresh machine and what happens to it, all from the seed of the round.</summary>
internal sealed class OccupancyRound : IDisposable
{
    private const int ElementsPerBatch = 64;
    private const int BatchesPerMap = 256;
    private const ulong NsPerMs = 1_000_000;

    private readonly SeededRandom _random;
    private readonly OccupancyLedger _ledger;
    private readonly OccupancyReport _report;
    private readonly OccupancyMistake _mistake;
    private readonly MemoryPartitionStorage _storage = new(0);
    private readonly PartitionContext _context;
    private readonly SeatsMachine _machine;
    private readonly OccupancyRequests _requests;
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
        });
        ledger.Clear();
        _requests = new OccupancyRequests(_random, ledger);
        _answers = new OccupancyAnswers(ledger, report, new OccupancyBookings(ledger, report, _machine, _requests));
    }

    /// <summary>Goes on until so many elements were compared.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? Run(int elements)
    {
        Open();
        string? broken = null;
        for (int batch = 1; broken is null && elements > 0; batch++)
        {
            MoveTime();
            Operation operation = _requests.Choose();
            int count = Math.Min(_random.Between(1, ElementsPerBatch), elements);
            count = _requests.Fill(operation, _body, count);
            Begin(isLate: _mistake == OccupancyMistake.ExpiresLate && _random.OneIn(50));
            Execute(operation, OccupancyHouse.FirstShow, _body.AsSpan(0, count * OccupancyRequests.SizeOf(operation)));
            if (_mistake == OccupancyMistake.SellsTwice && operation == Operation.HoldSeats && _random.OneIn(50))
            {
                SellTwice(MemoryMarshal.Cast<byte, SeatResult>(_reply.AsSpan())[..count]);
            }

            broken = _answers.Compare(operation, _body, _reply, count);
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

    private void Open()
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
