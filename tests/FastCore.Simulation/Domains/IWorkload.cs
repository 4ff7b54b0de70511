using FastCore.Testing;

namespace FastCore.Simulation.Domains;

/// <summary>
/// What clients of one domain ask for. Every choice comes from the random numbers handed in, so a run is repeated by
/// its seed. Draws ids from a small space, so that repeats, conflicts and references to earlier objects come up often.
/// </summary>
public interface IWorkload
{
    /// <summary>The domain's name, as <c>--domains</c> takes it.</summary>
    string Name { get; }

    /// <summary>Makes the next request: write, read, valid or not.</summary>
    /// <param name="random">Where every choice comes from.</param>
    /// <param name="nowNs">The simulated time, nanoseconds since 1970.</param>
    SimulatedRequest Next(SeededRandom random, ulong nowNs);
}
