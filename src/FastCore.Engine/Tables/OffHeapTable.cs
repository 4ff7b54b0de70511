using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using FastCore.Engine.Ports;

namespace FastCore.Engine.Tables;

/// <summary>
/// A bounded table of fixed-size rows outside the managed heap, owned by one thread. Hot: no managed allocation, no
/// lock; exceptions only for misuse.
/// </summary>
/// <remarks>
/// Rows lie densely in pages of at most 64 KiB that are allocated when first needed and never move, so growth copies no
/// row. A row keeps its slot for life. Freed slots form a list (last freed, first used) that runs through the freed
/// rows themselves, so slot numbers are a function of the history of calls and are part of the state. The index (see
/// <see cref="SlotIndex"/>) is not: it is rebuilt at recovery. A checkpoint is written page by page while the table
/// goes on changing: the first change of a row after the mark saves the row's old bytes.
/// </remarks>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TRow">The row: unmanaged, at least four bytes, all bytes defined (no padding).</typeparam>
public sealed unsafe class OffHeapTable<TKey, TRow> : IStatePart, IPagedPart, IMemoryUser, IDisposable
    where TKey : unmanaged, ITableKey<TKey>
    where TRow : unmanaged, ITableRow<TKey>
{
    private const int CacheLineBytes = 64;
    private const int PageBytesMax = 64 * 1024;
    private const int SnapshotHeaderSize = 32;
    private const int PagesListedFirst = 64;

    // A page is: bits of live rows, bits of rows saved for the running checkpoint, rows from the next 64-byte boundary
    // on.
    private static readonly int PageShift = Math.Max(6, 31 - int.LeadingZeroCount(PageBytesMax / sizeof(TRow)));
    private static readonly int PageMask = (1 << PageShift) - 1;
    private static readonly int BitmapBytes = 1 << (PageShift - 3);
    private static readonly int RowsOffset = ((2 * BitmapBytes) + 63) & ~63;
    private static readonly int PageBytes = RowsOffset + (sizeof(TRow) << PageShift);

    private readonly int _rowsMax;
    private readonly PageMemory _memory = new(PageBytes);
    private readonly SlotIndex? _index;
    private readonly SavedRows _saved;
    private byte** _pages;
    private int _pagesListed;
    private int _pagesAllocated;
    private int _slotsUsed;
    private int _count;
    private int _freeHead;

    // Counted by the one thread that owns the table.
    private long _lookups;
    private long _missed;

    // Checkpoint: rows at or above _markedSlots and pages below _nextPage need no saving.
    private bool _isMarked;
    private bool _isTrimming;
    private int _markedSlots;
    private int _nextPage;
    private byte* _image;
    private int _imageOffset;
    private int _imageLength;

    /// <summary>Makes an empty table.</summary>
    /// <param name="name">Name of the state part.</param>
    /// <param name="version">Version of the row's layout.</param>
    /// <param name="rowsMax">Rows at most, 1 … 2^30. Memory is taken as rows come.</param>
    /// <param name="rowsInitial">Rows the index is sized for from the start.</param>
    /// <param name="isIndexed">
    /// False: rows are reached by their slots only, which others keep. Two rows may then have the same key.
    /// </param>
    public OffHeapTable(string name, uint version, int rowsMax, int rowsInitial = 32, bool isIndexed = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowsMax, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(sizeof(TRow), sizeof(int));
        Name = name;
        Version = version;
        _rowsMax = rowsMax;
        _pagesListed = (int)Math.Min(PagesListedFirst, ((long)rowsMax + PageMask) >> PageShift);
        _pages = (byte**)NativeMemory.Alloc((nuint)_pagesListed, (nuint)sizeof(byte*));
        _index = isIndexed ? new SlotIndex(Math.Min(rowsInitial, rowsMax)) : null;
        _saved = new SavedRows(sizeof(TRow));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public uint Version { get; }

    /// <summary>Live rows.</summary>
    public int Count => _count;

    /// <summary>Slots ever used: iterate 0 … SlotsUsed − 1 with <see cref="IsLive"/>.</summary>
    public int SlotsUsed => _slotsUsed;

    /// <summary>True when no row can be inserted.</summary>
    public bool IsFull => _count == _rowsMax;

    /// <summary>Whether so many rows can be inserted.</summary>
    public bool HasRoomFor(int rows) => rows <= _rowsMax - _count;

    /// <summary>The slot of a key, or −1.</summary>
    /// <exception cref="InvalidOperationException">The table is not indexed.</exception>
    public int Find(in TKey key)
    {
        int slot = Probe(in key);
        _lookups++;

        // One more when the slot is negative, without a branch.
        _missed += slot >>> 31;
        return slot;
    }

    /// <summary>Whether a key may be there: false = it is not. Looks at the index alone, at no row.</summary>
    /// <exception cref="InvalidOperationException">The table is not indexed.</exception>
    public bool MayContain(in TKey key)
    {
        uint tag = SlotIndex.TagOf(key.Hash64());
        ulong* entries = Index.Segment(tag, out uint mask);
        uint at = tag & mask;
        while (entries[at] is ulong entry and not 0)
        {
            if ((uint)(entry >> 32) == tag)
            {
                return true;
            }

            at = (at + 1) & mask;
        }

        return false;
    }

    /// <summary>
    /// Brings a key's row towards the CPU. It reads the index entry, so calls for the keys of a batch, one after the
    /// other, overlap their cache misses. Does nothing where the CPU has no such instruction.
    /// </summary>
    /// <returns>The slot that is the key's unless another one has the same tag, or −1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Prefetch(in TKey key)
    {
        if (!Sse.IsSupported)
        {
            return -1;
        }

        uint tag = SlotIndex.TagOf(key.Hash64());
        ulong* entries = Index.Segment(tag, out uint mask);
        uint at = tag & mask;
        ulong entry;
        while ((entry = entries[at]) != 0)
        {
            if ((uint)(entry >> 32) == tag)
            {
                int slot = (int)((uint)entry - 1);
                Prefetch(slot);
                return slot;
            }

            at = (at + 1) & mask;
        }

        return -1;
    }

    /// <summary>
    /// Brings a key's index entry towards the CPU without waiting for it: for who has the slot and will remove the row.
    /// Does nothing where the CPU has no such instruction.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PrefetchEntry(in TKey key)
    {
        if (Sse.IsSupported)
        {
            uint tag = SlotIndex.TagOf(key.Hash64());
            ulong* entries = Index.Segment(tag, out uint mask);
            Sse.Prefetch0(entries + (tag & mask));
        }
    }

    /// <summary>Brings the row of a slot towards the CPU. Does nothing where the CPU has no such instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot)
    {
        if (Sse.IsSupported)
        {
            byte* row = (byte*)Row(slot);
            for (int line = 0; line < sizeof(TRow); line += CacheLineBytes)
            {
                Sse.Prefetch0(row + line);
            }
        }
    }

    /// <summary>
    /// Brings the place where a running checkpoint notes that a row was saved towards the CPU: for who will change the
    /// row. Does nothing while there is none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchMark(int slot)
    {
        if (_isMarked && Sse.IsSupported)
        {
            Sse.Prefetch0(_pages[slot >> PageShift] + BitmapBytes);
        }
    }

    /// <summary>A row, to read. Valid until the next call that changes the table.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slot was never used.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly TRow Read(int slot)
    {
        if ((uint)slot >= (uint)_slotsUsed)
        {
            ThrowNoSuchSlot(slot);
        }

        return ref *Row(slot);
    }

    /// <summary>A row, to change. Valid until the next call on the table; the key must stay as it is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slot was never used.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TRow Write(int slot)
    {
        if ((uint)slot >= (uint)_slotsUsed)
        {
            ThrowNoSuchSlot(slot);
        }

        if (_isMarked)
        {
            SaveBeforeChange(slot);
        }

        return ref *Row(slot);
    }

    /// <summary>
    /// Adds a row for an absent key and returns it zeroed. The caller fills in the key before its next call.
    /// </summary>
    /// <exception cref="InvalidOperationException">The table is full, or the key is there already.</exception>
    public ref TRow Insert(in TKey key, out int slot)
    {
        if (_count == _rowsMax)
        {
            throw new InvalidOperationException($"The table {Name} is full; check IsFull before an insert.");
        }

        if (_index is not null && Probe(in key) >= 0)
        {
            throw new InvalidOperationException($"The table {Name} already has this key.");
        }

        TRow* row;
        if (_freeHead != 0)
        {
            slot = _freeHead - 1;
            row = Row(slot);
            if (_isMarked)
            {
                SaveBeforeChange(slot);
            }

            _freeHead = *(int*)row;
            if (_freeHead != 0)
            {
                // The next one to be used again.
                Prefetch(_freeHead - 1);
            }
        }
        else
        {
            slot = _slotsUsed;
            if (slot >> PageShift == _pagesAllocated)
            {
                AllocatePage();
            }

            _slotsUsed++;
            row = Row(slot);
        }

        *row = default;
        LiveBits(slot >> PageShift)[(slot & PageMask) >> 6] |= 1UL << (slot & 63);
        _index?.Insert(SlotIndex.TagOf(key.Hash64()), slot);
        _count++;
        return ref *row;
    }

    /// <summary>Removes a live row. Its slot is the next one to be used again.</summary>
    /// <exception cref="InvalidOperationException">The slot holds no live row.</exception>
    public void Remove(int slot)
    {
        if (!IsLive(slot))
        {
            throw new InvalidOperationException($"Slot {slot} of the table {Name} holds no row.");
        }

        if (_isMarked)
        {
            SaveBeforeChange(slot);
        }

        TRow* row = Row(slot);
        _index?.Remove(SlotIndex.TagOf(row->Key.Hash64()), slot);
        LiveBits(slot >> PageShift)[(slot & PageMask) >> 6] &= ~(1UL << (slot & 63));
        *row = default;
        *(int*)row = _freeHead;
        _freeHead = slot + 1;
        _count--;
    }

    /// <summary>Whether the slot holds a row.</summary>
    public bool IsLive(int slot) =>
        (uint)slot < (uint)_slotsUsed
        && (LiveBits(slot >> PageShift)[(slot & PageMask) >> 6] & (1UL << (slot & 63))) != 0;

    /// <inheritdoc/>
    public void BeginCheckpoint()
    {
        if (_isMarked || _isTrimming)
        {
            throw new InvalidOperationException($"The table {Name} has a checkpoint running.");
        }

        if (_image == null)
        {
            _image = (byte*)NativeMemory.AlignedAlloc((nuint)PageBytes, 64);
        }

        _saved.Begin(_pagesAllocated);
        uint* header = (uint*)_image;
        header[0] = (uint)sizeof(TRow);
        header[1] = 1u << PageShift;
        header[2] = (uint)_count;
        header[3] = (uint)_slotsUsed;
        header[4] = (uint)_freeHead;
        header[5] = header[6] = header[7] = 0;
        _imageOffset = 0;
        _imageLength = SnapshotHeaderSize;
        _markedSlots = _slotsUsed;
        _nextPage = 0;
        _isMarked = true;
    }

    /// <inheritdoc/>
    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        if (_isTrimming)
        {
            return Trim();
        }

        if (!_isMarked)
        {
            throw new InvalidOperationException($"The table {Name} has no checkpoint running.");
        }

        int left = Math.Max(bytesMax, 1);
        while (true)
        {
            if (_imageOffset < _imageLength)
            {
                int take = Math.Min(left, _imageLength - _imageOffset);
                writer.Write(new ReadOnlySpan<byte>(_image + _imageOffset, take));
                _imageOffset += take;
                left -= take;
                if (_imageOffset < _imageLength)
                {
                    return false;
                }
            }

            if ((long)_nextPage << PageShift >= _markedSlots)
            {
                EndCheckpoint();
                return !_isTrimming;
            }

            if (left == 0)
            {
                return false;
            }

            TakeImage();
        }
    }

    /// <inheritdoc/>
    public void AbandonCheckpoint()
    {
        while (!AbandonSlice(int.MaxValue))
        {
            // The next piece.
        }
    }

    /// <inheritdoc/>
    public bool AbandonSlice(int bytesMax)
    {
        if (!_isMarked)
        {
            return !_isTrimming || Trim();
        }

        // What was saved of a page is forgotten by taking its image.
        for (int left = bytesMax; (long)_nextPage << PageShift < _markedSlots; left -= PageBytes)
        {
            if (left <= 0)
            {
                return false;
            }

            TakeImage();
        }

        EndCheckpoint();
        return !_isTrimming;
    }

    /// <inheritdoc/>
    public void Recover(ISnapshotReader reader, uint version)
    {
        if (version != Version)
        {
            throw Corrupt($"version {version} is not known here, only {Version}");
        }

        AbandonCheckpoint();
        _index?.Clear();
        FreePages();
        uint* header = stackalloc uint[SnapshotHeaderSize / sizeof(uint)];
        reader.Read(new Span<byte>(header, SnapshotHeaderSize));
        if (header[0] != sizeof(TRow) || header[1] != 1u << PageShift || header[2] > header[3] || header[4] > header[3])
        {
            throw Corrupt("the header does not fit the row");
        }

        if (header[3] > _rowsMax)
        {
            throw new InvalidOperationException(
                $"The checkpoint holds {header[3]} slots of the table {Name}, but it is configured for {_rowsMax}.");
        }

        _count = (int)header[2];
        _slotsUsed = (int)header[3];
        _freeHead = (int)header[4];
        for (int page = 0; (long)page << PageShift < _slotsUsed; page++)
        {
            RecoverPage(reader, page);
        }

        CheckFreeList();
    }

    void IPagedPart.UseReserve(PageReserve reserve)
    {
        _memory.Reserve = reserve;
        _index?.UseReserve(reserve);
    }

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        long rows = _memory.Bytes + ((long)_pagesListed * sizeof(byte*)) + (_image == null ? 0 : PageBytes);
        uses.Add(new MemoryUse(Name, MemoryUseKind.Table)
        {
            Bytes = rows + _saved.Bytes,
            FreeBytes = rows - ((long)_count * sizeof(TRow)) - ((long)_pagesAllocated * sizeof(byte*)),
            Count = _count,
            CountMax = _rowsMax,
            Hits = _lookups - _missed,
            Misses = _missed,
        });
        if (_index is not null)
        {
            uses.Add(new MemoryUse(Name + ".index", MemoryUseKind.Index)
            {
                Bytes = _index.Bytes,
                FreeBytes = (_index.Capacity - _count) * sizeof(ulong),
                Count = _count,
                CountMax = _index.Capacity,
            });
        }
    }

    /// <summary>Frees all memory. No reference into the table may be used afterwards.</summary>
    public void Dispose()
    {
        if (_pages == null)
        {
            return;
        }

        FreePages();
        NativeMemory.Free(_pages);
        NativeMemory.AlignedFree(_image);
        _pages = null;
        _image = null;
        _slotsUsed = 0;
        _count = 0;
        _index?.Dispose();
        _saved.Dispose();
    }

    private SlotIndex Index => _index ?? throw new InvalidOperationException($"The table {Name} has no index.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TRow* Row(int slot) => (TRow*)(_pages[slot >> PageShift] + RowsOffset) + (slot & PageMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Probe(in TKey key)
    {
        uint tag = SlotIndex.TagOf(key.Hash64());
        ulong* entries = Index.Segment(tag, out uint mask);
        uint at = tag & mask;
        while (true)
        {
            ulong entry = entries[at];
            if ((uint)(entry >> 32) == tag && entry != 0)
            {
                int slot = (int)((uint)entry - 1);
                if (Row(slot)->Key.Equals(key))
                {
                    return slot;
                }
            }
            else if (entry == 0)
            {
                return -1;
            }

            at = (at + 1) & mask;
        }
    }

    private ulong* LiveBits(int page) => (ulong*)_pages[page];

    private ulong* SavedBits(int page) => (ulong*)(_pages[page] + BitmapBytes);

    private static int RowsIn(int page, int slots) => Math.Min(slots - (page << PageShift), PageMask + 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SaveBeforeChange(int slot)
    {
        int page = slot >> PageShift;
        if (slot >= _markedSlots || page < _nextPage)
        {
            return;
        }

        int row = slot & PageMask;
        ulong bit = 1UL << (row & 63);
        ref ulong saved = ref SavedBits(page)[row >> 6];
        if ((saved & bit) == 0)
        {
            saved |= bit;
            _saved.Add(page, row, (LiveBits(page)[row >> 6] & bit) != 0, (byte*)Row(slot));
        }
    }

    // Puts the next page as it was at the mark into the image buffer: from here on the page may change freely.
    private void TakeImage()
    {
        int page = _nextPage++;
        int rows = RowsIn(page, _markedSlots);
        byte* source = _pages[page];
        byte* rowBytes = _image + BitmapBytes;
        Buffer.MemoryCopy(source, _image, BitmapBytes, BitmapBytes);
        Buffer.MemoryCopy(source + RowsOffset, rowBytes, PageBytes, (long)rows * sizeof(TRow));
        _saved.Restore(page, rowBytes, (ulong*)_image, SavedBits(page));

        // Rows inserted after the mark share the bitmap with the marked ones.
        for (int row = rows; row <= PageMask; row++)
        {
            ((ulong*)_image)[row >> 6] &= ~(1UL << (row & 63));
        }

        _imageOffset = 0;
        _imageLength = BitmapBytes + (rows * sizeof(TRow));
    }

    private void EndCheckpoint()
    {
        _isMarked = false;
        _saved.Clear();
        _isTrimming = true;
        _ = Trim();
    }

    private bool Trim()
    {
        _isTrimming = !_saved.Trim();
        return !_isTrimming;
    }

    private void AllocatePage()
    {
        if (_pagesAllocated == _pagesListed)
        {
            _pagesListed *= 2;
            _pages = (byte**)NativeMemory.Realloc(_pages, (nuint)_pagesListed * (nuint)sizeof(byte*));
        }

        _pages[_pagesAllocated++] = _memory.Take();
    }

    private void FreePages()
    {
        _memory.FreeAll();
        _pagesAllocated = 0;
    }

    private void RecoverPage(ISnapshotReader reader, int page)
    {
        AllocatePage();
        int rows = RowsIn(page, _slotsUsed);
        reader.Read(new Span<byte>(_pages[page], BitmapBytes));
        reader.Read(new Span<byte>(_pages[page] + RowsOffset, rows * sizeof(TRow)));
        for (int row = 0; row <= PageMask; row++)
        {
            if ((LiveBits(page)[row >> 6] & (1UL << (row & 63))) == 0)
            {
                continue;
            }

            int slot = (page << PageShift) + row;
            TKey key = row < rows ? Row(slot)->Key : throw Corrupt("a row beyond the last one is marked live");
            if (_index is not null && Probe(in key) >= 0)
            {
                throw Corrupt($"slot {slot} repeats a key");
            }

            _index?.Insert(SlotIndex.TagOf(key.Hash64()), slot);
        }
    }

    private void CheckFreeList()
    {
        int free = 0;
        for (int next = _freeHead; next != 0; next = *(int*)Row(next - 1))
        {
            if ((uint)next > (uint)_slotsUsed || IsLive(next - 1) || ++free > _slotsUsed)
            {
                throw Corrupt("the list of free slots is broken");
            }
        }

        int live = 0;
        for (int page = 0; (long)page << PageShift < _slotsUsed; page++)
        {
            for (int word = 0; word < BitmapBytes / sizeof(ulong); word++)
            {
                live += System.Numerics.BitOperations.PopCount(LiveBits(page)[word]);
            }
        }

        if (live != _count || live + free != _slotsUsed)
        {
            throw Corrupt($"{live} live and {free} free rows do not add up to {_slotsUsed} slots");
        }
    }

    private CorruptStorageException Corrupt(string what) => new($"section {Name}", 0, 0, what);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowNoSuchSlot(int slot) =>
        throw new ArgumentOutOfRangeException(nameof(slot), slot, $"The table {Name} has used {_slotsUsed} slots.");
}
