using FastCore.Protocol.MessagePack;

namespace FastCore.Fuzz.MessagePack;

/// <summary>The twin of the reader: the table of the specification line by line, by recursion.</summary>
internal static class NaiveValue
{
    /// <summary>Bytes of the value that begins here; -1 when none does.</summary>
    public static int SizeOf(ReadOnlySpan<byte> bytes, int depth = 0)
    {
        if (bytes.IsEmpty)
        {
            return -1;
        }

        int first = bytes[0];
        return first switch
        {
            <= 0x7F or >= 0xE0 => 1,
            <= 0x8F => Several(bytes, 1, 2 * (first & 15), depth),
            <= 0x9F => Several(bytes, 1, first & 15, depth),
            <= 0xBF => Plain(bytes, 1 + (first & 31)),
            0xC0 or 0xC2 or 0xC3 => 1,
            0xC1 => -1,
            0xC4 => Plain(bytes, 2 + Field(bytes, 1)),
            0xC5 => Plain(bytes, 3 + Field(bytes, 2)),
            0xC6 => Plain(bytes, 5 + Field(bytes, 4)),
            0xC7 => Plain(bytes, 3 + Field(bytes, 1)),
            0xC8 => Plain(bytes, 4 + Field(bytes, 2)),
            0xC9 => Plain(bytes, 6 + Field(bytes, 4)),
            0xCA => Plain(bytes, 5),
            0xCB => Plain(bytes, 9),
            0xCC or 0xD0 => Plain(bytes, 2),
            0xCD or 0xD1 => Plain(bytes, 3),
            0xCE or 0xD2 => Plain(bytes, 5),
            0xCF or 0xD3 => Plain(bytes, 9),
            0xD4 => Plain(bytes, 3),
            0xD5 => Plain(bytes, 4),
            0xD6 => Plain(bytes, 6),
            0xD7 => Plain(bytes, 10),
            0xD8 => Plain(bytes, 18),
            0xD9 => Plain(bytes, 2 + Field(bytes, 1)),
            0xDA => Plain(bytes, 3 + Field(bytes, 2)),
            0xDB => Plain(bytes, 5 + Field(bytes, 4)),
            0xDC => Several(bytes, 3, Field(bytes, 2), depth),
            0xDD => Several(bytes, 5, Field(bytes, 4), depth),
            0xDE => Several(bytes, 3, 2 * Field(bytes, 2), depth),
            _ => Several(bytes, 5, 2 * Field(bytes, 4), depth),
        };
    }

    // A number cut short is one that nothing fits behind.
    private static long Field(ReadOnlySpan<byte> bytes, int width)
    {
        long number = 0;
        for (int i = 1; i <= width; i++)
        {
            number = i < bytes.Length ? (number << 8) | bytes[i] : uint.MaxValue;
        }

        return number;
    }

    private static int Plain(ReadOnlySpan<byte> bytes, long size) => size <= bytes.Length ? (int)size : -1;

    private static int Several(ReadOnlySpan<byte> bytes, int at, long count, int depth)
    {
        if (count > bytes.Length || (count > 0 && depth == MessagePackReader.DepthMax))
        {
            return -1;
        }

        for (long i = 0; i < count; i++)
        {
            int size = at <= bytes.Length ? SizeOf(bytes[at..], depth + 1) : -1;
            if (size < 0)
            {
                return -1;
            }

            at += size;
        }

        return at <= bytes.Length ? at : -1;
    }
}
