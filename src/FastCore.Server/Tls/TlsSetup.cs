using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastCore.Server.Fronts;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace FastCore.Server.Tls;

/// <summary>
/// How an endpoint speaks TLS: which versions, and which client certificates. Its files are followed; each handshake
/// goes by what they held when it began.
/// </summary>
internal sealed class TlsSetup : IDisposable
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly EndpointOptions _endpoint;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FollowedFiles _files;
    private volatile TlsFiles? _current;

    /// <summary>Reads an endpoint's files, and follows them.</summary>
    /// <exception cref="IOException">They changed since the options were checked.</exception>
    /// <exception cref="CryptographicException">They changed since the options were checked.</exception>
    public TlsSetup(EndpointOptions endpoint, int pollMs, TimeProvider time, ILogger log)
    {
        _endpoint = endpoint;
        _time = time;
        _log = log;
        _files = new FollowedFiles(
            () => TlsFiles.ReadBytes(endpoint),
            Use,
            problem => ServerLog.TlsNotRead(log, endpoint.Address, problem),
            pollMs,
            time);
    }

    /// <summary>How often changed files took the place of others.</summary>
    public long Reloads => _files.Reloads;

    /// <summary>How often files that had changed could not be used.</summary>
    public long ReloadFailures => _files.Failures;

    /// <summary>The settings as Kestrel takes them.</summary>
    public TlsHandshakeCallbackOptions Options => new()
    {
        OnConnection = context => new ValueTask<SslServerAuthenticationOptions>(For(context.Connection)),

        // The lobby's clock cuts a handshake that takes too long, together with a Hello that does. This one only has to
        // be longer; it cannot be infinite, which Kestrel turns into more than a timer takes.
        HandshakeTimeout = TimeSpan.FromDays(1),
    };

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private string? Use(byte[][] bytes)
    {
        TlsFiles files = TlsFiles.Parse(_endpoint, bytes);
        bool isFirst = _current is null;
        _current = files;
        if (!isFirst)
        {
            X509Certificate2 own = files.Server.TargetCertificate;
            ServerLog.TlsRead(
                _log, _endpoint.Address, own.GetCertHashString(HashAlgorithmName.SHA256),
                own.NotAfter.ToUniversalTime(), files.Revoked.Count);
        }

        return null;
    }

    private SslServerAuthenticationOptions For(ConnectionContext connection)
    {
        TlsFiles files = _current!;
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = files.Server,
            EnabledSslProtocols = _endpoint.AllowTls12 ? SslProtocols.Tls13 | SslProtocols.Tls12 : SslProtocols.Tls13,
            AllowRenegotiation = false,

            // Every connection proves itself anew, by today's authorities and today's date.
            AllowTlsResume = false,
        };
        if (files.Authorities is not null)
        {
            Guest guest = connection.Features.GetRequiredFeature<Guest>();
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = PolicyNow(files.Authorities);
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                guest.TlsProblem = ProblemOf(certificate, chain, errors, files.Revoked);
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
            VerificationTime = _time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(authorities.Roots);
        policy.ExtraStore.AddRange(authorities.Intermediates);
        policy.ApplicationPolicy.Add(ClientAuthentication);
        return policy;
    }

    private static string? ProblemOf(
        X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, RevokedCertificates revoked)
    {
        if (certificate is null)
        {
            return "no client certificate was shown";
        }

        if (errors == SslPolicyErrors.None)
        {
            return chain is null || chain.ChainElements.Any(element => revoked.Contains(element.Certificate))
                ? "the client certificate, or one that it comes from, is revoked"
                : null;
        }

        X509ChainStatusFlags flags =
            (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return $"the client certificate is not accepted: {errors}, {flags}";
    }
}

/// <summary>The endpoints of a server that speak TLS.</summary>
internal sealed class TlsSetups : IDisposable
{
    private readonly List<TlsSetup> _setups = [];

    /// <summary>How often changed files took the place of others.</summary>
    public long Reloads => _setups.Sum(setup => setup.Reloads);

    /// <summary>How often files that had changed could not be used.</summary>
    public long ReloadFailures => _setups.Sum(setup => setup.ReloadFailures);

    /// <summary>Adds one, which is disposed with the server.</summary>
    public void Add(TlsSetup setup) => _setups.Add(setup);

    /// <inheritdoc/>
    public void Dispose() => _setups.ForEach(setup => setup.Dispose());
}
