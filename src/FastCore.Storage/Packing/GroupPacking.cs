// Hot file: no allocation, no lock, no exception.
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastCore.Storage.Packing;

// A group is 64 bytes, of which only those are kept that differ from 64 bytes before them: a mask of eight, whose bit i
// says that byte i differs, and the exclusive or of each byte that does. The same bytes on every machine.
internal static unsafe class GroupPacking
{
    public const int GroupBytes = 64;

    // A group takes so much at most, and the vector path writes as far beyond the last byte.
    public const int GroupBytesMax = GroupBytes + sizeof(ulong);

    // The widest that this processor has.
    public static readonly PackingPath Best = Avx512Vbmi2.IsSupported ? PackingPath.Vectors
        : Bmi2.X64.IsSupported ? PackingPath.Words
        : PackingPath.Bytes;

    // For groups that have nothing before them.
    public static readonly byte* Zeros = (byte*)NativeMemory.AllocZeroed(GroupBytes);

    private const ulong HighBits = 0x8080808080808080;
    private const ulong LowBits = 0x7f7f7f7f7f7f7f7f;

    // How far back a byte of rows looks: whole rows, and a group at least, so that a group never looks into itself.
    public static int StrideOf(int rowSize) => rowSize * ((GroupBytes + rowSize - 1) / rowSize);

    // Packs a group into a target with room for the largest. Returns the bytes used.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pack(byte* source, byte* before, byte* packed, PackingPath path) =>
        path == PackingPath.Vectors ? PackVector(source, before, packed)
        : path == PackingPath.Words ? PackWords(source, before, packed)
        : PackBytes(source, before, packed);

    // The group at the start of what is left of packed bytes. Returns the bytes used; 0 when it is cut off.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Unpack(byte* packed, int left, byte* before, byte* target, PackingPath path)
    {
        if (left < sizeof(ulong))
        {
            return 0;
        }

        ulong mask = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(packed, sizeof(ulong)));
        int used = sizeof(ulong) + BitOperations.PopCount(mask);
        if (left < used)
        {
            return 0;
        }

        // The wide paths read as much as a whole group takes.
        packed += sizeof(ulong);
        bool isWide = left >= GroupBytesMax;
        if (isWide && path == PackingPath.Vectors)
        {
            UnpackVector(packed, mask, before, target);
        }
        else if (isWide && path == PackingPath.Words)
        {
            UnpackWords(packed, mask, before, target);
        }
        else
        {
            UnpackBytes(packed, mask, before, target);
        }

        return used;
    }

    private static int PackVector(byte* source, byte* before, byte* packed)
    {
        Vector512<byte> bytes = Vector512.Load(source) ^ Vector512.Load(before);
        Vector512<byte> kept = ~Vector512.Equals(bytes, Vector512<byte>.Zero);
        ulong mask = kept.ExtractMostSignificantBits();
        *(ulong*)packed = mask;
        Avx512Vbmi2.Compress(Vector512<byte>.Zero, kept, bytes).Store(packed + sizeof(ulong));
        return sizeof(ulong) + BitOperations.PopCount(mask);
    }

    private static int PackWords(byte* source, byte* before, byte* packed)
    {
        ulong mask = 0;
        int used = sizeof(ulong);
        for (int i = 0; i < GroupBytes; i += sizeof(ulong))
        {
            ulong word = *(ulong*)(source + i) ^ *(ulong*)(before + i);
            ulong high = (((word & LowBits) + LowBits) | word) & HighBits;
            *(ulong*)(packed + used) = Bmi2.X64.ParallelBitExtract(word, (high >> 7) * byte.MaxValue);
            mask |= Bmi2.X64.ParallelBitExtract(high, HighBits) << i;
            used += BitOperations.PopCount(high);
        }

        *(ulong*)packed = mask;
        return used;
    }

    private static int PackBytes(byte* source, byte* before, byte* packed)
    {
        ulong mask = 0;
        int used = sizeof(ulong);
        for (int i = 0; i < GroupBytes; i++)
        {
            byte value = (byte)(source[i] ^ before[i]);
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

    private static void UnpackVector(byte* packed, ulong mask, byte* before, byte* target)
    {
        Vector512<byte> bytes = Avx512Vbmi2.Expand(Vector512<byte>.Zero, MaskOf(mask), Vector512.Load(packed));
        (bytes ^ Vector512.Load(before)).Store(target);
    }

    private static void UnpackWords(byte* packed, ulong mask, byte* before, byte* target)
    {
        for (int i = 0; i < GroupBytes; i += sizeof(ulong))
        {
            ulong high = Bmi2.X64.ParallelBitDeposit(mask >> i & byte.MaxValue, HighBits);
            ulong word = Bmi2.X64.ParallelBitDeposit(*(ulong*)packed, (high >> 7) * byte.MaxValue);
            *(ulong*)(target + i) = word ^ *(ulong*)(before + i);
            packed += BitOperations.PopCount(high);
        }
    }

    private static void UnpackBytes(byte* packed, ulong mask, byte* before, byte* target)
    {
        for (int i = 0; i < GroupBytes; i++)
        {
            byte value = (mask >> i & 1) != 0 ? *packed++ : (byte)0;
            target[i] = (byte)(value ^ before[i]);
        }
    }

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
