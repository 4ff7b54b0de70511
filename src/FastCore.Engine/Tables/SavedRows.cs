using System.Runtime.InteropServices;

namespace FastCore.Engine.Tables;

/// <summary>
/// The old bytes of rows that changed after a checkpoint's mark and before their page was written. Kept by row, not by
/// page: a batch that touches thousands of rows scattered over a large table copies those rows only, where copying
/// whole pages would stop the partition for tens of milliseconds right after the mark.
/// </summary>
internal sealed unsafe class SavedRows : IDisposable
{
    private const int HeaderSize = 8;
    private const int ChunkBytes = 64 * 1024;
    private const int ChunksKept = 64;
    private const int ChunksTrimmed = 32;

    private readonly int _rowSize;
    private readonly int _recordSize;
    private readonly int _recordsPerChunk;
    private readonly List<nint> _chunks = [];
    private int* _heads;
    private int _pages;
    private int _count;

    public SavedRows(int rowSize)
    {
        _rowSize = rowSize;
        _recordSize = (HeaderSize + rowSize + 7) & ~7;
        _recordsPerChunk = Math.Max(1, ChunkBytes / _recordSize);
    }

    /// <summary>Bytes taken from the system.</summary>
    public long Bytes =>
        ((long)_chunks.Count * _recordsPerChunk * _recordSize) + ((long)_pages * sizeof(int));

    /// <summary>Gets ready to save rows of the pages there are; the list must be empty.</summary>
    public void Begin(int pages)
    {
        if (pages > _pages)
        {
            // Some to spare, so that a table that grows does not take new memory for each checkpoint.
            NativeMemory.Free(_heads);
            _pages = pages + (pages / 2);
            _heads = (int*)NativeMemory.AllocZeroed((nuint)_pages, sizeof(int));
        }
    }

    /// <summary>Saves a row of a page.</summary>
    public void Add(int page, int rowInPage, bool isLive, byte* row)
    {
        int chunk = _count / _recordsPerChunk;
        if (chunk == _chunks.Count)
        {
            _chunks.Add((nint)NativeMemory.AlignedAlloc((nuint)(_recordsPerChunk * _recordSize), 64));
        }

        byte* record = Record(_count);
        ((int*)record)[0] = _heads[page];
        ((int*)record)[1] = isLive ? rowInPage : ~rowInPage;
        Buffer.MemoryCopy(row, record + HeaderSize, _rowSize, _rowSize);
        _count++;
        _heads[page] = _count;
    }

    /// <summary>
    /// Puts the saved rows of a page back into a copy of it, clears their bits in <paramref name="savedBits"/> (which
    /// belong to the page itself) and forgets them.
    /// </summary>
    public void Restore(int page, byte* rows, ulong* liveBits, ulong* savedBits)
    {
        int next = _heads[page];
        _heads[page] = 0;
        while (next != 0)
        {
            byte* record = Record(next - 1);
            int coded = ((int*)record)[1];
            int row = coded < 0 ? ~coded : coded;
            ulong bit = 1UL << (row & 63);
            savedBits[row >> 6] &= ~bit;
            liveBits[row >> 6] = coded < 0 ? liveBits[row >> 6] & ~bit : liveBits[row >> 6] | bit;
            Buffer.MemoryCopy(record + HeaderSize, rows + ((long)row * _rowSize), _rowSize, _rowSize);
            next = ((int*)record)[0];
        }
    }

    /// <summary>Forgets everything; the memory goes back by <see cref="Trim"/>.</summary>
    public void Clear() => _count = 0;

    /// <summary>
    /// Gives back some of the memory beyond a small reserve: all at once can take tens of milliseconds.
    /// </summary>
    /// <returns>True when there is no more to give back.</returns>
    public bool Trim()
    {
        int kept = Math.Max(ChunksKept, _chunks.Count - ChunksTrimmed);
        while (_chunks.Count > kept)
        {
            NativeMemory.AlignedFree((void*)_chunks[^1]);
            _chunks.RemoveAt(_chunks.Count - 1);
        }

        return kept == ChunksKept;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint chunk in _chunks)
        {
            NativeMemory.AlignedFree((void*)chunk);
        }

        _chunks.Clear();
        NativeMemory.Free(_heads);
        _heads = null;
        _pages = 0;
    }

    private byte* Record(int index) =>
        (byte*)_chunks[index / _recordsPerChunk] + ((long)(index % _recordsPerChunk) * _recordSize);
}
