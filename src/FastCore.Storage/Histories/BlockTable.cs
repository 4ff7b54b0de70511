using FastCore.Storage.Disk;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Histories;

// What is known of each full block: about 80 bytes and its summary. Grows by whole pieces that never move, because the
// writing thread fills in checksums and chain while the partition adds blocks. Each field has one writer. In native
// memory, since it stays for as long as the history and the collector would only copy it.
internal sealed unsafe class BlockTable : IDisposable
{
    private const int PieceShift = 10;
    private const int PieceRows = 1 << PieceShift;
    private const int PiecesFirst = 16;

    private readonly List<AlignedBuffer> _summaries = [];
    private readonly int _summarySize;
    private readonly int _summariesPerBuffer;
    private AlignedBuffer?[] _pieces = new AlignedBuffer?[PiecesFirst];

    public BlockTable(int summarySize)
    {
        _summarySize = summarySize;
        _summariesPerBuffer = summarySize == 0 ? int.MaxValue : Math.Max(1, (256 << 10) / summarySize);
    }

    public ref Entry this[long block] =>
        ref ((Entry*)_pieces[block >> PieceShift]!.Pointer)[block & (PieceRows - 1)];

    // Must be called by the partition for each block, in order, before anything is said about it.
    public void Add(long block)
    {
        int piece = (int)(block >> PieceShift);
        if (piece >= _pieces.Length)
        {
            // Release: whoever sees the longer list finds the pieces in it. The shorter one still tells the same of
            // older blocks.
            AlignedBuffer?[] longer = new AlignedBuffer?[_pieces.Length * 2];
            _pieces.CopyTo(longer, 0);
            Volatile.Write(ref _pieces, longer);
        }

        // The writing thread learns of the block through the queue, which orders this store before its reads.
        _pieces[piece] ??= new AlignedBuffer((int)AlignedBuffer.RoundUp(PieceRows * (long)sizeof(Entry)));
        this[block] = default;
        if (_summarySize != 0 && block / _summariesPerBuffer >= _summaries.Count)
        {
            _summaries.Add(new AlignedBuffer((int)AlignedBuffer.RoundUp((long)_summariesPerBuffer * _summarySize)));
        }
    }

    public Span<byte> Summary(long block)
    {
        if (_summarySize == 0)
        {
            return default;
        }

        int index = (int)(block % _summariesPerBuffer);
        return _summaries[(int)(block / _summariesPerBuffer)].Span.Slice(index * _summarySize, _summarySize);
    }

    public void Dispose()
    {
        foreach (AlignedBuffer buffer in _summaries)
        {
            buffer.Dispose();
        }

        foreach (AlignedBuffer? piece in _pieces)
        {
            piece?.Dispose();
        }

        _pieces = [];
        _summaries.Clear();
    }

    public struct Entry
    {
        // One more than the slot that holds the block in memory; 0 when none does. The partition's.
        public int Slot;

        // CRC-32C of the quarters of the rows. The writing thread's, or recovery's.
        public UInt128 RowChecksums;

        // Bytes of the block in its file. The writing thread's, or recovery's.
        public int StoredBytes;

        // Chain value up to and with this block. The writing thread's, or recovery's.
        public Hash256 Chain;
    }
}
