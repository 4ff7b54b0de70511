using FastCore.Engine.Ports;
using FastCore.Node;
using FastCore.Node.Connectors;
using FastCore.Node.Flows;
using FastCore.Simulation.Network;
using FastCore.Simulation.Steps;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>
/// What surrounds the processes of the node and outlives them: the time, the network with its clients, the banks. Ties
/// each process to them, and cuts it off when it is killed.
/// </summary>
internal sealed class Surroundings
{
    private const long DrainNsMax = 2_000_000_000;

    private readonly RunProfile _profile;
    private readonly SeededRandom _random;
    private readonly SteppedTime _time;
    private readonly SimulatedNetwork? _network;
    private readonly SimulatedBank[] _banks;
    private ConnectorFlowOptions _flow = new();
    private ProcessTime? _process;
    private BankLine[] _lines = [];
    private SimulatedFront? _front;

    public Surroundings(RunProfile profile, IClock clock, SeededRandom random)
    {
        _profile = profile;
        _random = random;
        _time = new SteppedTime(clock);
        _banks = profile.Banks?.NewBanks(_time) ?? [];
        _network = profile.Network?.NewNetwork(new SeededRandom(random.Next()), _time);
    }

    /// <summary>Banks, which know what was really charged.</summary>
    public IReadOnlyList<SimulatedBank> Banks => _banks;

    /// <summary>Hash over what went over the network.</summary>
    public ulong Trace => _network?.Trace ?? 0;

    /// <summary>Connections made so far.</summary>
    public long Connections => _network?.ConnectionsMade ?? 0;

    /// <summary>Connections cut so far.</summary>
    public long ConnectionsCut => _network?.Cuts ?? 0;

    /// <summary>The way of a client over the network; null when there is none.</summary>
    public NetworkWay? NewWay(int client) => _network is null ? null : new NetworkWay(
        new NetworkDoor(_network, _profile.Network!.NewDoor(client), new SeededRandom(_random.Next()), _time));

    /// <summary>Somebody else steps the world from now on.</summary>
    public void Attach(NodeStepper stepper) => _time.Attach(stepper);

    /// <summary>A process begins; it is about to open the node.</summary>
    public void BeginLife(NodeOptions options)
    {
        _process = new ProcessTime(_time);
        _lines = _profile.Banks?.NewLines(_banks, _random, _time) ?? [];
        _flow = _profile.Banks?.NewFlow() ?? new ConnectorFlowOptions { Workers = 1 };
        options.Time = _process;
        options.Connectors = _lines;
        options.Flow = _flow;
    }

    /// <summary>The node is open: clients can connect.</summary>
    public void Listen(SimulatedNode node)
    {
        if (_network is not null)
        {
            _front = node.OpenFront(_profile.Network!.NewServer(_profile.Clients), _process!);
            _network.Listen(_front);
        }
    }

    /// <summary>The server is asked to end: whoever is connected gets the answers that are under way.</summary>
    public void Drain(NodeStepper stepper)
    {
        if (_network is null)
        {
            return;
        }

        _network.StopListening();
        _network.Drain();
        long until = stepper.Clock.MonotonicNs + DrainNsMax;
        while (_front!.Connections > 0 && stepper.Clock.MonotonicNs < until && stepper.TryGoOn())
        {
        }
    }

    /// <summary>The process is dead: nothing comes from it any more, and nothing reaches it.</summary>
    public void Kill()
    {
        _network?.KillServer();
        foreach (BankLine line in _lines)
        {
            line.Cut();
        }

        // It has no time either to let anything end.
        _flow.DrainMs = 0;
    }

    /// <summary>What was left of the process is gone.</summary>
    public void EndLife()
    {
        Kill();
        _front?.Dispose();
        _front = null;
        _process?.Kill();
    }

    /// <summary>Throws what went wrong in the front or the network, neither of which may throw.</summary>
    public void ThrowDefect() => _network?.ThrowDefect();
}
