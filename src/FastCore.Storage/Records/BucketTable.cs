using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using FastCore.Engine.Tables;
using FASTER.core;

namespace FastCore.Storage.Records;

// Where FasterKV's hash table lies. A probe of an id is one cache miss and, on small pages, one TLB miss in a table of
// hundreds of megabytes; knowing the address, a batch asks for all its buckets before it probes the first, and the
// kernel is asked for huge pages. FASTER keeps both fields internal, so they are read by reflection, once; if a later
// FASTER hides them elsewhere, there is no prefetch and nothing else changes.
internal sealed unsafe class BucketTable
{
    public const int BucketBytes = 1 << BucketBits;

    private const int BucketBits = 6;

    private readonly byte* _buckets;
    private readonly ulong _mask;

    public BucketTable(FasterBase store)
    {
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
}
