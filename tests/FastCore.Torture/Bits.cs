using System.Runtime.InteropServices;

namespace FastCore.Torture;

/// <summary>Compares structs by their bits: a score that is the same number may still be another answer.</summary>
internal static class Bits
{
    /// <summary>Whether both have the same bits.</summary>
    public static bool Same<T>(in T one, in T other)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in one)).SequenceEqual(
            MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in other)));
}
