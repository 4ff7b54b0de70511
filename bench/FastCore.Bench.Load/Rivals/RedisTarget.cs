using System.Net.Sockets;
using System.Text;
using FastCore.Protocol;

namespace FastCore.Bench.Load.Rivals;

/// <summary>
/// The holds of the seats workload in Redis: a key per seat with the hold's token and a time to live, set by a script
/// that takes all or none and tells which seats blocked.
/// </summary>
internal sealed class RedisTarget : ILoadTarget
{
    private const string HoldScript =
        "local v = redis.call('MGET', unpack(KEYS)) local blocked = 0 "
        + "for i = 1, #KEYS do if v[i] then blocked = blocked + 2 ^ (i - 1) end end "
        + "if blocked > 0 then return blocked end "
        + "for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2]) end return 0";

    private const string ReleaseScript =
        "local v = redis.call('MGET', unpack(KEYS)) "
        + "for i = 1, #KEYS do if v[i] ~= ARGV[1] then return 1 end end "
        + "redis.call('DEL', unpack(KEYS)) return 0";

    private readonly RedisServer _server;
    private readonly List<RedisDoor> _doors = [];

    private RedisTarget(RedisServer server)
    {
        _server = server;
    }

    /// <summary>None: what is prepared and verified over a session is not asked of Redis.</summary>
    IFastCoreSession ILoadTarget.Session => null!;

    /// <summary>Starts the server.</summary>
    public static async Task<RedisTarget> OpenAsync(
        LoadOptions options, string directory, CancellationToken cancellation)
    {
        if (options.Workload != "seats" || options.AbandonPercent != 100)
        {
            throw new LoadException("Redis knows holds and releases only: the workload seats, every hold abandoned.");
        }

        return new RedisTarget(await RedisServer.StartAsync(options.Durability, directory, cancellation));
    }

    /// <inheritdoc/>
    public async Task<ILoadDoor> OpenDoorAsync(LoadOptions options, CancellationToken cancellation)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_server.Endpoint, cancellation);
        byte[] hold = await LoadScriptAsync(socket, HoldScript, cancellation);
        byte[] release = await LoadScriptAsync(socket, ReleaseScript, cancellation);
        RedisDoor door = new(socket, hold, release, options.Batch, options.InFlight);
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

        await _server.DisposeAsync();
    }

    // The reply is $40, the hash, and two line ends.
    private static async Task<byte[]> LoadScriptAsync(Socket socket, string script, CancellationToken cancellation)
    {
        string command = $"*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n${script.Length}\r\n{script}\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(command), cancellation);
        byte[] reply = new byte[5 + 40 + 2];
        for (int read = 0; read < reply.Length;)
        {
            int more = await socket.ReceiveAsync(reply.AsMemory(read), cancellation);
            read += more > 0 ? more : throw new LoadException("Redis closed the connection.");
        }

        return reply[5..45];
    }
}
