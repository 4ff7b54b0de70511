using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Frames;

/// <summary>Makes and checks the outside of a frame: length, version, checksum, reserved bytes.</summary>
public static class FrameSeal
{
    /// <summary>The bits of <see cref="FrameHeader.Flags"/> that hold the priority class of a request.</summary>
    public const byte PriorityMask = 0b11;

    /// <summary>Fills length, version and checksum. Everything else of the header must be final.</summary>
    /// <param name="header">The header to complete.</param>
    /// <param name="body">The body that will follow it.</param>
    public static void Close(ref FrameHeader header, ReadOnlySpan<byte> body) => Close(ref header, body, default);

    /// <summary>The same for a body in two pieces, so that a prefix and its elements need no joining.</summary>
    /// <param name="header">The header to complete.</param>
    /// <param name="first">First bytes of the body.</param>
    /// <param name="second">The rest of the body.</param>
    public static void Close(ref FrameHeader header, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        header.Length = (uint)checked(Limits.FrameHeaderSize + first.Length + second.Length);
        header.Version = FrameHeader.CurrentVersion;
        uint state = Crc32C.Append(BeginChecksum(in header), first);
        header.Checksum = Crc32C.End(Crc32C.Append(state, second));
    }

    /// <summary>Writes a whole frame and returns its length.</summary>
    /// <param name="target">At least header and body long.</param>
    /// <param name="header">Completed by this call.</param>
    /// <param name="body">The body.</param>
    public static int Write(Span<byte> target, ref FrameHeader header, ReadOnlySpan<byte> body)
    {
        Close(ref header, body);
        body.CopyTo(target[Limits.FrameHeaderSize..]);
        MemoryMarshal.Write(target, in header);
        return (int)header.Length;
    }

    /// <summary>Checksum state after the header's own part, bytes 8 to 31.</summary>
    internal static uint BeginChecksum(in FrameHeader header)
    {
        const int Covered = 8;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<FrameHeader>(in header));
        return Crc32C.Append(Crc32C.Begin, bytes[Covered..]);
    }

    /// <summary>
    /// The fields of a request header that must be zero: the upper bits of the flags, the status and the two reserved
    /// words. Such a frame is refused by itself; the stream is still in step, so the connection stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsRequestReservedZero(in FrameHeader header) =>
        ((uint)(header.Flags & ~PriorityMask) | (uint)header.Status | header.Reserved0 | header.Reserved1) == 0;

    /// <summary>The fields of a reply header that must be zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsReplyReservedZero(in FrameHeader header) =>
        ((uint)header.Flags | header.Reserved0 | header.Reserved1) == 0;
}
