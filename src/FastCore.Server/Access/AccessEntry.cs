using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastCore.Node.Access;

namespace FastCore.Server.Access;

/// <summary>One configured key: how it is recognised, what it may do, and how much.</summary>
internal sealed class AccessEntry
{
    /// <summary>Everybody, on a server without keys.</summary>
    public static AccessEntry Anyone { get; } = new() { Name = "anyone", Grant = Grant.Full, Signature = "" };

    /// <summary>Name for the log.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required Grant Grant { get; init; }

    /// <summary>
    /// The entry as it was configured. Two with the same signature are the same, two with another are not.
    /// </summary>
    public required string Signature { get; init; }

    /// <summary>Hash of the key that must be shown; null = none, the certificate is enough.</summary>
    public StoredHash? Hash { get; init; }

    /// <summary>SHA-256 of the certificate that must be shown, upper-case hex; null = any or none.</summary>
    public string? CertificateSha256 { get; init; }

    /// <summary>Subject of the certificate that must be shown; null = any or none.</summary>
    public string? CertificateSubject { get; init; }

    /// <summary>Connections at most of all who show it; 0 = the server's limit only.</summary>
    public int ConnectionsMax { get; init; }

    /// <summary>Requests in flight at most of all its connections together; 0 = the connections' limits only.</summary>
    public int InFlightMax { get; init; }

    /// <summary>Requests a second at most of all its connections together; 0 = no limit.</summary>
    public int RequestsPerSecondMax { get; init; }

    /// <summary>Whether a certificate takes part in recognising it.</summary>
    public bool NamesCertificate => CertificateSha256 is not null || CertificateSubject is not null;

    /// <summary>
    /// Whether the certificate, which the handshake has verified already, is the one that this entry names.
    /// </summary>
    public bool Accepts(X509Certificate2? certificate) =>
        !NamesCertificate
        || (certificate is not null
            && (CertificateSha256 is null
                || CertificateSha256 == certificate.GetCertHashString(HashAlgorithmName.SHA256))
            && (CertificateSubject is null || CertificateSubject == certificate.SubjectName.Name));
}
