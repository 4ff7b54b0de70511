using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Memory;

/// <summary>Which rows of the table of memory are asked for, in the order of their places.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct MemoryFilter
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 16;

    /// <summary>Rows after this place.</summary>
    [FieldOffset(0)] public ulong After;

    /// <summary>Results at most, 1 … 8,189.</summary>
    [FieldOffset(8)] public uint Limit;

    /// <summary>Must be zero.</summary>
    [FieldOffset(12)] public uint Reserved;
}

/// <summary>What one holder of memory holds at the moment of the read. What does not apply is zero.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct MemoryRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Place in the table; rises, not zero.</summary>
    [FieldOffset(0)] public ulong Place;

    /// <summary>What it is.</summary>
    [FieldOffset(8)] public MemoryKind Kind;

    /// <summary>Zero.</summary>
    [FieldOffset(9)] public byte Reserved0;

    /// <summary>The partition whose memory it is; 65,535 when it is the process's.</summary>
    [FieldOffset(10)] public ushort Partition;

    /// <summary>Zero.</summary>
    [FieldOffset(12)] public uint Reserved1;

    /// <summary>Name in UTF-8, cut to fit, zeros behind it.</summary>
    [FieldOffset(16)] public MemoryName Name;

    /// <summary>Bytes that it holds.</summary>
    [FieldOffset(56)] public ulong Bytes;

    /// <summary>Of these, bytes in which nothing lies: of the managed heap, its fragmentation.</summary>
    [FieldOffset(64)] public ulong FreeBytes;

    /// <summary>Bytes at most.</summary>
    [FieldOffset(72)] public ulong BytesMax;

    /// <summary>What lies in it: rows, records, blocks, entries, sessions; of a generation, its collections.</summary>
    [FieldOffset(80)] public ulong Count;

    /// <summary>The same at most.</summary>
    [FieldOffset(88)] public ulong CountMax;

    /// <summary>Lookups that found here what they looked for.</summary>
    [FieldOffset(96)] public ulong Hits;

    /// <summary>Lookups that did not.</summary>
    [FieldOffset(104)] public ulong Misses;

    /// <summary>Nanoseconds for which the collector stopped the process.</summary>
    [FieldOffset(112)] public ulong PauseNs;

    /// <summary>The longest of the newest pauses, nanoseconds.</summary>
    [FieldOffset(120)] public ulong PauseMaxNs;
}

/// <summary>Name of what holds memory in UTF-8, zeros behind it.</summary>
[InlineArray(MemoryLimits.NameBytesMax)]
public struct MemoryName
{
    private byte _first;
}

/// <summary>What holds memory.</summary>
public enum MemoryKind : byte
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

/// <summary>Sizes of what is said about memory.</summary>
public static class MemoryLimits
{
    /// <summary>Bytes of a name.</summary>
    public const int NameBytesMax = 40;
}
