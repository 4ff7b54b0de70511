using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;

namespace FastCore.Simulation.Controls;

/// <summary>A command that came before is answered otherwise than it has to be.</summary>
public sealed class ChangedRetry : Control
{
    private protected override IStateMachine Wrap(IStateMachine machine, PartitionContext context) =>
        new Machine(machine);

    private sealed class Machine(IStateMachine inner) : MachineTwin(inner)
    {
        private readonly HashSet<string> _seen = [];

        public override int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
        {
            int length = base.Execute(in command, body, reply);
            if (!_seen.Add(Convert.ToBase64String(body)))
            {
                reply[0] ^= 1;
            }

            return length;
        }
    }
}
