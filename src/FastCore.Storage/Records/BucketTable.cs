using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FastCore.Engine.Tables;
using FASTER.core;

namespace FastCore.Storage.Records;

// Where FasterKV's hash table lies. A probe of an id is one cache miss and, on small pages, one TLB miss in a table of
// hundreds of megabytes; knowing the address, a batch asks for all its buckets before it probes the first, and the
// kernel is asked for huge pages. And a key whose tag no entry of its bucket has is not there, which most ids of a
// batch are not: that is seen here, by two compares, without FASTER's reading. FASTER keeps all of it internal, so it
// is read by reflection, once; if a later FASTER hides it elsewhere, there is no prefetch, every key may be there, and
// nothing else changes.
internal sealed unsafe class BucketTable
{
    public const int BucketBytes = 1 << BucketBits;

    private const int BucketBits = 6;

    // An entry: 48 bits of address, 14 of tag, two flags. The last of a bucket's eight leads to where it overflows to.
    private const int TagBits = 14;
    private const int TagShift = 48;
    private const int OverflowEntry = 7;
    private const ulong AddressBits = (1UL << TagShift) - 1;

    private readonly byte* _buckets;
    private readonly ulong _mask;
    private readonly Func<long, long>? _overflowAddress;

    // Overflow address: where a bucket lies that others overflow to; null when nobody knows.
    public BucketTable(FasterBase store, Func<long, long>? overflowAddress)
    {
        _overflowAddress = overflowAddress;
        if (!Sse.IsSupported
            || typeof(FasterBase).GetField("state", BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(store)
                is not Array { Length: > 0 } states
            || states.GetValue(0) is not { } table
            || table.GetType().GetField("size_mask")?.GetValue(table) is not long mask
            || table.GetType().GetField("tableAligned")?.GetValue(table) is not Pointer buckets)
        {
            return;
        }

        _mask = (ulong)mask;
        _buckets = (byte*)Pointer.Unbox(buckets);
        long bytes = (long)((_mask + 1) << BucketBits);
        if (bytes >= HugePages.Bytes)
        {
            HugePages.Collapse(_buckets, bytes);
        }

        KnowsEntries = Vector256.IsHardwareAccelerated
            && IsConstant("kTagSize", TagBits) && IsConstant("kTagShift", TagShift)
            && IsConstant("kHashTagShift", 64 - TagBits) && IsConstant("kOverflowBucketIndex", OverflowEntry);
    }

    // Whether entries are looked at; if not, every key may be there.
    public bool KnowsEntries { get; }

    // False: no record has a key with this hash. Reads one cache line, and one more for each overflow of the bucket.
    public bool MayContain(ulong hash)
    {
        if (!KnowsEntries)
        {
            return true;
        }

        ulong* entries = Entries(hash);
        return Matches(entries, hash >> (64 - TagBits)) != 0
            || (OverflowOf(entries) is not 0 and var next && MayOverflowContain(next, hash >> (64 - TagBits)));
    }

    // The log's address of the newest record with the hash's tag; 0 when there is none, it overflowed, or nobody knows.
    public long AddressOf(ulong hash)
    {
        if (!KnowsEntries)
        {
            return 0;
        }

        ulong* entries = Entries(hash);
        uint matches = Matches(entries, hash >> (64 - TagBits)) & ((1u << OverflowEntry) - 1);
        return matches == 0 ? 0 : (long)(entries[BitOperations.TrailingZeroCount(matches)] & AddressBits);
    }

    public void Prefetch(ulong hash)
    {
        if (_buckets != null)
        {
            Sse.Prefetch0(_buckets + ((hash & _mask) << BucketBits));
        }
    }

    // Forgets every record; false when nobody knows where the table lies.
    public bool TryClear()
    {
        if (_buckets == null)
        {
            return false;
        }

        NativeMemory.Clear(_buckets, (nuint)((_mask + 1) << BucketBits));
        return true;
    }

    // A table that was made for fewer records overflows everywhere, and asking FASTER costs ten times as much.
    private bool MayOverflowContain(long next, ulong tag)
    {
        while (next != 0)
        {
            if (_overflowAddress is null)
            {
                return true;
            }

            ulong* entries = (ulong*)_overflowAddress(next);
            if (Matches(entries, tag) != 0)
            {
                return true;
            }

            next = OverflowOf(entries);
        }

        return false;
    }

    private ulong* Entries(ulong hash) => (ulong*)(_buckets + ((hash & _mask) << BucketBits));

    private static long OverflowOf(ulong* entries) => (long)(entries[OverflowEntry] & AddressBits);

    // A bit for each entry with the tag. Flags are shifted out above, the address below. An empty entry has tag zero: a
    // key of that tag may be there always.
    private static uint Matches(ulong* entries, ulong wanted)
    {
        Vector256<ulong> tag = Vector256.Create(wanted);
        Vector256<ulong> first = (Vector256.Load(entries) << 2) >>> (64 - TagBits);
        Vector256<ulong> last = (Vector256.Load(entries + 4) << 2) >>> (64 - TagBits);
        return Vector256.Equals(first, tag).ExtractMostSignificantBits()
            | (Vector256.Equals(last, tag).ExtractMostSignificantBits() << 4);
    }

    private static bool IsConstant(string name, int value) =>
        typeof(FasterBase).Assembly.GetType("FASTER.core.Constants")
            ?.GetField(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue()
            is IConvertible found && found.ToInt64(CultureInfo.InvariantCulture) == value;
}
