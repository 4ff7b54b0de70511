using System.Runtime.InteropServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Controls;

/// <summary>A label is taken for known a second before it is.</summary>
public sealed class EarlyLabels : Control
{
    private const ulong SecondNs = 1_000_000_000;

    private protected override IStateMachine Wrap(IStateMachine machine, PartitionContext context) =>
        new Machine(machine);

    private sealed class Machine(IStateMachine inner) : MachineTwin(inner)
    {
        public override int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
        {
            byte[] changed = body.ToArray();
            if ((Operation)command.Operation == Operation.LabelTransactions)
            {
                foreach (ref LabelTransaction label in MemoryMarshal.Cast<byte, LabelTransaction>(changed.AsSpan()))
                {
                    label.KnownAt -= Math.Min(label.KnownAt, SecondNs);
                }
            }

            return base.Execute(in command, changed, reply);
        }
    }
}
