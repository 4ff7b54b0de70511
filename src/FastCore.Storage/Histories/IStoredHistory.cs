using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Histories;

// What checkpoint and partition storage ask of a history whatever its row type.
internal interface IStoredHistory : IDisposable
{
    string Name { get; }

    // Full blocks at the last mark of a checkpoint.
    long MarkedBlocks { get; }

    StorageState State { get; }

    // Waits until the first blocks are on stable storage. Any thread.
    void SyncTo(long blocks, CancellationToken stop);

    // Reads and checks every full block that is not in memory.
    void VerifyBlocks();
}

/// <summary>What a checkpoint holds of a history before its tail rows. See JOURNAL.md.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
public struct HistoryMark
{
    /// <summary>Bytes of a row.</summary>
    [FieldOffset(0)] public uint RowSize;

    /// <summary>Rows per block.</summary>
    [FieldOffset(4)] public uint RowsPerBlock;

    /// <summary>Rows of the history.</summary>
    [FieldOffset(8)] public ulong Count;

    /// <summary>Chain value over its full blocks.</summary>
    [FieldOffset(16)] public Hash256 Chain;
}
