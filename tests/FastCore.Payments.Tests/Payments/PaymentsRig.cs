using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Testing;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

/// <summary>
/// Ledger and payments of one partition driven by hand over in-memory storage: one journaled batch per call, effects
/// collected, invariants checked after each batch, crash and recovery on demand.
/// </summary>
internal sealed class PaymentsRig : IDisposable
{
    public const uint Currency = 356;
    private const ulong NsPerMs = 1_000_000;

    private readonly PaymentsOptions _options;
    private readonly int _openPendingsMax;
    private readonly byte[] _reply = new byte[1 << 20];

    public PaymentsRig(PaymentsOptions? options = null, int openPendingsMax = 1 << 16)
    {
        _openPendingsMax = openPendingsMax;
        _options = options ?? new PaymentsOptions { MerchantsMax = 1024, OpenPaymentsMax = 4096, OpenCallsMax = 4096 };
        (Context, Machine) = Open();
    }

    /// <summary>Looks at payments once the test says what it is to say.</summary>
    public ScriptedScreen Screen { get; } = new();

    public MemoryPartitionStorage Storage { get; } = new(0);

    public PartitionContext Context { get; private set; }

    public LedgerAndPayments Machine { get; private set; }

    public ulong NowNs { get; private set; } = ManualClock.StartNs;

    /// <summary>Calls that left the partition and were not taken by the test yet.</summary>
    public Queue<ConnectorCall> Calls { get; } = [];

    public ulong StateHash => StateHashes.Of(Machine.Parts);

    public void AdvanceMs(ulong milliseconds) => NowNs += milliseconds * NsPerMs;

    public PaymentResult Run<T>(Operation operation, in T request)
        where T : unmanaged => RunBatch<T>(operation, [request])[0];

    public PaymentResult[] RunBatch<T>(Operation operation, ReadOnlySpan<T> requests)
        where T : unmanaged
    {
        int length = Execute(operation, 0, MemoryMarshal.AsBytes(requests), requests.Length);
        return MemoryMarshal.Cast<byte, PaymentResult>(_reply.AsSpan(0, length)).ToArray();
    }

    /// <summary>A batch without commands: only what is due fires.</summary>
    public void Tick() => Execute(Operation.None, 0, default, 0);

    public CreateTransferResult[] Transfer(ulong book, params Transfer[] transfers)
    {
        byte[] body = [.. PrefixOf(book), .. MemoryMarshal.AsBytes(transfers.AsSpan())];
        int length = Execute(Operation.CreateTransfers, book, body, transfers.Length);
        return MemoryMarshal.Cast<byte, CreateTransferResult>(_reply.AsSpan(0, length)).ToArray();
    }

    public CreateAccountResult[] OpenAccounts(ulong book, params Account[] accounts)
    {
        byte[] body = [.. PrefixOf(book), .. MemoryMarshal.AsBytes(accounts.AsSpan())];
        int length = Execute(Operation.CreateAccounts, book, body, accounts.Length);
        return MemoryMarshal.Cast<byte, CreateAccountResult>(_reply.AsSpan(0, length)).ToArray();
    }

    public TRecord[] Lookup<TRecord, TId>(Operation operation, ulong merchant, params TId[] ids)
        where TRecord : unmanaged
        where TId : unmanaged
    {
        byte[] body = [.. PrefixOf(merchant), .. MemoryMarshal.AsBytes(ids.AsSpan())];
        CommandHeader header = HeaderOf(operation, merchant, body.Length, ids.Length);
        ReadCursor cursor = default;
        int length;
        while (!Machine.Read(header, body, ref cursor, _reply, out length))
        {
        }

        return MemoryMarshal.Cast<byte, TRecord>(_reply.AsSpan(0, length)).ToArray();
    }

    public PaymentRecord Payment(ulong merchant, UInt128 id) =>
        Assert.Single(Lookup<PaymentRecord, UInt128>(Operation.LookupPayments, merchant, id));

    public OrderRecord Order(ulong merchant, UInt128 id) =>
        Assert.Single(Lookup<OrderRecord, UInt128>(Operation.LookupOrders, merchant, id));

    public RefundRecord Refund(ulong merchant, UInt128 id) =>
        Assert.Single(Lookup<RefundRecord, UInt128>(Operation.LookupRefunds, merchant, id));

    public MerchantRecord Merchant(ulong merchant) =>
        Assert.Single(Lookup<MerchantRecord, ulong>(Operation.LookupMerchants, merchant, merchant));

    /// <summary>Answers a call as its connector would.</summary>
    public PaymentResult Answer(
        in ConnectorCall call, ConnectorOutcome outcome, DeclineCode reason = DeclineCode.None) =>
        Run(Operation.ConnectorAnswers, AnswerTo(call, outcome, reason));

    public static ConnectorAnswer AnswerTo(
        in ConnectorCall call, ConnectorOutcome outcome, DeclineCode reason = DeclineCode.None) =>
        new()
        {
            PaymentId = call.PaymentId,
            Merchant = call.Merchant,
            Amount = call.Amount,
            ActionId = call.ActionId,
            Call = call.Call,
            Send = call.Send,
            Attempt = call.Attempt,
            Connector = call.Connector,
            Kind = call.Kind,
            Outcome = outcome,
            DeclineCode = reason,
        };

    public void Checkpoint()
    {
        using ISnapshotFile file = Storage.BeginSnapshot(
            Storage.Journal.TailSequence, Context.Time.Last, Storage.Journal.ChainHash);
        StateHash hash = new();
        Tee tee = new(file, hash);
        foreach (IStatePart part in Machine.Parts)
        {
            file.BeginSection(part.Name, part.Version);
            hash.BeginSection(part.Name, part.Version);
            part.BeginCheckpoint();
            while (!part.WriteSlice(tee, 1 << 16))
            {
            }
        }

        file.Publish(hash.Value);
        Assert.True(file.Published);
    }

    /// <summary>
    /// The process dies and comes back: newest checkpoint, then the journal. The state must be the same.
    /// </summary>
    public void CrashAndRecover()
    {
        ulong before = StateHash;
        Storage.SimulateCrash();
        Machine.Dispose();
        Calls.Clear();
        (Context, Machine) = Open();
        PartitionRecovery.Recover(Context, Machine);
        Assert.Equal(before, StateHash);
        TakeEffects();
        Assert.Null(Machine.CheckInvariants());
    }

    public void Dispose()
    {
        Machine.Dispose();
        Storage.Dispose();
    }

    private static byte[] PrefixOf(ulong book)
    {
        BookPrefix prefix = new() { Book = book };
        return MemoryMarshal.AsBytes(new ReadOnlySpan<BookPrefix>(in prefix)).ToArray();
    }

    private static CommandHeader HeaderOf(Operation operation, ulong key, int bodyLength, int count) => new()
    {
        Length = (uint)(CommandHeader.Size + bodyLength),
        Operation = (ushort)operation,
        Count = (uint)count,
        Key = key,
    };

    private (PartitionContext Context, LedgerAndPayments Machine) Open()
    {
        PartitionContext context = new(Storage, new EventClock(), new EffectQueue());
        return (context, new LedgerAndPayments(context, _options, _openPendingsMax, Screen));
    }

    // A batch of one command, or of none: what is due fires, the command is executed and journaled.
    private int Execute(Operation operation, ulong key, ReadOnlySpan<byte> body, int count)
    {
        NowNs = Math.Max(NowNs, Context.Time.Last + 1);
        CommandHeader header = HeaderOf(operation, key, body.Length, count);
        byte[] entry = HandBatch.EntryOf(header, body);
        HandBatch.Prepare(Context, Machine, NowNs, entry);
        int length = 0;
        if (operation != Operation.None)
        {
            Assert.Equal(CommandKind.Write, Machine.KindOf((ushort)operation));
            length = Machine.Execute(header, body, _reply);
        }

        Storage.Journal.Append(NowNs, operation == Operation.None ? 0 : 1, entry);
        Storage.Journal.CommitAndWait();
        TakeEffects();
        Assert.Null(Machine.CheckInvariants());
        return length;
    }

    private void TakeEffects()
    {
        while (Context.Effects.TryTake(Context.Effects.Added, out Effect effect))
        {
            Assert.Equal(ConnectorCall.EffectKind, effect.Kind);
            ReadOnlySpan<byte> payload = effect.Payload;
            Calls.Enqueue(MemoryMarshal.Read<ConnectorCall>(payload[..(int)effect.Length]));
        }
    }

    private sealed class Tee(ISnapshotWriter first, ISnapshotWriter second) : ISnapshotWriter
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
            first.Write(bytes);
            second.Write(bytes);
        }
    }
}
