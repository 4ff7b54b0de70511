using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Fuzz.Core;
using FastCore.Storage;
using FastCore.Storage.Histories;
using FastCore.Storage.Journal;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>
/// What a checkpoint says of a history, with the history's blocks: the way `fastcore verify` reads blocks whose rows it
/// does not know.
/// </summary>
public sealed class HistoryMarkFuzzer : Fuzzer
{
    private const string Folder = "histories";
    private const int Blocks = 3;
    private const int RowSize = 32;

    // Verifying takes a buffer of a block; with larger ones it is only slower.
    private const int BlockBytesMax = 1 << 16;

    private readonly ByteDisk _disk = new(1_000);
    private readonly HistoryMark _mark;

    /// <summary>Three blocks, all of them right.</summary>
    public HistoryMarkFuzzer()
    {
        HistoryShape shape = new(
            Folder, "rows", RowSize, 0, JournalImage.Partition, JournalImage.DirectoryId,
            new StorageOptions { HistoryBlockBytes = 4096, HistorySegmentBytes = 1 << 20 });
        byte[] file = new byte[Blocks * shape.BlockBytes];
        SeededRandom random = new(3);
        Hash256 chain = default;
        for (int block = 0; block < Blocks; block++)
        {
            Span<byte> bytes = file.AsSpan(block * shape.BlockBytes, shape.BlockBytes);
            random.Fill(bytes[HistoryBlockHeader.Size..]);
            shape.Seal(bytes, block, 0, in chain, out _, out chain);
        }

        _disk.Put(shape.FileOf(0), file);
        _mark = new HistoryMark
        {
            RowSize = RowSize,
            RowsPerBlock = (uint)shape.RowsPerBlock,
            Count = (ulong)((Blocks * shape.RowsPerBlock) + 7),
            Chain = chain,
            BlocksPerSegment = (ulong)shape.BlocksPerSegment,
            SummarySize = 0,
        };
    }

    /// <inheritdoc/>
    public override string Name => "history-mark";

    /// <inheritdoc/>
    public override string Summary => "HistoryMark and HistoryVerifier: what a checkpoint says of a history's blocks.";

    /// <inheritdoc/>
    public override int InputSizeMax => HistoryMark.Size;

    /// <inheritdoc/>
    public override long AllocationMax => 16 << 10;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        HistoryMark mark = _mark;
        yield return Bytes(mark);
        mark.Count = 3;
        mark.Chain = default;
        yield return Bytes(mark);
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        if (input.Length != HistoryMark.Size)
        {
            return Verdict.Refused(-1);
        }

        HistoryMark mark = MemoryMarshal.Read<HistoryMark>(input);
        _disk.Refill();
        try
        {
            HistoryShape shape = HistoryShape.Of(
                Folder, "rows", in mark, JournalImage.Partition, JournalImage.DirectoryId);
            if (shape.BlockBytes > BlockBytesMax)
            {
                return Verdict.Accepted(-1, Verdict.SizeClass(shape.BlockBytes));
            }

            HistoryVerifier.Verify(_disk, shape, in mark);
            BrokenPropertyException.Unless(mark.Reserved == 0, "reserved bytes are not zero");
            return Verdict.Accepted(Verdict.SizeClass((long)mark.Count), Verdict.SizeClass(shape.BlockBytes));
        }
        catch (CorruptStorageException refused)
        {
            return Verdict.Refused(refused.Message);
        }
    }

    private static byte[] Bytes(HistoryMark mark) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<HistoryMark>(in mark)).ToArray();
}
