namespace FastCore.Simulation.Checks;

/// <summary>A write was acknowledged and is gone.</summary>
/// <param name="partition">The partition that lost it.</param>
/// <param name="message">What is gone.</param>
public sealed class AcknowledgedLossException(int partition, string message)
    : Exception($"Partition {partition}: {message}")
{
    /// <summary>The partition that lost it.</summary>
    public int Partition => partition;
}
