using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Node;
using FastCore.Simulation.Checks;
using FastCore.Simulation.Controls;
using FastCore.Simulation.Disks;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Fraud;
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
    private const long EndNsMax = 48L * 3_600 * 1_000_000_000;
    private const int FollowEvery = 512;

    private readonly SeededRandom _random;
    private readonly RunProfile _profile;
    private readonly SimulatedClock _clock = new();
    private readonly FaultyDisk _disk = new();
    private readonly DiskFaults _faults;
    private readonly Surroundings _surroundings;
    private readonly SimulatedWorld _world;
    private readonly SimulatedClient[] _clients;
    private readonly NodeLives _lives;
    private readonly HashMarks[] _marks;
    private readonly SimulationReport _report;
    private readonly PolicyChanges? _policies;
    private long _lastProgressNs;
    private long _lastAnswered;
    private int _actions;
    private bool _isOpening;

    public SimulationRun(SimulationOptions options, SimulationReport report)
    {
        _report = report;
        _random = new SeededRandom(report.Seed);
        bool isDamaged = options.DamageOneIn != 0 && _random.OneIn(options.DamageOneIn);
        _profile = new RunProfile(_random, options.CommandsPerRun, isDamaged);
        SeededRandom forControl = new(_random.Next());
        Control? control = options.Control?.Invoke(forControl);
        _faults = _profile.NewFaults(new SeededRandom(_random.Next()));
        _disk.Faults = _faults;
        _surroundings = new Surroundings(_profile, _clock, new SeededRandom(_random.Next()));
        bool isScoring = options.Workloads.Any(make => make() is FraudWorkload);
        CountedCards? cards = isScoring && _profile.Partitions > 1 ? new CountedCards(_profile.Partitions) : null;
        _world = new SimulatedWorld([.. Enumerable.Range(0, _profile.Partitions).Select(number =>
        {
            ModelTime time = new();
            IReadOnlyList<IModel> models = options.NewModels(time);
            if (cards is not null && models.OfType<FraudModel>().FirstOrDefault() is { } fraud)
            {
                fraud.Join(cards);
            }

            PartitionCheck check = new(number, time, models, _profile.Network is null);
            check.Journal.OnRead = entry => cards?.Take(number, entry);
            return check;
        })]);
        _marks = [.. Enumerable.Range(0, _profile.Partitions).Select(number => new HashMarks(number))];
        _clients = [.. Enumerable.Range(1, _profile.Clients).Select(number => new SimulatedClient(
            number, [.. options.Workloads.Select(make => make())], new SeededRandom(_random.Next()), _world,
            _surroundings.NewWay(number)))];
        _lives = new NodeLives(
            _random, _profile, _clock, _disk, _world, _surroundings, _clients, report, control);
        if (isScoring)
        {
            _lives.Options.Fraud = SimulatedPolicies.Options();
            _policies = new PolicyChanges(new SeededRandom(report.Seed));
        }
    }

    private SimulatedNode? Node => _world.Node;

    public void Run()
    {
        try
        {
            while (_world.Admitted + _world.RefusedAtOnce < _profile.Commands)
            {
                if (Node is null)
                {
                    Open();
                    continue;
                }

                Act();
            }

            Finish();
        }
        catch (Exception refusal) when (_faults.DidDamage && _lives.TellsOfDamage(refusal))
        {
            _report.DidRefuse = true;
            _report.NoteDetection(Node?.Reports.FirstOrDefault() ?? refusal.Message);
        }
        catch (AcknowledgedLossException loss) when (
            _faults.DidDamage && _isOpening && _lives.MayBeShort(loss.Partition))
        {
            _report.DidLoseEnd = true;
            if (Node?.CutOf(loss.Partition) is { } cut)
            {
                _report.NoteDetection(cut.ToString());
            }
        }
        finally
        {
            _lives.Leave();
            foreach (PartitionCheck check in _world.Checks)
            {
                check.Dispose();
            }

            _report.Trace ^= _surroundings.Trace;
            _report.Take(_world, _clock, _faults, _surroundings);
        }
    }

    private void Open()
    {
        _isOpening = true;
        if (!_lives.TryOpen())
        {
            return;
        }

        _lastProgressNs = _clock.MonotonicNs;
        for (int i = 0; i < _profile.Partitions; i++)
        {
            _marks[i].CheckKept(_lives.JournalOf(i).TailSequence);
        }

        _lives.IsWhole();
        _isOpening = false;
        _policies?.AtOpening(Node!);
    }

    private void Act()
    {
        if (_disk.IsCut)
        {
            _lives.Crash(isKill: false);
            return;
        }

        if (Node!.StopCause is { } cause)
        {
            _lives.OnStopped(cause);
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
                client.Drain();
            }
        }
    }

    private void Step()
    {
        if (!Node!.Stepper.RunReady())
        {
            _ = Node.Stepper.TryGoOn();
            CheckProgress(_clients.All(client => client.InFlight == 0));
        }
    }

    // With a disk that takes writes, every request is answered some time.
    private void CheckProgress(bool isQuiet)
    {
        foreach (SimulatedClient client in _clients)
        {
            client.Drain();
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
                _lives.Crash(isKill: true);
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
        else if (_profile.Flips && Happens(_profile.DamageOneIn))
        {
            _disk.FlipAnyBit(_random);
            _faults.Note(DiskFault.BitFlip);
        }
        else if (_random.OneIn(40))
        {
            _ = Node!.TryPost(_random.Below(_profile.Partitions), PartitionControl.Checkpoint());
        }
        else if (_random.OneIn(100) && _disk.Quota == long.MaxValue)
        {
            _random.Pick(_marks).Ask(Node!);
        }
        else if (_random.OneIn(20))
        {
            // Nobody asks for anything for a while.
            Node!.Stepper.RunUntil(_clock.MonotonicNs + (1L << _random.Between(16, _profile.ThinkBits)));
        }
        else if (_policies is not null && _random.OneIn(200))
        {
            _ = _policies.TryActivate(Node!);
        }
        else if (_random.OneIn(500))
        {
            _lives.Restart();
        }
    }

    // Rates are per action, and one action of sixteen comes here.
    private bool Happens(int oneIn) => oneIn != 0 && _random.OneIn(Math.Max(1, oneIn / 16));

    private void Follow()
    {
        _surroundings.ThrowDefect();
        _world.Follow(_lives.JournalOf);
    }

    // The end of a run: everything is answered, the node shut down and opened once more, and its journal replayed.
    private void Finish()
    {
        _lives.MayCutWhileOpening = false;
        _faults.AreOn = false;
        _disk.Quota = long.MaxValue;
        _disk.CutAtOperation = 0;
        OpenForSure();
        RunUntil(() => _clients.All(client => client.InFlight == 0), "requests are never answered");
        foreach (SimulatedClient client in _clients)
        {
            client.Leave();
        }

        SettleBanks();
        SettleBookings();
        if (_disk.IsCut || Node!.StopCause is not { } cause)
        {
            _lives.Crash(isKill: !_disk.IsCut && _random.OneIn(2));
        }
        else
        {
            _lives.OnStopped(cause);
        }

        OpenForSure();
        for (int i = 0; i < _profile.Partitions; i++)
        {
            _marks[i].Ask(Node!);
            using (ISnapshot? snapshot = Node!.Storage(i).TryOpenSnapshot())
            {
                if (snapshot is not null)
                {
                    _marks[i].Add(snapshot.Sequence, snapshot.StateHash, "a checkpoint");
                }
            }

            Node.Stepper.RunUntil(_clock.MonotonicNs + 1_000_000_000);
            _report.Hashes += _marks[i].Replay(_lives.JournalOf(i), _lives.Options);
            _report.Trace = (_report.Trace * 31) ^ _marks[i].Last;
        }
    }

    // Every late answer comes, every question is asked, and what must be given back is.
    private void SettleBanks()
    {
        bool isSettled = RunUntil(
            () => _world.Checks.All(check => check.Effects.IsSettled), "calls to banks are never answered");
        foreach (PartitionCheck check in isSettled ? _world.Checks : [])
        {
            check.Effects.CompareAtRest();
            if (_profile is { Banks.IsHonest: true, AllowsDamage: false })
            {
                _report.Charges += ChargeCheck.Compare(check.Effects.Charges, _surroundings.Banks);
            }
        }
    }

    // Every payment and refund comes to its end, and the show hears of it.
    private void SettleBookings()
    {
        if (RunUntil(() => BookingCheck.IsSettled(_world.Checks), "bookings await their payments for ever"))
        {
            _report.Bookings += BookingCheck.Compare(_world.Checks);
        }
    }

    // False when the node ended before it was so.
    private bool RunUntil(Func<bool> isSo, string otherwise)
    {
        long stepNs = 1_000_000;
        for (long until = _clock.MonotonicNs + EndNsMax; !isSo(); stepNs = Math.Min(stepNs * 2, 60_000_000_000))
        {
            if (_disk.IsCut || Node!.StopCause is not null)
            {
                return false;
            }

            Node.Stepper.RunUntil(_clock.MonotonicNs + stepNs);
            foreach (SimulatedClient client in _clients)
            {
                client.Drain();
            }

            Follow();
            if (_clock.MonotonicNs > until)
            {
                throw new SimulationException($"At the end of the run {otherwise}.");
            }
        }

        return true;
    }

    private void OpenForSure()
    {
        while (Node is null)
        {
            Open();
        }
    }
}
