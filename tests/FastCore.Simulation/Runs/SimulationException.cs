namespace FastCore.Simulation.Runs;

/// <summary>The node did what it must never do.</summary>
public sealed class SimulationException(string message, Exception? cause = null) : Exception(message, cause);
