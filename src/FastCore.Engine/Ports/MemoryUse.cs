namespace FastCore.Engine.Ports;

/// <summary>What one holder of memory holds at the moment it is asked. What does not apply is zero.</summary>
/// <param name="Name">Its name; the wire cuts it after 40 bytes.</param>
/// <param name="Kind">What it is.</param>
public readonly record struct MemoryUse(string Name, MemoryUseKind Kind)
{
    /// <summary>Bytes that it holds.</summary>
    public long Bytes { get; init; }

    /// <summary>Of these, bytes in which nothing lies.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Bytes at most.</summary>
    public long BytesMax { get; init; }

    /// <summary>What lies in it: rows, records, blocks, entries, sessions; of a generation, its collections.</summary>
    public long Count { get; init; }

    /// <summary>The same at most.</summary>
    public long CountMax { get; init; }

    /// <summary>Lookups that found here what they looked for.</summary>
    public long Hits { get; init; }

    /// <summary>Lookups that did not.</summary>
    public long Misses { get; init; }

    /// <summary>Nanoseconds for which the collector stopped the process.</summary>
    public long PauseNs { get; init; }

    /// <summary>The longest of the newest pauses, nanoseconds.</summary>
    public long PauseMaxNs { get; init; }
}

/// <summary>What holds memory. The numbers are those of the wire.</summary>
public enum MemoryUseKind : byte
{
    /// <summary>The whole process.</summary>
    Process = 0,

    /// <summary>A part of the managed heap.</summary>
    Heap = 1,

    /// <summary>Pauses of the collector.</summary>
    Pauses = 2,

    /// <summary>Rows of fixed size outside the managed heap.</summary>
    Table = 3,

    /// <summary>Where rows or records are found by their keys.</summary>
    Index = 4,

    /// <summary>A level of memory above a disk.</summary>
    Cache = 5,

    /// <summary>What lies on disk.</summary>
    Disk = 6,

    /// <summary>Rings and buffers that things pass through.</summary>
    Buffer = 7,
}

/// <summary>Holds memory and can say how much.</summary>
public interface IMemoryUser
{
    /// <summary>
    /// Adds what it holds. Called by the thread that owns it, between two batches. Must take microseconds, so nothing
    /// is counted that was not counted on the way.
    /// </summary>
    void MeasureMemory(ICollection<MemoryUse> uses);
}
