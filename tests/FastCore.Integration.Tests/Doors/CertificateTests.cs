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
public sealed class CertificateTests : TlsTests
{
    [Fact]
    public async Task X19_A_certificate_is_mapped_to_its_keys_grant()
    {
        using X509Certificate2 bySubject = Authority.Client("CN=shop, O=Example");
        using X509Certificate2 byHash = Authority.Client("CN=bank");
        using X509Certificate2 unnamed = Authority.Client("CN=someone");
        AddCertificateKey(subject: "CN=shop,O=Example", hash: null, principal: 7, books: "70");
        AddCertificateKey(subject: null, byHash.GetCertHashString(HashAlgorithmName.SHA256), principal: 8, books: "80");
        await StartAsync(asksForCertificates: true);

        await using (await ConnectAsync(bySubject, null))
        {
            await GrantedAsync(7);
        }

        await using (await ConnectAsync(byHash, null))
        {
            await GrantedAsync(8);
            Assert.True(Rig.Doors.LastGrant!.AllowsBook(80) && !Rig.Doors.LastGrant!.AllowsBook(70));
        }

        // A certificate of the right authority opens the line, not the books; a key that is shown decides alone.
        Assert.Equal(FrameStatus.Unauthenticated, await RefusedAsync(unnamed, null));
        Assert.Equal(FrameStatus.Unauthenticated, await RefusedAsync(bySubject, Key[..^1] + "x"));
        await using (await ConnectAsync(unnamed, Key))
        {
            await GrantedAsync(1);
        }
    }

    [Fact]
    public async Task X19_A_key_that_names_a_certificate_needs_both()
    {
        using X509Certificate2 right = Authority.Client("CN=right");
        using X509Certificate2 wrong = Authority.Client("CN=wrong");
        Rig.Options.Keys[0].CertificateSubject = "CN=right";
        await StartAsync(asksForCertificates: true);
        Assert.Equal(FrameStatus.Unauthenticated, await RefusedAsync(right, null));
        Assert.Equal(FrameStatus.Unauthenticated, await RefusedAsync(wrong, Key));
        await using FastCoreClient client = await ConnectAsync(right, Key);
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
        using TestAuthority other = TestAuthority.Around(Rig.Time.GetUtcNow());
        using X509Certificate2? shown = how switch
        {
            "none" => null,
            "another authority" => other.Client("CN=shop"),
            "expired" => Authority.Client("CN=shop", hours: -1),
            "for servers" => Authority.ForServersOnly("CN=shop"),
            _ => SelfSigned(),
        };
        Assert.Equal(FrameStatus.Unknown, await RefusedAsync(shown, Key));
        await FrontTests.UntilAsync(() => Rig.Log.Refusals.Count > 0);

        // The first one: a client that had time to try again before it gave up was refused twice.
        LogLine line = Rig.Log.Refusals[0];
        Assert.Contains(why, (string)line.Fields["Why"]!, StringComparison.Ordinal);
        Assert.False(Rig.Doors.Opened.IsCompleted);
    }

    [Fact]
    public async Task X19_A_certificate_is_looked_at_on_every_connection_by_the_servers_own_clock()
    {
        using X509Certificate2 certificate = Authority.Client("CN=shop", hours: 2);
        await StartAsync(asksForCertificates: true);
        await using (await ConnectAsync(certificate, Key))
        {
        }

        Rig.Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(FrameStatus.Unknown, await RefusedAsync(certificate, Key));
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
        Endpoint.AllowTls12 = true;
        await StartAsync(asksForCertificates: false);
        Assert.Equal(SslProtocols.Tls12, await NegotiateAsync(SslProtocols.Tls12));
        Assert.Equal(SslProtocols.Tls13, await NegotiateAsync(SslProtocols.None));
    }

    [Fact]
    public async Task Plain_bytes_on_a_tls_port_end_the_connection_unanswered()
    {
        await StartAsync(asksForCertificates: false);
        using RawClient client = await RawClient.ConnectAsync(Rig.Address);
        await client.SendAsync(RawClient.Hello(Key));
        await client.ExpectEndAsync();
        Assert.False(Rig.Doors.Opened.IsCompleted);
    }

    [Fact]
    public async Task Silence_on_a_tls_port_is_cut_by_the_clock()
    {
        await StartAsync(asksForCertificates: true);
        using RawClient client = await RawClient.ConnectAsync(Rig.Address);
        await FrontTests.UntilAsync(() => Rig.Connections.HalfOpen == 1);
        Rig.Time.Advance(Rig.Options.HelloTimeoutMs + 100);
        await client.ExpectEndAsync();
        await FrontTests.UntilAsync(() => Rig.Connections.Count == 0);
        Assert.Contains("too long", (string)Assert.Single(Rig.Log.Refusals).Fields["Why"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_handshakes_at_once_is_bounded()
    {
        Rig.Options.HalfOpenMax = 4;
        await StartAsync(asksForCertificates: true);
        List<RawClient> strangers = [];
        for (int i = 0; i < 40; i++)
        {
            strangers.Add(await RawClient.ConnectAsync(Rig.Address));
            Assert.InRange(Rig.Connections.HalfOpen, 0, 4);
        }

        await FrontTests.UntilAsync(() => Rig.Connections.CutHalfOpen == 36 && Rig.Connections.Count == 4);
        using X509Certificate2 certificate = Authority.Client("CN=shop");
        await using FastCoreClient client = await ConnectAsync(certificate, Key);
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
        Endpoint.ClientAuthorityPath = asksForCertificates ? ClientsFile : null;
        await Rig.StartAsync();
    }

    private void AddCertificateKey(string? subject, string? hash, uint principal, string books) =>
        Rig.Options.Keys.Add(new AccessKeyOptions
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
        FrontTests.UntilAsync(() => Rig.Doors.LastGrant?.Principal == principal);

    private async Task<FrameStatus> RefusedAsync(X509Certificate2? certificate, string? key) =>
        (await Assert.ThrowsAsync<FastCoreConnectException>(() => ConnectAsync(certificate, key))).Status;

    // Null when the server agrees to none.
    private async Task<SslProtocols?> NegotiateAsync(SslProtocols offered)
    {
        using RawClient client = await RawClient.ConnectAsync(Rig.Address);
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
