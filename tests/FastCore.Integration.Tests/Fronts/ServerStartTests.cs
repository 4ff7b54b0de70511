using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastCore.Client;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Server;
using FastCore.Server.Fronts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FastCore.Integration.Tests.Fronts;

public sealed class ServerStartTests
{
    [Theory]
    [InlineData("tcp://0.0.0.0:0")]
    [InlineData("tcp://*:0")]
    [InlineData("tcp://[::]:0")]
    [InlineData("tcp://192.0.2.1:7040")]
    public async Task X19_Without_a_key_only_this_machine_may_come_in(string address)
    {
        ServerOptions options = new();
        options.Endpoints.Add(new EndpointOptions { Address = address });
        OptionsValidationException error =
            await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(options));
        Assert.Contains("no access key is configured", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_setting_that_cannot_work_has_its_sentence()
    {
        ServerOptions options = new() { ConnectionsMax = 0, InFlightMax = 100 };
        options.Endpoints.Add(new EndpointOptions { Address = "http://localhost", CertificatePath = "missing.pfx" });
        options.Keys.Add(
            new AccessKeyOptions { Name = "k", Hash = "12", Operations = { "nonsense" }, Books = { "5-1" } });
        OptionsValidationException error =
            await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(options));
        string[] sentences =
        [
            "ConnectionsMax is 0", "InFlightMax is 100; it must be a power of two",
            "'http://localhost' is not an address",
            "certificate file 'missing.pfx' does not exist", "Hash must be what 'fastcore keys hash' prints",
            "'nonsense' is neither an operation", "'5-1' is neither a book",
        ];
        Assert.All(sentences, sentence => Assert.Contains(sentence, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task X19_A_key_that_names_nothing_may_do_nothing()
    {
        ServerOptions options = new();
        options.Keys.Add(new AccessKeyOptions { Name = "k", Hash = "" });
        OptionsValidationException error =
            await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(options));
        Assert.Contains("Operations names nothing", error.Message, StringComparison.Ordinal);
        Assert.Contains("Books names nothing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_by_configuration()
    {
        string path = Path.Combine(Path.GetTempPath(), $"fastcore-{RandomNumberGenerator.GetHexString(16)}.pfx");
        using X509Certificate2 certificate = MakeCertificate(path, "secret");
        try
        {
            ServerOptions options = new();
            options.Endpoints.Add(new EndpointOptions
            {
                Address = "tcp://127.0.0.1:0",
                CertificatePath = path,
                CertificatePassword = "secret",
            });
            await using FastCoreServer server = await StartAsync(options);
            await using FastCoreClient client = await FastCoreClient.ConnectAsync(new FastCoreClientOptions
            {
                Endpoint = server.Addresses[0],
                Tls = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => certificate.Equals(shown) },
            });
            Assert.Equal(FrameStatus.Ok, (await client.SendAsync(Operation.Ping, default, default)).Status);

            // A client that does not trust the certificate does not talk to it.
            await Assert.ThrowsAsync<FastCoreConnectException>(() => FastCoreClient.ConnectAsync(
                new FastCoreClientOptions { Endpoint = server.Addresses[0], Tls = new() }));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task The_real_node_drains_with_its_server()
    {
        await using FastCoreNode node =
            FastCoreNode.Open(new NodeOptions { Durability = Durability.None, Partitions = 1 });
        ServerOptions options = new();
        options.Endpoints.Add(new EndpointOptions { Address = "tcp://127.0.0.1:0" });
        FastCoreServer server = await FastCoreServer.StartAsync(node, options);
        await using FastCoreClient client =
            await FastCoreClient.ConnectAsync(new FastCoreClientOptions { Endpoint = server.Addresses[0] });
        Assert.Equal((UInt128)node.NodeId, client.Server.NodeId);
        Assert.NotEqual(0ul, node.NodeId);
        byte[] body = new byte[16 + 16];
        body[0] = 1;
        Task<Reply>[] calls =
        [
            .. Enumerable.Range(0, 200).Select(_ =>
                client.SendAsync(Operation.LookupAccounts, body, new byte[128]).AsTask()),
        ];
        await server.DisposeAsync();

        // Whatever the moment at which the drain began, every call has an outcome.
        FrameStatus[] expected = [FrameStatus.Ok, FrameStatus.ShuttingDown, FrameStatus.Unknown];
        Assert.All(await Task.WhenAll(calls), reply => Assert.Contains(reply.Status, expected));
    }

    private static Task<FastCoreServer> StartAsync(ServerOptions options) => FastCoreServer.StartAsync(
        services => services.AddSingleton<IFrontDoorSource>(new ScriptedDoorSource()), options, null, null, default);

    private static X509Certificate2 MakeCertificate(string path, string password)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx, password));
        return certificate;
    }
}
