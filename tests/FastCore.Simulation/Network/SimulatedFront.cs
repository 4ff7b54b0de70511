using FastCore.Node;
using FastCore.Protocol.Frames;
using FastCore.Server;
using FastCore.Server.Access;
using FastCore.Server.Audit;
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
    private readonly AccessControl _access;
    private readonly RefusalAudit _audit;
    private readonly ConnectionTable _table;
    private readonly Lobby _lobby;

    /// <summary>Makes the front of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="options">Limits and keys.</param>
    /// <param name="time">The time of the process.</param>
    public SimulatedFront(FastCoreNode node, ServerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        CoarseClock clock = new(time);
        List<string> problems = [.. options.Problems()];
        AccessControl.Check(options, problems);
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        }

        _access = new AccessControl(options, time, NullLogger.Instance);
        _audit = new RefusalAudit(options, clock, NullLoggerFactory.Instance);
        _table = new ConnectionTable(options, _access, _audit, clock, time);
        FrontServices services = new(
            options, _access, _audit, _table, new NodeDoorSource(node, options), clock, NullLogger.Instance)
        {
            Threads = LoopThreads.Caller,
        };
        _lobby = new Lobby(new FrontHandler(services).OnConnectedAsync, services);
    }

    /// <summary>Connections open now.</summary>
    public int Connections => _table.Count;

    /// <summary>Whole frames read so far.</summary>
    public long FramesRead => _table.FramesRead;

    /// <summary>Stops looking at the times of connections.</summary>
    public void Dispose()
    {
        _table.Dispose();
        _access.Dispose();
        _audit.Dispose();
    }

    internal Task ServeAsync(ConnectionContext connection) => _lobby.OnConnectedAsync(connection);
}
