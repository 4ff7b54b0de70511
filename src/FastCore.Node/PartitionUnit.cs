using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Sessions;
using FastCore.Engine.Time;
using FastCore.Fraud.Scoring;
using FastCore.Node.Access;
using FastCore.Node.Fraud;
using FastCore.Node.Knobs;
using FastCore.Node.Memory;
using FastCore.Protocol;
using FastCore.Seats;

namespace FastCore.Node;

/// <summary>One partition with everything it owns: storage, domains, duty cycle and who runs it.</summary>
internal sealed class PartitionUnit : IDisposable
{
    private readonly PartitionDomains _domains;

    private PartitionUnit(
        IPartitionStorage storage, PartitionDomains domains, Partition partition, IPartitionRunner runner,
        PartitionRecovery.Outcome recovery)
    {
        Storage = storage;
        _domains = domains;
        Partition = partition;
        Runner = runner;
        Recovery = recovery;
    }

    public IPartitionStorage Storage { get; }

    public Partition Partition { get; }

    public IPartitionRunner Runner { get; }

    public PartitionRecovery.Outcome Recovery { get; }

    /// <summary>What happened about seats; null when the node sells none.</summary>
    public SeatCounters? Seats => _domains.Seats?.Counters;

    /// <summary>Scores; null when the node scores nothing.</summary>
    public FraudMachine? Fraud => _domains.Fraud;

    /// <summary>Whether the policy in force decided about payments when the partition was recovered.</summary>
    public bool ScreensPayments => _domains.Fraud?.ScreensPayments ?? false;

    public static PartitionUnit Recover(
        int number, IPartitionStorage storage, PortRegistry ports, IEffectSink effects, NodeOptions options,
        StateSettings settings, FraudSetup? fraud, KnobControl turns, MemoryControl memory, TicketKeys tickets)
    {
        storage = options.WrapStorage?.Invoke(number, storage) ?? storage;
        PartitionDomains? domains = null;
        try
        {
            PartitionContext context = new(storage, new EventClock(), new EffectQueue());
            domains = new PartitionDomains(
                context, settings, fraud, turns, memory, number, tickets.Signing, options.TableReserveBytes);
            IStateMachine machine = options.WrapMachine?.Invoke(domains.Machine, context) ?? domains.Machine;
            _ = PreparedCode.PrepareCheckpoints(machine.Parts);
            PartitionRecovery.Outcome recovery = PartitionRecovery.Recover(context, machine);
            PartitionOptions knobs = KnobsOf(number, options);
            Partition partition = new(
                number, context, machine, ports, options.Clock ?? SystemClock.Instance, effects, knobs);
            IPartitionRunner runner = options.Steps?.Run(partition) ?? new PartitionThread(partition, knobs);
            storage.Journal.OnProgress = runner.Wake;
            storage.Journal.CommitPauseUs = options.CommitPauseUs;
            return new PartitionUnit(storage, domains, partition, runner, recovery);
        }
        catch
        {
            storage.Dispose();
            domains?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Runner.Dispose();
        Storage.Dispose();
        _domains.Dispose();
    }

    private static int CoreOf(int number, NodeOptions options)
    {
        IReadOnlyList<int> cores = CoreList.Parse(options.PartitionCores) ?? CoreAffinity.Usable();
        return cores[number % cores.Count];
    }

    private static PartitionOptions KnobsOf(int number, NodeOptions options)
    {
        PartitionOptions knobs = new()
        {
            RingBytes = options.RingBytes,
            CommandBytesMax = CommandHeader.Size + Limits.RequestBodySizeMax + CommandHeader.Alignment,
            BatchElementsMax = options.BatchElementsMax,
            Idle = options.Idle,
            PinToCore = options.PinPartitions ? CoreOf(number, options) : -1,
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
