using System.Runtime.InteropServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Storage;
using FastCore.Storage.Disk;

using Xunit;

namespace FastCore.Node.Tests.Storage;

/// <summary>
/// Ledger and payments of one partition over real files with hardly any memory, driven by hand: each call is a batch,
/// and what it reads is noted before and after its prefetch is complete.
/// </summary>
internal sealed class ColdPartition : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-cold-").FullName;
    private readonly WatchedDisk _disk;
    private readonly DataDirectory _data;
    private readonly PartitionStorage _storage;
    private readonly PartitionContext _context;
    private readonly LedgerMachine _ledger;
    private readonly PaymentsMachine _payments;
    private readonly PartitionMachine _machine;
    private readonly byte[] _reply = new byte[1 << 20];

    public ColdPartition(long historyMemoryBytes, long indexMemoryBytes)
    {
        _disk = new WatchedDisk(new FileDisk(_directory));
        _data = DataDirectory.Open(_disk, new DataDirectoryOptions { Partitions = 1 });
        _storage = _data.OpenPartition(0, new StorageOptions
        {
            JournalSegmentBytes = 4 << 20,
            JournalPageBytes = 1 << 20,
            JournalMemoryBytes = 4 << 20,
            JournalAheadBytes = 1 << 20,
            Preallocate = false,
            RecordIndexMemoryBytes = indexMemoryBytes,
            HistoryMemoryBytes = historyMemoryBytes,
            HistorySegmentBytes = 4 << 20,
            HistoryBlockBytes = 8 << 10,
            FullRetryMs = 1,
        });
        _context = new PartitionContext(_storage, new EventClock(), new EffectQueue());
        _ledger = new LedgerMachine(_context, new LedgerOptions { AccountsMax = 1024, OpenPendingsMax = 1 << 16 });
        PaymentsOptions options = new() { MerchantsMax = 16, OpenPaymentsMax = 1 << 16, OpenCallsMax = 1 << 16 };
        _payments = new PaymentsMachine(_context, _ledger.Ledger, options);
        _machine = new PartitionMachine(_context, _ledger, _payments);
    }

    public ulong NowNs { get; set; } = 1_000_000_000_000;

    public ulong LastNs => _context.Time.Last;

    public ulong NextTimerNs => _machine.NextTimerNs;

    /// <summary>Reads of the disk until the last batch was prefetched.</summary>
    public string[] ReadsOfPrefetch { get; private set; } = [];

    /// <summary>Reads of the disk while timers fired and commands were executed.</summary>
    public string[] ReadsOfExecute { get; private set; } = [];

    public TResult[] Run<TElement, TResult>(Operation operation, ulong? book, ReadOnlySpan<TElement> elements)
        where TElement : unmanaged
        where TResult : unmanaged
    {
        byte[] body = book is ulong prefix ? Requests.Prefixed(prefix, elements) : Requests.Plain(elements);
        CommandHeader header = new()
        {
            Length = (uint)(CommandHeader.Size + body.Length),
            Operation = (ushort)operation,
            Count = (uint)elements.Length,
            Key = book ?? 0,
        };
        int length = Run(header, body);
        return MemoryMarshal.Cast<byte, TResult>(_reply.AsSpan(0, length)).ToArray();
    }

    /// <summary>A batch without commands: what is due fires.</summary>
    public void Tick() => Run(default, []);

    public string? CheckInvariants() => _machine.CheckInvariants();

    public void Dispose()
    {
        _payments.Dispose();
        _ledger.Dispose();
        _storage.Dispose();
        _data.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    // What a partition does with a batch. Nothing is journaled: these tests never recover.
    private int Run(CommandHeader header, ReadOnlySpan<byte> body)
    {
        SpinWait spin = default;
        StorageState state;
        while ((state = _storage.CanAccept(body.Length)) != StorageState.Ready)
        {
            Assert.NotEqual(StorageState.Failed, state);
            spin.SpinOnce();
        }

        NowNs = Math.Max(NowNs, _context.Time.Last + 1);
        _context.Time.BeginBatch(NowNs);
        _machine.BeginBatch();
        _ = _disk.TakeReads();
        if (header.Operation != 0)
        {
            _machine.Prefetch(header, body);
        }

        _machine.CompletePrefetch();
        ReadsOfPrefetch = _disk.TakeReads();
        _machine.FireTimers();
        int length = header.Operation != 0 ? _machine.Execute(header, body, _reply) : 0;
        ReadsOfExecute = _disk.TakeReads();
        _context.Effects.Clear();
        return length;
    }
}
