using FastCore.Node;
using FastCore.Protocol.Frames;
using FastCore.Server;
using FastCore.Server.Access;
using FastCore.Server.Fronts;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastCore.Simulation.Network;

/// <summary>
/// The network front of one simulated server process: the real one from the accepted connection on, with its limits and
/// its time, on the simulation's thread.
/// </summary>
public sealed class SimulatedFront : IDisposable
{
    private readonly ConnectionTable _table;
    private readonly FrontHandler _handler;

    /// <summary>Makes the front of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="options">Limits and keys.</param>
    /// <param name="time">The time of the process.</param>
    public SimulatedFront(FastCoreNode node, ServerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        CoarseClock clock = new(time);
        List<string> problems = [.. options.Problems()];
        FrontServices services = new(
            options,
            AccessTable.Parse(options.Keys, problems),
            new NodeDoorSource(node, options),
            clock,
            NullLogger.Instance)
        {
            Threads = LoopThreads.Caller,
        };
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        }

        _table = new ConnectionTable(options.ConnectionsMax, clock, time);
        _handler = new FrontHandler(services, _table);
    }

    /// <summary>Connections open now.</summary>
    public int Connections => _table.Count;

    /// <summary>Whole frames read so far.</summary>
    public long FramesRead => _table.FramesRead;

    /// <summary>Stops looking at the times of connections.</summary>
    public void Dispose() => _table.Dispose();

    internal Task ServeAsync(ConnectionContext connection) => _handler.OnConnectedAsync(connection);
}
