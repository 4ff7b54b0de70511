using FastCore.Engine.Ports;
using FastCore.Simulation.Checks;

namespace FastCore.Simulation.Runs;

/// <summary>Sees what leaves the partitions of one process for its flow, as long as the process lives.</summary>
internal sealed class EffectWatch(IEffectSink flow, IReadOnlyList<PartitionCheck> checks) : IEffectSink
{
    public bool TryAccept(int partition, in Effect effect)
    {
        bool isTaken = flow.TryAccept(partition, effect);
        if (isTaken)
        {
            checks[partition].Effects.Left(in effect);
        }

        return isTaken;
    }
}
