using FastCore.Node.Connectors;
using FastCore.Node.Flows;
using FastCore.Simulation.Network;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>What the banks behind the connectors are like in one run, and how the node calls them.</summary>
internal sealed class BankProfile
{
    private const int Banks = 3;

    private readonly SimulatedBankOptions _bank;
    private readonly BankLineOptions _line;
    private readonly int _workers;
    private readonly int _queueCapacity;
    private readonly FullQueue _whenFull;
    private readonly int _callTimeoutMs;
    private readonly int _drainMs;

    public BankProfile(SeededRandom random)
    {
        _bank = new SimulatedBankOptions
        {
            Seed = random.Next(),
            LatencyMinMs = 0,
            LatencyMaxMs = 1 << random.Between(2, 12),
            DeclinedPpm = 100_000,
            FailedPpm = Share(random),
            RequestLostPpm = Share(random),
            ReplyLostPpm = Share(random),
            ReplyLatePpm = Share(random),
            LateMs = 1 << random.Between(10, 18),
            DuplicatePpm = Share(random),
            SyncUnknownPpm = Share(random),
        };
        IsHonest = random.OneIn(2);
        _line = new BankLineOptions
        {
            BrokenPpm = Share(random),
            ContradictedPpm = IsHonest ? 0 : 200_000,
            UnaskedPpm = IsHonest ? 0 : 100_000,
        };
        _workers = 1 << random.Below(6);
        _queueCapacity = 1 << random.Below(12);
        _whenFull = random.Pick([FullQueue.Wait, FullQueue.Wait, FullQueue.Reject, FullQueue.DropOldest]);
        _callTimeoutMs = random.OneIn(2) ? 10_000 : random.Between(500, 3_000);
        _drainMs = 1 << random.Below(13);
    }

    /// <summary>Whether the lines tell only what the banks did.</summary>
    public bool IsHonest { get; }

    /// <summary>The banks of the run; they outlive every process.</summary>
    public SimulatedBank[] NewBanks(TimeProvider time) =>
        [.. Enumerable.Range(1, Banks).Select(number => new SimulatedBank((ushort)number, _bank, time))];

    /// <summary>The lines from one process to the banks.</summary>
    public BankLine[] NewLines(SimulatedBank[] banks, SeededRandom random, TimeProvider time) =>
        [.. banks.Select(bank => new BankLine(bank, _line, new SeededRandom(random.Next()), time))];

    /// <summary>How the node calls them.</summary>
    public ConnectorFlowOptions NewFlow() => new()
    {
        Workers = _workers,
        QueueCapacity = _queueCapacity,
        WhenFull = _whenFull,
        CallTimeoutMs = _callTimeoutMs,
        DrainMs = _drainMs,
    };

    private static int Share(SeededRandom random) => random.OneIn(3) ? 0 : 10_000 << random.Below(4);
}
