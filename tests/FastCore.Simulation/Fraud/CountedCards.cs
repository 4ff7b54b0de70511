using System.Runtime.InteropServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Simulation.Checks;
using FastCore.Simulation.Runs;

namespace FastCore.Simulation.Fraud;

/// <summary>
/// What the partitions of cards counted, by the journals of all of them. It runs ahead of the checks: a decision is
/// only made when the count of its card is durable, so what a merchant's command needs is always here.
/// </summary>
/// <param name="partitions">Partitions of the node.</param>
internal sealed class CountedCards(int partitions)
{
    private readonly Dictionary<(int Partition, ulong Merchant, UInt128 Id), ModelCard?> _counted = [];
    private readonly ModelWindows[] _windows =
        [.. Enumerable.Range(0, partitions).Select(_ => new ModelWindows())];

    /// <summary>An entry of a partition's journal was read.</summary>
    public void Take(int partition, JournalEntry entry)
    {
        ReadOnlySpan<byte> commands = entry.Commands;
        for (int offset = 0; offset < commands.Length;)
        {
            CommandHeader header = PartitionRecovery.CommandAt(
                commands, offset, out ReadOnlySpan<byte> body, out offset);
            if ((Operation)header.Operation == Operation.ObserveCards)
            {
                foreach (ScoreTransaction request in MemoryMarshal.Cast<byte, ScoreTransaction>(body))
                {
                    Count(partition, request, entry.TimestampNs);
                }
            }
        }
    }

    /// <summary>What was counted for a transaction; null when it names no card.</summary>
    /// <exception cref="SimulationException">Nothing was.</exception>
    public ModelCard? Get(in ScoreTransaction request) =>
        _counted.TryGetValue(
            (SimulatedNode.PartitionOf(request.Card, partitions), request.Merchant, request.Id), out ModelCard? card)
            ? card
            : throw new SimulationException(
                $"Transaction {request.Id} of merchant {request.Merchant} was decided, and no journal has the count "
                + "of its card.");

    private void Count(int partition, in ScoreTransaction request, ulong nowNs)
    {
        if (FraudChecks.Check(request, nowNs) != 0 || _counted.ContainsKey((partition, request.Merchant, request.Id)))
        {
            return;
        }

        ulong happened = request.OccurredAt == 0 ? nowNs : request.OccurredAt;
        _counted.Add(
            (partition, request.Merchant, request.Id),
            _windows[partition].ObserveCard(new ModelDecision { Request = request }, happened));
    }
}
