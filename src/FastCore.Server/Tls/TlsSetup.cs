using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastCore.Server.Fronts;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace FastCore.Server.Tls;

/// <summary>How an endpoint speaks TLS: which versions, and which client certificates.</summary>
internal sealed class TlsSetup(EndpointOptions endpoint, TimeProvider time)
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly SslStreamCertificateContext _server = TlsFiles.ReadServer(endpoint);
    private readonly ClientAuthorities? _authorities =
        endpoint.ClientAuthorityPath is null ? null : TlsFiles.ReadAuthorities(endpoint.ClientAuthorityPath);

    /// <summary>The settings as Kestrel takes them.</summary>
    public TlsHandshakeCallbackOptions Options => new()
    {
        OnConnection = context => new ValueTask<SslServerAuthenticationOptions>(For(context.Connection)),

        // The lobby's clock cuts a handshake that takes too long, together with a Hello that does. This one only has to
        // be longer; it cannot be infinite, which Kestrel turns into more than a timer takes.
        HandshakeTimeout = TimeSpan.FromDays(1),
    };

    private SslServerAuthenticationOptions For(ConnectionContext connection)
    {
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = _server,
            EnabledSslProtocols = endpoint.AllowTls12 ? SslProtocols.Tls13 | SslProtocols.Tls12 : SslProtocols.Tls13,
            AllowRenegotiation = false,

            // Every connection proves itself anew, by today's authorities and today's date.
            AllowTlsResume = false,
        };
        if (_authorities is not null)
        {
            Guest guest = connection.Features.GetRequiredFeature<Guest>();
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = PolicyNow(_authorities);
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                guest.TlsProblem = ProblemOf(certificate, chain, errors);
                return guest.TlsProblem is null;
            };
        }

        return options;
    }

    private X509ChainPolicy PolicyNow(ClientAuthorities authorities)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,

            // A stranger's certificate must not be able to make the server fetch addresses that stand in it.
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(authorities.Roots);
        policy.ExtraStore.AddRange(authorities.Intermediates);
        policy.ApplicationPolicy.Add(ClientAuthentication);
        return policy;
    }

    private static string? ProblemOf(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "no client certificate was shown";
        }

        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        X509ChainStatusFlags flags =
            (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return $"the client certificate is not accepted: {errors}, {flags}";
    }
}
