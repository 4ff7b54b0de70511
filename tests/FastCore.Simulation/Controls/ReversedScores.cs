using System.Runtime.InteropServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Controls;

/// <summary>The transactions of a request are taken backwards: windows see them in another order.</summary>
/// <param name="operation">
/// Where: <c>score_transactions</c> with one partition, <c>observe_cards</c> with several.
/// </param>
public sealed class ReversedScores(Operation operation) : Control
{
    private protected override IStateMachine Wrap(IStateMachine machine, PartitionContext context) =>
        new Machine(machine, operation);

    private sealed class Machine(IStateMachine inner, Operation operation) : MachineTwin(inner)
    {
        public override int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
        {
            if ((Operation)command.Operation != operation)
            {
                return base.Execute(in command, body, reply);
            }

            byte[] reversed = body.ToArray();
            MemoryMarshal.Cast<byte, ScoreTransaction>(reversed.AsSpan()).Reverse();
            int length = base.Execute(in command, reversed, reply);
            if (operation == Operation.ObserveCards)
            {
                MemoryMarshal.Cast<byte, CardFeatures>(reply[..length]).Reverse();
            }
            else
            {
                MemoryMarshal.Cast<byte, ScoreResult>(reply[..length]).Reverse();
            }

            return length;
        }
    }
}
