using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Histories;

/// <summary>The 4,096 bytes before the rows of a history block. See JOURNAL.md.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct HistoryBlockHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 4096;

    /// <summary>Bytes of a summary at most.</summary>
    public const int SummarySizeMax = 3072;

    /// <summary>The bytes "FCBLOCK1", little-endian.</summary>
    public const ulong MagicValue = 0x314B_434F_4C42_4346;

    /// <summary>Version of the block's layout.</summary>
    public const uint VersionValue = 2;

    /// <summary>Always <see cref="MagicValue"/>.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>Always <see cref="VersionValue"/>.</summary>
    [FieldOffset(8)] public uint Version;

    /// <summary>CRC-32C over the whole header, taken with this field zero.</summary>
    [FieldOffset(12)] public uint HeaderChecksum;

    /// <summary>Bytes of a row.</summary>
    [FieldOffset(16)] public uint RowSize;

    /// <summary>Rows in the block; always all that fit.</summary>
    [FieldOffset(20)] public uint RowCount;

    /// <summary>Number of the block: its first row's position divided by the row count.</summary>
    [FieldOffset(24)] public ulong Block;

    /// <summary>Identity of the data directory.</summary>
    [FieldOffset(32)] public ulong DirectoryId;

    /// <summary>Partition that wrote the block.</summary>
    [FieldOffset(40)] public uint Partition;

    /// <summary>CRC-32C of the history's name in UTF-8.</summary>
    [FieldOffset(44)] public uint NameChecksum;

    /// <summary>CRC-32C of each quarter of the rows, the first quarter in the lowest 32 bits.</summary>
    [FieldOffset(48)] public UInt128 RowChecksums;

    /// <summary>Chain value of the block before; zero for block 0.</summary>
    [FieldOffset(64)] public Hash256 PreviousChain;

    /// <summary>Bytes of the summary.</summary>
    [FieldOffset(96)] public uint SummarySize;

    /// <summary>Bytes of the packed rows after the header; 0 when the rows lie there as they are.</summary>
    [FieldOffset(100)] public uint PackedBytes;

    /// <summary>Reserved, zero.</summary>
    [FieldOffset(104)] public HeaderReserve Reserved;

    /// <summary>The summary, then zeros.</summary>
    [FieldOffset(Size - SummarySizeMax)] public SummaryBytes Summary;

    /// <summary>Reserved bytes of the header.</summary>
    [InlineArray(Size - SummarySizeMax - 104)]
    public struct HeaderReserve
    {
        private byte _first;
    }

    /// <summary>Room of the summary.</summary>
    [InlineArray(SummarySizeMax)]
    public struct SummaryBytes
    {
        private byte _first;
    }
}
