using System.Runtime.InteropServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Simulation.Checks;
using FastCore.Simulation.Runs;

namespace FastCore.Simulation.Fraud;

/// <summary>
/// What the partitions of cards counted, by the journals of all of them: in a step of its own, or with the decision
/// where the card lives with its merchant. It runs ahead of the checks: a decision is only made when the count of its
/// card is durable, so what a merchant's command needs is always here.
/// </summary>
/// <param name="partitions">Partitions of the node.</param>
internal sealed class CountedCards(int partitions)
{
    private readonly Dictionary<(int Partition, ulong Merchant, UInt128 Id), CountedCard> _counted = [];
    private readonly HashSet<(ulong Merchant, UInt128 Id)> _decided = [];
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
            switch ((Operation)header.Operation)
            {
                case Operation.ObserveCards:
                    foreach (ScoreTransaction request in MemoryMarshal.Cast<byte, ScoreTransaction>(body))
                    {
                        Observe(partition, request, entry.TimestampNs);
                    }

                    break;
                case Operation.ScoreTransactions:
                    foreach (ScoreTransaction request in MemoryMarshal.Cast<byte, ScoreTransaction>(body))
                    {
                        Decide(partition, request, default, entry.TimestampNs);
                    }

                    break;
                case Operation.ScoreObserved:
                    foreach (ObservedTransaction request in MemoryMarshal.Cast<byte, ObservedTransaction>(body))
                    {
                        Decide(partition, request.Transaction, request.Card.Code, entry.TimestampNs);
                    }

                    break;
            }
        }
    }

    /// <summary>
    /// Why a transaction of a card that lives with its merchant is refused: another content was counted before.
    /// </summary>
    public FraudStatus Refusal(in ScoreTransaction request) =>
        _counted.TryGetValue(
            (SimulatedNode.PartitionOf(request.Merchant, partitions), request.Merchant, request.Id),
            out CountedCard? known)
            ? FraudChecks.CompareCounted(request, known.Request)
            : 0;

    /// <summary>What was counted for a transaction; null when it names no card.</summary>
    /// <exception cref="SimulationException">Nothing was.</exception>
    public ModelCard? Get(in ScoreTransaction request) =>
        request.Card == 0 ? null
        : _counted.TryGetValue(
            (SimulatedNode.PartitionOf(request.Card, partitions), request.Merchant, request.Id), out CountedCard? card)
            ? card.Seen
            : throw new SimulationException(
                $"Transaction {request.Id} of merchant {request.Merchant} was decided, and no journal has the count "
                + "of its card.");

    // What is decided here was counted, whether or not that took a step of its own.
    private void Observe(int partition, in ScoreTransaction request, ulong nowNs)
    {
        bool isDecided = SimulatedNode.PartitionOf(request.Merchant, partitions) == partition
            && _decided.Contains((request.Merchant, request.Id));
        if (FraudChecks.Check(request, nowNs) == 0 && !isDecided)
        {
            Count(partition, request, nowNs);
        }
    }

    private void Decide(int partition, in ScoreTransaction request, FraudStatus ofCard, ulong nowNs)
    {
        if (FraudChecks.Check(request, nowNs) != 0 || _decided.Contains((request.Merchant, request.Id))
            || ofCard is not (0 or FraudStatus.Ok) || (ofCard == 0 && Refusal(request) != 0))
        {
            return;
        }

        _ = _decided.Add((request.Merchant, request.Id));
        if (ofCard == 0)
        {
            Count(partition, request, nowNs);
        }
    }

    private void Count(int partition, in ScoreTransaction request, ulong nowNs)
    {
        if (_counted.ContainsKey((partition, request.Merchant, request.Id)))
        {
            return;
        }

        ulong happened = request.OccurredAt == 0 ? nowNs : request.OccurredAt;
        _counted.Add(
            (partition, request.Merchant, request.Id),
            new CountedCard(
                request, _windows[partition].ObserveCard(new ModelDecision { Request = request }, happened)));
    }

    private sealed record CountedCard(ScoreTransaction Request, ModelCard? Seen);
}
