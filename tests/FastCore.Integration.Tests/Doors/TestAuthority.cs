using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FastCore.Integration.Tests.Doors;

/// <summary>An authority that signs certificates for a test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _root;
    private readonly DateTimeOffset _now;
    private byte _serial;

    private TestAuthority(DateTimeOffset now, string name)
    {
        _now = now;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = request.CreateSelfSigned(now.AddHours(-10), now.AddHours(100));
    }

    /// <summary>The authority as the server's file holds it.</summary>
    public string Pem => _root.ExportCertificatePem();

    /// <summary>Makes an authority that is valid around a time; all of them have the same name if none is given.
    /// </summary>
    public static TestAuthority Around(DateTimeOffset now, string name = "CN=authority") => new(now, name);

    /// <summary>Whether a client of a test talks to the test's server.</summary>
    public static bool IsServer(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.Subject == "CN=server";

    /// <summary>A certificate for a client, valid for so many hours.</summary>
    public X509Certificate2 Client(string subject, double hours = 10) =>
        Sign(subject, hours, ClientUse, null);

    /// <summary>A certificate for a server on this machine, as PKCS#12.</summary>
    public byte[] Server(string password, string subject = "CN=server")
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        using X509Certificate2 certificate = Sign(subject, 10, ServerUse, names.Build());
        return certificate.Export(X509ContentType.Pfx, password);
    }

    /// <summary>A certificate that a client has, but for servers only.</summary>
    public X509Certificate2 ForServersOnly(string subject) => Sign(subject, 10, ServerUse, null);

    public void Dispose() => _root.Dispose();

    private X509Certificate2 Sign(string subject, double hours, string use, X509Extension? extension)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        if (extension is not null)
        {
            request.CertificateExtensions.Add(extension);
        }

        using X509Certificate2 signed =
            request.Create(_root, _now.AddHours(-5), _now.AddHours(hours), [7, ++_serial]);
        using X509Certificate2 whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }
}
