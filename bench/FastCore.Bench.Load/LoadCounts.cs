namespace FastCore.Bench.Load;

/// <summary>What was answered to one sender so far. Written by its thread, read by the monitor.</summary>
internal sealed class LoadCounts
{
    /// <summary>New ids accepted.</summary>
    public long Accepted;

    /// <summary>Earlier ids recognized.</summary>
    public long Duplicates;

    /// <summary>Refused as expected.</summary>
    public long Refused;

    /// <summary>Answered otherwise than expected.</summary>
    public long Unexpected;

    /// <summary>All commands answered.</summary>
    public long Answered => Accepted + Duplicates + Refused + Unexpected;

    /// <summary>Adds the counts of a request.</summary>
    public void Add(in RequestCounts request)
    {
        // Plain stores of aligned longs: the monitor may see them a little late, never torn.
        Volatile.Write(ref Accepted, Accepted + request.Accepted);
        Volatile.Write(ref Duplicates, Duplicates + request.Duplicates);
        Volatile.Write(ref Refused, Refused + request.Refused);
        Volatile.Write(ref Unexpected, Unexpected + request.Unexpected);
    }
}

/// <summary>What was answered to one request.</summary>
internal struct RequestCounts
{
    /// <summary>New ids accepted.</summary>
    public int Accepted;

    /// <summary>Earlier ids recognized.</summary>
    public int Duplicates;

    /// <summary>Refused as expected.</summary>
    public int Refused;

    /// <summary>Answered otherwise than expected.</summary>
    public int Unexpected;
}
