using System.Runtime.InteropServices;

namespace FastCore.Engine.Tables;

/// <summary>
/// Memory of a table's pages, freed all at once. A small table takes page by page; a large one takes chunks for which
/// the kernel is asked for huge pages. While there is a reserve, both come from it.
/// </summary>
/// <param name="pageBytes">Bytes of a page.</param>
/// <param name="mayBeHuge">False: page by page however large the table is.</param>
internal sealed unsafe class PageMemory(int pageBytes, bool mayBeHuge = true)
{
    private const int Alignment = 64;
    private const int ChunkBytesMax = 32 << 20;

    private readonly List<(nint Start, long Bytes)> _allocated = [];
    private byte* _next;
    private long _left;
    private long _total;

    /// <summary>Where chunks come from as long as it has some; null = from the system.</summary>
    public PageReserve? Reserve { get; set; }

    /// <summary>Bytes taken, from the reserve or from the system.</summary>
    public long Bytes => _total;

    /// <summary>A page of zeroes.</summary>
    public byte* Take()
    {
        byte* page = TakeDirty();
        NativeMemory.Clear(page, (nuint)pageBytes);
        return page;
    }

    /// <summary>A page of whatever bytes.</summary>
    public byte* TakeDirty()
    {
        if (_left < pageBytes)
        {
            Refill();
        }

        byte* page = _next;
        _next += pageBytes;
        _left -= pageBytes;
        return page;
    }

    /// <summary>Gives all pages back.</summary>
    public void FreeAll()
    {
        foreach ((nint start, long bytes) in _allocated)
        {
            if (Reserve is not null && Reserve.Has((byte*)start))
            {
                Reserve.Return((byte*)start, bytes);
            }
            else
            {
                NativeMemory.AlignedFree((void*)start);
            }
        }

        _allocated.Clear();
        _left = 0;
        _total = 0;
    }

    // Chunks grow with the table, so that what is asked for and not used yet stays a small part of it.
    private void Refill()
    {
        bool isHuge = mayBeHuge && _total >= HugePages.Bytes && pageBytes <= HugePages.Bytes;
        long bytes = isHuge
            ? Math.Min(ChunkBytesMax, Math.Max(HugePages.Bytes, _total / 4 / HugePages.Bytes * HugePages.Bytes))
            : pageBytes;
        _next = Reserve == null ? null : Reserve.TryTake(bytes);
        if (_next == null)
        {
            _next = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, isHuge ? HugePages.Bytes : (nuint)Alignment);
            if (isHuge)
            {
                HugePages.Advise(_next, bytes);
            }
        }

        _left = bytes;
        _total += bytes;
        _allocated.Add(((nint)_next, bytes));
    }
}
