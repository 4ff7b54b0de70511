using System.Runtime.InteropServices;

namespace FastCore.Fuzz.Core;

/// <summary>What a parser did with an input.</summary>
/// <param name="IsAccepted">Whether it took the input, or a part of it, as well-formed.</param>
/// <param name="Shape">
/// How: error code, counts, kinds. An input with a shape not seen before is kept, to be mutated further.
/// </param>
public readonly record struct Verdict(bool IsAccepted, uint Shape)
{
    /// <summary>Taken.</summary>
    public static Verdict Accepted(params ReadOnlySpan<int> shape) => new(true, Mix(shape));

    /// <summary>Refused.</summary>
    public static Verdict Refused(params ReadOnlySpan<int> shape) => new(false, Mix(shape));

    /// <summary>Refused with a sentence; numbers in it do not count as another shape.</summary>
    public static Verdict Refused(string why)
    {
        uint hash = 2166136261;
        foreach (char c in why)
        {
            hash = char.IsAsciiDigit(c) ? hash : (hash ^ c) * 16777619;
        }

        return new(false, hash);
    }

    /// <summary>Counts by their size only: 0, 1, 2–3, 4–7 …</summary>
    public static int SizeClass(long count) => count <= 0 ? (int)count : 64 - (int)long.LeadingZeroCount(count);

    private static uint Mix(ReadOnlySpan<int> shape)
    {
        uint hash = 2166136261;
        foreach (byte value in MemoryMarshal.AsBytes(shape))
        {
            hash = (hash ^ value) * 16777619;
        }

        return hash;
    }
}
