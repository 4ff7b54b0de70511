using System.Net.Sockets;
using FastCore.Protocol;

namespace FastCore.Bench.Load.Rivals;

/// <summary>The payments workload, or the holds of the seats workload, in Redis.</summary>
internal sealed class RedisTarget : ILoadTarget
{
    private readonly RedisServer _server;
    private readonly RedisClient _client;
    private readonly List<RedisDoor> _doors = [];

    private RedisTarget(RedisServer server, RedisClient client)
    {
        _server = server;
        _client = client;
        Session = new RivalSession(new RedisBooks(client));
    }

    /// <summary>Knows merchants and payments; what is prepared and verified of seats is not asked of Redis.</summary>
    public IFastCoreSession Session { get; }

    /// <summary>Starts the server.</summary>
    public static async Task<RedisTarget> OpenAsync(
        LoadOptions options, string directory, CancellationToken cancellation)
    {
        bool isHolds = options.Workload == "seats" && options.AbandonPercent == 100;
        bool isPayments = options.Workload == "payments" && options.FraudPolicy is null;
        if (!isHolds && !isPayments)
        {
            throw new LoadException(
                "Redis knows payments without a fraud policy, and seats with every hold abandoned.");
        }

        RedisServer server = await RedisServer.StartAsync(options.Durability, directory, cancellation);
        try
        {
            return new RedisTarget(server, await RedisClient.ConnectAsync(server.Endpoint, cancellation));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ILoadDoor> OpenDoorAsync(LoadOptions options, CancellationToken cancellation)
    {
        Socket socket = await RedisClient.SocketAsync(_server.Endpoint, cancellation);
        RedisDoor door = options.Workload == "payments"
            ? new RedisPaymentsDoor(socket, await LoadAsync(RedisPaymentsDoor.PayScript), options)
            : new RedisSeatsDoor(
                socket,
                await LoadAsync(RedisSeatsDoor.HoldScript),
                await LoadAsync(RedisSeatsDoor.ReleaseScript),
                options);
        _doors.Add(door);
        return door;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (RedisDoor door in _doors)
        {
            door.Dispose();
        }

        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    // The hash that a script is called by.
    private async Task<byte[]> LoadAsync(string script) =>
        System.Text.Encoding.ASCII.GetBytes((await _client.SendAsync("SCRIPT", "LOAD", script))[0]!);
}
