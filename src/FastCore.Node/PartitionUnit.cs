using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Sessions;
using FastCore.Engine.Time;
using FastCore.Payments.Ledger;
using FastCore.Protocol;

namespace FastCore.Node;

/// <summary>One partition with everything it owns: storage, domains, duty cycle, thread.</summary>
internal sealed class PartitionUnit : IDisposable
{
    private readonly IPartitionStorage _storage;
    private readonly LedgerMachine _ledger;

    private PartitionUnit(
        IPartitionStorage storage, LedgerMachine ledger, Partition partition,
        PartitionThread thread, PartitionRecovery.Outcome recovery)
    {
        _storage = storage;
        _ledger = ledger;
        Partition = partition;
        Thread = thread;
        Recovery = recovery;
    }

    public Partition Partition { get; }

    public PartitionThread Thread { get; }

    public PartitionRecovery.Outcome Recovery { get; }

    /// <summary>Builds the domains of a partition over its storage. The one place that knows them all.</summary>
    public static PartitionMachine BuildMachine(
        PartitionContext context, NodeOptions options, out LedgerMachine ledger)
    {
        ledger = new LedgerMachine(context, options.Ledger);
        return new PartitionMachine(context, ledger);
    }

    public static PartitionUnit Recover(
        int number, IPartitionStorage storage, PortRegistry ports, IEffectSink? effects, NodeOptions options)
    {
        try
        {
            PartitionContext context = new(storage, new EventClock(), new EffectQueue());
            PartitionMachine machine = BuildMachine(context, options, out LedgerMachine ledger);
            PartitionRecovery.Outcome recovery = PartitionRecovery.Recover(context, machine);
            PartitionOptions knobs = KnobsOf(number, options);
            Partition partition = new(
                number, context, machine, ports, options.Clock ?? SystemClock.Instance, effects, knobs);
            PartitionThread thread = new(partition, knobs);
            storage.Journal.OnProgress = thread.Wake;
            return new PartitionUnit(storage, ledger, partition, thread, recovery);
        }
        catch
        {
            storage.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Thread.Dispose();
        _storage.Dispose();
        _ledger.Dispose();
    }

    private static PartitionOptions KnobsOf(int number, NodeOptions options) => new()
    {
        RingBytes = options.RingBytes,
        CommandBytesMax = CommandHeader.Size + Limits.RequestBodySizeMax + CommandHeader.Alignment,
        BatchElementsMax = options.BatchElementsMax,
        Idle = options.Idle,
        PinToCore = options.PinPartitions ? number % Environment.ProcessorCount : -1,
        ShedAgeMs = options.ShedAgeMs,
        CheckpointJournalBytes = options.Durability == Durability.None ? 0 : options.CheckpointJournalBytes,
        SealAfterNs = options.Durability == Durability.None ? 0 : 5_000_000,
        Statuses = new PartitionStatuses(
            (ushort)FrameStatus.Ok,
            (ushort)FrameStatus.Overloaded,
            (ushort)FrameStatus.DeadlineExceeded,
            (ushort)FrameStatus.StorageFull,
            (ushort)FrameStatus.PartitionStopped,
            (ushort)FrameStatus.UnknownOperation),
    };
}
