using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Sessions;
using FastCore.Engine.Time;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Protocol;

namespace FastCore.Node;

/// <summary>One partition with everything it owns: storage, domains, duty cycle and who runs it.</summary>
internal sealed class PartitionUnit : IDisposable
{
    private readonly LedgerMachine _ledger;
    private readonly PaymentsMachine _payments;

    private PartitionUnit(
        IPartitionStorage storage, LedgerMachine ledger, PaymentsMachine payments, Partition partition,
        IPartitionRunner runner, PartitionRecovery.Outcome recovery)
    {
        Storage = storage;
        _ledger = ledger;
        _payments = payments;
        Partition = partition;
        Runner = runner;
        Recovery = recovery;
    }

    public IPartitionStorage Storage { get; }

    public Partition Partition { get; }

    public IPartitionRunner Runner { get; }

    public PartitionRecovery.Outcome Recovery { get; }

    /// <summary>Builds the domains of a partition over its storage. The one place that knows them all.</summary>
    public static PartitionMachine BuildMachine(
        PartitionContext context, StateSettings settings, out LedgerMachine ledger, out PaymentsMachine payments)
    {
        ledger = new LedgerMachine(context, settings.Ledger);
        payments = new PaymentsMachine(context, ledger.Ledger, settings.Payments);
        return new PartitionMachine(context, ledger, payments);
    }

    public static PartitionUnit Recover(
        int number, IPartitionStorage storage, PortRegistry ports, IEffectSink effects, NodeOptions options,
        StateSettings settings)
    {
        storage = options.WrapStorage?.Invoke(number, storage) ?? storage;
        LedgerMachine? ledger = null;
        PaymentsMachine? payments = null;
        try
        {
            PartitionContext context = new(storage, new EventClock(), new EffectQueue());
            IStateMachine machine = BuildMachine(context, settings, out ledger, out payments);
            machine = options.WrapMachine?.Invoke(machine, context) ?? machine;
            PartitionRecovery.Outcome recovery = PartitionRecovery.Recover(context, machine);
            PartitionOptions knobs = KnobsOf(number, options);
            Partition partition = new(
                number, context, machine, ports, options.Clock ?? SystemClock.Instance, effects, knobs);
            IPartitionRunner runner = options.Steps?.Run(partition) ?? new PartitionThread(partition, knobs);
            storage.Journal.OnProgress = runner.Wake;
            return new PartitionUnit(storage, ledger, payments, partition, runner, recovery);
        }
        catch
        {
            storage.Dispose();
            payments?.Dispose();
            ledger?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Runner.Dispose();
        Storage.Dispose();
        _payments.Dispose();
        _ledger.Dispose();
    }

    private static PartitionOptions KnobsOf(int number, NodeOptions options)
    {
        PartitionOptions knobs = new()
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
                (ushort)FrameStatus.UnknownOperation,
                (ushort)FrameStatus.Unknown),
        };
        return options.AdjustPartition?.Invoke(knobs) ?? knobs;
    }
}
