using System.Runtime.InteropServices;

namespace FastCore.Protocol.Frames;

/// <summary>
/// Body of the answer to Hello: present when the status is <see cref="FrameStatus.Ok"/>, and also when it is
/// <see cref="FrameStatus.VersionUnsupported"/>, to tell which versions the server speaks.
/// <code>
///   0 u64   magic                    the ASCII bytes FASTCORE
///   8 u8    version                  the version of all further frames; 0 when none is shared
///   9 u8    version_min              lowest version the server speaks
///  10 u8    version_max              highest version the server speaks
///  11 u8    reserved
///  12 u32   request_frame_size_max   bytes, header included
///  16 u32   reply_frame_size_max     bytes, header included
///  20 u32   requests_in_flight_max   per connection
///  24 u32   idle_timeout_ms          a connection silent for so long is closed; 0 = never
///  28 u32   reserved
///  32 u128  node_id                  of the data directory: the same after a restart
///  48 u128  reserved
/// </code>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct HelloReply
{
    /// <summary>Bytes of the body.</summary>
    public const int Size = 64;

    /// <summary>Is <see cref="HelloRequest.ExpectedMagic"/>.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>The version of all further frames; 0 when none is shared.</summary>
    [FieldOffset(8)] public byte Version;

    /// <summary>Lowest version the server speaks.</summary>
    [FieldOffset(9)] public byte VersionMin;

    /// <summary>Highest version the server speaks.</summary>
    [FieldOffset(10)] public byte VersionMax;

    /// <summary>Zero.</summary>
    [FieldOffset(11)] public byte Reserved0;

    /// <summary>Bytes of a request frame at most, header included.</summary>
    [FieldOffset(12)] public uint RequestFrameSizeMax;

    /// <summary>Bytes of a reply frame at most, header included.</summary>
    [FieldOffset(16)] public uint ReplyFrameSizeMax;

    /// <summary>Requests in flight on one connection at most.</summary>
    [FieldOffset(20)] public uint RequestsInFlightMax;

    /// <summary>Milliseconds of silence after which the server closes the connection; 0 = never.</summary>
    [FieldOffset(24)] public uint IdleTimeoutMs;

    /// <summary>Zero.</summary>
    [FieldOffset(28)] public uint Reserved1;

    /// <summary>
    /// Identity of the node's data: the same after a restart, another one for another data directory.
    /// </summary>
    [FieldOffset(32)] public UInt128 NodeId;

    /// <summary>Zero.</summary>
    [FieldOffset(48)] public UInt128 Reserved2;

    /// <summary>Reads the body of an answer.</summary>
    /// <returns>False when it is not a well-formed answer to Hello.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out HelloReply reply)
    {
        reply = default;
        if (body.Length != Size)
        {
            return false;
        }

        reply = MemoryMarshal.Read<HelloReply>(body);
        return reply.Magic == HelloRequest.ExpectedMagic
            && (reply.Reserved0 | reply.Reserved1) == 0
            && reply.Reserved2 == UInt128.Zero;
    }
}
