using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FastCore.Storage.Journal;
using FastCore.Storage.Packing;

namespace FastCore.Storage.Histories;

// Sizes and places of one history's blocks, and the checks that need no state.
internal sealed class HistoryShape
{
    public const string Extension = ".blk";

    private const int ChecksumOffset = 12;

    // Rows of one block at most, so that a block with its header is a span.
    private const int BlockBytesMax = 1 << 30;

    private readonly uint _nameChecksum;
    private readonly uint _partition;
    private readonly ulong _directoryId;
    private readonly int _summarySize;

    public HistoryShape(
        string folder,
            string name, int rowSize, int summarySize, uint partition, ulong directoryId, StorageOptions options)
    {
        if (summarySize is < 0 or > HistoryBlockHeader.SummarySizeMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(summarySize), summarySize, "A summary has at most 3,072 bytes.");
        }

        Folder = folder + "/" + name;
        RowSize = rowSize;
        _summarySize = summarySize;
        _partition = partition;
        _directoryId = directoryId;
        _nameChecksum = Crc32C.Of(Encoding.UTF8.GetBytes(name));

        // The smallest power of two whose rows fill the wanted bytes and whole sectors, in four equal parts of words.
        int rows = 32;
        while ((long)rows * rowSize < options.HistoryBlockBytes || (long)rows * rowSize % AlignedBuffer.Alignment != 0)
        {
            rows = checked(rows * 2);
        }

        RowsPerBlock = rows;
        RowShift = BitOperations.Log2((uint)rows);
        BlockBytes = HistoryBlockHeader.Size + checked(rows * rowSize);
        BlocksPerSegment = Math.Max(1, options.HistorySegmentBytes / BlockBytes);
    }

    private HistoryShape(string folder, string name, in HistoryMark mark, uint partition, ulong directoryId)
    {
        Folder = folder + "/" + name;
        RowSize = (int)mark.RowSize;
        RowsPerBlock = (int)mark.RowsPerBlock;
        RowShift = BitOperations.Log2(mark.RowsPerBlock);
        BlockBytes = HistoryBlockHeader.Size + (RowsPerBlock * RowSize);
        BlocksPerSegment = (long)mark.BlocksPerSegment;
        _summarySize = (int)mark.SummarySize;
        _partition = partition;
        _directoryId = directoryId;
        _nameChecksum = Crc32C.Of(Encoding.UTF8.GetBytes(name));
    }

    // The shape that a checkpoint's mark names. Throws when no history has such a shape.
    public static HistoryShape Of(
        string folder, string name, in HistoryMark mark, uint partition, ulong directoryId)
    {
        ulong rowBytes = (ulong)mark.RowSize * mark.RowsPerBlock;
        bool isShape = mark.RowSize > 0
            && BitOperations.IsPow2(mark.RowsPerBlock)
            && rowBytes % AlignedBuffer.Alignment == 0
            && rowBytes <= BlockBytesMax
            && mark.BlocksPerSegment > 0
            && mark.BlocksPerSegment <= long.MaxValue / BlockBytesMax
            && mark.SummarySize <= HistoryBlockHeader.SummarySizeMax
            && mark.Reserved == 0;
        return isShape
            ? new HistoryShape(folder, name, in mark, partition, directoryId)
            : throw new CorruptStorageException(
                folder + "/" + name, 0, 0, "the checkpoint's mark names a shape that no history has");
    }

    public string Folder { get; }

    public int RowSize { get; }

    public int RowsPerBlock { get; }

    public int RowShift { get; }

    public int SummarySize => _summarySize;

    public int BlockBytes { get; }

    public long BlocksPerSegment { get; }

    // Packed rows that save no sector are not worth it.
    private int PackedBytesMax => BlockBytes - HistoryBlockHeader.Size - AlignedBuffer.Alignment;

    public string FileOf(long block) =>
        Folder + "/" + (block / BlocksPerSegment).ToString("D8", CultureInfo.InvariantCulture) + Extension;

    public long OffsetOf(long block) => block % BlocksPerSegment * BlockBytes;

    // Packs the rows of a full block behind the room for its header. Returns their packed size; 0 = not worth it.
    public int Pack(ReadOnlySpan<byte> block, Span<byte> stored)
    {
        Span<byte> target = stored[HistoryBlockHeader.Size..];
        int packed = RowPacking.Pack(
            block[HistoryBlockHeader.Size..], RowSize, target, PackedBytesMax, GroupPacking.Best);
        if (packed != 0)
        {
            target[packed..(StoredBytesOf(packed) - HistoryBlockHeader.Size)].Clear();
        }

        return packed;
    }

    // The plain rows of a block whose header is right; false when what is stored is not such rows packed.
    public bool TryUnpack(ReadOnlySpan<byte> stored, Span<byte> block)
    {
        int packed = (int)MemoryMarshal.AsRef<HistoryBlockHeader>(stored).PackedBytes;
        ReadOnlySpan<byte> source = stored[HistoryBlockHeader.Size..StoredBytesOf(packed)];
        return !source[packed..].ContainsAnyExcept((byte)0)
            && RowPacking.TryUnpack(
                source[..packed], RowSize, block[HistoryBlockHeader.Size..], GroupPacking.Best);
    }

    // Whether a header says that its block has this size in its file.
    public bool IsStoredAs(ReadOnlySpan<byte> header, int storedBytes) =>
        StoredBytesOf((int)MemoryMarshal.AsRef<HistoryBlockHeader>(header).PackedBytes) == storedBytes;

    // Bytes of a block in its file, whole sectors.
    public int StoredBytesOf(int packedBytes) => packedBytes == 0
        ? BlockBytes
        : HistoryBlockHeader.Size + (int)AlignedBuffer.RoundUp((long)packedBytes);

    // Completes the header of a full block: checksums, chain, everything but the summary, which is there already.
    public void Seal(
        Span<byte> bytes,
        long block,
        int packedBytes,
        in Hash256 previousChain,
        out UInt128 rowChecksums,
        out Hash256 chain)
    {
        rowChecksums = Crc32C.Lanes(bytes[HistoryBlockHeader.Size..]);
        ref HistoryBlockHeader header = ref MemoryMarshal.AsRef<HistoryBlockHeader>(bytes);
        header.Magic = HistoryBlockHeader.MagicValue;
        header.Version = HistoryBlockHeader.VersionValue;
        header.RowSize = (uint)RowSize;
        header.RowCount = (uint)RowsPerBlock;
        header.Block = (ulong)block;
        header.DirectoryId = _directoryId;
        header.Partition = _partition;
        header.NameChecksum = _nameChecksum;
        header.RowChecksums = rowChecksums;
        header.PreviousChain = previousChain;
        header.SummarySize = (uint)_summarySize;
        header.PackedBytes = (uint)packedBytes;
        header.HeaderChecksum = HeaderChecksumOf(bytes);
        chain = ChainOf(in previousChain, block, rowChecksums);
    }

    // What is wrong with a header, or null.
    public string? CheckHeader(ReadOnlySpan<byte> bytes, long block, in Hash256 previousChain)
    {
        ref readonly HistoryBlockHeader header = ref MemoryMarshal.AsRef<HistoryBlockHeader>(bytes);
        return header.Magic != HistoryBlockHeader.MagicValue ? "the block's magic is missing"
            : header.HeaderChecksum != HeaderChecksumOf(bytes) ? "the header's checksum does not match"
            : header.Version != HistoryBlockHeader.VersionValue ? $"the block's version {header.Version} is unknown"
            : header.Block != (ulong)block ? $"the block has number {header.Block} instead of {block}"
            : header.RowSize != RowSize || header.RowCount != RowsPerBlock ? "the block holds rows of another shape"
            : header.SummarySize != _summarySize ? "the summary has another size"
            : header.PackedBytes > PackedBytesMax ? "the rows cannot be packed to that size"
            : !IsRestZero(in header) ? "a reserved byte is not zero"
            : header.DirectoryId != _directoryId
                || header.Partition != _partition || header.NameChecksum != _nameChecksum
                ? "the block belongs to another history"
            : !Same(in header.PreviousChain, in previousChain) ? "the chain of blocks does not continue"
            : null;
    }

    private bool IsRestZero(in HistoryBlockHeader header)
    {
        ReadOnlySpan<byte> reserved = header.Reserved;
        ReadOnlySpan<byte> summary = header.Summary;
        return !reserved.ContainsAnyExcept((byte)0) && !summary[_summarySize..].ContainsAnyExcept((byte)0);
    }

    // What is wrong with a whole block, or null; then the chain value with it.
    public string? CheckBlock(ReadOnlySpan<byte> bytes, long block, in Hash256 previousChain, out Hash256 chain)
    {
        UInt128 rows = Crc32C.Lanes(bytes[HistoryBlockHeader.Size..]);
        string? wrong = CheckHeader(bytes, block, in previousChain);
        if (wrong is null && MemoryMarshal.AsRef<HistoryBlockHeader>(bytes).RowChecksums != rows)
        {
            wrong = "the checksum of the rows does not match";
        }

        chain = ChainOf(in previousChain, block, rows);
        return wrong;
    }

    // The same for a block as it lies in its file; its plain rows go into the other span.
    public string? CheckStored(
        ReadOnlySpan<byte> stored, Span<byte> plain, long block, in Hash256 previousChain, out Hash256 chain)
    {
        if (MemoryMarshal.AsRef<HistoryBlockHeader>(stored).PackedBytes == 0)
        {
            return CheckBlock(stored, block, in previousChain, out chain);
        }

        // The caller may want the new chain where the previous one is, so that is written last.
        string? wrong = CheckHeader(stored, block, in previousChain)
            ?? (TryUnpack(stored, plain) ? null : "the packed rows cannot be unpacked");
        stored[..HistoryBlockHeader.Size].CopyTo(plain);
        string? wrongRows = CheckBlock(plain, block, in previousChain, out chain);
        return wrong ?? wrongRows;
    }

    public static Hash256 ChainOf(in Hash256 previous, long block, UInt128 rowChecksums)
    {
        Span<byte> bytes = stackalloc byte[56];
        MemoryMarshal.Write(bytes, in previous);
        MemoryMarshal.Write(bytes[32..], in block);
        MemoryMarshal.Write(bytes[40..], in rowChecksums);
        Hash256 chain = default;
        SHA256.HashData(bytes, MemoryMarshal.AsBytes(new Span<Hash256>(ref chain)));
        return chain;
    }

    public static bool Same(in Hash256 left, in Hash256 right) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in left))
            .SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in right)));

    public CorruptStorageException Corrupt(long block, string what) => new(FileOf(block), OffsetOf(block), 0, what);

    private static uint HeaderChecksumOf(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc32C.Of(bytes[..ChecksumOffset]);
        crc = BitOperations.Crc32C(crc, 0u);
        return Crc32C.Of(bytes[(ChecksumOffset + 4)..HistoryBlockHeader.Size], crc);
    }
}
