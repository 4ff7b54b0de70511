using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Fuzz.Frames;

/// <summary>Frames for seeds, and checksums for mutated ones.</summary>
internal static class FrameBytes
{
    /// <summary>A whole frame.</summary>
    public static byte[] Of(FrameHeader header, ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[Limits.FrameHeaderSize + body.Length];
        FrameSeal.Write(frame, ref header, body);
        return frame;
    }

    /// <summary>Makes the checksums of frames one behind the other right, as far as their lengths make sense.</summary>
    public static void Mend(Span<byte> stream)
    {
        while (stream.Length >= Limits.FrameHeaderSize)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(stream);
            if (length < Limits.FrameHeaderSize || length > (uint)stream.Length)
            {
                return;
            }

            // The checksum is that of the bytes from 8 on; the header is read with its version as it is.
            uint checksum = Crc32C.Compute(stream[8..(int)length]);
            MemoryMarshal.Write(stream[4..], in checksum);
            stream = stream[(int)length..];
        }
    }
}
