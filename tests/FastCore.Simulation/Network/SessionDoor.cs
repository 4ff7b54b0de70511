using FastCore.Node;
using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Network;

/// <summary>
/// The straight way: one session of a node. It outlives the node; what was in flight when the node went has an unknown
/// outcome.
/// </summary>
public sealed class SessionDoor : ISimulatedDoor, IReplySink
{
    private readonly SortedDictionary<long, SimulatedRequest> _inFlight = [];
    private readonly Queue<SimulatedAnswer> _answers = new();
    private FrontSession? _session;
    private long _lastTicket;

    /// <inheritdoc/>
    public int InFlight => _inFlight.Count + _answers.Count;

    /// <summary>Goes to another node from now on, the first or the one after a crash; null = to none.</summary>
    public void Attach(FastCoreNode? node)
    {
        _session = node?.OpenFrontSession(Grant.Full);
        foreach (long ticket in _inFlight.Keys.ToArray())
        {
            Answer(ticket, FrameStatus.Unknown, []);
        }
    }

    /// <inheritdoc/>
    public long Submit(SimulatedRequest request)
    {
        long ticket = ++_lastTicket;
        FrameHeader header = new() { Operation = request.Operation, Correlation = (ulong)ticket };
        FrameStatus status = _session?.TrySubmit(in header, request.Body, out _) ?? FrameStatus.ShuttingDown;
        _inFlight.Add(ticket, request);
        if (status != FrameStatus.Ok)
        {
            Answer(ticket, status, []);
        }

        return ticket;
    }

    /// <inheritdoc/>
    public bool TryTake(out SimulatedAnswer answer)
    {
        SessionDoor sink = this;
        _ = _session?.Drain(ref sink);
        return _answers.TryDequeue(out answer!);
    }

    /// <inheritdoc/>
    void IReplySink.OnReply(
        ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body) =>
        Answer((long)correlation, status, body.ToArray());

    private void Answer(long ticket, FrameStatus status, byte[] body)
    {
        if (!_inFlight.Remove(ticket, out SimulatedRequest? request))
        {
            throw new InvalidOperationException($"Request {ticket} was answered twice.");
        }

        _answers.Enqueue(new SimulatedAnswer(ticket, request, status, body, Attempts: 1));
    }
}
