using FastCore.Engine.Memory;
using FastCore.Engine.Ports;

namespace FastCore.Node;

/// <summary>The storage of a node: memory.</summary>
internal sealed class NodeStorage : IDisposable
{
    private readonly NodeOptions _options;

    private NodeStorage(NodeOptions options, int partitions)
    {
        _options = options;
        Partitions = partitions;
    }

    public int Partitions { get; }

    public static NodeStorage Open(NodeOptions options)
    {
        if (options.Durability != Durability.None)
        {
            throw new NotSupportedException("Only Durability.None is there yet.");
        }

        return new NodeStorage(options, options.Partitions > 0 ? options.Partitions : Math.Max(1, Environment.ProcessorCount / 2));
    }

    public IPartitionStorage OpenPartition(int number) => new MemoryPartitionStorage(number, _options.KeepMemoryJournal);

    public void Dispose()
    {
    }
}
