using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FastCore.Server.Tls;

/// <summary>
/// Certificates that open nothing any more, whatever their authority says: by the SHA-256 of the whole certificate, or
/// by serial number.
/// </summary>
internal sealed class RevokedCertificates
{
    private const int SerialDigitsMax = 40;
    private const string Serial = "serial ";

    private readonly HashSet<string> _hashes = [];
    private readonly HashSet<string> _serials = [];

    /// <summary>None.</summary>
    public static RevokedCertificates None { get; } = new();

    /// <summary>How many.</summary>
    public int Count => _hashes.Count + _serials.Count;

    /// <summary>Reads a list. What is behind a # is a comment; colons between digits are left out.</summary>
    /// <exception cref="FormatException">A line is neither; the message names it.</exception>
    public static RevokedCertificates Parse(ReadOnlySpan<byte> file)
    {
        RevokedCertificates revoked = new();
        int number = 0;
        foreach (string whole in Encoding.UTF8.GetString(file).TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            string line = whole.Split('#')[0].Trim();
            bool isSerial = line.StartsWith(Serial, StringComparison.OrdinalIgnoreCase);
            string digits = (isSerial ? line[Serial.Length..] : line).Trim().Replace(":", "", StringComparison.Ordinal);
            if (line.Length > 0 && !revoked.TryAdd(digits, isSerial))
            {
                throw new FormatException(
                    $"Line {number} of the revoked certificates is neither a SHA-256 of 64 hex digits nor 'serial' "
                    + $"and at most {SerialDigitsMax} hex digits.");
            }
        }

        return revoked;
    }

    /// <summary>Whether a certificate is one of them.</summary>
    public bool Contains(X509Certificate2 certificate) => Count > 0
        && (_hashes.Contains(certificate.GetCertHashString(HashAlgorithmName.SHA256))
            || _serials.Contains(Canonical(certificate.SerialNumber)));

    private static string Canonical(string serial) => serial.ToUpperInvariant().TrimStart('0');

    private bool TryAdd(string digits, bool isSerial)
    {
        bool isValid = digits.All(char.IsAsciiHexDigit)
            && (isSerial ? digits.Length is > 0 and <= SerialDigitsMax : digits.Length == 64);
        if (isValid)
        {
            _ = isSerial ? _serials.Add(Canonical(digits)) : _hashes.Add(digits.ToUpperInvariant());
        }

        return isValid;
    }
}
