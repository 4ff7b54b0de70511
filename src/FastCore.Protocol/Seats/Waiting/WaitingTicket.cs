using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FastCore.Protocol.Seats.Waiting;

/// <summary>
/// Signatures of tickets: HMAC-SHA256 under a key of the node over the bytes <c>fastcore ticket 1</c>, show (u64),
/// buyer (u64), when it ends (u64) and call (u32), little-endian. Whoever has the key can check one without asking the
/// engine; that it is used once only the engine knows.
/// </summary>
public static class WaitingTicket
{
    /// <summary>Bytes of a key at least.</summary>
    public const int KeyBytesMin = 16;

    /// <summary>Bytes of a key at most.</summary>
    public const int KeyBytesMax = 64;

    /// <summary>The signature of a ticket.</summary>
    /// <param name="key">The key.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="buyer">Whose it is.</param>
    /// <param name="expiresAt">When it ends, nanoseconds since 1970 UTC.</param>
    /// <param name="calls">Which call of the buyer it is for.</param>
    public static Hash256 Sign(ReadOnlySpan<byte> key, ulong show, ulong buyer, ulong expiresAt, uint calls)
    {
        ReadOnlySpan<byte> name = "fastcore ticket 1"u8;
        Span<byte> message = stackalloc byte[name.Length + 28];
        name.CopyTo(message);
        Span<byte> fields = message[name.Length..];
        BinaryPrimitives.WriteUInt64LittleEndian(fields, show);
        BinaryPrimitives.WriteUInt64LittleEndian(fields[8..], buyer);
        BinaryPrimitives.WriteUInt64LittleEndian(fields[16..], expiresAt);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[24..], calls);
        Hash256 signature = default;
        HMACSHA256.HashData(key, message, signature);
        return signature;
    }

    /// <summary>Whether a request carries the signature of its ticket. Takes as long whatever differs.</summary>
    /// <param name="key">The key.</param>
    /// <param name="request">The request.</param>
    public static bool IsGenuine(ReadOnlySpan<byte> key, in EnterWaitingRoom request)
    {
        Hash256 right = Sign(key, request.Show, request.Buyer, request.ExpiresAt, request.Calls);
        return CryptographicOperations.FixedTimeEquals(right, request.Signature);
    }
}
