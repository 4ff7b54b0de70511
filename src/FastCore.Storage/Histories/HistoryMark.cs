using System.Runtime.InteropServices;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Histories;

/// <summary>What a checkpoint holds of a history before its tail rows. See JOURNAL.md.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct HistoryMark
{
    /// <summary>Bytes of the mark.</summary>
    public const int Size = 64;

    /// <summary>Bytes of a row.</summary>
    [FieldOffset(0)] public uint RowSize;

    /// <summary>Rows per block.</summary>
    [FieldOffset(4)] public uint RowsPerBlock;

    /// <summary>Rows of the history.</summary>
    [FieldOffset(8)] public ulong Count;

    /// <summary>Chain value over its full blocks.</summary>
    [FieldOffset(16)] public Hash256 Chain;

    /// <summary>Blocks per segment file.</summary>
    [FieldOffset(48)] public ulong BlocksPerSegment;

    /// <summary>Bytes of a block's summary.</summary>
    [FieldOffset(56)] public uint SummarySize;

    /// <summary>Reserved, zero.</summary>
    [FieldOffset(60)] public uint Reserved;
}
