using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Testing;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>
/// A partition with a ledger, driven by hand: every write is one journaled batch, time moves only when told, reads run
/// slice by slice into a reply that begins as garbage.
/// </summary>
internal sealed class LedgerRig : IDisposable
{
    public const ulong StartNs = 1_000_000;

    private readonly LedgerOptions _options;
    private readonly MemoryPartitionStorage _storage = new(0);
    private readonly byte[] _reply = new byte[Limits.ReplyBodySizeMax];
    private byte[] _command = new byte[1 << 12];
    private PartitionContext _context;
    private ClockedMachine _machine;

    public LedgerRig(LedgerOptions? options = null)
    {
        _options = options ?? new LedgerOptions { AllowSetup = true };
        Open();
    }

    public ulong NowNs { get; set; } = StartNs;

    public LedgerMachine Machine { get; private set; }

    public EventClock Clock => _context.Time;

    public ulong StateHash => StateHashes.Of(_machine.Parts);

    public CreateAccountResult[] CreateAccounts(ulong book, params Account[] accounts) =>
        Write<Account, CreateAccountResult>(Operation.CreateAccounts, book, accounts);

    public CreateTransferResult[] CreateTransfers(ulong book, params Transfer[] transfers) =>
        Write<Transfer, CreateTransferResult>(Operation.CreateTransfers, book, transfers);

    public CreateAccountResult[] SetUp(ulong book, params Account[] accounts) =>
        Write<Account, CreateAccountResult>(Operation.SetupAccounts, book, accounts);

    public Account? LookupAccount(ulong book, UInt128 id)
    {
        Account[] found = Read<UInt128, Account>(Operation.LookupAccounts, book, [id]);
        return found.Length == 0 ? null : found[0];
    }

    public Transfer? LookupTransfer(ulong book, UInt128 id)
    {
        Transfer[] found = Read<UInt128, Transfer>(Operation.LookupTransfers, book, [id]);
        return found.Length == 0 ? null : found[0];
    }

    /// <summary>Executes one write as one batch.</summary>
    public TResult[] Write<TElement, TResult>(Operation operation, ulong book, ReadOnlySpan<TElement> elements)
        where TElement : unmanaged
        where TResult : unmanaged
    {
        ReadOnlySpan<byte> command = Command(operation, book, elements, out CommandHeader header);
        ReadOnlySpan<byte> body = command[CommandHeader.Size..(int)header.Length];
        BeginBatch();
        _machine.Prefetch(header, body);
        _machine.CompletePrefetch();
        _machine.FireTimers();
        int length = _machine.Execute(header, body, _reply);
        _storage.Journal.Append(_context.Time.BatchNs, 1, command);
        _storage.Journal.StartCommit();
        return MemoryMarshal.Cast<byte, TResult>(_reply.AsSpan(0, length)).ToArray();
    }

    /// <summary>Executes a read to its end, after firing what is due.</summary>
    public TResult[] Read<TElement, TResult>(Operation operation, ulong book, ReadOnlySpan<TElement> elements)
        where TElement : unmanaged
        where TResult : unmanaged =>
        Read<TElement, TResult>(operation, book, elements, betweenSlices: null);

    /// <summary>Executes a read to its end and does something between its slices.</summary>
    public TResult[] Read<TElement, TResult>(
        Operation operation, ulong book, ReadOnlySpan<TElement> elements, Action? betweenSlices)
        where TElement : unmanaged
        where TResult : unmanaged
    {
        Tick();
        byte[] command = Command(operation, book, elements, out CommandHeader header).ToArray();
        byte[] reply = betweenSlices is null ? _reply : new byte[_reply.Length];
        reply.AsSpan(0, 1 << 16).Fill(0xCC);
        ReadCursor cursor = default;
        int length;
        while (!_machine.Read(
            header, command.AsSpan(CommandHeader.Size, (int)header.Length - CommandHeader.Size), ref cursor, reply,
            out length))
        {
            betweenSlices?.Invoke();
        }

        return MemoryMarshal.Cast<byte, TResult>(reply.AsSpan(0, length)).ToArray();
    }

    /// <summary>Fires timers if one is due, in an empty batch.</summary>
    public void Tick()
    {
        if (_machine.NextTimerNs <= NowNs)
        {
            BeginBatch();
            _machine.FireTimers();
            _storage.Journal.Append(_context.Time.BatchNs, 0, default);
            _storage.Journal.StartCommit();
        }
    }

    /// <summary>Begins a batch at the time of now, for calls to the ledger's inner door.</summary>
    public void BeginBatch()
    {
        _context.Time.BeginBatch(Math.Max(NowNs, _context.Time.Last + 1));
        _machine.BeginBatch();
    }

    public void Checkpoint()
    {
        using ISnapshotFile file = _storage.BeginSnapshot(
            _storage.Journal.TailSequence, _context.Time.Last, _storage.Journal.ChainHash);
        foreach (IStatePart part in _machine.Parts)
        {
            file.BeginSection(part.Name, part.Version);
            part.BeginCheckpoint();
            while (!part.WriteSlice(file, 4096))
            {
            }
        }

        file.Publish(StateHash);
        if (file.Published != true)
        {
            throw new InvalidOperationException(file.Failure ?? "The checkpoint was not published.");
        }
    }

    /// <summary>Loses everything but what a disk would hold, and recovers.</summary>
    public void CrashAndRecover()
    {
        Machine.Dispose();
        _storage.SimulateCrash();
        Open();
        PartitionRecovery.Recover(_context, _machine);
    }

    /// <summary>The state hash of a fresh partition that executed the whole journal.</summary>
    public ulong HashOfReplay()
    {
        using MemoryPartitionStorage storage = new(1);
        PartitionContext context = new(storage, new EventClock(), new EffectQueue());
        using LedgerMachine ledger = new(context, _options);
        ClockedMachine machine = new(context.Time, ledger);
        using IJournalReader entries = _storage.Journal.Read(1);
        while (entries.MoveNext())
        {
            PartitionRecovery.Replay(context, machine, entries);
        }

        return StateHashes.Of(machine.Parts);
    }

    public string? CheckInvariants() => _machine.CheckInvariants();

    public void Dispose()
    {
        Machine.Dispose();
        _storage.Dispose();
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_context), nameof(_machine), nameof(Machine))]
    private void Open()
    {
        _context = new PartitionContext(_storage, new EventClock(), new EffectQueue());
        Machine = new LedgerMachine(_context, _options);
        _machine = new ClockedMachine(_context.Time, Machine);
    }

    // Header, prefix and elements, padded as in a ring or a journal entry.
    private ReadOnlySpan<byte> Command<TElement>(
        Operation operation, ulong book, ReadOnlySpan<TElement> elements, out CommandHeader header)
        where TElement : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(elements);
        int length = CommandHeader.Size + BookPrefix.Size + bytes.Length;
        int padded = (length + CommandHeader.Alignment - 1) & ~(CommandHeader.Alignment - 1);
        if (_command.Length < padded)
        {
            _command = new byte[padded * 2];
        }

        Span<byte> command = _command.AsSpan(0, padded);
        command.Clear();
        header = new CommandHeader
        {
            Length = (uint)length,
            Operation = (ushort)operation,
            Count = (uint)elements.Length,
            Key = book,
        };
        MemoryMarshal.Write(command, in header);
        BookPrefix prefix = new() { Book = book };
        MemoryMarshal.Write(command[CommandHeader.Size..], in prefix);
        bytes.CopyTo(command[(CommandHeader.Size + BookPrefix.Size)..]);
        return command;
    }
}
