using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Engine.Tables;

/// <summary>
/// From key hash to table slot. Hot: no allocation on the managed heap, no lock, no exception.
/// </summary>
/// <remarks>
/// An entry is 8 bytes: a 32-bit tag (the upper half of the mixed hash) and the slot + 1; zero is empty. Entries lie in
/// segments of 4,096 (the first one doubles up to that), probed linearly inside the segment; the top bits of the tag
/// choose the segment through a directory. When a segment is three quarters full it alone is split in two, so growth
/// costs some ten microseconds at a time however large the table is: there is no rehash of everything, and nothing is
/// reserved for rows that may never come. The tag holds all the bits that a split needs, so a split never touches a
/// row.
/// Keys that are hostile enough to share the tag bits cannot blow up the directory: it never has more than
/// <see cref="DirectoryPerSegmentMax"/> entries per segment; beyond that the segment itself doubles.
/// </remarks>
internal sealed unsafe class SlotIndex : IDisposable
{
    private const int SegmentBits = 12;
    private const int SegmentBitsMin = 6;
    private const int DepthMax = 32 - SegmentBits;
    private const int DirectoryPerSegmentMax = 64;
    private const int HeaderSize = 64;

    // Each directory entry is the segment's address, 64-byte aligned, with log2 of its capacity in the low six bits, so
    // that a lookup does not read the segment's header.
    private readonly int _firstBits = SegmentBitsMin;
    private nuint* _directory;
    private int _depth;
    private int _segments;
    private long _capacity;

    public SlotIndex(int rowsInitial)
    {
        while (_depth < DepthMax && ((long)Limit(SegmentBits) << _depth) < rowsInitial)
        {
            _depth++;
        }

        while (_firstBits < SegmentBits && Limit(_firstBits) < rowsInitial)
        {
            _firstBits++;
        }

        AllocateDirectory();
    }

    /// <summary>Entries that there is room for; a segment is split when three quarters of its are in use.</summary>
    public long Capacity => _capacity;

    /// <summary>Bytes taken from the system.</summary>
    public long Bytes =>
        (_capacity * sizeof(ulong)) + ((long)_segments * HeaderSize) + (sizeof(nuint) * (1L << _depth));

    /// <summary>
    /// The tag of a key's hash. The multiplication spreads even a poor hash over all bits of the tag.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint TagOf(ulong hash) => (uint)((hash * 0x9E3779B97F4A7C15UL) >> 32);

    /// <summary>
    /// The entries among which a tag's entry is, and the mask of positions in them. Probe from tag AND mask on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* Segment(uint tag, out uint mask)
    {
        nuint entry = _directory[(ulong)tag >> (32 - _depth)];
        mask = (1u << (int)(entry & 63)) - 1;
        return (ulong*)((entry & ~(nuint)63) + HeaderSize);
    }

    /// <summary>Adds an entry. The same slot must not be there yet.</summary>
    public void Insert(uint tag, int slot)
    {
        nuint entry = _directory[(ulong)tag >> (32 - _depth)];
        while (Header(entry)->Count >= Limit(Bits(entry)))
        {
            MakeRoom(tag, entry);
            entry = _directory[(ulong)tag >> (32 - _depth)];
        }

        Place(entry, ((ulong)tag << 32) | ((uint)slot + 1));
    }

    /// <summary>Removes the entry of a slot; it must be there.</summary>
    public void Remove(uint tag, int slot)
    {
        ulong* entries = Segment(tag, out uint mask);
        ulong wanted = ((ulong)tag << 32) | ((uint)slot + 1);
        uint hole = tag & mask;
        while (entries[hole] != wanted)
        {
            if (entries[hole] == 0)
            {
                throw new InvalidOperationException("A table's row is missing from its index.");
            }

            hole = (hole + 1) & mask;
        }

        // Entries behind the hole move up if that brings them no nearer than their own first position, so no tombstones
        // are ever left and lookups stay as short as in a freshly built index.
        uint next = hole;
        while (true)
        {
            next = (next + 1) & mask;
            ulong moving = entries[next];
            if (moving == 0)
            {
                break;
            }

            uint home = (uint)(moving >> 32) & mask;
            if (((next - home) & mask) >= ((next - hole) & mask))
            {
                entries[hole] = moving;
                hole = next;
            }
        }

        entries[hole] = 0;
        Header(_directory[(ulong)tag >> (32 - _depth)])->Count--;
    }

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        FreeAll();
        _depth = 0;
        AllocateDirectory();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FreeAll();
        _directory = null;
    }

    private static int Bits(nuint entry) => (int)(entry & 63);

    private static int Limit(int bits) => (1 << bits) / 4 * 3;

    private static SegmentHeader* Header(nuint entry) => (SegmentHeader*)(entry & ~(nuint)63);

    private static void Place(nuint entry, ulong value)
    {
        SegmentHeader* header = Header(entry);
        ulong* entries = (ulong*)((byte*)header + HeaderSize);
        uint mask = (1u << Bits(entry)) - 1;
        uint at = (uint)(value >> 32) & mask;
        while (entries[at] != 0)
        {
            at = (at + 1) & mask;
        }

        entries[at] = value;
        header->Count++;
    }

    private static nuint AllocateSegment(int bits, int depth)
    {
        nuint size = HeaderSize + ((nuint)sizeof(ulong) << bits);
        SegmentHeader* header = (SegmentHeader*)NativeMemory.AlignedAlloc(size, 64);
        NativeMemory.Clear(header, size);
        header->Depth = depth;
        return (nuint)header | (nuint)bits;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeRoom(uint tag, nuint full)
    {
        int depth = Header(full)->Depth;
        bool isWhole = Bits(full) >= SegmentBits;
        if (isWhole && depth == _depth && depth < DepthMax && (1L << depth) < (long)_segments * DirectoryPerSegmentMax)
        {
            DoubleDirectory();
        }

        if (depth < _depth)
        {
            Split(tag, full, depth);
        }
        else
        {
            nuint larger = AllocateSegment(Bits(full) + 1, depth);
            Move(full, larger, larger, depth);
            _directory[(ulong)tag >> (32 - _depth)] = larger;
        }

        // Either way the room of the full one is there twice now.
        _capacity += 1L << Bits(full);
        NativeMemory.AlignedFree(Header(full));
    }

    private void Split(uint tag, nuint full, int depth)
    {
        nuint low = AllocateSegment(Bits(full), depth + 1);
        nuint high = AllocateSegment(Bits(full), depth + 1);
        _segments++;
        Move(full, low, high, depth);
        long covered = 1L << (_depth - depth);
        long first = (long)((ulong)tag >> (32 - depth)) << (_depth - depth);
        for (long i = 0; i < covered; i++)
        {
            _directory[first + i] = i < covered / 2 ? low : high;
        }
    }

    // The bit that decides is the first one of the tag that the segment's directory prefix does not cover yet.
    private static void Move(nuint from, nuint low, nuint high, int depth)
    {
        ulong* entries = (ulong*)((byte*)Header(from) + HeaderSize);
        long capacity = 1L << Bits(from);
        for (long i = 0; i < capacity; i++)
        {
            ulong value = entries[i];
            if (value != 0)
            {
                Place(((value << depth) & (1UL << 63)) == 0 ? low : high, value);
            }
        }
    }

    private void DoubleDirectory()
    {
        long count = 1L << _depth;
        nuint* larger = (nuint*)NativeMemory.AlignedAlloc((nuint)(count * 2 * sizeof(nuint)), 64);
        for (long i = 0; i < count; i++)
        {
            larger[2 * i] = _directory[i];
            larger[(2 * i) + 1] = _directory[i];
        }

        NativeMemory.AlignedFree(_directory);
        _directory = larger;
        _depth++;
    }

    private void AllocateDirectory()
    {
        _segments = 1 << _depth;
        _capacity = (long)_segments << _firstBits;
        _directory = (nuint*)NativeMemory.AlignedAlloc((nuint)_segments * (nuint)sizeof(nuint), 64);
        for (int i = 0; i < _segments; i++)
        {
            _directory[i] = AllocateSegment(_firstBits, _depth);
        }
    }

    private void FreeAll()
    {
        if (_directory == null)
        {
            return;
        }

        nuint previous = 0;
        for (long i = 0; i < 1L << _depth; i++)
        {
            // All directory entries of one segment are neighbours.
            if (_directory[i] != previous)
            {
                previous = _directory[i];
                NativeMemory.AlignedFree(Header(previous));
            }
        }

        NativeMemory.AlignedFree(_directory);
    }

    private struct SegmentHeader
    {
        public int Count;
        public int Depth;
    }
}
