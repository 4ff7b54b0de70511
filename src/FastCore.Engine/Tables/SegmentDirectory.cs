using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Engine.Tables;

/// <summary>
/// The growing directory of a hash index that consists of segments: from the upper 32 bits of a hash, the prefix, to
/// the segment with its entries. Owns the memory of all segments; those of the usual capacity lie side by side, in huge
/// pages where that is wanted. Hot: no managed allocation, no lock, no exception.
/// </summary>
/// <remarks>
/// A full segment alone is split in two, so growth never rehashes more than one, and nothing is reserved for entries
/// that may never come. Hashes made to share their prefix cannot blow the directory up: it never has more than
/// <see cref="EntriesPerSegmentMax"/> entries a segment; beyond that the segment itself doubles, which costs no one
/// else anything. What lies in a segment, and where, only the index knows that has the directory.
/// A segment is named by its address, 64-byte aligned, with log2 of its capacity in the low six bits, so that a lookup
/// does not read the segment's header.
/// </remarks>
/// <param name="depthMax">Bits of the prefix that choose the segment, at most.</param>
/// <param name="segmentBits">Log2 of the usual capacity; others are for small indexes and clashing prefixes.</param>
/// <param name="entryBytes">Bytes of an index entry in a segment.</param>
/// <param name="clearedBytes">
/// Bytes of it that must be zero in a new segment; those of all entries are the first of the segment's body.
/// </param>
/// <param name="mayBeHuge">Whether many segments of the usual capacity lie in huge pages.</param>
internal unsafe struct SegmentDirectory(
    int depthMax, int segmentBits, int entryBytes, int clearedBytes, bool mayBeHuge) : IDisposable
{
    private const int EntriesPerSegmentMax = 64;
    private const int HeaderSize = 64;

    private readonly PageMemory _usual = new(HeaderSize + (entryBytes << segmentBits), mayBeHuge);

    // Names of segments by the first bits of the prefix; all entries of one segment are neighbours.
    private nuint* _segments;
    private int _depth;
    private long _count;

    // Segments of the usual capacity that were split, the last first: the next split takes it, warm in the cache.
    private SegmentHeader* _free;
    private long _unusualBytes;

    /// <summary>Index entries that all segments together have room for.</summary>
    public long Capacity { get; private set; }

    /// <summary>Bytes taken from the system.</summary>
    public readonly long Bytes => _usual.Bytes + _unusualBytes + (sizeof(nuint) * (1L << _depth));

    /// <summary>Log2 of a segment's capacity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BitsOf(nuint segment) => (int)(segment & 63);

    /// <summary>A segment's header.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SegmentHeader* HeaderOf(nuint segment) => (SegmentHeader*)(segment & ~(nuint)63);

    /// <summary>Where a segment's entries begin; aligned to 64 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* BodyOf(nuint segment) => (byte*)(segment & ~(nuint)63) + HeaderSize;

    /// <summary>
    /// Whether a prefix belongs to the second one of the two segments that one of this depth is split in.
    /// </summary>
    public static bool IsHigh(uint prefix, int depth) => (int)(prefix << depth) < 0;

    /// <summary>Takes segments of the usual capacity from a reserve as long as it has memory.</summary>
    public readonly void UseReserve(PageReserve reserve) => _usual.Reserve = reserve;

    /// <summary>Takes the memory of the first segments, two to the power of the depth.</summary>
    /// <param name="depth">Bits of the prefix that choose the segment.</param>
    /// <param name="bits">Log2 of the capacity of each.</param>
    public void Allocate(int depth, int bits)
    {
        _depth = depth;
        _count = 1L << depth;
        Capacity = _count << bits;
        _segments = (nuint*)NativeMemory.AlignedAlloc((nuint)_count * (nuint)sizeof(nuint), 64);
        for (long i = 0; i < _count; i++)
        {
            _segments[i] = AllocateSegment(bits, depth);
        }
    }

    /// <summary>The segment of a prefix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly nuint Find(uint prefix) => _segments[(ulong)prefix >> (32 - _depth)];

    /// <summary>Whether a full segment can be split; the directory doubles when that is what it takes.</summary>
    public bool TryDeepen(nuint full)
    {
        int depth = HeaderOf(full)->Depth;
        if (depth == _depth && depth < depthMax && (1L << depth) < _count * EntriesPerSegmentMax)
        {
            Double();
        }

        return CanSplit(full);
    }

    /// <summary>Whether a segment can be split while the directory stays as large as it is.</summary>
    public readonly bool CanSplit(nuint segment) => HeaderOf(segment)->Depth < _depth;

    /// <summary>Memory of an empty segment, whose header knows its depth.</summary>
    /// <param name="bits">Log2 of its capacity.</param>
    /// <param name="depth">Bits of the prefix that all its entries share.</param>
    public nuint AllocateSegment(int bits, int depth)
    {
        SegmentHeader* segment;
        if (bits != segmentBits)
        {
            segment = (SegmentHeader*)NativeMemory.AlignedAlloc(SizeOf(bits), 64);
            _unusualBytes += (long)SizeOf(bits);
        }
        else if (_free != null)
        {
            segment = _free;
            _free = segment->Next;
        }
        else
        {
            segment = (SegmentHeader*)_usual.TakeDirty();
        }

        NativeMemory.Clear(segment, HeaderSize + ((nuint)clearedBytes << bits));
        segment->Depth = depth;
        return (nuint)segment | (nuint)bits;
    }

    /// <summary>Gives a segment back that the directory no longer has, or never had.</summary>
    public void Free(nuint segment)
    {
        SegmentHeader* header = HeaderOf(segment);
        if (BitsOf(segment) == segmentBits)
        {
            header->Next = _free;
            _free = header;
        }
        else
        {
            _unusualBytes -= (long)SizeOf(BitsOf(segment));
            NativeMemory.AlignedFree(header);
        }
    }

    /// <summary>
    /// Puts two segments of the same capacity and one depth more in the place of a full one, which is the caller's now.
    /// </summary>
    public void Split(uint prefix, nuint full, nuint low, nuint high)
    {
        int depth = HeaderOf(full)->Depth;
        long covered = 1L << (_depth - depth);
        long first = (long)((ulong)prefix >> (32 - depth)) << (_depth - depth);
        for (long i = 0; i < covered; i++)
        {
            _segments[first + i] = i < covered / 2 ? low : high;
        }

        _count++;
        Capacity += 1L << BitsOf(full);
    }

    /// <summary>
    /// Puts a segment of twice the capacity in the place of a full one that cannot be split; that is the caller's now.
    /// </summary>
    public void Enlarge(uint prefix, nuint full, nuint larger)
    {
        _segments[(ulong)prefix >> (32 - _depth)] = larger;
        Capacity += 1L << BitsOf(full);
    }

    /// <summary>Gives all memory back.</summary>
    public void Dispose()
    {
        if (_segments == null)
        {
            return;
        }

        nuint previous = 0;
        for (long i = 0; i < 1L << _depth; i++)
        {
            if (_segments[i] != previous)
            {
                previous = _segments[i];
                Free(previous);
            }
        }

        NativeMemory.AlignedFree(_segments);
        _segments = null;
        _usual.FreeAll();
        _free = null;
    }

    private readonly nuint SizeOf(int bits) => HeaderSize + ((nuint)entryBytes << bits);

    private void Double()
    {
        long count = 1L << _depth;
        nuint* larger = (nuint*)NativeMemory.AlignedAlloc((nuint)(count * 2 * sizeof(nuint)), 64);
        for (long i = 0; i < count; i++)
        {
            larger[2 * i] = _segments[i];
            larger[(2 * i) + 1] = _segments[i];
        }

        NativeMemory.AlignedFree(_segments);
        _segments = larger;
        _depth++;
    }

    /// <summary>What a segment says of itself.</summary>
    internal struct SegmentHeader
    {
        /// <summary>Entries in it.</summary>
        public int Count;

        /// <summary>Bits of the prefix that all its entries share.</summary>
        public int Depth;

        /// <summary>While it is free: the segment that was freed before it.</summary>
        public SegmentHeader* Next;
    }
}
