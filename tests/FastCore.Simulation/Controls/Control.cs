using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Node;
using FastCore.Simulation.Disks;

namespace FastCore.Simulation.Controls;

/// <summary>
/// A way to break a node on purpose, so that the simulator proves that it would notice: it stands between the node and
/// one of its ports.
/// </summary>
public abstract class Control
{
    private readonly Dictionary<int, IJournal> _journals = [];

    /// <summary>The journal of a partition as it is on the disk; null before it was opened.</summary>
    internal IJournal? RealJournal(int partition) => _journals.GetValueOrDefault(partition);

    /// <summary>Puts itself into the node.</summary>
    internal void Attach(NodeOptions options)
    {
        options.WrapStorage = (partition, storage) =>
        {
            _journals[partition] = storage.Journal;
            return Wrap(storage);
        };
        options.WrapMachine = Wrap;
        Func<IEffectSink, IEffectSink>? watch = options.WrapEffects;
        options.WrapEffects = flow => Wrap(watch?.Invoke(flow) ?? flow);
    }

    /// <summary>The node is about to be opened.</summary>
    internal virtual void BeforeOpen(FaultyDisk disk)
    {
    }

    /// <summary>Storage as this control breaks it.</summary>
    private protected virtual IPartitionStorage Wrap(IPartitionStorage storage) => storage;

    /// <summary>The machine as this control breaks it.</summary>
    private protected virtual IStateMachine Wrap(IStateMachine machine, PartitionContext context) => machine;

    /// <summary>The way of effects out of the partitions as this control breaks it.</summary>
    private protected virtual IEffectSink Wrap(IEffectSink flow) => flow;
}
