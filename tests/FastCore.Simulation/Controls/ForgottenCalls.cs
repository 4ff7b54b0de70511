using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;

namespace FastCore.Simulation.Controls;

/// <summary>A recovery does not send again what awaited an answer when the process died.</summary>
public sealed class ForgottenCalls : Control
{
    private protected override IStateMachine Wrap(IStateMachine machine, PartitionContext context) =>
        new Machine(machine);

    private sealed class Machine(IStateMachine inner) : MachineTwin(inner)
    {
        public override void ResumeEffects()
        {
        }
    }
}
