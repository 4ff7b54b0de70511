using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FastCore.Engine.Ports;

namespace FastCore.Engine.Memory;

/// <summary>
/// The record index in memory only: of tests and of durability <c>none</c>. Hot: no managed allocation, no lock.
/// </summary>
/// <remarks>
/// Segments of 2,048 records, each with one tag byte per record in front; a lookup compares sixteen tags with one
/// instruction and touches a record only when its tag matches, so "never seen" (the common case) costs one cache line.
/// The top bits of the hash choose the segment through a directory; a full segment alone is split, so growth never
/// rehashes more than one segment. Nothing is ever deleted, so a probe ends at the first group with an empty place.
/// </remarks>
public sealed unsafe class MemoryRecordIndex : IRecordIndex, IMemoryUser
{
    private const int SegmentBits = 11;
    private const int GroupSize = 16;
    private const int DepthMax = 28;
    private const int DirectoryPerSegmentMax = 64;
    private const int HeaderSize = 64;

    // Address of each segment with log2 of its capacity in the low six bits.
    private nuint* _directory;
    private int _depth;
    private long _segments;
    private long _count;
    private long _capacity;
    private long _lookups;
    private long _found;

    // A split moves the records out of a spare copy, which stays warm in the cache from one split to the next.
    private nuint _spare;

    /// <summary>Makes an empty index.</summary>
    public MemoryRecordIndex() => Allocate();

    /// <summary>Records in the index.</summary>
    public long Count => _count;

    /// <inheritdoc/>
    public bool NeedsPrefetch => false;

    /// <summary>Ready, unless a test says otherwise.</summary>
    public StorageState State { get; set; }

    /// <inheritdoc/>
    public void BeginBatch()
    {
        // Nothing is shared with another thread.
    }

    /// <inheritdoc/>
    public void EndBatch()
    {
        // As above.
    }

    /// <inheritdoc/>
    public void Hint(in RecordKey key)
    {
        // The twin is there to be simple.
    }

    /// <inheritdoc/>
    public void Prefetch(in RecordKey key)
    {
        if (Sse.IsSupported)
        {
            ulong hash = key.Hash64();
            nuint segment = Segment(hash);
            Sse.Prefetch0(Tags(segment) + (FirstGroup(hash, segment) * GroupSize));
        }
    }

    /// <inheritdoc/>
    public void CompletePrefetch()
    {
        // Everything is in memory; the prefetches were for the CPU's cache.
    }

    /// <inheritdoc/>
    public bool TryGet(in RecordKey key, out ulong value)
    {
        _lookups++;
        Record* record = Find(key, key.Hash64());
        if (record == null)
        {
            value = 0;
            return false;
        }

        _found++;
        value = record->Value;
        return true;
    }

    /// <inheritdoc/>
    public void Set(in RecordKey key, ulong value)
    {
        ulong hash = key.Hash64();
        Record* record = Find(key, hash);
        if (record != null)
        {
            record->Value = value;
            return;
        }

        nuint segment = Segment(hash);
        while (Header(segment)->Count >= Limit(Bits(segment)))
        {
            MakeRoom(hash, segment);
            segment = Segment(hash);
        }

        Place(segment, hash, new Record(key, value));
        _count++;
    }

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        long entry = 1 + sizeof(Record);
        long bytes = (_capacity * entry) + (_segments * HeaderSize) + (sizeof(nuint) * (1L << _depth))
            + (_spare == 0 ? 0 : (long)SegmentSize(SegmentBits));
        uses.Add(new MemoryUse("records.memory", MemoryUseKind.Cache)
        {
            Bytes = bytes,
            FreeBytes = bytes - (_count * entry),
            Count = _count,
            CountMax = _capacity,
            Hits = _found,
            Misses = _lookups - _found,
        });
    }

    /// <summary>Forgets all records.</summary>
    public void Clear()
    {
        FreeAll();
        Allocate();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FreeAll();
        _directory = null;
        _count = 0;
    }

    private static int Bits(nuint segment) => (int)(segment & 63);

    private static int Limit(int bits) => (1 << bits) / 8 * 7;

    private static SegmentHeader* Header(nuint segment) => (SegmentHeader*)(segment & ~(nuint)63);

    private static byte* Tags(nuint segment) => (byte*)(segment & ~(nuint)63) + HeaderSize;

    private static Record* Records(nuint segment) => (Record*)(Tags(segment) + ((nint)1 << Bits(segment)));

    // The directory takes bits from the top of the hash, the tag the lowest seven, the group those above them.
    private static byte Tag(ulong hash) => (byte)(0x80 | (hash & 0x7F));

    private static nint FirstGroup(ulong hash, nuint segment) => (nint)(hash >> 7) & GroupMask(segment);

    private static nint GroupMask(nuint segment) => ((nint)1 << Bits(segment)) / GroupSize - 1;

    private static nuint SegmentSize(int bits) => HeaderSize + ((nuint)1 << bits) * (1 + (nuint)sizeof(Record));

    private static void Place(nuint segment, ulong hash, in Record record)
    {
        byte* tags = Tags(segment);
        nint group = FirstGroup(hash, segment);
        while (true)
        {
            uint empty = ~Vector128.LoadAligned(tags + (group * GroupSize)).ExtractMostSignificantBits() & 0xFFFF;
            if (empty != 0)
            {
                nint at = (group * GroupSize) + BitOperations.TrailingZeroCount(empty);
                tags[at] = Tag(hash);
                Records(segment)[at] = record;
                Header(segment)->Count++;
                return;
            }

            group = (group + 1) & GroupMask(segment);
        }
    }

    private static nuint AllocateSegment(int bits, int depth)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc(SegmentSize(bits), 64);

        // Records behind an empty tag are never read, so only the tags are cleared.
        NativeMemory.Clear(memory, HeaderSize + ((nuint)1 << bits));
        ((SegmentHeader*)memory)->Depth = depth;
        return (nuint)memory | (nuint)bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nuint Segment(ulong hash) => _directory[(hash >> 1) >> (63 - _depth)];

    private Record* Find(in RecordKey key, ulong hash)
    {
        nuint segment = Segment(hash);
        byte* tags = Tags(segment);
        Vector128<byte> wanted = Vector128.Create(Tag(hash));
        nint group = FirstGroup(hash, segment);
        while (true)
        {
            Vector128<byte> present = Vector128.LoadAligned(tags + (group * GroupSize));
            uint matches = Vector128.Equals(present, wanted).ExtractMostSignificantBits();
            while (matches != 0)
            {
                Record* record = Records(segment) + (group * GroupSize) + BitOperations.TrailingZeroCount(matches);
                if (record->Key.Equals(key))
                {
                    return record;
                }

                matches &= matches - 1;
            }

            if (present.ExtractMostSignificantBits() != 0xFFFF)
            {
                return null;
            }

            group = (group + 1) & GroupMask(segment);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeRoom(ulong hash, nuint full)
    {
        int depth = Header(full)->Depth;
        if (depth == _depth && depth < DepthMax && (1L << depth) < _segments * DirectoryPerSegmentMax)
        {
            DoubleDirectory();
        }

        // What follows gives the full segment's places out twice.
        _capacity += 1L << Bits(full);
        if (depth == _depth)
        {
            // Only ids made to collide get here: their segment doubles, so that they cost no one else anything.
            nuint larger = AllocateSegment(Bits(full) + 1, depth);
            Move(full, larger, larger, depth);
            _directory[(hash >> 1) >> (63 - _depth)] = larger;
            NativeMemory.AlignedFree(Header(full));
            return;
        }

        nuint low = TakeSpare(Bits(full), depth + 1);
        nuint high = AllocateSegment(Bits(full), depth + 1);
        _segments++;
        Move(full, low, high, depth);
        long covered = 1L << (_depth - depth);
        long first = (long)((hash >> 1) >> (63 - depth)) << (_depth - depth);
        for (long i = 0; i < covered; i++)
        {
            _directory[first + i] = i < covered / 2 ? low : high;
        }

        KeepSpare(full);
    }

    private nuint TakeSpare(int bits, int depth)
    {
        if (_spare == 0 || bits != SegmentBits)
        {
            return AllocateSegment(bits, depth);
        }

        nuint segment = _spare;
        _spare = 0;
        NativeMemory.Clear(Header(segment), HeaderSize + ((nuint)1 << bits));
        Header(segment)->Depth = depth;
        return segment;
    }

    private void KeepSpare(nuint segment)
    {
        if (_spare == 0 && Bits(segment) == SegmentBits)
        {
            _spare = segment;
        }
        else
        {
            NativeMemory.AlignedFree(Header(segment));
        }
    }

    private static void Move(nuint from, nuint low, nuint high, int depth)
    {
        byte* tags = Tags(from);
        Record* records = Records(from);
        for (nint i = 0; i < (nint)1 << Bits(from); i++)
        {
            if (tags[i] != 0)
            {
                ulong hash = records[i].Key.Hash64();
                Place(((hash << depth) & (1UL << 63)) == 0 ? low : high, hash, records[i]);
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

    private void Allocate()
    {
        _depth = 0;
        _segments = 1;
        _capacity = 1L << SegmentBits;
        _count = 0;
        _directory = (nuint*)NativeMemory.AlignedAlloc((nuint)sizeof(nuint), 64);
        _directory[0] = AllocateSegment(SegmentBits, 0);
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
            if (_directory[i] != previous)
            {
                previous = _directory[i];
                NativeMemory.AlignedFree(Header(previous));
            }
        }

        NativeMemory.AlignedFree(_directory);
        if (_spare != 0)
        {
            NativeMemory.AlignedFree(Header(_spare));
            _spare = 0;
        }
    }

    private struct SegmentHeader
    {
        public int Count;
        public int Depth;
    }

    private struct Record(in RecordKey key, ulong value)
    {
        public readonly RecordKey Key = key;
        public ulong Value = value;
    }
}
