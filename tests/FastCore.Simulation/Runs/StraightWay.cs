using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Simulation.Checks;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>A session of the node itself, as an embedding process has it; it ends with the node.</summary>
internal sealed class StraightWay : IClientWay
{
    private const int TimeoutOneIn = 50;

    private readonly FrontSession _session;

    public StraightWay(SimulatedNode node, int client, int inFlightMax)
    {
        _session = node.OpenSession(client, inFlightMax);
        _session.OnRepliesReady = () => HasAnswers = true;
    }

    public bool HasAnswers { get; private set; }

    public FrameStatus TrySubmit(Call call, SeededRandom random)
    {
        FrameHeader header = new()
        {
            Operation = call.Request.Operation,
            Correlation = call.Number,
            Flags = (byte)(random.OneIn(4) ? random.Below(4) : 0),
            TimeoutMs = random.OneIn(TimeoutOneIn) ? (uint)random.Between(1, 100) : 0,
        };
        return _session.TrySubmit(in header, call.Request.Body, out _);
    }

    public void Drain(SimulatedClient client)
    {
        HasAnswers = false;
        _session.Drain(ref client);
    }
}
