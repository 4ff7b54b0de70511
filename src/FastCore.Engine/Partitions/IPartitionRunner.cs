namespace FastCore.Engine.Partitions;

/// <summary>
/// Calls a partition's duty cycle. Disposing ends the cycle after what is in the ring was executed and committed.
/// </summary>
public interface IPartitionRunner : IDisposable
{
    /// <summary>Begins the duty cycle.</summary>
    void Start();

    /// <summary>Says that there is work. Any thread; call after publishing it.</summary>
    void Wake();
}
