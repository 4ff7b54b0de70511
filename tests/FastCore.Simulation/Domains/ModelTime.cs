namespace FastCore.Simulation.Domains;

/// <summary>
/// The time of one partition, shared by the models of its domains: an entry sets it, and everything that happens in the
/// entry takes the next nanosecond (docs/JOURNAL.md).
/// </summary>
public sealed class ModelTime
{
    /// <summary>Time of the current entry.</summary>
    public ulong EntryNs { get; private set; }

    /// <summary>The last timestamp given.</summary>
    public ulong Last { get; private set; }

    /// <summary>Who sent the command that is executed; 0 = the node itself.</summary>
    public uint Principal { get; set; }

    /// <summary>An entry begins.</summary>
    public void BeginEntry(ulong timestampNs)
    {
        if (timestampNs <= Last)
        {
            throw new InvalidOperationException($"Time of an entry, {timestampNs}, is not above {Last}.");
        }

        EntryNs = timestampNs;
        Last = timestampNs;
    }

    /// <summary>The next timestamp.</summary>
    public ulong Next() => ++Last;
}
