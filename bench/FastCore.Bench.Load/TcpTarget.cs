using FastCore.Client;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Server;

namespace FastCore.Bench.Load;

/// <summary>An engine behind TCP: a server in this process on the loopback, or one that runs already.</summary>
internal sealed class TcpTarget : ILoadTarget
{
    private const uint TimeoutMs = 60_000;

    private readonly FastCoreNode? _node;
    private readonly FastCoreServer? _server;
    private readonly string _endpoint;
    private readonly List<FastCoreClient> _clients = [];
    private FastCoreClient? _session;

    private TcpTarget(FastCoreNode? node, FastCoreServer? server, string endpoint)
    {
        _node = node;
        _server = server;
        _endpoint = endpoint;
    }

    /// <inheritdoc/>
    public IFastCoreSession Session => _session!;

    /// <inheritdoc/>
    public NodeStatistics? Statistics => _node?.Statistics;

    /// <summary>Starts a server on a free port, or uses the one named in the options, and connects.</summary>
    public static async Task<TcpTarget> OpenAsync(LoadOptions options, string directory, CancellationToken cancellation)
    {
        TcpTarget target = options.Connect is null
            ? await StartAsync(options, directory, cancellation)
            : new TcpTarget(null, null, options.Connect);
        try
        {
            target._session = await target.ConnectAsync(options, 64, cancellation);
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ILoadDoor> OpenDoorAsync(LoadOptions options, CancellationToken cancellation) =>
        new SessionDoor(await ConnectAsync(options, options.InFlight, cancellation), options.InFlight);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (FastCoreClient client in _clients)
        {
            await client.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    private static async Task<TcpTarget> StartAsync(
        LoadOptions options, string directory, CancellationToken cancellation)
    {
        FastCoreNode node = await NodeTarget.OpenNodeAsync(options, directory);
        try
        {
            ServerOptions serverOptions = new();
            serverOptions.Endpoints.Add(new EndpointOptions { Address = "tcp://127.0.0.1:0" });
            FastCoreServer server = await FastCoreServer.StartAsync(node, serverOptions, cancellation: cancellation);
            return new TcpTarget(node, server, server.Addresses[0]);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    private async Task<FastCoreClient> ConnectAsync(LoadOptions options, int inFlight, CancellationToken cancellation)
    {
        FastCoreClient client = await FastCoreClient.ConnectAsync(
            new FastCoreClientOptions
            {
                Endpoint = _endpoint,
                ApiKey = options.ApiKey,
                ClientName = "fastcore bench",
                MaxInFlight = inFlight,
                TimeoutMs = TimeoutMs,
            },
            cancellation);
        _clients.Add(client);
        return client;
    }
}
