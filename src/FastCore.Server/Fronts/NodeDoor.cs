using FastCore.Node;
using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;

namespace FastCore.Server.Fronts;

/// <summary>Doors into a node of this process.</summary>
internal sealed class NodeDoorSource(FastCoreNode node, ServerOptions options) : IFrontDoorSource
{
    /// <inheritdoc/>
    public UInt128 NodeId => node.NodeId;

    /// <inheritdoc/>
    public IFrontDoor Open(Grant grant, Action onRepliesReady)
    {
        FrontSessionOptions limits =
            new() { InFlightMax = options.InFlightMax, ReplyRingBytes = options.ReplyRingBytes };
        FrontSession session = node.OpenFrontSession(grant, limits);
        session.OnRepliesReady = onRepliesReady;
        return new NodeDoor(session);
    }

    private sealed class NodeDoor(FrontSession session) : IFrontDoor
    {
        public int InFlight => session.InFlight;

        public FrameStatus TrySubmit(in FrameHeader header, ReadOnlySpan<byte> body, out uint retryAfterMs) =>
            session.TrySubmit(in header, body, out retryAfterMs);

        public bool HasMore => session.HasMore;

        public void EndAwaiting() => session.EndAwaiting();

        public int Drain(ReplyWriter writer, long bytesMax) => session.Drain(ref writer, bytesMax);

        public void Dispose() => session.Dispose();
    }
}
