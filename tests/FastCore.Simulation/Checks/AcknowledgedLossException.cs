namespace FastCore.Simulation.Checks;

/// <summary>A write was acknowledged and is gone.</summary>
public sealed class AcknowledgedLossException(string message) : Exception(message);
