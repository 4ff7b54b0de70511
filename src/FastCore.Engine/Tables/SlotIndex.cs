using System.Runtime.CompilerServices;

namespace FastCore.Engine.Tables;

/// <summary>
/// From key hash to table slot. Hot: no allocation on the managed heap, no lock, no exception.
/// </summary>
/// <remarks>
/// An entry is 8 bytes: a 32-bit tag (the upper half of the mixed hash) and the slot + 1; zero is empty. Entries lie in
/// segments of 4,096 (the first one doubles up to that), probed linearly inside the segment; the top bits of the tag
/// choose the segment through a <see cref="SegmentDirectory"/>. When a segment is three quarters full it alone is split
/// in two, so growth costs some ten microseconds at a time however large the table is. The tag holds all the bits that
/// a split needs, so a split never touches a row.
/// </remarks>
internal sealed unsafe class SlotIndex : IDisposable
{
    private const int SegmentBits = 12;
    private const int SegmentBitsMin = 6;
    private const int DepthMax = 32 - SegmentBits;

    private readonly int _firstBits = SegmentBitsMin;
    private SegmentDirectory _directory = new(DepthMax, SegmentBits, sizeof(ulong), sizeof(ulong), mayBeHuge: true);

    public SlotIndex(int rowsInitial)
    {
        int depth = 0;
        while (depth < DepthMax && ((long)Limit(SegmentBits) << depth) < rowsInitial)
        {
            depth++;
        }

        while (_firstBits < SegmentBits && Limit(_firstBits) < rowsInitial)
        {
            _firstBits++;
        }

        _directory.Allocate(depth, _firstBits);
    }

    /// <summary>Entries that there is room for; a segment is split when three quarters of its are in use.</summary>
    public long Capacity => _directory.Capacity;

    /// <summary>Bytes taken from the system.</summary>
    public long Bytes => _directory.Bytes;

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
        nuint segment = _directory.Find(tag);
        mask = MaskOf(segment);
        return EntriesOf(segment);
    }

    /// <summary>Adds an entry. The same slot must not be there yet.</summary>
    public void Insert(uint tag, int slot)
    {
        nuint segment = _directory.Find(tag);
        while (SegmentDirectory.HeaderOf(segment)->Count >= Limit(SegmentDirectory.BitsOf(segment)))
        {
            MakeRoom(tag, segment);
            segment = _directory.Find(tag);
        }

        Place(segment, ((ulong)tag << 32) | ((uint)slot + 1));
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
        SegmentDirectory.HeaderOf(_directory.Find(tag))->Count--;
    }

    /// <summary>Takes further segments from a reserve as long as it has memory.</summary>
    public void UseReserve(PageReserve reserve) => _directory.UseReserve(reserve);

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        _directory.Dispose();
        _directory.Allocate(0, _firstBits);
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();

    private static int Limit(int bits) => (1 << bits) / 4 * 3;

    private static ulong* EntriesOf(nuint segment) => (ulong*)SegmentDirectory.BodyOf(segment);

    private static uint MaskOf(nuint segment) => (1u << SegmentDirectory.BitsOf(segment)) - 1;

    private static void Place(nuint segment, ulong value)
    {
        ulong* entries = EntriesOf(segment);
        uint mask = MaskOf(segment);
        uint at = (uint)(value >> 32) & mask;
        while (entries[at] != 0)
        {
            at = (at + 1) & mask;
        }

        entries[at] = value;
        SegmentDirectory.HeaderOf(segment)->Count++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeRoom(uint tag, nuint full)
    {
        int bits = SegmentDirectory.BitsOf(full);
        int depth = SegmentDirectory.HeaderOf(full)->Depth;

        // Small ones double first.
        if (bits < SegmentBits ? _directory.CanSplit(full) : _directory.TryDeepen(full))
        {
            nuint low = _directory.AllocateSegment(bits, depth + 1);
            nuint high = _directory.AllocateSegment(bits, depth + 1);
            Move(full, low, high);
            _directory.Split(tag, full, low, high);
        }
        else
        {
            nuint larger = _directory.AllocateSegment(bits + 1, depth);
            Move(full, larger, larger);
            _directory.Enlarge(tag, full, larger);
        }

        _directory.Free(full);
    }

    private static void Move(nuint from, nuint low, nuint high)
    {
        int depth = SegmentDirectory.HeaderOf(from)->Depth;
        ulong* entries = EntriesOf(from);
        for (long i = 0; i <= MaskOf(from); i++)
        {
            ulong value = entries[i];
            if (value != 0)
            {
                Place(SegmentDirectory.IsHigh((uint)(value >> 32), depth) ? high : low, value);
            }
        }
    }
}
