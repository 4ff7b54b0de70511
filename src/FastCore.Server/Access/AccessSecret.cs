using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FastCore.Server.Access;

/// <summary>
/// Access keys as text: <c>fck_</c>, 16 hex digits that name the key, an underscore, and 64 hex digits that are its
/// secret. The server makes them and takes no others, so every key carries 256 random bits and nobody's password is
/// ever one.
/// </summary>
public static class AccessSecret
{
    /// <summary>What every key begins with, so that one in a log or a repository is recognised.</summary>
    public const string Prefix = "fck_";

    /// <summary>Characters of a key.</summary>
    public const int Length = 4 + IdDigits + 1 + SecretDigits;

    private const int IdDigits = 16;
    private const int SecretDigits = 64;
    private const int SecretStart = 4 + IdDigits + 1;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Makes a key. It is shown once to its owner and stored nowhere; what is stored is its hash.</summary>
    public static string NewKey() =>
        $"{Prefix}{RandomNumberGenerator.GetHexString(IdDigits, lowercase: true)}_"
        + RandomNumberGenerator.GetHexString(SecretDigits, lowercase: true);

    /// <summary>The hash of a key as <see cref="AccessKeyOptions.Hash"/> takes it, with a salt of its own.</summary>
    /// <param name="key">A key made by <see cref="NewKey"/>.</param>
    /// <exception cref="FormatException">The text is not a key. The message does not repeat it.</exception>
    public static string HashOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        if (!TryReadId(bytes, out ulong id))
        {
            throw new FormatException("This is not an access key: expected fck_, 16 hex digits, _, 64 hex digits.");
        }

        return StoredHash.Make(id, bytes).ToString();
    }

    /// <summary>
    /// The public part of a stored hash, which is also the second part of its key; null when it is no such hash.
    /// </summary>
    public static string? IdOf(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return StoredHash.TryParse(hash)?.Id.ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>The public part of what was shown as a key; false when it is not one.</summary>
    internal static bool TryReadId(ReadOnlySpan<byte> key, out ulong id)
    {
        id = 0;
        return key.Length == Length
            && key.StartsWith("fck_"u8)
            && key[SecretStart - 1] == (byte)'_'
            && IsHex(key.Slice(Prefix.Length, IdDigits))
            && IsHex(key[SecretStart..])
            && ulong.TryParse(
                key.Slice(Prefix.Length, IdDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out id);
    }

    private static bool IsHex(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(HexDigits);
}
