using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Node;
using FastCore.Simulation.Checks;
using FastCore.Simulation.Controls;
using FastCore.Simulation.Disks;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Steps;
using FastCore.Storage;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>
/// One run: a node, its disk, its time and its clients on one thread, every choice drawn from one seed. What the node
/// does wrong is thrown.
/// </summary>
internal sealed class SimulationRun
{
    private const long UnansweredNsMax = 600_000_000_000;
    private const int FollowEvery = 512;

    private readonly SeededRandom _random;
    private readonly RunProfile _profile;
    private readonly SimulatedClock _clock = new();
    private readonly FaultyDisk _disk = new();
    private readonly DiskFaults _faults;
    private readonly SimulatedWorld _world;
    private readonly SimulatedClient[] _clients;
    private readonly HashMarks[] _marks;
    private readonly SimulationReport _report;
    private readonly Control? _control;
    private readonly NodeOptions _options;
    private SimulatedNode? _node;
    private long _lastProgressNs;
    private long _lastAnswered;
    private long _shortWritesSeen;
    private int _actions;
    private bool _isEnding;

    public SimulationRun(SimulationOptions options, SimulationReport report)
    {
        _report = report;
        _random = new SeededRandom(report.Seed);
        _profile = new RunProfile(_random, options.CommandsPerRun, options.AllowDamage && _random.OneIn(4));
        SeededRandom forControl = new(_random.Next());
        _control = options.Control?.Invoke(forControl);
        _faults = _profile.NewFaults(new SeededRandom(_random.Next()));
        _disk.Faults = _faults;
        _options = NewOptions();
        _world = new SimulatedWorld([.. Enumerable.Range(0, _profile.Partitions).Select(number =>
        {
            ModelTime time = new();
            return new PartitionCheck(number, time, options.NewModels(time));
        })]);
        _marks = [.. Enumerable.Range(0, _profile.Partitions).Select(number => new HashMarks(number))];
        _clients = [.. Enumerable.Range(1, _profile.Clients).Select(number => new SimulatedClient(
            number, [.. options.Workloads.Select(make => make())], new SeededRandom(_random.Next()), _world))];
    }

    public void Run()
    {
        try
        {
            while (_world.Admitted + _world.RefusedAtOnce < _profile.Commands)
            {
                if (_node is null && !TryOpen())
                {
                    continue;
                }

                Act();
            }

            Finish();
        }
        catch (Exception refusal) when (IsRefusalOfDamage(refusal))
        {
            _report.DidRefuse = true;
        }
        finally
        {
            _disk.Stop();
            EndNode();
            _report.Take(_world, _clock, _faults);
        }
    }

    private NodeOptions NewOptions()
    {
        NodeOptions options = _profile.NewOptions(_disk);
        _control?.Attach(options);
        return options;
    }

    // A damaged disk may make the node refuse, with a word for it; it may also cost what was acknowledged, when the
    // node reports that it cut the end of a journal or found a checkpoint broken.
    private bool IsRefusalOfDamage(Exception refusal) => _faults.DidDamage && refusal switch
    {
        CorruptStorageException or IOException or DataDirectoryException => true,
        AcknowledgedLossException => _node?.Reports.Any() == true,
        _ => false,
    };

    private bool TryOpen()
    {
        NodeStepper stepper = _profile.NewStepper(_clock, new SeededRandom(_random.Next()));
        if (_profile.CrashOneIn != 0 && _report.Lives > 0 && !_isEnding && _random.OneIn(8))
        {
            // Also while the node is being opened.
            _disk.CutAtOperation = _disk.Operations + _random.Between(1, 60);
        }

        _report.Lives++;
        _control?.BeforeOpen(_disk);
        try
        {
            _node = new SimulatedNode(_options, stepper);
        }
        catch (Exception e) when (_disk.IsCut || (e is IOException && TookShortWrites()))
        {
            Crash(isKill: !_disk.IsCut);
            return false;
        }

        // What is there now stays there: follow it, then go on.
        for (int i = 0; i < _profile.Partitions; i++)
        {
            _world.Checks[i].FollowAfterEnd(_control?.RealJournal(i) ?? _node.Journal(i));
        }

        foreach (SimulatedClient client in _clients)
        {
            client.Connect(_node, _profile.InFlightMax);
        }

        _lastProgressNs = _clock.MonotonicNs;
        return true;
    }

    private bool TookShortWrites()
    {
        long seen = _faults.CountOf(DiskFault.ShortWrite);
        bool did = seen != _shortWritesSeen;
        _shortWritesSeen = seen;
        return did;
    }

    private void Act()
    {
        if (_disk.IsCut)
        {
            Crash(isKill: false);
            return;
        }

        if (_node!.StopCause is { } cause)
        {
            OnStopped(cause);
            return;
        }

        if (++_actions % FollowEvery == 0)
        {
            Follow();
        }

        switch (_random.Below(16))
        {
            case < 11:
                Step();
                break;
            case < 15:
                _ = _random.Pick(_clients).TrySubmit(_clock.NowNs);
                break;
            default:
                Disturb();
                break;
        }

        // Soon after they are there, so that few states come into question for an answer.
        foreach (SimulatedClient client in _clients)
        {
            if (client.HasAnswers && !_random.OneIn(4))
            {
                _ = client.Drain();
            }
        }
    }

    private void Step()
    {
        if (!_node!.Stepper.RunReady())
        {
            _ = _node.Stepper.TryGoOn();
            CheckProgress(_clients.All(client => client.InFlight == 0));
        }
    }

    // With a disk that takes writes, every request is answered some time.
    private void CheckProgress(bool isQuiet)
    {
        foreach (SimulatedClient client in _clients)
        {
            _ = client.Drain();
        }

        long answered = _world.Answers;
        if (isQuiet || answered != _lastAnswered || _disk.Quota != long.MaxValue)
        {
            _lastAnswered = answered;
            _lastProgressNs = _clock.MonotonicNs;
        }
        else if (_clock.MonotonicNs - _lastProgressNs > UnansweredNsMax)
        {
            throw new SimulationException("Requests are in flight, and for ten minutes none was answered.");
        }
    }

    private void Disturb()
    {
        if (Happens(_profile.CrashOneIn))
        {
            if (_random.Below(4) < _profile.KillShare)
            {
                Crash(isKill: true);
            }
            else
            {
                _disk.CutAtOperation = _disk.Operations + _random.Between(1, 1 << _random.Below(8));
            }
        }
        else if (Happens(_profile.JumpOneIn))
        {
            long jump = (long)(_random.Next() >> _random.Between(20, 40));
            _clock.Jump(_random.OneIn(2) ? jump : -jump);
        }
        else if (Happens(_profile.FullOneIn))
        {
            bool isFull = _disk.Quota != long.MaxValue;
            _disk.Quota = isFull ? long.MaxValue : _disk.Used + _random.Below(256 << 10);
            _faults.Note(DiskFault.FullDisk);
        }
        else if (_disk.Quota != long.MaxValue && _random.OneIn(20))
        {
            _disk.Quota = long.MaxValue;
        }
        else if (_profile.AllowsDamage && _profile.Damage == DiskFault.BitFlip && Happens(_profile.DamageOneIn))
        {
            _disk.FlipAnyBit(_random);
            _faults.Note(DiskFault.BitFlip);
        }
        else if (_random.OneIn(40))
        {
            _ = _node!.TryPost(_random.Below(_profile.Partitions), PartitionControl.Checkpoint());
        }
        else if (_random.OneIn(100) && _disk.Quota == long.MaxValue)
        {
            _random.Pick(_marks).Ask(_node!);
        }
        else if (_random.OneIn(20))
        {
            // Nobody asks for anything for a while.
            _node!.Stepper.RunUntil(_clock.MonotonicNs + (1L << _random.Between(16, _profile.ThinkBits)));
        }
        else if (_random.OneIn(500))
        {
            Restart();
        }
    }

    // Rates are per action, and one action of sixteen comes here.
    private bool Happens(int oneIn) => oneIn != 0 && _random.OneIn(Math.Max(1, oneIn / 16));

    private void Follow()
    {
        for (int i = 0; i < _profile.Partitions; i++)
        {
            _world.Checks[i].Follow(_control?.RealJournal(i) ?? _node!.Journal(i));
        }
    }

    private void Crash(bool isKill)
    {
        _faults.Note(isKill ? DiskFault.Kill : DiskFault.PowerCut);
        if (_node is not null)
        {
            foreach (SimulatedClient client in _clients)
            {
                _ = client.Drain();
            }
        }

        _disk.Stop();
        EndNode();
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

    private void OnStopped(Exception cause)
    {
        bool isRight = cause is IOException or CorruptStorageException && (_faults.DidDamage || TookShortWrites());
        if (!isRight)
        {
            throw new SimulationException($"A partition stopped: {cause.Message}", cause);
        }

        if (_faults.DidDamage)
        {
            throw cause;
        }

        Crash(isKill: true);
    }

    // As an operator does it: nothing may be left open by it.
    private void Restart()
    {
        _disk.Quota = long.MaxValue;
        EndNode();
    }

    private void EndNode()
    {
        if (_node is null)
        {
            return;
        }

        _report.Checkpoints += _node.Statistics.Checkpoints;
        _node.End();
        _report.Steps += _node.Stepper.Steps;
        _report.Trace = (_report.Trace * 31) ^ _node.Stepper.Trace;
        foreach (SimulatedClient client in _clients)
        {
            _ = client.Drain();
            client.Disconnect();
        }

        _node = null;
    }

    // The end of a run: everything is answered, the node shut down and opened once more, and its journal replayed.
    private void Finish()
    {
        _isEnding = true;
        _faults.AreOn = false;
        _disk.Quota = long.MaxValue;
        _disk.CutAtOperation = 0;
        while (_node is null)
        {
            _ = TryOpen();
        }

        for (int i = 0; _clients.Any(client => client.InFlight > 0) && !_disk.IsCut && _node.StopCause is null; i++)
        {
            _node.Stepper.RunUntil(_clock.MonotonicNs + 1_000_000);
            foreach (SimulatedClient client in _clients)
            {
                _ = client.Drain();
            }

            if (i > 600_000)
            {
                throw new SimulationException("At the end of the run requests are never answered.");
            }
        }

        if (_disk.IsCut || _node.StopCause is not { } cause)
        {
            Crash(isKill: !_disk.IsCut && _random.OneIn(2));
        }
        else
        {
            OnStopped(cause);
        }

        while (_node is null)
        {
            _ = TryOpen();
        }

        for (int i = 0; i < _profile.Partitions; i++)
        {
            _marks[i].Ask(_node);
            using (ISnapshot? snapshot = _node.Storage(i).TryOpenSnapshot())
            {
                if (snapshot is not null)
                {
                    _marks[i].Add(snapshot.Sequence, snapshot.StateHash, "a checkpoint");
                }
            }

            _node.Stepper.RunUntil(_clock.MonotonicNs + 1_000_000_000);
            _report.Hashes += _marks[i].Replay(_control?.RealJournal(i) ?? _node.Journal(i), _options);
        }
    }
}
