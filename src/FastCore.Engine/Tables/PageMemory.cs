using System.Runtime.InteropServices;

namespace FastCore.Engine.Tables;

/// <summary>
/// Memory of a table's pages, freed all at once. A small table takes page by page; a large one takes chunks for which
/// the kernel is asked for huge pages, because a lookup at random in gigabytes of small ones misses the TLB each time.
/// </summary>
internal sealed unsafe partial class PageMemory(int pageBytes)
{
    private const int Alignment = 64;
    private const int HugePageBytes = 2 << 20;
    private const int ChunkBytesMax = 32 << 20;
    private const int AdviceHugePage = 14;

    private readonly List<nint> _allocated = [];
    private byte* _next;
    private long _left;
    private long _total;

    /// <summary>Bytes taken from the system.</summary>
    public long Bytes => _total;

    /// <summary>A page of zeroes.</summary>
    public byte* Take()
    {
        if (_left < pageBytes)
        {
            Refill();
        }

        byte* page = _next;
        _next += pageBytes;
        _left -= pageBytes;
        NativeMemory.Clear(page, (nuint)pageBytes);
        return page;
    }

    public void FreeAll()
    {
        foreach (nint memory in _allocated)
        {
            NativeMemory.AlignedFree((void*)memory);
        }

        _allocated.Clear();
        _left = 0;
        _total = 0;
    }

    // Chunks grow with the table, so that what is asked for and not used yet stays a small part of it.
    private void Refill()
    {
        bool isHuge = _total >= HugePageBytes && pageBytes <= HugePageBytes;
        long bytes = isHuge
            ? Math.Min(ChunkBytesMax, Math.Max(HugePageBytes, _total / 4 / HugePageBytes * HugePageBytes))
            : pageBytes;
        _next = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, isHuge ? HugePageBytes : (nuint)Alignment);
        _left = bytes;
        _total += bytes;
        _allocated.Add((nint)_next);
        if (isHuge && OperatingSystem.IsLinux())
        {
            // Advice only: a kernel that does not know it goes on with small pages.
            _ = MemoryAdvise(_next, (nuint)bytes, AdviceHugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(byte* address, nuint length, int advice);
}
