using System.Numerics;

namespace FastCore.Storage.Records;

// What a store of records is made of; every size is a power of two. Records get up to three quarters of the budget, and
// what is left of it is buckets: the more there are, the later they overflow, which each new id pays for.
internal readonly record struct RecordStoreSizes(long Buckets, long MemoryBytes, long PageBytes)
{
    public static RecordStoreSizes Of(long budgetBytes)
    {
        long memoryBytes = Math.Max(64 << 10, FloorPow2(budgetBytes - (budgetBytes / 4)));
        long buckets = Math.Max(64, FloorPow2(budgetBytes - memoryBytes) / 64);
        return new RecordStoreSizes(buckets, memoryBytes, Math.Clamp(memoryBytes / 16, 4 << 10, 1 << 20));
    }

    private static long FloorPow2(long value) => 1L << BitOperations.Log2((ulong)Math.Max(1, value));
}
