using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;

namespace FastCore.Simulation.Controls;

/// <summary>After a recovery no timer is set any more: what was pending before stays so for ever.</summary>
public sealed class LostTimers : Control
{
    private int _lives;

    internal override void BeforeOpen(FaultyDisk disk) => _lives++;

    private protected override IStateMachine Wrap(IStateMachine machine, PartitionContext context) =>
        _lives > 1 ? new Machine(machine) : machine;

    private sealed class Machine(IStateMachine inner) : MachineTwin(inner)
    {
        public override ulong NextTimerNs => ulong.MaxValue;

        public override void FireTimers()
        {
        }
    }
}
