using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using FastCore.Engine.Ports;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Histories;

// A history in files. Append may not allocate, lock or wait, except once per block, and there it only hands over.
internal sealed unsafe class FileHistory<TRow> : IHistory<TRow>, IMemoryUser, IStoredHistory
    where TRow : unmanaged
{
    private const int CacheLineBytes = 64;

    // Bytes between a row that is appended and the line that is asked for then: several rows of the usual sizes.
    private const int AheadBytes = 1024;

    private readonly HistoryShape _shape;
    private readonly HistoryBlocks _blocks;
    private readonly IHistorySummarizer<TRow>? _summarizer;
    private readonly FetchedRows<TRow> _fetched = new();
    private readonly byte[] _summary;
    private readonly int _rowsPerBlock;
    private readonly int _shift;
    private TRow* _tail;
    private int _tailRows;
    private long _markCount = -1;
    private long _markWritten;
    private long _lookups;

    public FileHistory(string name, HistoryShape shape, HistoryBlocks blocks, IHistorySummarizer<TRow>? summarizer)
    {
        Name = name;
        _shape = shape;
        _blocks = blocks;
        _summarizer = summarizer;
        _summary = new byte[shape.SummarySize];
        _rowsPerBlock = shape.RowsPerBlock;
        _shift = shape.RowShift;
        _tail = TailRows();
    }

    public string Name { get; }

    public uint Version => 1;

    public long Count => (_blocks.Sealed << _shift) + _tailRows;

    public int RowsPerBlock => _rowsPerBlock;

    public StorageState State => _blocks.State;

    public Exception? Error => _blocks.Error;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TRow Append()
    {
        if (_tailRows == _rowsPerBlock)
        {
            SealTail();
        }

        TRow* row = _tail + _tailRows++;
        Fetch((byte*)row + AheadBytes);
        *row = default;
        return ref *row;
    }

    public bool NeedsPrefetch => _blocks.NeedsPrefetch;

    public void Prefetch(long position)
    {
        long block = position >> _shift;
        if (block >= _blocks.Sealed || !_blocks.NeedsPrefetch)
        {
            return;
        }

        _lookups++;
        if (_blocks.Stays(block))
        {
            // No copy: the row is asked for, and will be here when it is looked at.
            Fetch((byte*)((TRow*)_blocks.Rows(block) + (position & (_rowsPerBlock - 1))));
        }
        else if (!_fetched.TryKeep(position))
        {
            _fetched.Add(position, in ((TRow*)_blocks.Rows(block))[position & (_rowsPerBlock - 1)]);
        }
    }

    public ref readonly TRow Get(long position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)position, (ulong)Count);
        _lookups++;
        long block = position >> _shift;
        int row = (int)(position & (_rowsPerBlock - 1));
        if (block == _blocks.Sealed)
        {
            return ref _tail[row];
        }

        if (!_blocks.IsInMemory(block) && _fetched.Find(position) is int slot and >= 0)
        {
            return ref _fetched[slot];
        }

        return ref ((TRow*)_blocks.Rows(block))[row];
    }

    public ReadOnlySpan<TRow> Block(long block)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)block, (ulong)_blocks.Sealed);
        _lookups++;
        return block == _blocks.Sealed
            ? new ReadOnlySpan<TRow>(_tail, _tailRows)
            : new ReadOnlySpan<TRow>(_blocks.Rows(block), _rowsPerBlock);
    }

    public ReadOnlySpan<byte> Summary(long block)
    {
        SealFullTail();
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)block, (ulong)_blocks.Sealed);
        return _blocks.Summary(block);
    }

    public void BeginCheckpoint()
    {
        SealFullTail();
        _markCount = Count;
        _markWritten = -1;
        _blocks.KeptBlock = _blocks.Sealed;
        MarkedBlocks = _blocks.Sealed;
    }

    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        long blocks = _markCount >> _shift;
        long rows = _markCount & (_rowsPerBlock - 1);
        if (_markWritten < 0)
        {
            if (!_blocks.TryGetChain(blocks, out Hash256 chain))
            {
                return false;
            }

            HistoryMark mark = new()
            {
                RowSize = (uint)sizeof(TRow),
                RowsPerBlock = (uint)_rowsPerBlock,
                Count = (ulong)_markCount,
                Chain = chain,
                BlocksPerSegment = (ulong)_shape.BlocksPerSegment,
                SummarySize = (uint)_shape.SummarySize,
            };
            writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<HistoryMark>(in mark)));
            _markWritten = 0;
        }

        // Rows never change, so those below the mark are written from where they lie.
        TRow* source = blocks == _blocks.Sealed ? _tail : (TRow*)_blocks.Rows(blocks);
        int count = (int)Math.Min(rows - _markWritten, Math.Max(1, bytesMax / sizeof(TRow)));
        writer.Write(new ReadOnlySpan<byte>(source + _markWritten, count * sizeof(TRow)));
        _markWritten += count;
        if (_markWritten < rows)
        {
            return false;
        }

        AbandonCheckpoint();
        return true;
    }

    public void AbandonCheckpoint()
    {
        _markCount = -1;
        _blocks.KeptBlock = -1;
    }

    public void Recover(ISnapshotReader reader, uint version)
    {
        if (version != Version)
        {
            throw new DataDirectoryException(
                DataDirectoryError.UnknownVersion, _shape.Folder, $"version {version} of a history is not known");
        }

        if (Count != 0)
        {
            throw new InvalidOperationException("A history is recovered before anything is appended to it.");
        }

        HistoryMark mark = default;
        reader.Read(MemoryMarshal.AsBytes(new Span<HistoryMark>(ref mark)));
        if (mark.RowSize != sizeof(TRow) || mark.RowsPerBlock != _rowsPerBlock)
        {
            throw new DataDirectoryException(
                DataDirectoryError.SettingMismatch,
                _shape.Folder,
                $"its blocks hold {mark.RowsPerBlock} rows of {mark.RowSize} bytes, "
                + $"not {_rowsPerBlock} of {sizeof(TRow)}");
        }

        if (mark.BlocksPerSegment != (ulong)_shape.BlocksPerSegment || mark.SummarySize != _shape.SummarySize)
        {
            throw new DataDirectoryException(
                DataDirectoryError.SettingMismatch,
                _shape.Folder,
                $"its files hold {mark.BlocksPerSegment} blocks with summaries of {mark.SummarySize} bytes, "
                + $"not {_shape.BlocksPerSegment} with {_shape.SummarySize}");
        }

        _blocks.Recover((long)(mark.Count >> _shift), in mark.Chain);
        _tailRows = (int)(mark.Count & (ulong)(_rowsPerBlock - 1));
        reader.Read(new Span<byte>(_tail, _tailRows * sizeof(TRow)));
    }

    public long MarkedBlocks { get; private set; }

    public bool TrySyncTo(long blocks) => _blocks.TrySyncTo(blocks);

    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        uses.Add(new MemoryUse(Name, MemoryUseKind.Cache)
        {
            Bytes = _blocks.MemoryBytes,
            FreeBytes = _blocks.MemoryBytes - _blocks.UsedBytes,
            BytesMax = _blocks.MemoryBytesMax,
            Count = (_blocks.InMemory << _shift) + _tailRows,
            Hits = _lookups - _blocks.Loads,
            Misses = _blocks.Loads,
        });
        uses.Add(new MemoryUse(Name + ".disk", MemoryUseKind.Disk)
        {
            Bytes = _blocks.DiskBytes,
            FreeBytes = _blocks.DiskBytesFree,
            Count = _blocks.Written << _shift,
            Hits = _blocks.Loads,
        });
    }

    public void Dispose()
    {
        _blocks.Dispose();
        _fetched.Dispose();
    }

    // A row's worth of lines towards the CPU. What lies behind the block is no more than a useless question.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(byte* from)
    {
        if (Sse.IsSupported)
        {
            for (int line = 0; line < sizeof(TRow); line += CacheLineBytes)
            {
                Sse.Prefetch0(from + line);
            }
        }
    }

    private TRow* TailRows() => (TRow*)(_blocks.Tail.Pointer + HistoryBlockHeader.Size);

    private void SealFullTail()
    {
        if (_tailRows == _rowsPerBlock)
        {
            SealTail();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SealTail()
    {
        _summarizer?.Summarize(new ReadOnlySpan<TRow>(_tail, _rowsPerBlock), _summary);
        _blocks.SealTail(_summary);
        _tail = TailRows();
        _tailRows = 0;
    }
}
