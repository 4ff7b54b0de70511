using System.Diagnostics;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats;
using FastCore.Testing;

namespace FastCore.Bench.Micro;

/// <summary>
/// Best available of four in a house of 100,000 seats of which 95 % are taken, held and given back: the search, the
/// hold, its rows and its release. Beside it four seats by number. After the run the single searches of one state are
/// timed one by one, and their percentiles printed.
/// </summary>
[MemoryDiagnoser]
public class BestAvailableBenchmarks : IDisposable
{
    private const int Rows = 2_500;
    private const int RowSeats = 40;
    private const int Timed = 100_000;
    private const ulong Show = 1;

    private readonly byte[] _reply = new byte[1 << 20];
    private readonly HoldBestAvailable[] _best = [new() { Show = Show, Count = 4 }];
    private readonly HoldSeats[] _seats = [new() { Show = Show, Count = 4 }];
    private readonly HoldChange[] _release = [new() { Show = Show }];
    private MemoryPartitionStorage _storage = null!;
    private PartitionContext _context = null!;
    private SeatsMachine _machine = null!;
    private ulong _nextId = 1;
    private ulong _nowNs = 1;

    /// <summary>Free seats lie anywhere, hardly ever four together; or in fours.</summary>
    [Params("scattered", "in fours")]
    public string Free { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _storage = new MemoryPartitionStorage(0, keepJournal: false);
        _context = new PartitionContext(_storage, new EventClock(), new EffectQueue());
        _machine = new SeatsMachine(_context, new SeatsOptions());
        ChartBlock row = new() { Kind = ChartBlockKind.Row, Capacity = RowSeats, NumberStep = 1, Focus = RowSeats / 2 };
        ChartBlock[] blocks = [.. Enumerable.Range(0, Rows).Select(i => row with { Rank = (ushort)i })];
        byte[] chart =
            [.. MemoryMarshal.AsBytes([new BookPrefix { Book = 1 }]), .. MemoryMarshal.AsBytes<ChartBlock>(blocks)];
        Execute(Operation.CreateChart, chart, blocks.Length);
        Run(Operation.CreateShow, (CreateShow[])[new CreateShow { Show = Show, Chart = 1 }]);
        SeededRandom random = new(5);
        int step = Free == "scattered" ? 1 : 4;
        int[] units = [.. Enumerable.Range(0, Rows * RowSeats / step)];
        for (int i = units.Length - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (units[i], units[other]) = (units[other], units[i]);
        }

        int taken = units.Length * 95 / 100;
        for (int i = 0; i < taken; i++)
        {
            HoldSeats hold = new() { Id = _nextId++, Show = Show, Count = (byte)step };
            for (int seat = 0; seat < step; seat++)
            {
                int at = (units[i] * step) + seat;
                hold.Seats[seat] = SeatPlace.Of(at / RowSeats, at % RowSeats);
            }

            Run(Operation.HoldSeats, (HoldSeats[])[hold]);
        }

        int free = units[taken] * step;
        for (int seat = 0; seat < 4; seat++)
        {
            _seats[0].Seats[seat] = SeatPlace.Of(free / RowSeats, ((free % RowSeats) + seat) % RowSeats);
        }
    }

    [Benchmark]
    public void BestOfFourAndRelease()
    {
        _best[0].Id = _nextId++;
        Run(Operation.HoldBestAvailable, _best);
        _release[0].Hold = _best[0].Id;
        Run(Operation.ReleaseHold, _release);
    }

    /// <summary>Where the free seats are scattered, this is refused: that is then what is measured.</summary>
    [Benchmark(Baseline = true)]
    public void FourByNumberAndRelease()
    {
        _seats[0].Id = _nextId++;
        Run(Operation.HoldSeats, _seats);
        _release[0].Hold = _seats[0].Id;
        Run(Operation.ReleaseHold, _release);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        long[] ticks = new long[Timed];
        for (int i = 0; i < Timed; i++)
        {
            _best[0].Id = _nextId++;
            long start = Stopwatch.GetTimestamp();
            Run(Operation.HoldBestAvailable, _best);
            ticks[i] = Stopwatch.GetTimestamp() - start;
            _release[0].Hold = _best[0].Id;
            Run(Operation.ReleaseHold, _release);
        }

        Array.Sort(ticks);
        double us = 1e6 / Stopwatch.Frequency;
        Console.WriteLine(
            $"// best of four, {Free}, {Timed} timed one by one: p50 {ticks[Timed / 2] * us:F2} us, "
            + $"p99 {ticks[Timed / 100 * 99] * us:F2} us, p99.9 {ticks[Timed / 1000 * 999] * us:F2} us");
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _machine.Dispose();
        _storage.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Run<T>(Operation operation, T[] requests)
        where T : unmanaged => Execute(operation, MemoryMarshal.AsBytes<T>(requests), requests.Length);

    private void Execute(Operation operation, ReadOnlySpan<byte> body, int count)
    {
        CommandHeader header = new() { Operation = (ushort)operation, Count = (uint)count };
        _context.Time.BeginBatch(_nowNs = Math.Max(_nowNs + 1, _context.Time.Last + 1));
        _machine.BeginBatch();
        _machine.FireTimers();
        _ = _machine.Execute(in header, body, _reply);
    }
}
