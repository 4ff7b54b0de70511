using FastCore.Client;
using FastCore.Protocol;
using FastCore.Server;

namespace FastCore.Integration.Tests.Conformance;

/// <summary>The suite over the embedded session.</summary>
public sealed class EmbeddedConformance : SessionConformance
{
    private protected override Task<IFastCoreSession> OpenAsync() => Task.FromResult(Node.OpenSession());

    private protected override Task CloseAsync() => Task.CompletedTask;
}

/// <summary>The suite over a server and the client.</summary>
public abstract class RemoteConformance : SessionConformance
{
    private FastCoreServer? _server;

    private protected abstract string Address { get; }

    private protected override async Task<IFastCoreSession> OpenAsync()
    {
        ServerOptions options = new();
        options.Endpoints.Add(new EndpointOptions { Address = Address });
        _server = await FastCoreServer.StartAsync(Node, options);
        return await FastCoreClient.ConnectAsync(new FastCoreClientOptions { Endpoint = _server.Addresses[0] });
    }

    private protected override async Task CloseAsync()
    {
        await _server!.DisposeAsync();
    }
}

/// <summary>The suite over TCP.</summary>
public sealed class TcpConformance : RemoteConformance
{
    private protected override string Address => "tcp://127.0.0.1:0";
}

/// <summary>The suite over a Unix socket.</summary>
public sealed class UnixSocketConformance : RemoteConformance
{
    private protected override string Address { get; } =
        $"unix://{Path.Combine(Path.GetTempPath(), $"fastcore-{Guid.NewGuid():N}.sock")}";
}
