using FastCore.Simulation.Disks;
using FastCore.Simulation.Steps;

namespace FastCore.Simulation.Runs;

/// <summary>What one run did.</summary>
public sealed class SimulationReport
{
    private readonly long[] _faults = new long[Enum.GetValues<DiskFault>().Length];

    /// <summary>The seed that repeats it.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What the node did wrong; null when nothing.</summary>
    public string? Failure { get; set; }

    /// <summary>Where it went wrong, for whoever looks after it.</summary>
    public string? FailureDetails { get; set; }

    /// <summary>
    /// Whether the node found damaged bytes and refused to go on, which is right; nothing is compared after that.
    /// </summary>
    public bool DidRefuse { get; set; }

    /// <summary>
    /// Whether damage took the end of a journal and what was acknowledged with it, which is not the node's fault;
    /// nothing is compared after that.
    /// </summary>
    public bool DidLoseEnd { get; set; }

    /// <summary>Whether bytes that were called stable were changed.</summary>
    public bool DidDamage { get; set; }

    /// <summary>Times that the node found damage: it stopped, or did not open.</summary>
    public long Detections { get; private set; }

    /// <summary>What it said the first time; null while it found nothing.</summary>
    public string? FirstDetection { get; private set; }

    /// <summary>Requests that the node took in.</summary>
    public long Requests { get; set; }

    /// <summary>
    /// Elements (transfers, payments, filters…) of the requests that were answered: the commands of the benchmarks.
    /// </summary>
    public long Elements { get; set; }

    /// <summary>Commands in journals that were compared with the models.</summary>
    public long Commands { get; set; }

    /// <summary>Reads that were compared with the models.</summary>
    public long Reads { get; set; }

    /// <summary>Writes that were acknowledged.</summary>
    public long Acknowledged { get; set; }

    /// <summary>Requests refused, at once or later.</summary>
    public long Refused { get; set; }

    /// <summary>Writes whose outcome their client never learned.</summary>
    public long Unknown { get; set; }

    /// <summary>Calls to connectors that were compared with the models.</summary>
    public long ConnectorCalls { get; set; }

    /// <summary>Payments whose charges at the banks were compared with their states.</summary>
    public long Charges { get; set; }

    /// <summary>Bookings whose payments were compared once nothing was awaited.</summary>
    public long Bookings { get; set; }

    /// <summary>Connections that clients made over the simulated network; 0 in a run without one.</summary>
    public long Connections { get; set; }

    /// <summary>Connections that were cut, by the network or with their server.</summary>
    public long ConnectionsCut { get; set; }

    /// <summary>Times the node was opened.</summary>
    public long Lives { get; set; }

    /// <summary>State hashes compared with those of a replay from the first entry.</summary>
    public long Hashes { get; set; }

    /// <summary>Checkpoints published.</summary>
    public long Checkpoints { get; set; }

    /// <summary>Simulated time.</summary>
    public TimeSpan SimulatedTime { get; set; }

    /// <summary>Steps of the node.</summary>
    public long Steps { get; set; }

    /// <summary>Hash over every choice and the last states: equal when the run is repeated.</summary>
    public ulong Trace { get; set; }

    /// <summary>How often each fault happened.</summary>
    public long FaultsOf(DiskFault fault) => _faults[(int)fault];

    /// <summary>The node found damage.</summary>
    internal void NoteDetection(string message)
    {
        Detections++;
        FirstDetection ??= message;
    }

    /// <summary>Takes over what the parts of a run counted.</summary>
    internal void Take(SimulatedWorld world, SimulatedClock clock, DiskFaults faults, Surroundings surroundings)
    {
        Connections = surroundings.Connections;
        ConnectionsCut = surroundings.ConnectionsCut;
        ConnectorCalls = world.Checks.Sum(check => check.Effects.Compared);
        Unknown = world.Unknown;
        DidDamage = faults.DidDamage;
        Requests = world.Admitted;
        Elements = world.Elements;
        Refused = world.RefusedAtOnce + world.RefusedLater;
        Acknowledged = world.Acknowledged;
        Commands = world.Checks.Sum(check => check.Commands);
        Reads = world.Checks.Sum(check => check.Reads);
        SimulatedTime = TimeSpan.FromTicks(clock.MonotonicNs / 100);
        foreach (DiskFault fault in Enum.GetValues<DiskFault>())
        {
            _faults[(int)fault] = faults.CountOf(fault);
        }
    }
}
