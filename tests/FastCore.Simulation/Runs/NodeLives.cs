using FastCore.Engine.Ports;
using FastCore.Node;
using FastCore.Simulation.Controls;
using FastCore.Simulation.Disks;
using FastCore.Simulation.Steps;
using FastCore.Storage;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>
/// The lives of the node in one run, one process after the other over the same disk: opened, shut down, killed, left
/// without power. After each opening the checks follow what is there.
/// </summary>
internal sealed class NodeLives
{
    private const int SettleStepsMax = 10_000_000;

    private readonly SeededRandom _random;
    private readonly RunProfile _profile;
    private readonly SimulatedClock _clock;
    private readonly FaultyDisk _disk;
    private readonly DiskFaults _faults;
    private readonly SimulatedWorld _world;
    private readonly Surroundings _surroundings;
    private readonly SimulatedClient[] _clients;
    private readonly SimulationReport _report;
    private readonly Control? _control;
    private readonly JournalEnds _ends;
    private long _shortWritesSeen;

    public NodeLives(
        SeededRandom random, RunProfile profile, SimulatedClock clock, FaultyDisk disk, SimulatedWorld world,
        Surroundings surroundings, SimulatedClient[] clients, SimulationReport report, Control? control)
    {
        _random = random;
        _profile = profile;
        _clock = clock;
        _disk = disk;
        _faults = disk.Faults!;
        _world = world;
        _surroundings = surroundings;
        _clients = clients;
        _report = report;
        _control = control;
        _ends = new JournalEnds(disk, profile.Partitions);
        Options = profile.NewOptions(disk);
        Options.WrapEffects = flow => new EffectWatch(flow, world.Checks);
        control?.Attach(Options);
    }

    /// <summary>How the node is opened.</summary>
    public NodeOptions Options { get; }

    /// <summary>The node; null while there is none.</summary>
    public SimulatedNode? Node => _world.Node;

    /// <summary>Whether the power may go while the node is being opened.</summary>
    public bool MayCutWhileOpening { get; set; } = true;

    /// <summary>The journal of a partition as it is on the disk.</summary>
    public IJournal JournalOf(int partition) => _control?.RealJournal(partition) ?? Node!.Journal(partition);

    public bool TryOpen()
    {
        NodeStepper stepper = NewStepper();
        if (_profile.CrashOneIn != 0 && _report.Lives > 0 && MayCutWhileOpening && _random.OneIn(8))
        {
            _disk.CutAtOperation = _disk.Operations + _random.Between(1, 60);
        }

        _report.Lives++;
        _control?.BeforeOpen(_disk);
        if (_faults.DidDamage)
        {
            _ends.BeforeOpen();
        }

        _surroundings.BeginLife(Options);
        try
        {
            _world.Begin(new SimulatedNode(Options, stepper));
        }
        catch (Exception e) when (_disk.IsCut || (e is IOException && TookShortWrites()))
        {
            GiveUpOpening();
            return false;
        }

        // Work beside the partitions may have met the cut, which an opening does not always see.
        if (_disk.IsCut)
        {
            GiveUpOpening();
            return false;
        }

        // What is there now stays there: follow it, then go on.
        _world.FollowAfterEnd(JournalOf);
        _surroundings.Listen(Node!);
        foreach (SimulatedClient client in _clients)
        {
            client.Connect(Node!, _profile.InFlightMax);
        }

        return true;
    }

    /// <summary>What was found after the opening is all that was acknowledged.</summary>
    public void IsWhole()
    {
        if (_faults.DidDamage)
        {
            _ends.AreWhole();
        }
    }

    /// <summary>
    /// Whether what was acknowledged may be gone from the end of a journal: the node reports what it cut, or the disk
    /// lost the very last of it, which leaves nothing to tell it by.
    /// </summary>
    public bool MayBeShort(int partition) => Node?.CutOf(partition) is not null || _ends.IsShort(partition);

    /// <summary>The process is killed, or the power goes.</summary>
    public void Crash(bool isKill)
    {
        _faults.Note(isKill ? DiskFault.Kill : DiskFault.PowerCut);
        Drain();
        _disk.Stop();
        _surroundings.Kill();
        End();
        if (isKill)
        {
            _disk.Return();
        }
        else
        {
            _disk.ReturnAfterPowerCut(_random);
        }

        _disk.Quota = long.MaxValue;
        TookShortWrites();
        _clock.Advance(_random.Below(2_000_000_000));
    }

    /// <summary>As an operator does it: nothing may be left open by it.</summary>
    public void Restart()
    {
        _disk.Quota = long.MaxValue;
        _surroundings.Drain(Node!.Stepper);
        End();
    }

    /// <summary>A partition stopped by itself, which only a disk that fails may make it do.</summary>
    public void OnStopped(Exception cause)
    {
        bool wasTold = TookShortWrites();
        if (cause is not (IOException or CorruptStorageException) || !(_faults.DidDamage || wasTold))
        {
            throw new SimulationException($"A partition stopped: {cause.Message}", cause);
        }

        if (!TellsOfDamage(cause))
        {
            throw new SimulationException($"A partition stopped and does not say where: {cause.Message}", cause);
        }

        if (_faults.DidDamage && !(wasTold && cause is IOException))
        {
            _report.NoteDetection(cause.Message);
        }

        // Whether it opens again, and what it answers then, must be right too.
        Crash(isKill: true);
    }

    /// <summary>Whether an error names the place at which bytes are not what they were.</summary>
    public bool TellsOfDamage(Exception error) => error switch
    {
        CorruptStorageException corrupt => corrupt.File.Length > 0 && corrupt.Address >= 0,
        DataDirectoryException directory => directory.File.Length > 0,
        IOException failed => _disk.Paths.Any(path => failed.Message.StartsWith(path, StringComparison.Ordinal)),
        _ => false,
    };

    /// <summary>The process ends, by a shutdown, or, when its disk is gone, by the giving back of memory.</summary>
    public void End()
    {
        EndProcess();
        SettleCalls();
        Drain();
        _world.End();
        foreach (SimulatedClient client in _clients)
        {
            client.Disconnect();
        }
    }

    /// <summary>Nobody looks any more: memory is given back, and nothing new can go wrong.</summary>
    public void Leave()
    {
        _disk.Stop();
        _surroundings.Kill();
        EndProcess();
    }

    private void GiveUpOpening()
    {
        Crash(isKill: !_disk.IsCut);
        if (_faults.DidDamage)
        {
            _ends.AfterFailedOpen();
        }
    }

    private void EndProcess()
    {
        if (Node is { } node)
        {
            _report.Checkpoints += node.Statistics.Checkpoints;
            node.End();
            _report.Steps += node.Stepper.Steps;
            _report.Trace = (_report.Trace * 31) ^ node.Stepper.Trace;
        }

        _surroundings.EndLife();
    }

    // What went over the network is over before the next process begins: answered, or told to be unknown.
    private void SettleCalls()
    {
        if (_profile.Network is null)
        {
            return;
        }

        NodeStepper stepper = NewStepper();
        for (int steps = 0; _clients.Any(client => client.InFlight > 0) && stepper.TryGoOn(); steps++)
        {
            Drain();
            if (steps > SettleStepsMax)
            {
                throw new SimulationException("A client never learned that its server is gone.");
            }
        }
    }

    private void Drain()
    {
        foreach (SimulatedClient client in _clients)
        {
            client.Drain();
        }
    }

    private NodeStepper NewStepper()
    {
        NodeStepper stepper = _profile.NewStepper(_clock, new SeededRandom(_random.Next()));
        _surroundings.Attach(stepper);
        return stepper;
    }

    private bool TookShortWrites()
    {
        long seen = _faults.CountOf(DiskFault.ShortWrite);
        bool did = seen != _shortWritesSeen;
        _shortWritesSeen = seen;
        return did;
    }
}
