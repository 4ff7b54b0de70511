using System.Runtime.CompilerServices;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Bloom filters over spans of a power of two of bytes, three bits per value taken from a 64-bit hash.
/// </summary>
internal static class Bloom
{
    public static void Add(Span<byte> filter, ulong hash)
    {
        int mask = (filter.Length * 8) - 1;
        Set(filter, (int)hash & mask);
        Set(filter, (int)(hash >> 21) & mask);
        Set(filter, (int)(hash >> 42) & mask);
    }

    public static bool MayContain(ReadOnlySpan<byte> filter, ulong hash)
    {
        int mask = (filter.Length * 8) - 1;
        return IsSet(filter, (int)hash & mask)
            && IsSet(filter, (int)(hash >> 21) & mask)
            && IsSet(filter, (int)(hash >> 42) & mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Set(Span<byte> filter, int bit) => filter[bit >> 3] |= (byte)(1 << (bit & 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSet(ReadOnlySpan<byte> filter, int bit) => (filter[bit >> 3] & (1 << (bit & 7))) != 0;
}
