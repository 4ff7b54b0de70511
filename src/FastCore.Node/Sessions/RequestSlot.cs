using FastCore.Protocol;

namespace FastCore.Node.Sessions;

/// <summary>One request in flight of a session: what is needed to turn its replies into one.</summary>
internal sealed class RequestSlot
{
    /// <summary>The client's own correlation.</summary>
    public ulong Correlation;

    /// <summary>The operation's shape.</summary>
    public OperationShape Shape = null!;

    /// <summary>Ring bytes reserved for its replies.</summary>
    public int ReservedBytes;

    /// <summary>Bytes of native buffers reserved for its replies.</summary>
    public int ReservedBuffers;

    /// <summary>Parts (partitions) whose reply is still missing.</summary>
    public int PartsLeft;

    /// <summary>Parts in all.</summary>
    public int Parts;

    /// <summary>Elements of a scattered request.</summary>
    public int Count;

    /// <summary>Partition of each element of a scattered request; kept and reused.</summary>
    public byte[] PartOf = [];

    /// <summary>Gathered results of a scattered request of a front; kept and reused.</summary>
    public byte[] Gathered = [];

    /// <summary>Status that all parts so far share.</summary>
    public FrameStatus Status;

    /// <summary>True once two parts differed in status.</summary>
    public bool IsMixed;

    /// <summary>Largest retry-after of the parts.</summary>
    public uint RetryAfterMs;
}
