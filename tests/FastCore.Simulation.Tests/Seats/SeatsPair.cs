using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats;
using FastCore.Seats.Shows;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Seats;
using FastCore.Testing;

namespace FastCore.Simulation.Tests.Seats;

/// <summary>
/// The engine's seats over memory and the model beside them, driven by the same entries at the same times. Every reply
/// must be the model's to the byte.
/// </summary>
internal sealed class SeatsPair : IDisposable
{
    private readonly SeatsSettings _settings;
    private readonly MemoryPartitionStorage _storage = new(0);
    private readonly ModelTime _time = new();
    private readonly IModel _model;
    private readonly byte[] _reply = new byte[Limits.ReplyBodySizeMax];
    private PartitionContext _context;
    private SeatsMachine _machine;

    public SeatsPair(SeatsSettings settings)
    {
        _settings = settings;
        _model = settings.Twin(new SeatsModel(settings.Model, _time));
        (_context, _machine) = Open();
    }

    /// <summary>Result codes that came up, by operation.</summary>
    public HashSet<(Operation Operation, SeatStatus Code)> Codes { get; } = [];

    /// <summary>States of bookings that were answered.</summary>
    public HashSet<BookingState> Bookings { get; } = [];

    /// <summary>The last timestamp given.</summary>
    public ulong LastNs => _time.Last;

    /// <summary>When the engine's next timer is due.</summary>
    public ulong NextTimerNs => _machine.NextTimerNs;

    /// <summary>Executes writes as one entry, or none, which only lets time pass.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? Entry(ulong timestampNs, IReadOnlyList<SimulatedRequest> writes, List<BookingCall> left)
    {
        _time.BeginEntry(timestampNs);
        _model.BeginEntry(timestampNs);
        byte[] entry = EntryOf(writes);
        HandBatch.Prepare(_context, _machine, timestampNs, entry);
        string? difference = null;
        int offset = 0;
        foreach (SimulatedRequest write in writes)
        {
            CommandHeader header =
                PartitionRecovery.CommandAt(entry, offset, out ReadOnlySpan<byte> body, out offset);
            _time.Principal = header.Principal;
            byte[] expected = _model.Execute(write.Operation, header.Key, write.Body);
            int length = _machine.Execute(header, body, _reply);
            difference ??= ReplyDifference.Find(write, expected, _reply.AsSpan(0, length));
            Note(write.Operation, expected);
        }

        _storage.Journal.Append(timestampNs, writes.Count, entry);
        _storage.Journal.CommitAndWait();
        TakeCalls(left);
        return difference;
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? Read(SimulatedRequest read)
    {
        byte[] expected = _model.Read(read.Operation, read.Body);
        CommandHeader header = HeaderOf(read);
        ReadCursor cursor = default;
        int length;
        while (!_machine.Read(header, read.Body, ref cursor, _reply, out length))
        {
        }

        return ReplyDifference.Find(read, expected, _reply.AsSpan(0, length));
    }

    /// <summary>The process dies and comes back; what awaits a payment or a refund asks for it again.</summary>
    public void CrashAndRecover(List<BookingCall> left)
    {
        _storage.SimulateCrash();
        _machine.Dispose();
        (_context, _machine) = Open();
        PartitionRecovery.Recover(_context, _machine);
        left.Clear();
        TakeCalls(left);
    }

    public string? CheckInvariants() => _model.CheckInvariants() ?? _machine.CheckInvariants();

    public void Dispose()
    {
        _machine.Dispose();
        _storage.Dispose();
    }

    private static CommandHeader HeaderOf(SimulatedRequest request)
    {
        OperationShape shape = OperationTable.Find(request.Operation)!;
        bool isForAll = shape.IsForAll && shape.PrefixSize == 0;
        return new CommandHeader
        {
            Length = (uint)(CommandHeader.Size + request.Body.Length),
            Operation = (ushort)request.Operation,
            Count = (uint)((request.Body.Length - shape.PrefixSize) / shape.ElementSize),
            Key = isForAll ? 0 : MemoryMarshal.Read<ulong>(request.Body.AsSpan(Math.Max(shape.KeyOffset, 0))),
            Principal = shape.Kind == OperationKind.Internal ? 0 : (uint)request.Body.Length % 5,
        };
    }

    private static byte[] EntryOf(IReadOnlyList<SimulatedRequest> writes)
    {
        List<byte> entry = [];
        foreach (SimulatedRequest write in writes)
        {
            HandBatch.Add(entry, HeaderOf(write), write.Body);
        }

        return [.. entry];
    }

    private void Note(Operation operation, byte[] reply)
    {
        int size = OperationTable.Find(operation)!.ResultSize;
        for (int at = 0; at < reply.Length; at += size)
        {
            SeatResult result = MemoryMarshal.Read<SeatResult>(reply.AsSpan(at));
            Codes.Add((operation, result.Code));
            if (operation is Operation.BookHeld or Operation.EndBookingSteps or Operation.CancelBooking
                && result.Timestamp != 0)
            {
                Bookings.Add((BookingState)result.State);
            }
        }
    }

    private void TakeCalls(List<BookingCall> left)
    {
        while (_context.Effects.TryTake(_context.Effects.Added, out Effect effect))
        {
            ReadOnlySpan<byte> payload = effect.Payload;
            left.Add(MemoryMarshal.Read<BookingCall>(payload[..(int)effect.Length]));
        }
    }

    private (PartitionContext Context, SeatsMachine Machine) Open()
    {
        PartitionContext context = new(_storage, new EventClock(), new EffectQueue());
        return (context, new SeatsMachine(context, _settings.Engine, SeatsModelOptions.TicketKey));
    }
}
