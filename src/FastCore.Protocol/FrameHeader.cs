using System.Runtime.InteropServices;

namespace FastCore.Protocol;

/// <summary>
/// The 32 bytes before every frame, request and reply alike, little-endian:
/// <code>
///  0 u32 length        whole frame, header included
///  4 u32 checksum      CRC-32C of the frame from byte 8 to its end
///  8 u64 correlation   chosen by the client, echoed in the reply
/// 16 u16 operation
/// 18 u8  version       protocol version, 1
/// 19 u8  flags         bits 0–1: priority class of a request (0 = highest)
/// 20 u16 status        reply: FrameStatus; request: must be zero
/// 22 u16 reserved      must be zero
/// 24 u32 timeout_ms    request: give up if not started by then, 0 = never; reply: retry-after in ms when Overloaded
/// 28 u32 reserved      must be zero
/// </code>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct FrameHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = Limits.FrameHeaderSize;

    /// <summary>The protocol version this build speaks.</summary>
    public const byte CurrentVersion = 1;

    /// <summary>Bytes of the whole frame, header included.</summary>
    [FieldOffset(0)] public uint Length;

    /// <summary>CRC-32C of the frame from byte 8 to its end.</summary>
    [FieldOffset(4)] public uint Checksum;

    /// <summary>Ties a reply to its request; unique among the requests in flight of a connection.</summary>
    [FieldOffset(8)] public ulong Correlation;

    /// <summary>What is asked.</summary>
    [FieldOffset(16)] public Operation Operation;

    /// <summary>Protocol version, <see cref="CurrentVersion"/>.</summary>
    [FieldOffset(18)] public byte Version;

    /// <summary>Bits 0–1 hold the priority class; the rest must be zero.</summary>
    [FieldOffset(19)] public byte Flags;

    /// <summary>Outcome of the frame as a whole; zero in a request.</summary>
    [FieldOffset(20)] public FrameStatus Status;

    /// <summary>Must be zero.</summary>
    [FieldOffset(22)] public ushort Reserved0;

    /// <summary>Request: start deadline in milliseconds, 0 = none. Reply: retry-after in milliseconds.</summary>
    [FieldOffset(24)] public uint TimeoutMs;

    /// <summary>Must be zero.</summary>
    [FieldOffset(28)] public uint Reserved1;
}
