using System.Runtime.InteropServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Controls;

/// <summary>The transactions of a request are decided backwards: windows see them in another order.</summary>
public sealed class ReversedScores : Control
{
    private protected override IStateMachine Wrap(IStateMachine machine, PartitionContext context) =>
        new Machine(machine);

    private sealed class Machine(IStateMachine inner) : MachineTwin(inner)
    {
        public override int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
        {
            if ((Operation)command.Operation != Operation.ScoreTransactions)
            {
                return base.Execute(in command, body, reply);
            }

            byte[] reversed = body.ToArray();
            MemoryMarshal.Cast<byte, ScoreTransaction>(reversed.AsSpan()).Reverse();
            int length = base.Execute(in command, reversed, reply);
            MemoryMarshal.Cast<byte, ScoreResult>(reply[..length]).Reverse();
            return length;
        }
    }
}
