using System.Runtime.CompilerServices;

namespace FastCore.Payments.Ledger;

/// <summary>The mix behind the ledger's table keys and Bloom filters: the same on every machine.</summary>
internal static class KeyHash
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(UInt128 id, ulong scope)
    {
        ulong h = ((ulong)id ^ 0x9E3779B97F4A7C15UL) * 0xBF58476D1CE4E5B9UL;
        h = (h ^ (h >> 32) ^ (ulong)(id >> 64)) * 0x94D049BB133111EBUL;
        h = (h ^ (h >> 29) ^ scope) * 0xD6E8FEB86659FD93UL;
        return h ^ (h >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong value, ulong scope)
    {
        ulong h = (value ^ 0x9E3779B97F4A7C15UL) * 0xBF58476D1CE4E5B9UL;
        h = (h ^ (h >> 31) ^ scope) * 0xD6E8FEB86659FD93UL;
        return h ^ (h >> 32);
    }
}
