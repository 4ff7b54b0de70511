using System.Runtime.InteropServices;

namespace FastCore.Engine.Sessions;

/// <summary>What a reply carries in a session's ring, before its bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ReplyHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 32;

    /// <summary>The request's <see cref="Rings.RequestEnvelope.Ticket"/>.</summary>
    [FieldOffset(0)] public ulong Ticket;

    /// <summary>Bytes of the reply.</summary>
    [FieldOffset(8)] public int Length;

    /// <summary>Outcome of the request as a whole; the number of a frame status.</summary>
    [FieldOffset(12)] public ushort Status;

    /// <summary>Reserved.</summary>
    [FieldOffset(14)] public ushort Reserved;

    /// <summary>Milliseconds to wait before a retry.</summary>
    [FieldOffset(16)] public uint RetryAfterMs;

    /// <summary>Reserved.</summary>
    [FieldOffset(20)] public uint Reserved1;

    /// <summary>Native buffer with the bytes when they do not follow in the ring; the consumer frees it.</summary>
    [FieldOffset(24)] public nint Buffer;
}
