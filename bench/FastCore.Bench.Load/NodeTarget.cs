using System.Numerics;
using FastCore.Bench.Load.Codecs;
using FastCore.Fraud.Scoring;
using FastCore.Node;
using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Bench.Load;

/// <summary>An engine in this process.</summary>
internal sealed class NodeTarget : ILoadTarget
{
    private const int NamesMax = 1 << 16;
    private const long NameBytesMax = 4 << 20;

    private readonly FastCoreNode _node;
    private readonly List<IDisposable> _doors = [];

    private NodeTarget(FastCoreNode node)
    {
        _node = node;
        Session = node.OpenSession(new FrontSessionOptions { ReplyRingBytes = 16 << 20 });
    }

    /// <inheritdoc/>
    public IFastCoreSession Session { get; }

    /// <inheritdoc/>
    public NodeStatistics? Statistics => _node.Statistics;

    /// <summary>Opens the engine that the options describe.</summary>
    /// <param name="options">Partitions and durability.</param>
    /// <param name="directory">Data directory; not used without durability.</param>
    public static async Task<NodeTarget> OpenAsync(LoadOptions options, string directory) =>
        new(await OpenNodeAsync(options, directory));

    /// <summary>Opens a node as the options describe it, and puts its policy in force.</summary>
    public static async Task<FastCoreNode> OpenNodeAsync(LoadOptions options, string directory)
    {
        NodeOptions wanted = NodeOptionsOf(options, directory);
        if (NodeOptionsCheck.Problems(wanted) is { Count: > 0 } problems)
        {
            throw new LoadException(string.Join(" ", problems));
        }

        FastCoreNode node = FastCoreNode.Open(wanted);
        if (options.FraudPolicy is string policy)
        {
            (FrameStatus status, FraudResult result) = await node.Fraud!.ActivateAsync(policy);
            if (status != FrameStatus.Ok || result.Code != FraudStatus.Ok)
            {
                await node.DisposeAsync();
                throw new LoadException($"The policy '{policy}' was not put in force: {status}, {result.Code}.");
            }
        }

        return node;
    }

    /// <summary>The node options of a run.</summary>
    public static NodeOptions NodeOptionsOf(LoadOptions options, string directory)
    {
        Durability durability = Enum.Parse<Durability>(options.Durability, ignoreCase: true);
        NodeOptions node = new()
        {
            Durability = durability,
            DataDirectory = durability == Durability.None ? null : directory,
            Partitions = options.Partitions,
            Fraud = options.FraudPolicy is null ? null : new FraudOptions(),
        };
        LoadKnobs.Apply(options, node);
        return node;
    }

    /// <inheritdoc/>
    public Task<ILoadDoor> OpenDoorAsync(LoadOptions options, CancellationToken cancellation)
    {
        // The ring reserves the worst case of every request in flight, and half of it can be reserved.
        long results = options.InFlight * (long)options.Batch * 64;
        int ringBytes = (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((ulong)results * 4), 1 << 20, 1 << 28);
        FrontSessionDoor door = new(_node.OpenFrontSession(Grant.Full, new FrontSessionOptions
        {
            InFlightMax = (int)BitOperations.RoundUpToPowerOf2((uint)options.InFlight),
            ReplyRingBytes = ringBytes,
        }));
        if (options.Codec == "span")
        {
            _doors.Add(door);
            return Task.FromResult<ILoadDoor>(door);
        }

        CodecDoor coded = WithCodec(door, options);
        _doors.Add(coded);
        return Task.FromResult<ILoadDoor>(coded);
    }

    private static CodecDoor WithCodec(FrontSessionDoor door, LoadOptions options)
    {
        MerchantNames names = new(options.Interning ? new Interner(NamesMax, NameBytesMax) : null);
        IPaymentCodec codec = options.Codec switch
        {
            "messagepack" => new MessagePackCodec(names),
            "json" => new JsonCodec(names),
            _ => throw new LoadException($"There is no codec '{options.Codec}'."),
        };
        return new CodecDoor(door, codec, options.Batch);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable door in _doors)
        {
            door.Dispose();
        }

        await Session.DisposeAsync();
        await _node.DisposeAsync();
    }
}
