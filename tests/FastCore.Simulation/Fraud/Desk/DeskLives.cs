using FastCore.Node;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Simulation.Disks;
using FastCore.Simulation.Network;
using FastCore.Simulation.Runs;
using FastCore.Simulation.Steps;
using FastCore.Testing;

namespace FastCore.Simulation.Fraud.Desk;

/// <summary>The lives of a node that is asked one thing after the other, over a disk whose power goes.</summary>
internal sealed class DeskLives : IDesk
{
    private const int StepsMax = 1_000_000;
    private const int ReplyRingBytes = 1 << 20;

    private readonly SeededRandom _random;
    private readonly RunProfile _profile;
    private readonly SimulatedClock _clock = new();
    private readonly FaultyDisk _disk = new();
    private SimulatedNode? _node;
    private FrontSession? _session;

    public DeskLives(SeededRandom random)
    {
        _random = random;
        _profile = new RunProfile(random, 0, allowDamage: false);
        Open();
    }

    /// <summary>Partitions of the node.</summary>
    public int Partitions => _profile.Partitions;

    /// <summary>Lives so far.</summary>
    public int Count { get; private set; }

    /// <summary>Hash over the choices of all lives that ended.</summary>
    public ulong Trace { get; private set; }

    /// <summary>The power goes some operations of the disk from now, in the middle of whatever is done.</summary>
    public void CutSoon() => _disk.CutAtOperation = _disk.Operations + _random.Between(1, 1 << _random.Between(1, 6));

    /// <summary>The process ends.</summary>
    public void End()
    {
        _session!.Dispose();
        _node!.End();
        Trace = (Trace * 31) ^ _node.Stepper.Trace;
    }

    /// <summary>The process ends, one way or the other, and another is started.</summary>
    public void Restart()
    {
        bool isKill = !_disk.IsCut && _random.OneIn(2);
        bool isShutdown = !_disk.IsCut && _random.OneIn(3);
        _disk.CutAtOperation = 0;
        if (!isShutdown)
        {
            _disk.Stop();
        }

        End();
        if (!isShutdown && isKill)
        {
            _disk.Return();
        }
        else if (!isShutdown)
        {
            _disk.ReturnAfterPowerCut(_random);
        }

        Open();
    }

    /// <inheritdoc/>
    public DeskReply? Call(Operation operation, ReadOnlySpan<byte> body)
    {
        FrameHeader header = new() { Operation = operation };
        FrameStatus status = _session!.TrySubmit(in header, body, out _);
        if (status != FrameStatus.Ok)
        {
            return _disk.IsCut ? null : new DeskReply(status, []);
        }

        Taker taker = default;
        for (int steps = 0; _session.Drain(ref taker) == 0; steps++)
        {
            if (_disk.IsCut && (steps > StepsMax || _node!.StopCause is not null))
            {
                return null;
            }

            if (!_node!.Stepper.TryGoOn() || steps > StepsMax)
            {
                throw new SimulationException($"{operation} is never answered.");
            }
        }

        return _disk.IsCut && taker.Reply!.Status != FrameStatus.Ok ? null : taker.Reply;
    }

    private void Open()
    {
        Count++;
        NodeStepper stepper = _profile.NewStepper(_clock, new SeededRandom(_random.Next()));
        SteppedTime time = new(_clock);
        time.Attach(stepper);
        NodeOptions options = _profile.NewOptions(_disk);
        options.Time = time;
        options.Fraud = SimulatedPolicies.Options();
        options.Fraud.ReviewsMax = 1 << 12;
        _node = new SimulatedNode(options, stepper);
        _session = _node.OpenSession(1, inFlightMax: 4, ReplyRingBytes);
    }

    private struct Taker : IReplySink
    {
        public DeskReply? Reply { get; private set; }

        public void OnReply(
            ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body) =>
            Reply = new DeskReply(status, body.ToArray());
    }
}
