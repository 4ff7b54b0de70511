using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace FastCore.Protocol.Frames;

/// <summary>
/// Body of the first frame of a connection. Its frame is always of protocol version 1, so that both sides can speak
/// about versions before they agree on one.
/// <code>
///   0 u64      magic           the ASCII bytes FASTCORE
///   8 u8       version_min     lowest protocol version the client speaks
///   9 u8       version_max     highest protocol version the client speaks
///  10 u8       name_length     bytes used of client_name, 0–64
///  11 u8       key_length      bytes used of api_key, 0–128
///  12 u32      reserved        must be zero
///  16 u8[64]   client_name     UTF-8, for the server's log; the rest zero
///  80 u8[128]  api_key         the rest zero
/// </code>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct HelloRequest
{
    /// <summary>Bytes of the body.</summary>
    public const int Size = 208;

    /// <summary>The ASCII bytes FASTCORE, read as a little-endian number.</summary>
    public const ulong ExpectedMagic = 0x45524F4354534146;

    /// <summary>Must be <see cref="ExpectedMagic"/>.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>Lowest protocol version the client speaks.</summary>
    [FieldOffset(8)] public byte VersionMin;

    /// <summary>Highest protocol version the client speaks.</summary>
    [FieldOffset(9)] public byte VersionMax;

    /// <summary>Bytes used of the name.</summary>
    [FieldOffset(10)] public byte NameLength;

    /// <summary>Bytes used of the key.</summary>
    [FieldOffset(11)] public byte KeyLength;

    /// <summary>Must be zero.</summary>
    [FieldOffset(12)] public uint Reserved;

    /// <summary>Client name, UTF-8, zero padded.</summary>
    [FieldOffset(16)] public HelloName ClientName;

    /// <summary>API key, zero padded.</summary>
    [FieldOffset(80)] public HelloKey ApiKey;

    /// <summary>Fills a request for the versions this build speaks.</summary>
    /// <param name="clientName">At most 64 bytes as UTF-8.</param>
    /// <param name="apiKey">At most 128 bytes as UTF-8; empty for none.</param>
    /// <param name="request">The request.</param>
    /// <returns>False when name or key is too long.</returns>
    public static bool TryCreate(ReadOnlySpan<char> clientName, ReadOnlySpan<char> apiKey, out HelloRequest request)
    {
        request = default;
        request.Magic = ExpectedMagic;
        request.VersionMin = ProtocolVersions.Min;
        request.VersionMax = ProtocolVersions.Max;
        if (!Encoding.UTF8.TryGetBytes(clientName, request.ClientName, out int nameLength)
            || !Encoding.UTF8.TryGetBytes(apiKey, request.ApiKey, out int keyLength))
        {
            return false;
        }

        request.NameLength = (byte)nameLength;
        request.KeyLength = (byte)keyLength;
        return true;
    }

    /// <summary>Whether the body is a well-formed Hello; says nothing about versions or credentials.</summary>
    /// <returns>
    /// <see cref="FrameStatus.Ok"/>, or <see cref="FrameStatus.InvalidBodySize"/> (wrong size or lengths),
    /// <see cref="FrameStatus.HelloExpected"/> (wrong magic), <see cref="FrameStatus.ReservedNotZero"/> (a reserved or
    /// padding byte is not zero).
    /// </returns>
    public static FrameStatus TryRead(ReadOnlySpan<byte> body, out HelloRequest request)
    {
        request = default;
        if (body.Length != Size)
        {
            return FrameStatus.InvalidBodySize;
        }

        request = MemoryMarshal.Read<HelloRequest>(body);
        if (request.Magic != ExpectedMagic)
        {
            return FrameStatus.HelloExpected;
        }

        if (request.NameLength > HelloName.Length || request.KeyLength > HelloKey.Length)
        {
            return FrameStatus.InvalidBodySize;
        }

        ReadOnlySpan<byte> name = request.ClientName;
        ReadOnlySpan<byte> key = request.ApiKey;
        bool padded = request.Reserved == 0
            && !name[request.NameLength..].ContainsAnyExcept((byte)0)
            && !key[request.KeyLength..].ContainsAnyExcept((byte)0);
        return padded ? FrameStatus.Ok : FrameStatus.ReservedNotZero;
    }
}

/// <summary>Fixed bytes of a client name.</summary>
[InlineArray(Length)]
public struct HelloName
{
    /// <summary>Bytes at most.</summary>
    public const int Length = 64;

    private byte _first;
}

/// <summary>Fixed bytes of an API key.</summary>
[InlineArray(Length)]
public struct HelloKey
{
    /// <summary>Bytes at most.</summary>
    public const int Length = 128;

    private byte _first;
}
