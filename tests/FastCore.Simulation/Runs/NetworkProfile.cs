using FastCore.Server;
using FastCore.Server.Access;
using FastCore.Simulation.Network;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>What the network between clients and node is like in one run, and how patient its clients are.</summary>
internal sealed class NetworkProfile
{
    private static readonly string[] Keys = [.. Enumerable.Range(1, RunProfile.ClientsMax).Select(
        client => $"{AccessSecret.Prefix}{client:x16}_{client:x64}")];

    // Salted at random, which changes nothing of a run.
    private static readonly string[] Hashes = [.. Keys.Select(AccessSecret.HashOf)];

    private readonly NetworkOptions _options;
    private readonly int _timeoutMs;
    private readonly int _serverInFlightMax;

    public NetworkProfile(SeededRandom random)
    {
        _options = new NetworkOptions
        {
            DelayMaxMs = 1 << random.Below(6),
            SplitPpm = random.OneIn(2) ? 0 : 1_000 << random.Below(9),
            CutPpm = random.OneIn(4) ? 0 : 100 << random.Below(7),
            FlipPpm = random.OneIn(2) ? 0 : 100 << random.Below(5),
            StallPpm = random.OneIn(2) ? 0 : 500 << random.Below(5),
            StallMaxMs = 1 << random.Between(6, 14),
            RefusePpm = random.OneIn(2) ? 0 : 100_000,
        };
        _timeoutMs = random.OneIn(3) ? random.Between(5, 200) : 10_000;
        _serverInFlightMax = 1 << random.Between(2, 6);
    }

    /// <summary>The network of the run.</summary>
    public SimulatedNetwork NewNetwork(SeededRandom random, TimeProvider time) => new(_options, random, time);

    /// <summary>How a client behaves. It asks again by itself, so that every sending is a call of its own.</summary>
    public NetworkDoorOptions NewDoor(int client) => new()
    {
        TimeoutMs = _timeoutMs,
        AttemptsMax = 1,
        KeepAliveMs = 20_000,
        ApiKey = Keys[client - 1],
    };

    /// <summary>The server's settings: a key for each client, whose number the journal names.</summary>
    public ServerOptions NewServer(int clients)
    {
        ServerOptions options = new() { InFlightMax = _serverInFlightMax, ReplyRingBytes = 1 << 16 };
        for (int client = 1; client <= clients; client++)
        {
            options.Keys.Add(new AccessKeyOptions
            {
                Name = $"client {client}",
                Principal = (uint)client,
                Hash = Hashes[client - 1],
                Operations = { "*" },
                Books = { "*" },
            });
        }

        return options;
    }
}
