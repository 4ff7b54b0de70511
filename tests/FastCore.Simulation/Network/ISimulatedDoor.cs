using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Network;

/// <summary>
/// The way of one simulated client into a node: straight into a session, or over a network. Every request that is
/// submitted gets exactly one answer.
/// </summary>
public interface ISimulatedDoor
{
    /// <summary>Requests without an answer.</summary>
    int InFlight { get; }

    /// <summary>Submits a request; never waits.</summary>
    /// <returns>Its ticket: rising, from 1.</returns>
    long Submit(SimulatedRequest request);

    /// <summary>The next answer that is there.</summary>
    bool TryTake(out SimulatedAnswer answer);
}
