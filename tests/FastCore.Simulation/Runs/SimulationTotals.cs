using FastCore.Simulation.Disks;

namespace FastCore.Simulation.Runs;

/// <summary>Sums the reports of runs.</summary>
public sealed class SimulationTotals
{
    private readonly List<SimulationReport> _failed = [];
    private readonly long[] _faults = new long[Enum.GetValues<DiskFault>().Length];

    /// <summary>Runs.</summary>
    public long Runs { get; private set; }

    /// <summary>Runs that ended because the node refused damaged bytes.</summary>
    public long Refusals { get; private set; }

    /// <summary>Runs that ended because damage had taken the end of a journal.</summary>
    public long LostEnds { get; private set; }

    /// <summary>Runs in which bytes that were called stable were changed.</summary>
    public long DamagedRuns { get; private set; }

    /// <summary>Of these, runs that went on to their end, with every check, and came to the right state.</summary>
    public long DamageSurvived { get; private set; }

    /// <summary>Times that a node found damage.</summary>
    public long Detections { get; private set; }

    /// <summary>Requests taken in.</summary>
    public long Requests { get; private set; }

    /// <summary>Elements of the requests that were answered.</summary>
    public long Elements { get; private set; }

    /// <summary>Commands compared with the models.</summary>
    public long Commands { get; private set; }

    /// <summary>Reads compared with the models.</summary>
    public long Reads { get; private set; }

    /// <summary>Writes acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Requests refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Writes whose outcome their clients never learned.</summary>
    public long Unknown { get; private set; }

    /// <summary>Runs whose clients came over the network.</summary>
    public long NetworkRuns { get; private set; }

    /// <summary>Connections made.</summary>
    public long Connections { get; private set; }

    /// <summary>Connections cut.</summary>
    public long ConnectionsCut { get; private set; }

    /// <summary>Calls to connectors compared with the models.</summary>
    public long ConnectorCalls { get; private set; }

    /// <summary>Payments whose charges at the banks were compared with their states.</summary>
    public long Charges { get; private set; }

    /// <summary>Bookings whose payments were compared once nothing was awaited.</summary>
    public long Bookings { get; private set; }

    /// <summary>Times a node was opened.</summary>
    public long Lives { get; private set; }

    /// <summary>Checkpoints published.</summary>
    public long Checkpoints { get; private set; }

    /// <summary>State hashes compared with those of a replay.</summary>
    public long Hashes { get; private set; }

    /// <summary>Steps.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// Hash over every choice and every last state: equal when the same seeds run on any build of the same sources.
    /// </summary>
    public ulong Trace { get; private set; }

    /// <summary>Simulated time.</summary>
    public TimeSpan SimulatedTime { get; private set; }

    /// <summary>The runs in which the node was wrong.</summary>
    public IReadOnlyList<SimulationReport> Failed => _failed;

    /// <summary>How often each fault happened.</summary>
    public long FaultsOf(DiskFault fault) => _faults[(int)fault];

    /// <summary>Adds a run.</summary>
    public void Add(SimulationReport report)
    {
        Runs++;
        Refusals += report.DidRefuse ? 1 : 0;
        LostEnds += report.DidLoseEnd ? 1 : 0;
        DamagedRuns += report.DidDamage ? 1 : 0;
        DamageSurvived += report is { DidDamage: true, DidRefuse: false, DidLoseEnd: false, Failure: null }
            ? 1
            : 0;
        Detections += report.Detections;
        Requests += report.Requests;
        Elements += report.Elements;
        Commands += report.Commands;
        Reads += report.Reads;
        Acknowledged += report.Acknowledged;
        Refused += report.Refused;
        Unknown += report.Unknown;
        NetworkRuns += report.Connections > 0 ? 1 : 0;
        Connections += report.Connections;
        ConnectionsCut += report.ConnectionsCut;
        ConnectorCalls += report.ConnectorCalls;
        Charges += report.Charges;
        Bookings += report.Bookings;
        Lives += report.Lives;
        Checkpoints += report.Checkpoints;
        Hashes += report.Hashes;
        Steps += report.Steps;
        Trace = (Trace * 31) ^ report.Trace;
        SimulatedTime += report.SimulatedTime;
        foreach (DiskFault fault in Enum.GetValues<DiskFault>())
        {
            _faults[(int)fault] += report.FaultsOf(fault);
        }

        if (report.Failure is not null)
        {
            _failed.Add(report);
        }
    }
}
