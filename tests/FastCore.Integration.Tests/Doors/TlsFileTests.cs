using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastCore.Client;
using FastCore.Integration.Tests.Fronts;
using FastCore.Protocol;
using FastCore.Server;
using FastCore.Server.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FastCore.Integration.Tests.Doors;

/// <summary>The files of a TLS endpoint are replaced while the server runs, on time that the test moves.</summary>
public sealed class TlsFileTests : IAsyncLifetime
{
    private readonly DoorRig _rig = DoorRig.Make();
    private readonly TestAuthority _authority;
    private readonly EndpointOptions _endpoint = new() { Address = "tcp://127.0.0.1:0", CertificatePassword = "pfx" };
    private string _key = "";

    public TlsFileTests() => _authority = TestAuthority.Around(_rig.Time.GetUtcNow());

    private string ServerFile => _rig.Folder.Of("server.pfx");

    private string ClientsFile => _rig.Folder.Of("clients.pem");

    private string RevokedFile => _rig.Folder.Of("revoked.txt");

    private TlsSetups Setups => _rig.Server.Services.GetRequiredService<TlsSetups>();

    public async Task InitializeAsync()
    {
        _endpoint.CertificatePath = ServerFile;
        _endpoint.ClientAuthorityPath = ClientsFile;
        _endpoint.RevokedPath = RevokedFile;
        await File.WriteAllBytesAsync(ServerFile, _authority.Server("pfx", "CN=first"));
        await File.WriteAllTextAsync(ClientsFile, _authority.Pem);
        await File.WriteAllTextAsync(RevokedFile, "");
        _rig.Options.Endpoints.Add(_endpoint);
        _rig.Options.Keys.Add(TestKeys.New("by key", 1, "*", "10-19", out _key));
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_replaced_certificate_meets_new_connections_and_leaves_open_ones_alone()
    {
        _endpoint.ClientAuthorityPath = null;
        _endpoint.RevokedPath = null;
        await _rig.StartAsync();
        using SslStream before = await HandshakeAsync();
        Assert.Equal("CN=first", before.RemoteCertificate!.Subject);

        await File.WriteAllBytesAsync(ServerFile, _authority.Server("pfx", "CN=second"));
        using (SslStream early = await HandshakeAsync())
        {
            Assert.Equal("CN=first", early.RemoteCertificate!.Subject);
        }

        PassPoll();
        Assert.Equal(1, Setups.Reloads);
        using SslStream after = await HandshakeAsync();
        Assert.Equal("CN=second", after.RemoteCertificate!.Subject);

        // The connection from before is served as ever.
        await before.WriteAsync(RawClient.Hello(_key));
        Assert.True(await before.ReadAsync(new byte[64]) > 0);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("half")]
    [InlineData("another password")]
    public async Task A_certificate_that_cannot_be_used_changes_nothing_and_is_told_once(string how)
    {
        _endpoint.ClientAuthorityPath = null;
        _endpoint.RevokedPath = null;
        await _rig.StartAsync();
        byte[] next = _authority.Server(how == "another password" ? "other" : "pfx", "CN=second");
        File.Delete(ServerFile);
        if (how != "gone")
        {
            await File.WriteAllBytesAsync(ServerFile, how == "half" ? next[..(next.Length / 2)] : next);
        }

        PassPoll();
        PassPoll();
        Assert.Equal((0, 1), (Setups.Reloads, Setups.ReloadFailures));
        Assert.Single(_rig.Log.Lines, line => line.Event == 2013);
        using (SslStream still = await HandshakeAsync())
        {
            Assert.Equal("CN=first", still.RemoteCertificate!.Subject);
        }

        await File.WriteAllBytesAsync(ServerFile, _authority.Server("pfx", "CN=second"));
        PassPoll();
        using SslStream mended = await HandshakeAsync();
        Assert.Equal("CN=second", mended.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task Authorities_come_and_go()
    {
        await _rig.StartAsync();
        using TestAuthority other = TestAuthority.Around(_rig.Time.GetUtcNow(), "CN=another authority");
        using X509Certificate2 old = _authority.Client("CN=old");
        using X509Certificate2 next = other.Client("CN=next");
        await ServedAsync(old);
        await RefusedAsync(next);

        await File.WriteAllTextAsync(ClientsFile, _authority.Pem + "\n" + other.Pem);
        PassPoll();
        await ServedAsync(old);
        await ServedAsync(next);

        await File.WriteAllTextAsync(ClientsFile, other.Pem);
        PassPoll();
        await RefusedAsync(old);
        await ServedAsync(next);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_revoked_certificate_is_refused_from_the_next_look_on_and_audited(bool bySerial)
    {
        await _rig.StartAsync();
        using X509Certificate2 lost = _authority.Client("CN=lost");
        using X509Certificate2 kept = _authority.Client("CN=kept");
        await ServedAsync(lost);

        string hash = lost.GetCertHashString(HashAlgorithmName.SHA256);
        string colons = string.Join(':', hash.Chunk(2).Select(pair => new string(pair))).ToLowerInvariant();
        await File.WriteAllTextAsync(
            RevokedFile, "# stolen\r\n" + (bySerial ? $"serial 00{lost.SerialNumber} # laptop\r\n" : colons + "\r\n"));
        PassPoll();
        await RefusedAsync(lost);
        await ServedAsync(kept);
        await FrontTests.UntilAsync(() => _rig.Log.Refusals.Count > 0);
        LogLine line = Assert.Single(_rig.Log.Refusals);
        Assert.Contains("revoked", (string)line.Fields["Why"]!, StringComparison.Ordinal);

        // A list with a mistake in it lets nobody in again.
        await File.WriteAllTextAsync(RevokedFile, "serial\n");
        PassPoll();
        await RefusedAsync(lost);
        Assert.Equal(1, Setups.ReloadFailures);

        await File.WriteAllTextAsync(RevokedFile, "");
        PassPoll();
        await ServedAsync(lost);
    }

    [Fact]
    public async Task A_revoked_authority_opens_nothing()
    {
        using X509Certificate2 root = X509Certificate2.CreateFromPem(_authority.Pem);
        using X509Certificate2 client = _authority.Client("CN=shop");
        await File.WriteAllTextAsync(RevokedFile, root.GetCertHashString(HashAlgorithmName.SHA256));
        await _rig.StartAsync();
        await RefusedAsync(client);
    }

    [Theory]
    [InlineData("12", "Line 1 of the revoked certificates is neither")]
    [InlineData("\nserial 0g", "Line 2 of the revoked certificates is neither")]
    public async Task A_wrong_list_stops_the_start(string list, string why)
    {
        await File.WriteAllTextAsync(RevokedFile, list);
        OptionsValidationException refused =
            await Assert.ThrowsAsync<OptionsValidationException>(() => _rig.StartAsync());
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_without_authorities_stops_the_start()
    {
        _endpoint.ClientAuthorityPath = null;
        OptionsValidationException refused =
            await Assert.ThrowsAsync<OptionsValidationException>(() => _rig.StartAsync());
        Assert.Contains("has a RevokedPath, but no ClientAuthorityPath", refused.Message, StringComparison.Ordinal);
    }

    private static bool IsServer(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.Subject is "CN=first" or "CN=second";

    private void PassPoll() => _rig.Time.Advance(_rig.Options.KeyFilePollMs);

    private async Task<SslStream> HandshakeAsync()
    {
        Socket socket = (await RawClient.ConnectAsync(_rig.Address)).Socket;
        SslStream stream = new(new NetworkStream(socket, ownsSocket: true), false, IsServer);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" });
        return stream;
    }

    private async Task ServedAsync(X509Certificate2 certificate)
    {
        await using FastCoreClient client = await ConnectAsync(certificate);
    }

    private async Task RefusedAsync(X509Certificate2 certificate) => Assert.Equal(
        FrameStatus.Unknown,
        (await Assert.ThrowsAsync<FastCoreConnectException>(() => ConnectAsync(certificate))).Status);

    private Task<FastCoreClient> ConnectAsync(X509Certificate2 certificate) =>
        FastCoreClient.ConnectAsync(new FastCoreClientOptions
        {
            Endpoint = _rig.Address,
            ApiKey = _key,
            ConnectTimeoutMs = 120_000,
            Tls = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = IsServer,
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            },
        });
}
