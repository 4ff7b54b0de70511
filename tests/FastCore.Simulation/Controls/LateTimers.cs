using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Testing;

namespace FastCore.Simulation.Controls;

/// <summary>
/// What expires (a pending transfer, an authorization, the patience with a connector) does so late, by the same time in
/// every life and replay, so that only somebody who knows the rule can see it.
/// </summary>
public sealed class LateTimers(SeededRandom random) : Control
{
    private readonly ulong _lateNs = 1_000_000UL << random.Below(11);

    private protected override IStateMachine Wrap(IStateMachine machine, PartitionContext context) =>
        new Machine(machine, context, _lateNs);

    private sealed class Machine(IStateMachine inner, PartitionContext context, ulong lateNs) : MachineTwin(inner)
    {
        public override ulong NextTimerNs =>
            base.NextTimerNs > ulong.MaxValue - lateNs ? ulong.MaxValue : base.NextTimerNs + lateNs;

        public override void FireTimers()
        {
            if (NextTimerNs <= context.Time.BatchNs)
            {
                base.FireTimers();
            }
        }
    }
}
