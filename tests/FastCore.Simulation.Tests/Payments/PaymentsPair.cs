using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Node;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Ledger;
using FastCore.Simulation.Payments;
using FastCore.Testing;

namespace FastCore.Simulation.Tests.Payments;

/// <summary>
/// The engine's ledger and payments over memory and the models of both beside them, driven by the same entries at the
/// same times. Every reply and every call to a connector must be the model's to the byte.
/// </summary>
internal sealed class PaymentsPair : IDisposable
{
    private readonly PaymentsSettings _settings;
    private readonly MemoryPartitionStorage _storage = new(0);
    private readonly ModelTime _time = new();
    private readonly IModel[] _models;
    private readonly PaymentsModel _payments;
    private readonly byte[] _reply = new byte[1 << 20];
    private PartitionContext _context;
    private PartitionDomains _domains;

    public PaymentsPair(PaymentsSettings settings)
    {
        _settings = settings;
        LedgerModel ledger = new(
            _time, new LedgerModelOptions { OpenPendingsMax = settings.Ledger.OpenPendingsMax });
        _payments = new PaymentsModel(settings.ModelPayments, new LedgerMerchantBooks(ledger), _time);
        _models = [ledger, _payments];
        (_context, _domains) = Open();
    }

    /// <summary>Every code that was answered.</summary>
    public HashSet<PaymentStatus> Codes { get; } = [];

    /// <summary>The changes of state that payments have gone through.</summary>
    public ModelTransitions Transitions => _payments.Transitions;

    /// <summary>The last timestamp given.</summary>
    public ulong LastNs => _time.Last;

    /// <summary>When the engine's next timer is due.</summary>
    public ulong NextTimerNs => _domains.Machine.NextTimerNs;

    /// <summary>Executes writes as one entry, or none, which only lets time pass.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? Entry(ulong timestampNs, IReadOnlyList<SimulatedRequest> writes, List<ConnectorCall> left)
    {
        _time.BeginEntry(timestampNs);
        foreach (IModel model in _models)
        {
            model.BeginEntry(timestampNs);
        }

        byte[] entry = EntryOf(writes);
        HandBatch.Prepare(_context, _domains.Machine, timestampNs, entry);
        string? difference = null;
        int offset = 0;
        foreach (SimulatedRequest write in writes)
        {
            byte[] expected = ModelOf(write.Operation).Execute(write.Operation, KeyOf(write), write.Body);
            CommandHeader header =
                PartitionRecovery.CommandAt(entry, offset, out ReadOnlySpan<byte> body, out offset);
            int length = _domains.Machine.Execute(header, body, _reply);
            difference ??= ReplyDifference.Find(write, expected, _reply.AsSpan(0, length));
            NoteCodes(write.Operation, expected);
        }

        _storage.Journal.Append(timestampNs, writes.Count, entry);
        _storage.Journal.CommitAndWait();
        return difference ?? CompareCalls(left);
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? Read(SimulatedRequest read)
    {
        byte[] expected = ModelOf(read.Operation).Read(read.Operation, read.Body);
        CommandHeader header = HeaderOf(read);
        ReadCursor cursor = default;
        int length;
        while (!_domains.Machine.Read(header, read.Body, ref cursor, _reply, out length))
        {
        }

        return ReplyDifference.Find(read, expected, _reply.AsSpan(0, length));
    }

    /// <summary>The process dies and comes back; what awaits its connector leaves again.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? CrashAndRecover(List<ConnectorCall> left)
    {
        _storage.SimulateCrash();
        _domains.Dispose();
        (_context, _domains) = Open();
        PartitionRecovery.Recover(_context, _domains.Machine);
        _payments.Resume();
        return CompareCalls(left);
    }

    public string? CheckInvariants() =>
        _models.Select(model => model.CheckInvariants()).FirstOrDefault(broken => broken is not null)
        ?? _domains.Machine.CheckInvariants();

    public void Dispose()
    {
        _domains.Dispose();
        _storage.Dispose();
    }

    private static ulong KeyOf(SimulatedRequest request)
    {
        OperationShape shape = OperationTable.Find(request.Operation)!;
        return MemoryMarshal.Read<ulong>(request.Body.AsSpan(shape.KeyOffset));
    }

    private static CommandHeader HeaderOf(SimulatedRequest request)
    {
        OperationShape shape = OperationTable.Find(request.Operation)!;
        return new CommandHeader
        {
            Length = (uint)(CommandHeader.Size + request.Body.Length),
            Operation = (ushort)request.Operation,
            Count = (uint)((request.Body.Length - shape.PrefixSize) / shape.ElementSize),
            Key = KeyOf(request),
        };
    }

    private byte[] EntryOf(IReadOnlyList<SimulatedRequest> writes)
    {
        List<byte> entry = [];
        foreach (SimulatedRequest write in writes)
        {
            SimulatedRequest sent = _settings.Tamper(write);
            HandBatch.Add(entry, HeaderOf(sent), sent.Body);
        }

        return [.. entry];
    }

    private void NoteCodes(Operation operation, byte[] reply)
    {
        if (_payments.Knows(operation))
        {
            foreach (PaymentResult result in MemoryMarshal.Cast<byte, PaymentResult>(reply))
            {
                Codes.Add(result.Code);
            }
        }
    }

    private string? CompareCalls(List<ConnectorCall> left)
    {
        int first = left.Count;
        while (_context.Effects.TryTake(_context.Effects.Added, out Effect effect))
        {
            ReadOnlySpan<byte> payload = effect.Payload;
            left.Add(MemoryMarshal.Read<ConnectorCall>(payload[..(int)effect.Length]));
        }

        ConnectorCall[] expected = [.. _payments.CallsLeft];
        _payments.CallsLeft.Clear();
        ConnectorCall[] actual = [.. left.Skip(first)];
        int at = expected.AsSpan().CommonPrefixLength(actual);
        return at == expected.Length && at == actual.Length ? null
            : $"{actual.Length} calls left instead of {expected.Length}, first difference at {at}.\n"
                + $"Expected {(at < expected.Length ? StructText.Of(expected[at]) : "nothing")}\n"
                + $"Actual   {(at < actual.Length ? StructText.Of(actual[at]) : "nothing")}";
    }

    private IModel ModelOf(Operation operation) => _models.First(model => model.Knows(operation));

    private (PartitionContext Context, PartitionDomains Domains) Open()
    {
        PartitionContext context = new(_storage, new EventClock(), new EffectQueue());
        StateSettings settings = new(_settings.Ledger, _settings.EnginePayments);
        return (context, new PartitionDomains(context, settings, fraud: null));
    }
}
