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
public sealed class TlsFileTests : TlsTests
{
    private protected override string Subject => "CN=first";

    private string RevokedFile => Rig.Folder.Of("revoked.txt");

    private TlsSetups Setups => Rig.Server.Services.GetRequiredService<TlsSetups>();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Endpoint.ClientAuthorityPath = ClientsFile;
        Endpoint.RevokedPath = RevokedFile;
        await File.WriteAllTextAsync(RevokedFile, "");
    }

    [Fact]
    public async Task A_replaced_certificate_meets_new_connections_and_leaves_open_ones_alone()
    {
        Endpoint.ClientAuthorityPath = null;
        Endpoint.RevokedPath = null;
        await Rig.StartAsync();
        using SslStream before = await HandshakeAsync();
        Assert.Equal("CN=first", before.RemoteCertificate!.Subject);

        await File.WriteAllBytesAsync(ServerFile, Authority.Server("pfx", "CN=second"));
        using (SslStream early = await HandshakeAsync())
        {
            Assert.Equal("CN=first", early.RemoteCertificate!.Subject);
        }

        PassPoll();
        Assert.Equal(1, Setups.Reloads);
        using SslStream after = await HandshakeAsync();
        Assert.Equal("CN=second", after.RemoteCertificate!.Subject);

        // The connection from before is served as ever.
        await before.WriteAsync(RawClient.Hello(Key));
        Assert.True(await before.ReadAsync(new byte[64]) > 0);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("half")]
    [InlineData("another password")]
    public async Task A_certificate_that_cannot_be_used_changes_nothing_and_is_told_once(string how)
    {
        Endpoint.ClientAuthorityPath = null;
        Endpoint.RevokedPath = null;
        await Rig.StartAsync();
        byte[] next = Authority.Server(how == "another password" ? "other" : "pfx", "CN=second");
        File.Delete(ServerFile);
        if (how != "gone")
        {
            await File.WriteAllBytesAsync(ServerFile, how == "half" ? next[..(next.Length / 2)] : next);
        }

        PassPoll();
        PassPoll();
        Assert.Equal((0, 1), (Setups.Reloads, Setups.ReloadFailures));
        Assert.Single(Rig.Log.Lines, line => line.Event == 2013);
        using (SslStream still = await HandshakeAsync())
        {
            Assert.Equal("CN=first", still.RemoteCertificate!.Subject);
        }

        await File.WriteAllBytesAsync(ServerFile, Authority.Server("pfx", "CN=second"));
        PassPoll();
        using SslStream mended = await HandshakeAsync();
        Assert.Equal("CN=second", mended.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task Authorities_come_and_go()
    {
        await Rig.StartAsync();
        using TestAuthority other = TestAuthority.Around(Rig.Time.GetUtcNow(), "CN=another authority");
        using X509Certificate2 old = Authority.Client("CN=old");
        using X509Certificate2 next = other.Client("CN=next");
        await ServedAsync(old);
        await RefusedAsync(next);

        await File.WriteAllTextAsync(ClientsFile, Authority.Pem + "\n" + other.Pem);
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
        await Rig.StartAsync();
        using X509Certificate2 lost = Authority.Client("CN=lost");
        using X509Certificate2 kept = Authority.Client("CN=kept");
        await ServedAsync(lost);

        string hash = lost.GetCertHashString(HashAlgorithmName.SHA256);
        string colons = string.Join(':', hash.Chunk(2).Select(pair => new string(pair))).ToLowerInvariant();
        await File.WriteAllTextAsync(
            RevokedFile, "# stolen\r\n" + (bySerial ? $"serial 00{lost.SerialNumber} # laptop\r\n" : colons + "\r\n"));
        PassPoll();
        await RefusedAsync(lost);
        await ServedAsync(kept);
        await FrontTests.UntilAsync(() => Rig.Log.Refusals.Count > 0);

        // The first one: a client that had time to try again before it gave up was refused twice.
        LogLine line = Rig.Log.Refusals[0];
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
    public async Task A_revokedAuthority_opens_nothing()
    {
        using X509Certificate2 root = X509Certificate2.CreateFromPem(Authority.Pem);
        using X509Certificate2 client = Authority.Client("CN=shop");
        await File.WriteAllTextAsync(RevokedFile, root.GetCertHashString(HashAlgorithmName.SHA256));
        await Rig.StartAsync();
        await RefusedAsync(client);
    }

    [Theory]
    [InlineData("12", "Line 1 of the revoked certificates is neither")]
    [InlineData("\nserial 0g", "Line 2 of the revoked certificates is neither")]
    public async Task A_wrong_list_stops_the_start(string list, string why)
    {
        await File.WriteAllTextAsync(RevokedFile, list);
        OptionsValidationException refused =
            await Assert.ThrowsAsync<OptionsValidationException>(() => Rig.StartAsync());
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_without_authorities_stops_the_start()
    {
        Endpoint.ClientAuthorityPath = null;
        OptionsValidationException refused =
            await Assert.ThrowsAsync<OptionsValidationException>(() => Rig.StartAsync());
        Assert.Contains("has a RevokedPath, but no ClientAuthorityPath", refused.Message, StringComparison.Ordinal);
    }

    private protected override bool IsServer(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.Subject is "CN=first" or "CN=second";

    private void PassPoll() => Rig.Time.Advance(Rig.Options.KeyFilePollMs);

    private async Task<SslStream> HandshakeAsync()
    {
        Socket socket = (await RawClient.ConnectAsync(Rig.Address)).Socket;
        SslStream stream = new(new NetworkStream(socket, ownsSocket: true), false, IsServer);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" });
        return stream;
    }

    private async Task ServedAsync(X509Certificate2 certificate)
    {
        await using FastCoreClient client = await ConnectAsync(certificate, Key);
    }

    private async Task RefusedAsync(X509Certificate2 certificate) => Assert.Equal(
        FrameStatus.Unknown,
        (await Assert.ThrowsAsync<FastCoreConnectException>(() => ConnectAsync(certificate, Key))).Status);
}
