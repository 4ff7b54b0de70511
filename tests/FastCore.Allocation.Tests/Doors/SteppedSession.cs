using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Simulation.Steps;

namespace FastCore.Allocation.Tests.Doors;

/// <summary>
/// A door to a node that is stepped: a call makes the node go on, on the caller's thread, until it is answered. So all
/// that a command takes, storage included, is the caller's.
/// </summary>
internal sealed class SteppedSession(SteppedNode node) : IFastCoreSession
{
    private readonly FrontSession _session = node.Node.OpenFrontSession(Grant.Full);

    public ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        FrameHeader header = new() { Operation = operation };
        FrameStatus status = _session.TrySubmit(in header, body.Span, out uint retryAfterMs);
        if (status != FrameStatus.Ok)
        {
            return ValueTask.FromResult(new Reply(status, 0, retryAfterMs));
        }

        Taker taker = new(reply.Span);
        while (_session.Drain(ref taker) == 0)
        {
            if (!node.Stepper.TryGoOn())
            {
                throw new DeadlockException($"Nothing is left to do, and {operation} is not answered.");
            }
        }

        return ValueTask.FromResult(taker.Reply);
    }

    public ValueTask DisposeAsync()
    {
        _session.Dispose();
        return ValueTask.CompletedTask;
    }

    private ref struct Taker(Span<byte> target) : IReplySink
    {
        private readonly Span<byte> _target = target;

        public Reply Reply { get; private set; }

        public void OnReply(
            ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body)
        {
            body.CopyTo(_target);
            Reply = new Reply(status, body.Length, retryAfterMs);
        }
    }
}
