using System.Buffers.Binary;
using System.Runtime.InteropServices;

using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Rings;
using FastCore.Engine.Sessions;
using FastCore.Engine.Time;

namespace FastCore.Engine.Tests.Partitions;

/// <summary>A partition driven by hand, one duty cycle at a time, over in-memory storage.</summary>
internal sealed class PartitionRig : IEffectSink
{
    public const ushort Ok = 0;
    public const ushort Overloaded = 1;
    public const ushort DeadlineExceeded = 2;
    public const ushort StorageFull = 3;
    public const ushort Stopped = 4;
    public const ushort UnknownOperation = 5;
    public const ushort Unknown = 6;

    private ulong _ticket;

    public PartitionRig(MemoryPartitionStorage? storage = null, int shedAgeMs = 60_000, long sealAfterNs = 0,
        int awaitingReadsMax = 1_000, bool isClockWhollyByHand = false, int timersPerBatchMax = 4096,
        long checkpointJournalBytes = 0)
    {
        Clock = new HandClock { IsWhollyByHand = isClockWhollyByHand };
        Storage = storage ?? new MemoryPartitionStorage(0);
        Context = new PartitionContext(Storage, new EventClock(), new EffectQueue());
        Machine = new CounterMachine(Context);
        Recovery = PartitionRecovery.Recover(Context, Machine);
        Ports.Add(Port);
        Partition = new Partition(0, Context, Machine, Ports, Clock, this, new PartitionOptions
        {
            RingBytes = 1 << 16,
            ShedAgeMs = [shedAgeMs, shedAgeMs, shedAgeMs, 0],
            SealAfterNs = sealAfterNs,
            AwaitingReadsMax = awaitingReadsMax,
            CheckpointJournalBytes = checkpointJournalBytes,
            TimersPerBatchMax = timersPerBatchMax,
            Statuses = new PartitionStatuses(
                Ok, Overloaded, DeadlineExceeded, StorageFull, Stopped, UnknownOperation, Unknown),
        });
    }

    public MemoryPartitionStorage Storage { get; }

    public PartitionContext Context { get; }

    public CounterMachine Machine { get; }

    public PartitionRecovery.Outcome Recovery { get; }

    public HandClock Clock { get; }

    public PortRegistry Ports { get; } = new();

    public RecordingPort Port { get; } = new();

    public Partition Partition { get; }

    public List<long> Effects { get; } = [];

    public bool RefusesEffects { get; set; }

    public ulong StateHash => PartitionControl.ComputeStateHash(Machine.Parts);

    public ulong Send(ushort operation, long a = 0, long b = 0, byte priorityClass = 0, long deadlineNs = 0)
    {
        Assert(Partition.Inbox.TryClaim(RequestEnvelope.Size + 16, out RingClaim claim));
        Assert(Port.TryReserve(ReplyPort.RingCost(16), 0));
        RequestEnvelope envelope = default;
        envelope.Ticket = ++_ticket;
        envelope.AdmittedNs = Clock.MonotonicNs - 1_000_000;
        envelope.DeadlineNs = deadlineNs;
        envelope.Port = Port.Number;
        envelope.ReplyMax = 16;
        envelope.PriorityClass = priorityClass;
        envelope.Command.Operation = operation;
        envelope.Command.Count = 1;
        envelope.Command.Length = CommandHeader.Size + 16;
        MemoryMarshal.Write(claim.Payload, in envelope);
        BinaryPrimitives.WriteInt64LittleEndian(claim.Payload[RequestEnvelope.Size..], a);
        BinaryPrimitives.WriteInt64LittleEndian(claim.Payload[(RequestEnvelope.Size + 8)..], b);
        claim.Publish();
        return _ticket;
    }

    /// <summary>Runs duty cycles until one is idle.</summary>
    public int RunUntilIdle()
    {
        int cycles = 0;
        while (Partition.DoWork() > 0)
        {
            Assert(++cycles < 10_000);
        }

        return cycles;
    }

    public (ushort Status, long Value)? ReplyTo(ulong ticket) =>
        Port.Take().TryGetValue(ticket, out var reply) ? reply : null;

    public bool TryAccept(int partition, in Effect effect)
    {
        if (RefusesEffects)
        {
            return false;
        }

        Effects.Add(
            MemoryMarshal.Read<long>(MemoryMarshal.AsBytes(new ReadOnlySpan<EffectPayload>(in effect.Payload))));
        return true;
    }

    private static void Assert(bool condition) => Xunit.Assert.True(condition);

    internal sealed class HandClock : IClock
    {
        public ulong NowNs { get; set; } = 1_000_000_000;

        /// <summary>Whether its monotonic time is its wall time, and not the machine's.</summary>
        public bool IsWhollyByHand { get; init; }

        public long MonotonicNs => IsWhollyByHand ? (long)NowNs : MonotonicTime.NowNs;
    }

    internal sealed class RecordingPort() : ReplyPort(1 << 16)
    {
        private readonly Dictionary<ulong, (ushort Status, long Value)> _replies = [];

        public int Signals { get; private set; }

        /// <summary>The session wants to wait no longer.</summary>
        public void EndAwaiting() => AwaitsNothing = true;

        public IReadOnlyDictionary<ulong, (ushort Status, long Value)> Take()
        {
            do
            {
                while (TryPeek(out ReplyHeader header, out ReadOnlySpan<byte> reply))
                {
                    long value = reply.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(reply) : 0;
                    _replies.Add(header.Ticket, (header.Status, value));
                    Advance();
                    Unreserve(RingCost(16), 0);
                }
            }
            while (!Arm());

            return _replies;
        }

        public void Discard()
        {
            while (TryPeek(out _, out _))
            {
                Advance();
                Unreserve(RingCost(16), 0);
            }

            _ = Arm();
        }

        protected override void OnReady() => Signals++;
    }
}
