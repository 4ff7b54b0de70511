using FastCore.Engine.Partitions;
using FastCore.Node;
using FastCore.Simulation.Disks;
using FastCore.Simulation.Seats;
using FastCore.Simulation.Steps;
using FastCore.Storage;
using FastCore.Storage.Records;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>
/// What kind of world a run happens in, drawn from its seed: sizes, speeds, and how often what goes wrong. Many runs
/// have few faults of few kinds, so that each kind is met alone and with any other.
/// </summary>
public sealed class RunProfile
{
    /// <summary>Clients at most.</summary>
    public const int ClientsMax = 5;

    // A life of a node begins with empty indexes; that their memory is not new costs a quarter less time.
    private static readonly RecordStores Stores = new();

    private readonly ulong _directoryId;
    private readonly int _batchElementsMax;
    private readonly int _ringBytes;
    private readonly long _checkpointBytes;
    private readonly int _pageBytes;
    private readonly int _segmentPages;
    private readonly long _indexBytes;
    private readonly long _historyBytes;
    private readonly int _blockBytes;
    private readonly int _sliceBytes;
    private readonly int _timersPerBatchMax;
    private readonly long _latencyNsMax;
    private readonly int _stepNsMax;
    private readonly int _commitPauseUs;

    /// <summary>Draws a profile.</summary>
    /// <param name="random">Where every choice comes from.</param>
    /// <param name="commands">Requests of the run.</param>
    /// <param name="allowDamage">Whether acknowledged bytes may be damaged.</param>
    public RunProfile(SeededRandom random, int commands, bool allowDamage)
    {
        Commands = commands;
        _directoryId = random.Next() | 1;
        Partitions = random.Between(1, 3);
        Clients = random.Between(1, ClientsMax);
        InFlightMax = 1 << random.Below(5);
        _batchElementsMax = 1 << random.Between(0, 6);
        _ringBytes = 64 << (10 + random.Below(3));
        _checkpointBytes = random.OneIn(5) ? 0 : 4_096L << random.Below(7);
        _pageBytes = 128 << 10;
        _segmentPages = 1 << random.Below(4);
        _indexBytes = 512L << (10 + random.Below(2));
        _historyBytes = 64L << (10 + random.Below(6));
        _blockBytes = 4_096 << random.Below(2);
        _sliceBytes = 512 << random.Below(8);
        _latencyNsMax = random.OneIn(3) ? 0 : 1L << random.Between(10, 23);
        _stepNsMax = 1 << random.Between(6, 15);
        ThinkBits = random.Between(20, 38);
        CrashOneIn = random.OneIn(6) ? 0 : 200 << random.Below(8);
        KillShare = random.Below(4);
        JumpOneIn = random.OneIn(2) ? 0 : 500;
        FullOneIn = random.OneIn(3) ? 2_000 : 0;
        ShortWriteOneIn = random.OneIn(4) ? 1_000 << random.Below(3) : 0;
        DamageOneIn = allowDamage ? 250 << random.Below(6) : 0;
        Network = random.OneIn(3) ? new NetworkProfile(random) : null;
        Banks = random.OneIn(2) ? new BankProfile(random) : null;
        int kinds = random.Between(1, (1 << DiskFaults.Damages.Count) - 1);
        Damages = [.. DiskFaults.Damages.Where((_, kind) => (kinds >> kind & 1) != 0)];
        _timersPerBatchMax = random.OneIn(2) ? random.Between(1, 8) : 4096;
        _commitPauseUs = random.OneIn(4) ? 1 << random.Below(12) : 0;
    }

    /// <summary>The network to the clients; null when they are in the node's process.</summary>
    internal NetworkProfile? Network { get; }

    /// <summary>The banks; null when there is nobody behind the connectors.</summary>
    internal BankProfile? Banks { get; }

    /// <summary>Requests that clients make.</summary>
    public int Commands { get; }

    /// <summary>Partitions of the node.</summary>
    public int Partitions { get; }

    /// <summary>Clients.</summary>
    public int Clients { get; }

    /// <summary>Requests that a client has in flight at most.</summary>
    public int InFlightMax { get; }

    /// <summary>Two to this power of nanoseconds is how long nobody asks for anything at most.</summary>
    public int ThinkBits { get; }

    /// <summary>Actions per crash; 0 = none.</summary>
    public int CrashOneIn { get; }

    /// <summary>How many of four crashes are kills of the process; the others are power cuts.</summary>
    public int KillShare { get; }

    /// <summary>Actions per jump of the wall clock; 0 = none.</summary>
    public int JumpOneIn { get; }

    /// <summary>Actions per time in which the disk is full; 0 = none.</summary>
    public int FullOneIn { get; }

    /// <summary>Writes per short one; 0 = none.</summary>
    public int ShortWriteOneIn { get; }

    /// <summary>Operations or actions per damage of what was stored; 0 = none.</summary>
    public int DamageOneIn { get; }

    /// <summary>The kinds of damage.</summary>
    public IReadOnlyList<DiskFault> Damages { get; }

    /// <summary>Whether bits turn over in what was stored.</summary>
    public bool Flips => AllowsDamage && Damages.Contains(DiskFault.BitFlip);

    /// <summary>Whether acknowledged bytes may be damaged.</summary>
    public bool AllowsDamage => DamageOneIn != 0;

    /// <summary>The faults that a disk of this world makes by itself.</summary>
    public DiskFaults NewFaults(SeededRandom random)
    {
        DiskFaults faults = new(random);
        faults.SetRate(DiskFault.ShortWrite, ShortWriteOneIn);
        foreach (DiskFault damage in Damages)
        {
            faults.SetRate(damage, DamageOneIn);
        }

        return faults;
    }

    /// <summary>A stepper in this world.</summary>
    public NodeStepper NewStepper(SimulatedClock clock, SeededRandom random) =>
        new(clock, random) { LatencyNsMax = _latencyNsMax, StepNsMax = _stepNsMax };

    /// <summary>How the node of this world is opened.</summary>
    internal NodeOptions NewOptions(FaultyDisk disk) => new()
    {
        DataDirectory = "simulated",
        Partitions = Partitions,
        NewDirectoryId = _directoryId,
        Disk = disk,
        BatchElementsMax = _batchElementsMax,
        TicketKeys = [SeatsModelOptions.TicketKey],
        CheckpointJournalBytes = _checkpointBytes,
        CommitPauseUs = _commitPauseUs,
        AdjustPartition = AdjustPartition,
        AdjustStorage = AdjustStorage,
    };

    /// <summary>Sizes of storage in this world.</summary>
    internal void AdjustStorage(StorageOptions sizes)
    {
        sizes.JournalPageBytes = _pageBytes;
        sizes.JournalSegmentBytes = (long)_pageBytes * _segmentPages;
        sizes.JournalMemoryBytes = 4L * _pageBytes;
        sizes.JournalAheadBytes = _pageBytes;
        sizes.RecordIndexMemoryBytes = _indexBytes;
        sizes.RecordStores = Stores;
        sizes.HistoryMemoryBytes = _historyBytes;
        sizes.HistoryBlockBytes = _blockBytes;
        sizes.HistorySegmentBytes = 256 << 10;
        sizes.BatchRowsMax = 512;
        sizes.SnapshotBufferBytes = 64 << 10;
        sizes.FullRetryMs = 20;
    }

    private PartitionOptions AdjustPartition(PartitionOptions knobs) => knobs with
    {
        RingBytes = _ringBytes,
        BatchBytesMax = 16 << 10,
        CommandBytesMax = 64 << 10,
        PendingReplyBytes = 128 << 10,
        CheckpointSliceBytes = _sliceBytes,
        TimersPerBatchMax = _timersPerBatchMax,
    };
}
