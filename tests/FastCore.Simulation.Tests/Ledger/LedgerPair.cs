using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Ledger;

namespace FastCore.Simulation.Tests.Ledger;

/// <summary>
/// The engine's ledger over some storage and the model beside it, both driven by the same entries at the same times.
/// Every reply must be the model's to the byte.
/// </summary>
internal sealed class LedgerPair : IDisposable
{
    private readonly IPartitionStorage _storage;
    private readonly EventClock _clock = new();
    private readonly LedgerMachine _machine;
    private readonly ModelTime _time = new();
    private readonly IModel _model;
    private readonly byte[] _reply = new byte[Limits.ReplyBodySizeMax];
    private readonly byte[] _readReply = new byte[Limits.ReplyBodySizeMax];

    /// <param name="storage">Where the engine's ledger keeps what it has; disposed with the pair.</param>
    /// <param name="options">Options of the engine's ledger; those of the model follow.</param>
    /// <param name="twin">Puts something else in the model's place, for controls.</param>
    public LedgerPair(IPartitionStorage storage, LedgerOptions options, Func<IModel, IModel>? twin = null)
    {
        _storage = storage;
        _machine = new LedgerMachine(new PartitionContext(storage, _clock, new EffectQueue()), options);
        LedgerModel model = new(_time, new LedgerModelOptions
        {
            AccountsMax = options.AccountsMax,
            BooksMax = options.BooksMax,
            BookLedgersMax = options.BookLedgersMax,
            OpenPendingsMax = options.OpenPendingsMax,
            AllowSetup = options.AllowSetup,
        });
        _model = twin is null ? model : twin(model);
    }

    /// <summary>Result codes that came up, by operation.</summary>
    public HashSet<(Operation Operation, uint Status)> Codes { get; } = [];

    /// <summary>Transfers that were created.</summary>
    public long TransfersCreated { get; private set; }

    /// <summary>Bytes of the answers of all reads, by operation.</summary>
    public Dictionary<Operation, long> BytesRead { get; } = [];

    /// <summary>The last timestamp given.</summary>
    public ulong LastNs => _time.Last;

    /// <summary>When the engine's next timer is due.</summary>
    public ulong NextTimerNs => _machine.NextTimerNs;

    /// <summary>Executes writes as one entry, or none, which only lets time pass.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? Entry(ulong timestampNs, IReadOnlyList<SimulatedRequest> writes)
    {
        WaitForStorage();
        _clock.BeginBatch(timestampNs);
        _machine.BeginBatch();
        foreach (SimulatedRequest write in writes)
        {
            CommandHeader command = Header(write);
            _machine.Prefetch(command, write.Body);
        }

        _machine.CompletePrefetch();
        _machine.FireTimers();
        _time.BeginEntry(timestampNs);
        _model.BeginEntry(timestampNs);
        string? difference = null;
        foreach (SimulatedRequest write in writes)
        {
            CommandHeader command = Header(write);
            int length = _machine.Execute(command, write.Body, _reply);
            byte[] expected = _model.Execute(write.Operation, command.Key, write.Body);
            difference ??= ReplyDifference.Find(write, expected, _reply.AsSpan(0, length));
            foreach (CreateTransferResult result in MemoryMarshal.Cast<byte, CreateTransferResult>(expected))
            {
                Codes.Add((write.Operation, (uint)result.Status));
                bool isTransfer = write.Operation == Operation.CreateTransfers;
                TransfersCreated += isTransfer && result.Status == CreateTransferStatus.Created ? 1 : 0;
            }
        }

        // Storage keeps its pace by its journal; nothing is read back from here.
        _ = _storage.Journal.Append(timestampNs, 0, default);
        _storage.Journal.StartCommit();
        return difference;
    }

    /// <summary>Reads to the end, and does something between two slices.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? Read(SimulatedRequest read, Action? betweenSlices = null)
    {
        CommandHeader command = Header(read);
        _readReply.AsSpan(0, 1 << 16).Fill(0xCC);
        byte[] expected = _model.Read(read.Operation, read.Body);
        ReadCursor cursor = default;
        int length;
        while (!_machine.Read(command, read.Body, ref cursor, _readReply, out length))
        {
            betweenSlices?.Invoke();
        }

        // The balances of a list of accounts are those at its end.
        expected = read.Operation == Operation.QueryAccounts ? _model.Read(read.Operation, read.Body) : expected;
        BytesRead[read.Operation] = BytesRead.GetValueOrDefault(read.Operation) + length;
        return ReplyDifference.Find(read, expected, _readReply.AsSpan(0, length));
    }

    public string? CheckInvariants() => _model.CheckInvariants() ?? _machine.CheckInvariants();

    public void Dispose()
    {
        _machine.Dispose();
        _storage.Dispose();
    }

    private static CommandHeader Header(SimulatedRequest request)
    {
        OperationShape shape = OperationTable.Find(request.Operation)!;
        return new CommandHeader
        {
            Length = (uint)(CommandHeader.Size + request.Body.Length),
            Operation = (ushort)request.Operation,
            Count = (uint)((request.Body.Length - shape.PrefixSize) / shape.ElementSize),
            Key = MemoryMarshal.Read<ulong>(request.Body),
        };
    }

    // Space comes from the storage's own threads; nothing else in a test waits for them.
    private void WaitForStorage()
    {
        SpinWait spin = default;
        while (_storage.CanAccept(0) != StorageState.Ready)
        {
            spin.SpinOnce();
        }
    }
}
