namespace FastCore.Node;

/// <summary>
/// Which partition a key belongs to. Depends on the key and the partition count only, never on the machine.
/// </summary>
internal static class PartitionMap
{
    public static int Of(ulong key, int partitions)
    {
        // Fibonacci hashing spreads consecutive books; the high product picks a partition without a division.
        uint mixed = (uint)((key * 0x9E3779B97F4A7C15UL) >> 32);
        return (int)(((ulong)mixed * (uint)partitions) >> 32);
    }
}
