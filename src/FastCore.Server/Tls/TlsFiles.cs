using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FastCore.Server.Tls;

/// <summary>The certificates that an endpoint's files hold.</summary>
/// <param name="Server">The server's certificate with whatever else of its chain the file holds.</param>
/// <param name="Authorities">Whose client certificates are accepted; null when none are asked for.</param>
/// <param name="Revoked">Client certificates that are not accepted in spite of that.</param>
internal sealed record TlsFiles(
    SslStreamCertificateContext Server, ClientAuthorities? Authorities, RevokedCertificates Revoked)
{
    private const int BytesMax = 16 << 20;

    /// <summary>The bytes of an endpoint's files; empty for one that is not configured.</summary>
    /// <exception cref="IOException">One cannot be read, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    public static byte[][] ReadBytes(EndpointOptions endpoint) =>
        [.. ((string?[])[endpoint.CertificatePath, endpoint.ClientAuthorityPath, endpoint.RevokedPath]).Select(Bytes)];

    /// <summary>What the bytes of an endpoint's files mean.</summary>
    /// <exception cref="CryptographicException">
    /// The first is no PKCS#12 file, the password is wrong, or the second has no authority in it.
    /// </exception>
    /// <exception cref="FormatException">The third is no list of revoked certificates.</exception>
    public static TlsFiles Parse(EndpointOptions endpoint, byte[][] files) => new(
        Certificate(files[0], endpoint.CertificatePassword),
        endpoint.ClientAuthorityPath is null ? null : ClientAuthorities.Parse(files[1]),
        endpoint.RevokedPath is null ? RevokedCertificates.None : RevokedCertificates.Parse(files[2]));

    /// <summary>What is wrong with an endpoint's TLS settings, one sentence each.</summary>
    public static IEnumerable<string> Problems(EndpointOptions endpoint)
    {
        if (endpoint.CertificatePath is null)
        {
            if (endpoint.ClientAuthorityPath is not null || endpoint.AllowTls12)
            {
                yield return $"{endpoint.Address} has TLS settings, but no CertificatePath.";
            }

            yield break;
        }

        if (endpoint.RevokedPath is not null && endpoint.ClientAuthorityPath is null)
        {
            yield return $"{endpoint.Address} has a RevokedPath, but no ClientAuthorityPath.";
        }

        if (!File.Exists(endpoint.CertificatePath))
        {
            yield return $"The certificate file '{endpoint.CertificatePath}' does not exist.";
        }
        else if (ProblemOf(() => Certificate(Bytes(endpoint.CertificatePath), endpoint.CertificatePassword))
            is string problem)
        {
            yield return $"The certificate file '{endpoint.CertificatePath}' cannot be used: {problem}";
        }

        if (endpoint.ClientAuthorityPath is string path
            && ProblemOf(() => ClientAuthorities.Parse(Bytes(path))) is string wrong)
        {
            yield return $"The authority file '{path}' cannot be used: {wrong}";
        }

        if (endpoint.RevokedPath is string list
            && ProblemOf(() => RevokedCertificates.Parse(Bytes(list))) is string mistake)
        {
            yield return $"The list of revoked certificates '{list}' cannot be used: {mistake}";
        }
    }

    private static SslStreamCertificateContext Certificate(byte[] file, string? password)
    {
        X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12Collection(file, password);
        X509Certificate2 own = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw new CryptographicException("There is no private key in it.");
        all.Remove(own);

        // Offline: nothing is fetched from the network to complete a chain.
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }

    private static byte[] Bytes(string? path)
    {
        if (path is null)
        {
            return [];
        }

        return new FileInfo(path).Length <= BytesMax
            ? File.ReadAllBytes(path)
            : throw new IOException($"'{path}' is larger than {BytesMax} bytes.");
    }

    private static string? ProblemOf(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception error) when (FollowedFiles.IsUnusable(error))
        {
            return error.Message;
        }
    }
}

/// <summary>Whose client certificates are accepted.</summary>
/// <param name="Roots">The authorities.</param>
/// <param name="Intermediates">Certificates that may stand between an authority and a client.</param>
internal sealed record ClientAuthorities(X509Certificate2Collection Roots, X509Certificate2Collection Intermediates)
{
    /// <summary>Reads the authorities, and the intermediates beside them.</summary>
    /// <exception cref="CryptographicException">The file is no PEM file, or has no authority in it.</exception>
    public static ClientAuthorities Parse(ReadOnlySpan<byte> file)
    {
        X509Certificate2Collection all = [];
        all.ImportFromPem(Encoding.UTF8.GetString(file));
        X509Certificate2Collection roots = [.. all.Where(IsSelfIssued)];
        return roots.Count > 0
            ? new ClientAuthorities(roots, [.. all.Where(certificate => !IsSelfIssued(certificate))])
            : throw new CryptographicException("There is no self-issued certificate of an authority in it.");
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
