using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats.Shows;
using FastCore.Testing;
using Xunit;

namespace FastCore.Seats.Tests.Shows;

/// <summary>
/// Seats of one partition driven by hand over in-memory storage: one journaled batch per call, effects collected,
/// invariants checked after each batch, crash and recovery on demand.
/// </summary>
internal sealed class SeatsRig : IDisposable
{
    public const ulong Show = 7;
    public const ulong Merchant = 70;
    private const ulong NsPerMs = 1_000_000;

    private readonly SeatsOptions _options;
    private readonly byte[] _reply = new byte[1 << 21];
    private SeatsMachine _machine;

    public SeatsRig(SeatsOptions? options = null)
    {
        _options = options ?? new SeatsOptions { HoldsMax = 10_000, BookingsUnderWayMax = 1_000, BuyersMax = 1_000 };
        (Context, _machine) = Open();
    }

    public MemoryPartitionStorage Storage { get; } = new(0);

    public PartitionContext Context { get; private set; }

    public ulong NowNs { get; private set; } = ManualClock.StartNs;

    /// <summary>What bookings asked of their merchants and the test did not take yet.</summary>
    public Queue<BookingCall> Calls { get; } = [];

    /// <summary>False: invariants are checked only when asked for.</summary>
    public bool ChecksEachBatch { get; set; } = true;

    public SeatCounters Counters => _machine.Counters;

    /// <summary>Without the clock, which goes on with every batch.</summary>
    public ulong StateHashWithoutTime => StateHashes.Of(_machine.Parts);

    public ulong StateHash => StateHashes.Of([Context.Time, .. _machine.Parts]);

    public static ChartBlock Row(int seats, byte category = 0, ushort rank = 0, byte focus = 0) => new()
    {
        Kind = ChartBlockKind.Row,
        Capacity = (uint)seats,
        NumberStep = 1,
        FirstNumber = 1,
        Category = category,
        Rank = rank,
        Focus = focus,
    };

    public static ChartBlock Area(uint capacity, byte category = 0) =>
        new() { Kind = ChartBlockKind.GeneralAdmission, Capacity = capacity, Category = category };

    public static ChartBlock Table(int seats, byte min, byte max) => Row(seats) with
    {
        Kind = ChartBlockKind.WholeTable,
        OccupancyMin = min,
        OccupancyMax = max,
    };

    public static CreateShow ShowOf(ulong show = Show, ulong chart = 1, uint price = 1_000, bool isPaid = false)
    {
        CreateShow request = new()
        {
            Show = show,
            Chart = chart,
            Merchant = isPaid ? Merchant : 0,
            Currency = isPaid ? 356u : 0,
        };
        request.Prices[0] = price;
        return request;
    }

    public static HoldSeats HoldOf(UInt128 id, params uint[] seats)
    {
        HoldSeats request = new() { Id = id, Show = Show, Count = (byte)seats.Length, Buyer = 1 };
        seats.AsSpan().CopyTo(request.Seats);
        return request;
    }

    public static BookHeld BookingOf(UInt128 id, UInt128 hold) => new() { Id = id, Show = Show, Hold = hold, Card = 9 };

    /// <summary>Makes a chart of blocks and the show over it.</summary>
    public void Open(CreateShow show, params ChartBlock[] blocks)
    {
        Assert.All(CreateChart(show.Chart, blocks), result => Assert.Equal(SeatStatus.Ok, result.Code));
        Assert.Equal(SeatStatus.Ok, Run(Operation.CreateShow, show).Code);
    }

    public SeatResult[] CreateChart(ulong chart, params ChartBlock[] blocks) =>
        Execute<SeatResult>(Operation.CreateChart, Prefixed(chart, blocks), blocks.Length);

    public SeatResult Run<T>(Operation operation, in T request)
        where T : unmanaged => RunBatch<T>(operation, [request])[0];

    public SeatResult[] RunBatch<T>(Operation operation, ReadOnlySpan<T> requests)
        where T : unmanaged => Execute<SeatResult>(operation, MemoryMarshal.AsBytes(requests), requests.Length);

    public BestSeatsResult RunBest(HoldBestAvailable request) => RunBestBatch(request)[0];

    public BestSeatsResult[] RunBestBatch(params ReadOnlySpan<HoldBestAvailable> requests) =>
        Execute<BestSeatsResult>(Operation.HoldBestAvailable, MemoryMarshal.AsBytes(requests), requests.Length);

    public SeatResult Hold(UInt128 id, params uint[] seats) => Run(Operation.HoldSeats, HoldOf(id, seats));

    public SeatResult Book(UInt128 id, UInt128 hold) => Run(Operation.BookHeld, BookingOf(id, hold));

    public SeatResult Release(UInt128 hold, params uint[] seats)
    {
        HoldChange request = new() { Hold = hold, Show = Show, Count = (byte)seats.Length };
        seats.AsSpan().CopyTo(request.Seats);
        return Run(Operation.ReleaseHold, request);
    }

    /// <summary>Brings the answer to the oldest call.</summary>
    public SeatResult Answer(bool isDone)
    {
        BookingCall call = Calls.Dequeue();
        BookingOutcome outcome = new() { Id = call.Id, Show = call.Show, Step = call.Step };
        outcome.IsDone = isDone ? (byte)1 : (byte)0;
        return Run(Operation.EndBookingSteps, outcome);
    }

    public void AdvanceMs(ulong milliseconds) => NowNs += milliseconds * NsPerMs;

    /// <summary>A batch without commands: only what is due fires.</summary>
    public void Tick() => Execute<SeatResult>(Operation.None, default, 0);

    public T[] Read<T>(Operation operation, ReadOnlySpan<byte> body)
        where T : unmanaged
    {
        CommandHeader header = HeaderOf(operation, body.Length, 1);
        ReadCursor cursor = default;
        int length;
        while (!_machine.Read(header, body, ref cursor, _reply, out length))
        {
        }

        return MemoryMarshal.Cast<byte, T>(_reply.AsSpan(0, length)).ToArray();
    }

    public T[] Query<T>(Operation operation, ulong key, SeatFilter filter)
        where T : unmanaged => Read<T>(operation, Prefixed(key, filter));

    public uint AwaitMs(Operation operation, ReadOnlySpan<byte> body)
    {
        Assert.Equal(CommandKind.Await, _machine.KindOf((ushort)operation));
        return _machine.AwaitMs(HeaderOf(operation, body.Length, 1), body);
    }

    public HoldRecord Get(UInt128 hold) => Assert.Single(Read<HoldRecord>(Operation.GetHold, Prefixed(Show, hold)));

    public BookingRecord GetBooking(UInt128 booking) =>
        Assert.Single(Read<BookingRecord>(Operation.GetBooking, Prefixed(Show, booking)));

    public ShowRecord GetShow() => Assert.Single(Read<ShowRecord>(Operation.GetShow, Prefixed(Show, Show)));

    public SeatMapBlock[] Map() =>
        Query<SeatMapBlock>(Operation.GetSeatMap, Show, new SeatFilter { Limit = 8_189 });

    public SeatChange[] ChangesAfter(ulong version, uint limit = 8_189) =>
        Query<SeatChange>(Operation.GetSeatChanges, Show, new SeatFilter { From = version, Limit = limit });

    public static byte[] Prefixed<T>(ulong key, params T[] elements)
        where T : unmanaged
    {
        BookPrefix prefix = new() { Book = key };
        ReadOnlySpan<byte> before = MemoryMarshal.AsBytes(new ReadOnlySpan<BookPrefix>(in prefix));
        return [.. before, .. MemoryMarshal.AsBytes<T>(elements)];
    }

    public void CheckInvariants() => Assert.Null(_machine.CheckInvariants());

    public void Checkpoint()
    {
        using ISnapshotFile file = Storage.BeginSnapshot(
            Storage.Journal.TailSequence, Context.Time.Last, Storage.Journal.ChainHash);
        foreach (IStatePart part in (IStatePart[])[Context.Time, .. _machine.Parts])
        {
            file.BeginSection(part.Name, part.Version);
            part.BeginCheckpoint();
            while (!part.WriteSlice(file, 1 << 16))
            {
            }
        }

        file.Publish(StateHash);
        Assert.True(file.Published);
    }

    /// <summary>
    /// The process dies and comes back: newest checkpoint, then the journal. The state must be the same.
    /// </summary>
    public void CrashAndRecover()
    {
        ulong before = StateHash;
        Storage.SimulateCrash();
        _machine.Dispose();
        Calls.Clear();
        (Context, _machine) = Open();
        PartitionRecovery.Recover(Context, new ClockedMachine(Context.Time, _machine));
        Assert.Equal(before, StateHash);
        TakeEffects();
        CheckInvariants();
    }

    public void Dispose()
    {
        _machine.Dispose();
        Storage.Dispose();
    }

    private static CommandHeader HeaderOf(Operation operation, int bodyLength, int count) => new()
    {
        Length = (uint)(CommandHeader.Size + bodyLength),
        Operation = (ushort)operation,
        Count = (uint)count,
        Key = Show,
    };

    private (PartitionContext Context, SeatsMachine Machine) Open()
    {
        PartitionContext context = new(Storage, new EventClock(), new EffectQueue());
        return (context, new SeatsMachine(context, _options));
    }

    // A batch of one command, or of none: what is due fires, the command is executed and journaled.
    private T[] Execute<T>(Operation operation, ReadOnlySpan<byte> body, int count)
        where T : unmanaged
    {
        NowNs = Math.Max(NowNs, Context.Time.Last + 1);
        CommandHeader header = HeaderOf(operation, body.Length, count);
        byte[] entry = HandBatch.EntryOf(header, body);
        HandBatch.Prepare(Context, _machine, NowNs, entry);
        int length = 0;
        if (operation != Operation.None)
        {
            Assert.Equal(CommandKind.Write, _machine.KindOf((ushort)operation));
            length = _machine.Execute(header, body, _reply);
        }

        Storage.Journal.Append(NowNs, operation == Operation.None ? 0 : 1, entry);
        Storage.Journal.CommitAndWait();
        TakeEffects();
        if (ChecksEachBatch)
        {
            CheckInvariants();
        }

        return MemoryMarshal.Cast<byte, T>(_reply.AsSpan(0, length)).ToArray();
    }

    private void TakeEffects()
    {
        while (Context.Effects.TryTake(Context.Effects.Added, out Effect effect))
        {
            Assert.Equal(BookingCall.EffectKind, effect.Kind);
            ReadOnlySpan<byte> payload = effect.Payload;
            Calls.Enqueue(MemoryMarshal.Read<BookingCall>(payload[..(int)effect.Length]));
        }
    }
}
