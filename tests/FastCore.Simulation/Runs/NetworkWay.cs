using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Simulation.Checks;
using FastCore.Simulation.Network;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>The real client over the simulated network; it outlives the node, and connects to the next one.</summary>
internal sealed class NetworkWay(NetworkDoor door) : IClientWay
{
    private readonly Dictionary<long, ulong> _calls = [];

    public bool HasAnswers => door.HasAnswers;

    public FrameStatus TrySubmit(Call call, SeededRandom random)
    {
        // What can be no request at all has no share of any partition, so it is not worth the way.
        FrameStatus status = RequestGate.Check(
            call.Request.Operation, call.Request.Body, Grant.Full, isInternal: false, out _, out _);
        if (status == FrameStatus.Ok)
        {
            _calls.Add(door.Submit(call.Request), call.Number);
        }

        return status;
    }

    public void Drain(SimulatedClient client)
    {
        while (door.TryTake(out SimulatedAnswer answer))
        {
            _calls.Remove(answer.Ticket, out ulong call);
            client.OnReply(call, answer.Request.Operation, answer.Status, 0, answer.Body);
        }
    }

    /// <summary>The client goes.</summary>
    public void Close() => _ = door.DisposeAsync().AsTask();
}
