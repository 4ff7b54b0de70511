using FastCore.Protocol.Frames;
using FastCore.Server.Access;
using FastCore.Server.Audit;
using Microsoft.Extensions.Logging;

namespace FastCore.Server.Fronts;

/// <summary>What all connections of a server share.</summary>
/// <param name="Options">The limits.</param>
/// <param name="Access">The keys.</param>
/// <param name="Audit">Takes every refusal.</param>
/// <param name="Connections">The connections.</param>
/// <param name="Doors">The way to the node.</param>
/// <param name="Clock">The coarse time.</param>
/// <param name="Log">The log.</param>
internal sealed record FrontServices(
    ServerOptions Options, AccessControl Access, RefusalAudit Audit, ConnectionTable Connections,
    IFrontDoorSource Doors, CoarseClock Clock, ILogger Log)
{
    /// <summary>Where the loops of a connection go on. A simulator keeps them on its own thread.</summary>
    public LoopThreads Threads { get; init; }
}
