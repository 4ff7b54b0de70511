using System.Runtime.InteropServices;
using FastCore.Fuzz.Core;
using FastCore.Storage;
using FastCore.Storage.Disk;
using FastCore.Storage.Histories;
using FastCore.Storage.Journal;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>A block of a history: its header, its summary and its rows.</summary>
public sealed class HistoryBlockFuzzer : Fuzzer
{
    private const int Block = 5;
    private const int ChecksumOffset = 12;
    private const int RowChecksumsOffset = 48;
    private const int SummarySize = 40;

    private readonly HistoryShape _shape = new(
        "histories", "rows", 32, SummarySize, JournalImage.Partition, JournalImage.DirectoryId,
        new StorageOptions { HistoryBlockBytes = 4096 });

    private readonly byte[] _bytes;
    private readonly byte[] _encoded;
    private readonly Hash256 _chain;

    /// <summary>The smallest block there is.</summary>
    public HistoryBlockFuzzer()
    {
        _bytes = new byte[_shape.BlockBytes];
        _encoded = new byte[_shape.BlockBytes];
        MemoryMarshal.AsBytes(new Span<Hash256>(ref _chain)).Fill(0x77);
    }

    /// <inheritdoc/>
    public override string Name => "history-block";

    /// <inheritdoc/>
    public override string Summary => "HistoryShape: the header, summary and rows of a history block.";

    /// <inheritdoc/>
    public override int InputSizeMax => 8192;

    /// <inheritdoc/>
    public override long AllocationMax => 512;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            byte[] block = new byte[_shape.BlockBytes];
            SeededRandom random = new(seed);
            random.Fill(block.AsSpan(HistoryBlockHeader.Size));
            random.Fill(block.AsSpan(HistoryBlockHeader.Size - HistoryBlockHeader.SummarySizeMax, SummarySize));
            _shape.Seal(block, Block, 0, in _chain, out _, out _);
            yield return block;
        }
    }

    /// <inheritdoc/>
    public override void Mend(Span<byte> input, SeededRandom random)
    {
        if (input.Length != _shape.BlockBytes)
        {
            return;
        }

        UInt128 rows = Crc32C.Lanes(input[HistoryBlockHeader.Size..]);
        MemoryMarshal.Write(input[RowChecksumsOffset..], in rows);
        Checksums.MendCrc(input[..HistoryBlockHeader.Size], ChecksumOffset);
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        // Whoever reads a block reads all of it; a shorter one is missing, not broken.
        input.CopyTo(_bytes);
        _bytes.AsSpan(input.Length).Clear();
        string? wrong = _shape.CheckBlock(_bytes, Block, in _chain, out Hash256 chain);
        if (wrong is not null)
        {
            return Verdict.Refused(wrong);
        }

        ref HistoryBlockHeader header = ref MemoryMarshal.AsRef<HistoryBlockHeader>(_bytes.AsSpan());
        _encoded.AsSpan().Clear();
        ((ReadOnlySpan<byte>)header.Summary)[..SummarySize].CopyTo(
            _encoded.AsSpan(HistoryBlockHeader.Size - HistoryBlockHeader.SummarySizeMax));
        _bytes.AsSpan(HistoryBlockHeader.Size).CopyTo(_encoded.AsSpan(HistoryBlockHeader.Size));
        _shape.Seal(_encoded, Block, 0, in _chain, out _, out Hash256 sealedChain);
        BrokenPropertyException.Unless(
            _encoded.AsSpan().SequenceEqual(_bytes) && HistoryShape.Same(in chain, in sealedChain),
            "the block is encoded to other bytes");
        int bit = Checksums.FlipOne(_bytes, header.HeaderChecksum);
        BrokenPropertyException.Unless(
            _shape.CheckBlock(_bytes, Block, in _chain, out _) is not null, $"flipped bit {bit} was not noticed");
        return Verdict.Accepted((int)header.SummarySize);
    }
}
