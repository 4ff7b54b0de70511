using FastCore.Node;
using FastCore.Node.Connectors;
using FastCore.Protocol;
using FastCore.Server;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Network;
using FastCore.Simulation.Steps;
using FastCore.Testing;
using Xunit;

namespace FastCore.Simulation.Tests.Network;

/// <summary>
/// A node in memory, its front, a network and its clients, all stepped on the thread of the test and in one time.
/// </summary>
internal sealed class NetworkWorld : IDisposable
{
    private readonly ServerOptions _server;

    public NetworkWorld(
        ulong seed, NetworkOptions network, ServerOptions? server = null,
        Func<TimeProvider, IConnector[]>? banks = null)
    {
        Seed = seed;
        Random = new SeededRandom(seed);
        Stepper = new NodeStepper(new SimulatedClock(), new SeededRandom(Random.Next()));
        Time = new SteppedTime(Stepper.Clock);
        Time.Attach(Stepper);
        NodeOptions options = new()
        {
            Durability = Durability.None,
            Partitions = 2,
            RingBytes = 4 << 20,
            Time = Time,
            Connectors = banks?.Invoke(Time) ?? [],
        };
        Node = SteppedNode.Open(options, Stepper);
        Network = new SimulatedNetwork(network, Random, Time);
        _server = server ?? new ServerOptions();
        Front = new SimulatedFront(Node.Node, _server, Time);
        Network.Listen(Front);
    }

    public ulong Seed { get; }

    public SeededRandom Random { get; }

    public NodeStepper Stepper { get; }

    public SteppedTime Time { get; }

    public SteppedNode Node { get; }

    public SimulatedNetwork Network { get; }

    public SimulatedFront Front { get; private set; }

    public NetworkDoor OpenDoor(NetworkDoorOptions? options = null) =>
        new(Network, options ?? new NetworkDoorOptions(), Random, Time);

    /// <summary>The front's process dies with all its connections, and another one begins over the same node.</summary>
    public void ReplaceFront()
    {
        Network.KillServer();
        Front.Dispose();
        Front = new SimulatedFront(Node.Node, _server, Time);
        Network.Listen(Front);
    }

    /// <summary>Steps until something is so; fails when it is not within a simulated time.</summary>
    public void Until(Func<bool> isSo, int limitMs, string what)
    {
        long end = Stepper.Clock.MonotonicNs + (limitMs * 1_000_000L);
        SpinWait spin = default;
        while (!isSo())
        {
            Assert.True(Stepper.Clock.MonotonicNs < end, $"Seed {Seed}: {what} within {limitMs} ms.");
            Stepper.Wait(ref spin);
        }

        Network.ThrowDefect();
    }

    public void Pass(int milliseconds) => Stepper.RunUntil(Stepper.Clock.MonotonicNs + (milliseconds * 1_000_000L));

    /// <summary>Asks the node itself, past the network.</summary>
    public T[] Ask<T>(SimulatedRequest request)
        where T : unmanaged
    {
        (FrameStatus status, byte[] body) = Node.Call(request.Operation, request.Body);
        Assert.Equal(FrameStatus.Ok, status);
        return Bodies.Read<T>(body);
    }

    /// <summary>
    /// Lets the partitions do what was posted to them. Whoever posted is told on the thread pool, which does no more
    /// than that.
    /// </summary>
    public void Done(Task posted)
    {
        Pass(1_000);
        Assert.True(posted.Wait(TimeSpan.FromMinutes(1)));
    }

    public void Dispose()
    {
        Front.Dispose();
        Node.Dispose();
    }
}
