using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FastCore.Server.Tls;

/// <summary>The certificates that an endpoint's files hold.</summary>
internal static class TlsFiles
{
    /// <summary>The server's certificate with its private key and whatever else of its chain the file holds.</summary>
    /// <exception cref="CryptographicException">The file is no PKCS#12 file, or the password is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SslStreamCertificateContext ReadServer(EndpointOptions endpoint)
    {
        X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12CollectionFromFile(
            endpoint.CertificatePath!, endpoint.CertificatePassword);
        X509Certificate2 own = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw new CryptographicException("There is no private key in it.");
        all.Remove(own);

        // Offline: nothing is fetched from the network to complete a chain.
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }

    /// <summary>The authorities, and the intermediates beside them, that client certificates must come from.</summary>
    /// <exception cref="CryptographicException">The file is no PEM file, or has no authority in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ClientAuthorities ReadAuthorities(string path)
    {
        X509Certificate2Collection all = [];
        all.ImportFromPemFile(path);
        X509Certificate2Collection roots = [.. all.Where(IsSelfIssued)];
        return roots.Count > 0
            ? new ClientAuthorities(roots, [.. all.Where(certificate => !IsSelfIssued(certificate))])
            : throw new CryptographicException("There is no self-issued certificate of an authority in it.");
    }

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

        if (!File.Exists(endpoint.CertificatePath))
        {
            yield return $"The certificate file '{endpoint.CertificatePath}' does not exist.";
        }
        else if (ProblemOf(() => ReadServer(endpoint)) is string problem)
        {
            yield return $"The certificate file '{endpoint.CertificatePath}' cannot be used: {problem}";
        }

        if (endpoint.ClientAuthorityPath is string path && ProblemOf(() => ReadAuthorities(path)) is string wrong)
        {
            yield return $"The authority file '{path}' cannot be used: {wrong}";
        }
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static string? ProblemOf(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }
}

/// <summary>Whose client certificates are accepted.</summary>
/// <param name="Roots">The authorities.</param>
/// <param name="Intermediates">Certificates that may stand between an authority and a client.</param>
internal sealed record ClientAuthorities(X509Certificate2Collection Roots, X509Certificate2Collection Intermediates);
