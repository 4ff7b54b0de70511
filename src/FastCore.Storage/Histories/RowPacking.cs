using FastCore.Storage.Packing;

namespace FastCore.Storage.Histories;

// Rows of a history on their way to disk. A row is much like the one before it, and most of its bytes are zero, so each
// byte is xored with that of the row before and only what is then not zero is kept. The rows of payments shrink to a
// quarter, which is what the disk's bandwidth is short of. The same rows give the same bytes on every machine.
internal static unsafe class RowPacking
{
    private const int GroupBytes = GroupPacking.GroupBytes;

    // Packs rows, whole groups of them, into the target. Returns the bytes used; 0 when they do not fit under the
    // limit.
    public static int Pack(
        ReadOnlySpan<byte> rows, int rowSize, Span<byte> target, int limit, PackingPath path)
    {
        int stride = GroupPacking.StrideOf(rowSize);
        Check(rows.Length, target.Length, limit);
        byte* lead = stackalloc byte[GroupBytes];
        int used = 0;
        fixed (byte* source = rows, packed = target)
        {
            for (int at = 0; at < rows.Length; at += GroupBytes)
            {
                if (used + GroupPacking.GroupBytesMax > limit)
                {
                    return 0;
                }

                used += GroupPacking.Pack(source + at, Before(source, at, stride, lead), packed + used, path);
            }
        }

        return used;
    }

    // The rows that were packed; false when no rows pack to these bytes.
    public static bool TryUnpack(ReadOnlySpan<byte> packed, int rowSize, Span<byte> rows, PackingPath path)
    {
        int stride = GroupPacking.StrideOf(rowSize);
        byte* lead = stackalloc byte[GroupBytes];
        int used = 0;
        fixed (byte* source = packed, target = rows)
        {
            for (int at = 0; at < rows.Length; at += GroupBytes)
            {
                int group = GroupPacking.Unpack(
                    source + used, packed.Length - used, Before(target, at, stride, lead), target + at, path);
                if (group == 0)
                {
                    return false;
                }

                used += group;
            }
        }

        return used == packed.Length;
    }

    private static void Check(int rows, int target, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows % GroupBytes, 0, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, target - GroupPacking.GroupBytesMax);
    }

    // The bytes a stride before a group; zeros stand for those before the first row.
    private static byte* Before(byte* rows, int at, int stride, byte* lead)
    {
        if (at >= stride)
        {
            return rows + at - stride;
        }

        Span<byte> bytes = new(lead, GroupBytes);
        bytes.Clear();
        if (at + GroupBytes > stride)
        {
            int missing = stride - at;
            new ReadOnlySpan<byte>(rows, GroupBytes - missing).CopyTo(bytes[missing..]);
        }

        return lead;
    }
}
