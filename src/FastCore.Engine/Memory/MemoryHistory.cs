using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using FastCore.Engine.Ports;

namespace FastCore.Engine.Memory;

/// <summary>A history whose blocks all stay in native memory. Hot: no managed allocation per row, no lock.</summary>
/// <remarks>
/// A checkpoint holds the number of rows, a hash over the full blocks and the rows of the tail block; like on disk, the
/// full blocks themselves are kept by the storage, here by <see cref="MemoryPartitionStorage"/> across a simulated
/// crash.
/// </remarks>
/// <typeparam name="TRow">The row: unmanaged, all bytes defined.</typeparam>
public sealed unsafe class MemoryHistory<TRow> : IHistory<TRow>, IMemoryUser, IDisposable
    where TRow : unmanaged
{
    private const int BlockShift = 12;
    private const int BlockMask = (1 << BlockShift) - 1;
    private const int SnapshotHeaderSize = 32;

    private readonly IHistorySummarizer<TRow>? _summarizer;
    private readonly int _summarySize;
    private readonly StateHash _blockHash = new();
    private nint[] _blocks = new nint[16];
    private int _blocksAllocated;
    private long _count;
    private long _blocksSummarized;
    private long _blocksHashed;

    private bool _isMarked;
    private bool _headerWritten;
    private long _markedCount;
    private long _rowsWritten;
    private long _lookups;

    /// <summary>Makes an empty history.</summary>
    /// <param name="name">Name of the state part.</param>
    /// <param name="summarizer">Sums up full blocks, or null when nobody scans.</param>
    public MemoryHistory(string name, IHistorySummarizer<TRow>? summarizer = null)
    {
        Name = name;
        _summarizer = summarizer;
        _summarySize = summarizer?.SummarySize ?? 0;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_summarySize, 3072);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public uint Version => 1;

    /// <inheritdoc/>
    public long Count => _count;

    /// <inheritdoc/>
    public int RowsPerBlock => 1 << BlockShift;

    /// <summary>Ready, unless a test says otherwise.</summary>
    public StorageState State { get; set; }

    /// <inheritdoc/>
    public ref TRow Append()
    {
        if ((_count & BlockMask) == 0)
        {
            BeginBlock();
        }

        TRow* row = Row(_count++);
        *row = default;
        return ref *row;
    }

    /// <summary>False: no block ever leaves memory.</summary>
    public bool NeedsPrefetch => false;

    /// <inheritdoc/>
    public void Prefetch(long position)
    {
        if (Sse.IsSupported && (ulong)position < (ulong)_count)
        {
            byte* row = (byte*)Row(position);
            Sse.Prefetch0(row);
            if (sizeof(TRow) > 64)
            {
                Sse.Prefetch0(row + 64);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly TRow Get(long position)
    {
        if ((ulong)position >= (ulong)_count)
        {
            ThrowNoSuchRow(position);
        }

        _lookups++;
        return ref *Row(position);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<TRow> Block(long block)
    {
        long first = block << BlockShift;
        if (block < 0 || first >= _count)
        {
            return block << BlockShift == _count ? [] : throw NoSuchBlock(block);
        }

        return new ReadOnlySpan<TRow>((void*)_blocks[block], (int)Math.Min(_count - first, RowsPerBlock));
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Summary(long block)
    {
        if (block < 0 || block >= _count >> BlockShift)
        {
            throw NoSuchBlock(block);
        }

        SummarizeFullBlocks();
        return SummaryOf(block);
    }

    /// <inheritdoc/>
    public void BeginCheckpoint()
    {
        if (_isMarked)
        {
            throw new InvalidOperationException($"The history {Name} has a checkpoint running.");
        }

        // Rows never change, so the count is the whole mark.
        _isMarked = true;
        _headerWritten = false;
        _markedCount = _count;
        _rowsWritten = _count & ~(long)BlockMask;
    }

    /// <inheritdoc/>
    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        if (!_isMarked)
        {
            throw new InvalidOperationException($"The history {Name} has no checkpoint running.");
        }

        long rowsLeft = Math.Max(1, bytesMax / sizeof(TRow));
        while (_blocksHashed < _markedCount >> BlockShift)
        {
            if (rowsLeft <= 0)
            {
                return false;
            }

            _blockHash.Write(new ReadOnlySpan<byte>((void*)_blocks[_blocksHashed++], sizeof(TRow) << BlockShift));
            rowsLeft -= RowsPerBlock;
        }

        if (!_headerWritten)
        {
            Span<ulong> header = [(ulong)_markedCount, _blockHash.Value, (ulong)sizeof(TRow), (ulong)RowsPerBlock];
            writer.Write(MemoryMarshal.AsBytes(header));
            _headerWritten = true;
        }

        long take = Math.Clamp(_markedCount - _rowsWritten, 0, Math.Max(rowsLeft, 1));
        if (take != 0)
        {
            writer.Write(new ReadOnlySpan<byte>(Row(_rowsWritten), (int)take * sizeof(TRow)));
            _rowsWritten += take;
        }

        _isMarked = _rowsWritten < _markedCount;
        return !_isMarked;
    }

    /// <inheritdoc/>
    public void AbandonCheckpoint() => _isMarked = false;

    /// <inheritdoc/>
    public void Recover(ISnapshotReader reader, uint version)
    {
        if (version != Version)
        {
            throw Corrupt($"version {version} is not known here, only {Version}");
        }

        Span<ulong> header = stackalloc ulong[SnapshotHeaderSize / sizeof(ulong)];
        reader.Read(MemoryMarshal.AsBytes(header));
        long count = (long)header[0];
        if (count < 0 || header[2] != (ulong)sizeof(TRow) || header[3] != (ulong)RowsPerBlock)
        {
            throw Corrupt("the header does not fit the row");
        }

        long fullBlocks = count >> BlockShift;
        if (fullBlocks > _blocksAllocated)
        {
            throw Corrupt($"{fullBlocks} full blocks are expected, {_blocksAllocated} are there");
        }

        _isMarked = false;
        _count = fullBlocks << BlockShift;
        _blocksSummarized = 0;
        HashFullBlocks(header[1]);
        if ((count & BlockMask) != 0)
        {
            BeginBlock();
            reader.Read(new Span<byte>((void*)_blocks[fullBlocks], (int)(count & BlockMask) * sizeof(TRow)));
            _count = count;
        }
    }

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        long bytes = _blocksAllocated * (((long)sizeof(TRow) << BlockShift) + _summarySize);
        uses.Add(new MemoryUse(Name, MemoryUseKind.Cache)
        {
            Bytes = bytes,
            FreeBytes = bytes - (_count * sizeof(TRow)),
            Count = _count,
            Hits = _lookups,
        });
    }

    /// <summary>Frees all memory. No reference into the history may be used afterwards.</summary>
    public void Dispose()
    {
        for (int i = 0; i < _blocksAllocated; i++)
        {
            NativeMemory.AlignedFree((void*)_blocks[i]);
        }

        _blocksAllocated = 0;
        _count = 0;
    }

    /// <summary>
    /// What a crash leaves: the blocks that were full, in no use until a checkpoint says how many count.
    /// </summary>
    internal MemoryHistory<TRow> Reopen(IHistorySummarizer<TRow>? summarizer)
    {
        MemoryHistory<TRow> reopened = new(Name, summarizer);
        if (reopened._summarySize != _summarySize)
        {
            throw new InvalidOperationException($"The history {Name} has other summaries than before.");
        }

        reopened._blocks = _blocks;
        reopened._blocksAllocated = _blocksAllocated;
        _blocks = new nint[16];
        _blocksAllocated = 0;
        _count = 0;
        return reopened;
    }

    private TRow* Row(long position) => (TRow*)_blocks[position >> BlockShift] + (position & BlockMask);

    private Span<byte> SummaryOf(long block) =>
        new((byte*)_blocks[block] + ((long)sizeof(TRow) << BlockShift), _summarySize);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BeginBlock()
    {
        SummarizeFullBlocks();
        int block = (int)(_count >> BlockShift);
        if (block < _blocksAllocated)
        {
            return;
        }

        if (_blocksAllocated == _blocks.Length)
        {
            Array.Resize(ref _blocks, _blocks.Length * 2);
        }

        nuint size = ((nuint)sizeof(TRow) << BlockShift) + (nuint)_summarySize;
        _blocks[_blocksAllocated++] = (nint)NativeMemory.AlignedAlloc(size, 64);
    }

    // A block is summed up when the next one begins or when somebody asks: its last row is filled in by then.
    private void SummarizeFullBlocks()
    {
        for (; _blocksSummarized < _count >> BlockShift; _blocksSummarized++)
        {
            _summarizer?.Summarize(Block(_blocksSummarized), SummaryOf(_blocksSummarized));
        }
    }

    private void HashFullBlocks(ulong expected)
    {
        StateHash hash = _blockHash;
        if (_blocksHashed != 0)
        {
            throw new InvalidOperationException($"The history {Name} is recovered twice; open it anew.");
        }

        for (; _blocksHashed < _count >> BlockShift; _blocksHashed++)
        {
            hash.Write(new ReadOnlySpan<byte>((void*)_blocks[_blocksHashed], sizeof(TRow) << BlockShift));
        }

        if (hash.Value != expected)
        {
            throw Corrupt("the full blocks do not have the hash of the checkpoint");
        }
    }

    private CorruptStorageException Corrupt(string what) => new($"history {Name}", 0, 0, what);

    private ArgumentOutOfRangeException NoSuchBlock(long block) =>
        new(nameof(block), block, $"The history {Name} has {_count} rows.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowNoSuchRow(long position) =>
        throw new ArgumentOutOfRangeException(nameof(position), position, $"The history {Name} has {_count} rows.");
}
