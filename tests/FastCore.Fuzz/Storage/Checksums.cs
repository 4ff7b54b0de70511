using System.Numerics;
using System.Runtime.InteropServices;
using FastCore.Storage.Disk;

namespace FastCore.Fuzz.Storage;

/// <summary>Makes checksums of stored records right.</summary>
internal static class Checksums
{
    /// <summary>CRC-32C of all bytes, taken with the four bytes of the checksum itself as zero.</summary>
    public static void MendCrc(Span<byte> bytes, int at)
    {
        if (bytes.Length < at + 4)
        {
            return;
        }

        uint crc = Crc32C.Of(bytes[..at]);
        crc = BitOperations.Crc32C(crc, 0u);
        crc = Crc32C.Of(bytes[(at + 4)..], crc);
        MemoryMarshal.Write(bytes[at..], in crc);
    }

    /// <summary>Flips one bit that the content itself chooses; doing it again takes it back.</summary>
    public static int FlipOne(Span<byte> bytes, uint choice)
    {
        int bit = (int)(choice % (uint)(bytes.Length * 8));
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return bit;
    }
}
