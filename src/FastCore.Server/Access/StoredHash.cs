using System.Globalization;
using System.Security.Cryptography;

namespace FastCore.Server.Access;

/// <summary>
/// What is stored of a key: its public id, a salt, and HMAC-SHA-256 of the key under the salt. A fast hash is right
/// here: a key has 256 random bits, so there is nothing to guess that a slow hash would make slower, while a slow one
/// would let strangers burn the server's time with every Hello. The salt keeps the same key in two files from showing.
/// </summary>
internal sealed class StoredHash
{
    private const string Scheme = "fc1";
    private const int SaltBytes = 16;

    private readonly byte[] _salt;
    private readonly byte[] _mac;

    private StoredHash(ulong id, byte[] salt, byte[] mac)
    {
        Id = id;
        _salt = salt;
        _mac = mac;
    }

    /// <summary>
    /// Matches nothing, and takes as long as any other: what an unknown id is compared with, so that the time of an
    /// answer does not tell which ids exist.
    /// </summary>
    public static StoredHash Decoy { get; } = new(
        0, RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes));

    /// <summary>The key's public id.</summary>
    public ulong Id { get; }

    /// <summary>Hashes a key with a new salt.</summary>
    public static StoredHash Make(ulong id, ReadOnlySpan<byte> key)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new StoredHash(id, salt, HMACSHA256.HashData(salt, key));
    }

    /// <summary>Reads the stored text: <c>fc1:id:salt:mac</c>, all in hex. Null when it is anything else.</summary>
    public static StoredHash? TryParse(string text)
    {
        string[] parts = text.Split(':');
        bool isWhole = parts.Length == 4
            && parts[0] == Scheme
            && parts[1].Length == 2 * sizeof(ulong)
            && parts[2].Length == 2 * SaltBytes
            && parts[3].Length == 2 * HMACSHA256.HashSizeInBytes
            && parts[1..].All(part => part.All(char.IsAsciiHexDigit));
        return isWhole
            ? new StoredHash(
                ulong.Parse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                Convert.FromHexString(parts[2]),
                Convert.FromHexString(parts[3]))
            : null;
    }

    /// <summary>Whether this is the key's hash; takes the same time for every key of the same length.</summary>
    public bool Matches(ReadOnlySpan<byte> key)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_salt, key, mac);
        return CryptographicOperations.FixedTimeEquals(mac, _mac);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Scheme}:{Id:x16}:{Convert.ToHexStringLower(_salt)}:{Convert.ToHexStringLower(_mac)}";
}
