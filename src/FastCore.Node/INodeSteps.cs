using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;

namespace FastCore.Node;

/// <summary>Owns every piece of work of a node that is to have no thread of its own.</summary>
internal interface INodeSteps : IBackground
{
    /// <summary>Takes over the duty cycle of a partition.</summary>
    IPartitionRunner Run(Partition partition);
}
