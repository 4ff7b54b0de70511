using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastCore.Storage.Histories;

// Rows of a history on their way to disk. A row is much like the one before it, and most of its bytes are zero, so each
// byte is xored with that of the row before and only what is then not zero is kept: for every 64 bytes a mask of eight
// and the bytes it names. The rows of payments shrink to a quarter, which is what the disk's bandwidth is short of. The
// same rows give the same bytes on every machine.
internal static unsafe class RowPacking
{
    // The widest that this processor has.
    public static readonly PackingPath Best = Avx512Vbmi2.IsSupported ? PackingPath.Vectors
        : Bmi2.X64.IsSupported ? PackingPath.Words
        : PackingPath.Bytes;

    // A group takes so much at most, and the vector path writes as far beyond the last byte.
    public const int GroupBytesMax = GroupBytes + sizeof(ulong);

    private const int GroupBytes = 64;
    private const ulong HighBits = 0x8080808080808080;
    private const ulong LowBits = 0x7f7f7f7f7f7f7f7f;

    // Packs rows, whole groups of them, into the target. Returns the bytes used; 0 when they do not fit under the
    // limit.
    public static int Pack(
        ReadOnlySpan<byte> rows, int rowSize, Span<byte> target, int limit, PackingPath path)
    {
        int stride = StrideOf(rowSize);
        Check(rows.Length, target.Length, limit);
        int used = 0;
        fixed (byte* source = rows, packed = target)
        {
            for (int at = 0; at < rows.Length; at += GroupBytes)
            {
                if (used + GroupBytesMax > limit)
                {
                    return 0;
                }

                used += at < stride ? PackBytes(source, at, stride, packed + used)
                    : path == PackingPath.Vectors ? PackVector(source + at, stride, packed + used)
                    : path == PackingPath.Words ? PackWords(source + at, stride, packed + used)
                    : PackBytes(source, at, stride, packed + used);
            }
        }

        return used;
    }

    // The rows that were packed; false when no rows pack to these bytes.
    public static bool TryUnpack(ReadOnlySpan<byte> packed, int rowSize, Span<byte> rows, PackingPath path)
    {
        int stride = StrideOf(rowSize);
        int used = 0;
        fixed (byte* source = packed, target = rows)
        {
            for (int at = 0; at < rows.Length; at += GroupBytes)
            {
                if (packed.Length - used < sizeof(ulong))
                {
                    return false;
                }

                ulong mask = BinaryPrimitives.ReadUInt64LittleEndian(packed[used..]);
                used += sizeof(ulong);
                int count = BitOperations.PopCount(mask);
                if (packed.Length - used < count)
                {
                    return false;
                }

                bool isWide = at >= stride && packed.Length - used >= GroupBytes;
                if (isWide && path == PackingPath.Vectors)
                {
                    UnpackVector(source + used, mask, target + at, stride);
                }
                else if (isWide && path == PackingPath.Words)
                {
                    UnpackWords(source + used, mask, target + at, stride);
                }
                else
                {
                    UnpackBytes(source + used, mask, target, at, stride);
                }

                used += count;
            }
        }

        return used == packed.Length;
    }

    // How far back a byte looks: whole rows, and a group at least, so that a group never looks into itself.
    private static int StrideOf(int rowSize) => rowSize * ((GroupBytes + rowSize - 1) / rowSize);

    private static void Check(int rows, int target, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows % GroupBytes, 0, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, target - GroupBytesMax);
    }

    private static int PackVector(byte* source, int stride, byte* packed)
    {
        Vector512<byte> bytes = Vector512.Load(source) ^ Vector512.Load(source - stride);
        Vector512<byte> kept = ~Vector512.Equals(bytes, Vector512<byte>.Zero);
        ulong mask = kept.ExtractMostSignificantBits();
        *(ulong*)packed = mask;
        Avx512Vbmi2.Compress(Vector512<byte>.Zero, kept, bytes).Store(packed + sizeof(ulong));
        return sizeof(ulong) + BitOperations.PopCount(mask);
    }

    private static int PackWords(byte* source, int stride, byte* packed)
    {
        ulong mask = 0;
        int used = sizeof(ulong);
        for (int i = 0; i < GroupBytes; i += sizeof(ulong))
        {
            ulong word = *(ulong*)(source + i) ^ *(ulong*)(source + i - stride);
            ulong high = (((word & LowBits) + LowBits) | word) & HighBits;
            *(ulong*)(packed + used) = Bmi2.X64.ParallelBitExtract(word, (high >> 7) * byte.MaxValue);
            mask |= Bmi2.X64.ParallelBitExtract(high, HighBits) << i;
            used += BitOperations.PopCount(high);
        }

        *(ulong*)packed = mask;
        return used;
    }

    private static int PackBytes(byte* rows, int at, int stride, byte* packed)
    {
        ulong mask = 0;
        int used = sizeof(ulong);
        for (int i = 0; i < GroupBytes; i++)
        {
            byte value = (byte)(rows[at + i] ^ Before(rows, at + i, stride));
            packed[used] = value;
            if (value != 0)
            {
                mask |= 1UL << i;
                used++;
            }
        }

        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>(packed, sizeof(ulong)), mask);
        return used;
    }

    private static void UnpackVector(byte* packed, ulong mask, byte* target, int stride)
    {
        Vector512<byte> bytes = Avx512Vbmi2.Expand(Vector512<byte>.Zero, MaskOf(mask), Vector512.Load(packed));
        (bytes ^ Vector512.Load(target - stride)).Store(target);
    }

    private static void UnpackWords(byte* packed, ulong mask, byte* target, int stride)
    {
        for (int i = 0; i < GroupBytes; i += sizeof(ulong))
        {
            ulong high = Bmi2.X64.ParallelBitDeposit(mask >> i & byte.MaxValue, HighBits);
            ulong word = Bmi2.X64.ParallelBitDeposit(*(ulong*)packed, (high >> 7) * byte.MaxValue);
            *(ulong*)(target + i) = word ^ *(ulong*)(target + i - stride);
            packed += BitOperations.PopCount(high);
        }
    }

    private static void UnpackBytes(byte* packed, ulong mask, byte* rows, int at, int stride)
    {
        for (int i = 0; i < GroupBytes; i++)
        {
            byte value = (mask >> i & 1) != 0 ? *packed++ : (byte)0;
            rows[at + i] = (byte)(value ^ Before(rows, at + i, stride));
        }
    }

    private static byte Before(byte* rows, int at, int stride) => at < stride ? (byte)0 : rows[at - stride];

    // A vector with all bits of each byte that the mask names.
    private static Vector512<byte> MaskOf(ulong mask)
    {
        Vector512<byte> bits = Vector512.Create(0x8040201008040201UL).AsByte();
        Vector512<byte> spread = Vector512.Shuffle(Vector512.CreateScalar(mask).AsByte(), Places);
        return Vector512.Equals(spread & bits, bits);
    }

    // Byte i of a mask vector comes from byte i / 8 of the mask.
    private static Vector512<byte> Places => Vector512.Create(
        0x0000000000000000UL, 0x0101010101010101UL, 0x0202020202020202UL, 0x0303030303030303UL,
        0x0404040404040404UL, 0x0505050505050505UL, 0x0606060606060606UL, 0x0707070707070707UL).AsByte();
}

// How groups are packed and unpacked; all give the same bytes.
internal enum PackingPath
{
    // One by one: any processor.
    Bytes,

    // Eight at a time, with BMI2.
    Words,

    // All 64 at once, with AVX-512 VBMI2.
    Vectors,
}
