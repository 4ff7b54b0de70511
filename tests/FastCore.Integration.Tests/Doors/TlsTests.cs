using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using FastCore.Client;
using FastCore.Server;
using Xunit;

namespace FastCore.Integration.Tests.Doors;

/// <summary>
/// A server with one TLS endpoint, an authority that makes certificates for both sides, and a key, on time that the
/// test moves.
/// </summary>
public abstract class TlsTests : IAsyncLifetime
{
    private string _key = "";

    protected TlsTests() => Authority = TestAuthority.Around(Rig.Time.GetUtcNow());

    private protected DoorRig Rig { get; } = DoorRig.Make();

    private protected TestAuthority Authority { get; }

    private protected EndpointOptions Endpoint { get; } =
        new() { Address = "tcp://127.0.0.1:0", CertificatePassword = "pfx" };

    private protected string Key => _key;

    private protected string ServerFile => Rig.Folder.Of("server.pfx");

    private protected string ClientsFile => Rig.Folder.Of("clients.pem");

    // Subject of the server's certificate as it starts; null = the authority's choice.
    private protected virtual string? Subject => null;

    public virtual async Task InitializeAsync()
    {
        Endpoint.CertificatePath = ServerFile;
        await File.WriteAllBytesAsync(
            ServerFile, Subject is null ? Authority.Server("pfx") : Authority.Server("pfx", Subject));
        await File.WriteAllTextAsync(ClientsFile, Authority.Pem);
        Rig.Options.Endpoints.Add(Endpoint);
        Rig.Options.Keys.Add(TestKeys.New("by key", 1, "*", "10-19", out _key));
    }

    public async Task DisposeAsync()
    {
        await Rig.DisposeAsync();
        Authority.Dispose();
    }

    private protected virtual bool IsServer(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        TestAuthority.IsServer(sender, certificate, chain, errors);

    private protected Task<FastCoreClient> ConnectAsync(X509Certificate2? certificate, string? key) =>
        FastCoreClient.ConnectAsync(new FastCoreClientOptions
        {
            Endpoint = Rig.Address,
            ApiKey = key,
            ConnectTimeoutMs = 120_000,
            Tls = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = IsServer,
                ClientCertificateContext =
                    certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
            },
        });
}
