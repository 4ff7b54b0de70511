using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;

namespace FastCore.Engine.Memory;

/// <summary>
/// The record index in memory only: of tests and of durability <c>none</c>. Hot: no managed allocation, no lock.
/// </summary>
/// <remarks>
/// Segments of 2,048 records, each with one tag byte per record in front; a lookup compares sixteen tags with one
/// instruction and touches a record only when its tag matches, so "never seen" (the common case) costs one cache line.
/// The top bits of the hash choose the segment through a <see cref="SegmentDirectory"/>; a full segment alone is split.
/// Nothing is ever deleted, so a probe ends at the first group with an empty place.
/// </remarks>
public sealed unsafe class MemoryRecordIndex : IRecordIndex, IMemoryUser
{
    private const int SegmentBits = 11;
    private const int GroupSize = 16;
    private const int DepthMax = 28;

    // Records behind an empty tag are never read, so only the tags of a new segment are cleared. Small pages: there is
    // no reserve for this index, and the first touch of a huge page takes milliseconds on some machines.
    private SegmentDirectory _directory = new(DepthMax, SegmentBits, EntryBytes, clearedBytes: 1, mayBeHuge: false);
    private long _count;
    private long _lookups;
    private long _found;

    /// <summary>Makes an empty index.</summary>
    public MemoryRecordIndex() => _directory.Allocate(0, SegmentBits);

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
    public void Hint(ReadOnlySpan<RecordKey> keys)
    {
        // As above.
    }

    /// <inheritdoc/>
    public bool MayContain(in RecordKey key) => Find(key, key.Hash64()) != null;

    /// <inheritdoc/>
    public void HintRecords(ReadOnlySpan<RecordKey> keys)
    {
        // As above.
    }

    /// <inheritdoc/>
    public void Prefetch(in RecordKey key)
    {
        if (Sse.IsSupported)
        {
            ulong hash = key.Hash64();
            nuint segment = _directory.Find(PrefixOf(hash));
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

        nuint segment = _directory.Find(PrefixOf(hash));
        while (SegmentDirectory.HeaderOf(segment)->Count >= Limit(SegmentDirectory.BitsOf(segment)))
        {
            MakeRoom(PrefixOf(hash), segment);
            segment = _directory.Find(PrefixOf(hash));
        }

        Place(segment, hash, new Record(key, value));
        _count++;
    }

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        long bytes = _directory.Bytes;
        uses.Add(new MemoryUse("records.memory", MemoryUseKind.Cache)
        {
            Bytes = bytes,
            FreeBytes = bytes - (_count * EntryBytes),
            Count = _count,
            CountMax = _directory.Capacity,
            Hits = _found,
            Misses = _lookups - _found,
        });
    }

    /// <summary>Forgets all records.</summary>
    public void Clear()
    {
        Dispose();
        _directory.Allocate(0, SegmentBits);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _directory.Dispose();
        _count = 0;
    }

    private static int EntryBytes => 1 + sizeof(Record);

    private static int Limit(int bits) => (1 << bits) / 8 * 7;

    private static byte* Tags(nuint segment) => SegmentDirectory.BodyOf(segment);

    private static Record* Records(nuint segment) =>
        (Record*)(Tags(segment) + ((nint)1 << SegmentDirectory.BitsOf(segment)));

    // The directory takes bits from the top of the hash, the tag the lowest seven, the group those above them.
    private static uint PrefixOf(ulong hash) => (uint)(hash >> 32);

    private static byte Tag(ulong hash) => (byte)(0x80 | (hash & 0x7F));

    private static nint FirstGroup(ulong hash, nuint segment) => (nint)(hash >> 7) & GroupMask(segment);

    private static nint GroupMask(nuint segment) => ((nint)1 << SegmentDirectory.BitsOf(segment)) / GroupSize - 1;

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
                SegmentDirectory.HeaderOf(segment)->Count++;
                return;
            }

            group = (group + 1) & GroupMask(segment);
        }
    }

    private Record* Find(in RecordKey key, ulong hash)
    {
        nuint segment = _directory.Find(PrefixOf(hash));
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
    private void MakeRoom(uint prefix, nuint full)
    {
        int bits = SegmentDirectory.BitsOf(full);
        int depth = SegmentDirectory.HeaderOf(full)->Depth;
        if (_directory.TryDeepen(full))
        {
            nuint low = _directory.AllocateSegment(bits, depth + 1);
            nuint high = _directory.AllocateSegment(bits, depth + 1);
            Move(full, low, high);
            _directory.Split(prefix, full, low, high);
        }
        else
        {
            nuint larger = _directory.AllocateSegment(bits + 1, depth);
            Move(full, larger, larger);
            _directory.Enlarge(prefix, full, larger);
        }

        _directory.Free(full);
    }

    private static void Move(nuint from, nuint low, nuint high)
    {
        int depth = SegmentDirectory.HeaderOf(from)->Depth;
        byte* tags = Tags(from);
        Record* records = Records(from);
        for (nint i = 0; i < (nint)1 << SegmentDirectory.BitsOf(from); i++)
        {
            if (tags[i] != 0)
            {
                ulong hash = records[i].Key.Hash64();
                Place(SegmentDirectory.IsHigh(PrefixOf(hash), depth) ? high : low, hash, records[i]);
            }
        }
    }

    private struct Record(in RecordKey key, ulong value)
    {
        public readonly RecordKey Key = key;
        public ulong Value = value;
    }
}
