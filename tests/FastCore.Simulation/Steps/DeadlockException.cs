namespace FastCore.Simulation.Steps;

/// <summary>Something waits for work that nobody will do.</summary>
public sealed class DeadlockException(string message) : Exception(message);
