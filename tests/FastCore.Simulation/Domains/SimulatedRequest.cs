using FastCore.Protocol;

namespace FastCore.Simulation.Domains;

/// <summary>One request of a simulated client: what it is, and what the client is to remember of it.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Body">Prefix and elements as they go over the wire.</param>
public sealed record SimulatedRequest(Operation Operation, byte[] Body);
