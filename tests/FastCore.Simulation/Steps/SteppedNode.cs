using FastCore.Node;
using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;

namespace FastCore.Simulation.Steps;

/// <summary>A whole node that goes on only as far as it is stepped.</summary>
public sealed class SteppedNode : IDisposable
{
    private const long CallNsMax = 60_000_000_000;

    private readonly FrontSession _session;

    private SteppedNode(FastCoreNode node, NodeStepper stepper)
    {
        Node = node;
        Stepper = stepper;
        _session = node.OpenFrontSession(Grant.Full);
    }

    /// <summary>The node.</summary>
    public FastCoreNode Node { get; }

    /// <summary>What steps it.</summary>
    public NodeStepper Stepper { get; }

    /// <summary>Opens a node that runs on the caller's thread and lives in the stepper's time.</summary>
    public static SteppedNode Open(NodeOptions options, NodeStepper stepper)
    {
        options.Clock = stepper.Clock;
        options.Steps = stepper;
        return new SteppedNode(FastCoreNode.Open(options), stepper);
    }

    /// <summary>Makes one request and steps the node until it is answered.</summary>
    /// <exception cref="TimeoutException">No answer within a simulated minute.</exception>
    public (FrameStatus Status, byte[] Body) Call(Operation operation, ReadOnlySpan<byte> body)
    {
        FrameHeader header = new() { Operation = operation };
        FrameStatus status = _session.TrySubmit(in header, body, out _);
        if (status != FrameStatus.Ok)
        {
            return (status, []);
        }

        Answer answer = default;
        long until = Stepper.Clock.MonotonicNs + CallNsMax;
        SpinWait spin = default;
        while (_session.Drain(ref answer) == 0)
        {
            if (Stepper.Clock.MonotonicNs > until)
            {
                throw new TimeoutException($"{operation} was not answered within a simulated minute.");
            }

            Stepper.Wait(ref spin);
        }

        return (answer.Status, answer.Body!);
    }

    /// <summary>Ends the node as a shutdown does.</summary>
    public void Dispose()
    {
        _session.Dispose();
        Task closed = Node.DisposeAsync().AsTask();
        SpinWait spin = default;
        while (!closed.IsCompleted)
        {
            // Calls to connectors get their time to end, which is the simulation's.
            Stepper.Wait(ref spin);
        }

        closed.GetAwaiter().GetResult();
    }

    private struct Answer : IReplySink
    {
        public FrameStatus Status;
        public byte[]? Body;

        public void OnReply(
            ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body)
        {
            Status = status;
            Body = body.ToArray();
        }
    }
}
