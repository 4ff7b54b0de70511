using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastCore.Client;
using FastCore.Integration.Tests.Fronts;
using FastCore.Protocol;
using FastCore.Server;

namespace FastCore.Integration.Tests.Doors;

/// <summary>TLS versions and client certificates, which are made here, on time that the test moves.</summary>
public sealed class CertificateTests : IAsyncLifetime
{
    private readonly DoorRig _rig = DoorRig.Make();
    private readonly TestAuthority _authority;
    private readonly EndpointOptions _endpoint = new() { Address = "tcp://127.0.0.1:0", CertificatePassword = "pfx" };
    private string _key = "";

    public CertificateTests() => _authority = TestAuthority.Around(_rig.Time.GetUtcNow());

    public async Task InitializeAsync()
    {
        _endpoint.CertificatePath = _rig.Folder.Of("server.pfx");
        await File.WriteAllBytesAsync(_endpoint.CertificatePath, _authority.Server("pfx"));
        await File.WriteAllTextAsync(_rig.Folder.Of("clients.pem"), _authority.Pem);
        _rig.Options.Endpoints.Add(_endpoint);
        _rig.Options.Keys.Add(TestKeys.New("by key", 1, "*", "10-19", out _key));
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task X19_A_certificate_is_mapped_to_its_keys_grant()
    {
        using X509Certificate2 bySubject = _authority.Client("CN=shop, O=Example");
        using X509Certificate2 byHash = _authority.Client("CN=bank");
        using X509Certificate2 unnamed = _authority.Client("CN=someone");
        AddCertificateKey(subject: "CN=shop,O=Example", hash: null, principal: 7, books: "70");
        AddCertificateKey(subject: null, byHash.GetCertHashString(HashAlgorithmName.SHA256), principal: 8, books: "80");
        await StartAsync(asksForCertificates: true);

        await using (await ConnectAsync(bySubject))
        {
            await GrantedAsync(7);
        }

        await using (await ConnectAsync(byHash))
        {
            await GrantedAsync(8);
            Assert.True(_rig.Doors.LastGrant!.AllowsBook(80) && !_rig.Doors.LastGrant!.AllowsBook(70));
        }

        // A certificate of the right authority opens the line, not the books; a key that is shown decides alone.
        Assert.Equal(FrameStatus.Unauthenticated, await RefusedAsync(unnamed, null));
        Assert.Equal(FrameStatus.Unauthenticated, await RefusedAsync(bySubject, _key[..^1] + "x"));
        await using (await ConnectAsync(unnamed, _key))
        {
            await GrantedAsync(1);
        }
    }

    [Fact]
    public async Task X19_A_key_that_names_a_certificate_needs_both()
    {
        using X509Certificate2 right = _authority.Client("CN=right");
        using X509Certificate2 wrong = _authority.Client("CN=wrong");
        _rig.Options.Keys[0].CertificateSubject = "CN=right";
        await StartAsync(asksForCertificates: true);
        Assert.Equal(FrameStatus.Unauthenticated, await RefusedAsync(right, null));
        Assert.Equal(FrameStatus.Unauthenticated, await RefusedAsync(wrong, _key));
        await using FastCoreClient client = await ConnectAsync(right, _key);
    }

    [Theory]
    [InlineData("none", "no client certificate was shown")]
    [InlineData("another authority", "is not accepted: RemoteCertificateChainErrors")]
    [InlineData("self-signed", "UntrustedRoot")]
    [InlineData("expired", "NotTimeValid")]
    [InlineData("for servers", "NotValidForUsage")]
    public async Task X19_A_certificate_that_does_not_hold_is_refused_and_audited(string how, string why)
    {
        await StartAsync(asksForCertificates: true);
        using TestAuthority other = TestAuthority.Around(_rig.Time.GetUtcNow());
        using X509Certificate2? shown = how switch
        {
            "none" => null,
            "another authority" => other.Client("CN=shop"),
            "expired" => _authority.Client("CN=shop", hours: -1),
            "for servers" => _authority.ForServersOnly("CN=shop"),
            _ => SelfSigned(),
        };
        Assert.Equal(FrameStatus.Unknown, await RefusedAsync(shown, _key));
        await FrontTests.UntilAsync(() => _rig.Log.Refusals.Count > 0);
        LogLine line = Assert.Single(_rig.Log.Refusals);
        Assert.Contains(why, (string)line.Fields["Why"]!, StringComparison.Ordinal);
        Assert.False(_rig.Doors.Opened.IsCompleted);
    }

    [Fact]
    public async Task X19_A_certificate_is_looked_at_on_every_connection_by_the_servers_own_clock()
    {
        using X509Certificate2 certificate = _authority.Client("CN=shop", hours: 2);
        await StartAsync(asksForCertificates: true);
        await using (await ConnectAsync(certificate, _key))
        {
        }

        _rig.Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(FrameStatus.Unknown, await RefusedAsync(certificate, _key));
    }

    [Fact]
    public async Task X19_Only_tls_13_unless_12_is_asked_for()
    {
        await StartAsync(asksForCertificates: false);
        Assert.Equal(SslProtocols.Tls13, await NegotiateAsync(SslProtocols.None));
        Assert.Null(await NegotiateAsync(SslProtocols.Tls12));
    }

    [Fact]
    public async Task Tls_12_by_option_and_still_13_for_those_who_can()
    {
        _endpoint.AllowTls12 = true;
        await StartAsync(asksForCertificates: false);
        Assert.Equal(SslProtocols.Tls12, await NegotiateAsync(SslProtocols.Tls12));
        Assert.Equal(SslProtocols.Tls13, await NegotiateAsync(SslProtocols.None));
    }

    [Fact]
    public async Task Plain_bytes_on_a_tls_port_end_the_connection_unanswered()
    {
        await StartAsync(asksForCertificates: false);
        using RawClient client = await RawClient.ConnectAsync(_rig.Address);
        await client.SendAsync(RawClient.Hello(_key));
        await client.ExpectEndAsync();
        Assert.False(_rig.Doors.Opened.IsCompleted);
    }

    [Fact]
    public async Task Silence_on_a_tls_port_is_cut_by_the_clock()
    {
        await StartAsync(asksForCertificates: true);
        using RawClient client = await RawClient.ConnectAsync(_rig.Address);
        await FrontTests.UntilAsync(() => _rig.Connections.HalfOpen == 1);
        _rig.Time.Advance(_rig.Options.HelloTimeoutMs + 100);
        await client.ExpectEndAsync();
        await FrontTests.UntilAsync(() => _rig.Connections.Count == 0);
        Assert.Contains("too long", (string)Assert.Single(_rig.Log.Refusals).Fields["Why"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_handshakes_at_once_is_bounded()
    {
        _rig.Options.HalfOpenMax = 4;
        await StartAsync(asksForCertificates: true);
        List<RawClient> strangers = [];
        for (int i = 0; i < 40; i++)
        {
            strangers.Add(await RawClient.ConnectAsync(_rig.Address));
            Assert.InRange(_rig.Connections.HalfOpen, 0, 4);
        }

        await FrontTests.UntilAsync(() => _rig.Connections.CutHalfOpen == 36 && _rig.Connections.Count == 4);
        using X509Certificate2 certificate = _authority.Client("CN=shop");
        await using FastCoreClient client = await ConnectAsync(certificate, _key);
        strangers.ForEach(stranger => stranger.Dispose());
    }

    private static X509Certificate2 SelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=shop", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(9));
    }

    private async Task StartAsync(bool asksForCertificates)
    {
        _endpoint.ClientAuthorityPath = asksForCertificates ? _rig.Folder.Of("clients.pem") : null;
        await _rig.StartAsync();
    }

    private void AddCertificateKey(string? subject, string? hash, uint principal, string books) =>
        _rig.Options.Keys.Add(new AccessKeyOptions
        {
            Name = $"certificate {principal}",
            Principal = principal,
            CertificateSubject = subject,
            CertificateSha256 = hash,
            Operations = { "*" },
            Books = { books },
        });

    // The door is opened after Hello was answered.
    private Task GrantedAsync(uint principal) =>
        FrontTests.UntilAsync(() => _rig.Doors.LastGrant?.Principal == principal);

    private Task<FastCoreClient> ConnectAsync(X509Certificate2? certificate, string? key = null) =>
        FastCoreClient.ConnectAsync(new FastCoreClientOptions
        {
            Endpoint = _rig.Address,
            ApiKey = key,
            ConnectTimeoutMs = 120_000,
            Tls = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = TestAuthority.IsServer,
                ClientCertificateContext =
                    certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
            },
        });

    private async Task<FrameStatus> RefusedAsync(X509Certificate2? certificate, string? key) =>
        (await Assert.ThrowsAsync<FastCoreConnectException>(() => ConnectAsync(certificate, key))).Status;

    // Null when the server agrees to none.
    private async Task<SslProtocols?> NegotiateAsync(SslProtocols offered)
    {
        using RawClient client = await RawClient.ConnectAsync(_rig.Address);
        await using SslStream stream = new(new NetworkStream(client.Socket), false, TestAuthority.IsServer);
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = offered });
            return stream.SslProtocol;
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            return null;
        }
    }
}
