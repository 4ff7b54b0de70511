using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Node;
using FastCore.Simulation.Disks;
using FastCore.Simulation.Fraud;
using FastCore.Simulation.Runs;
using FastCore.Simulation.Steps;
using FastCore.Storage;
using FastCore.Testing;

namespace FastCore.Simulation.Checks;

/// <summary>
/// State hashes of one partition by journal sequence, taken from the living node, from what it recovered and from its
/// checkpoints. A replay of the whole journal into an empty state must come to each of them.
/// </summary>
internal sealed class HashMarks(int partition)
{
    private const int TurnsMax = 10_000;

    private readonly SortedDictionary<ulong, (ulong Hash, string Source)> _marks = [];

    /// <summary>The newest hash that a replay came to.</summary>
    public ulong Last { get; private set; }

    /// <summary>Notes a hash; two of the same sequence must be equal.</summary>
    public void Add(ulong sequence, ulong hash, string source)
    {
        if (_marks.TryGetValue(sequence, out (ulong Hash, string Source) other) && other.Hash != hash)
        {
            throw new SimulationException(
                $"Partition {partition}: the state hash of {source} at sequence {sequence} is {hash:x16}, that of "
                + $"{other.Source} was {other.Hash:x16}.");
        }

        _marks[sequence] = (hash, source);
    }

    /// <summary>The node was opened again: a state that was committed is not gone.</summary>
    public void CheckKept(ulong lastSequence)
    {
        if (_marks.Count > 0 && _marks.Keys.Last() is ulong sequence && sequence > lastSequence)
        {
            throw new AcknowledgedLossException(
                partition, $"sequence {sequence} was committed, and the journal ends with {lastSequence}.");
        }
    }

    /// <summary>Asks a node for the hash and the invariants of the partition, between two of its batches.</summary>
    public void Ask(SimulatedNode node) =>
        _ = node.TryPost(partition, PartitionControl.Of((_, context, machine) =>
        {
            if (machine.CheckInvariants() is { } broken)
            {
                throw new SimulationException($"Partition {partition}: {broken}");
            }

            // What is not committed may give its sequence to something else after a crash.
            ulong sequence = context.Storage.Journal.TailSequence;
            bool isCommitted = context.Storage.Journal.CommittedSequence == sequence;
            if (isCommitted && HashOf(machine.Parts, node.Stepper) is ulong hash)
            {
                Add(sequence, hash, "the living node");
            }

            return 0;
        }));

    /// <summary>Replays the journal from its first entry and compares every hash noted. Returns how many.</summary>
    public int Replay(IJournal journal, NodeOptions options)
    {
        if (journal.BeginSequence > 1)
        {
            return 0;
        }

        NodeStepper stepper = new(new SimulatedClock(), new SeededRandom(1));
        StorageOptions sizes = new() { Background = stepper };
        options.AdjustStorage!(sizes);
        using DataDirectory directory = DataDirectory.Open(
            new FaultyDisk(),
            new DataDirectoryOptions { Partitions = partition + 1, NewId = 1, Clock = stepper.Clock });
        using PartitionStorage storage = directory.OpenPartition(partition, sizes);
        PartitionContext context = new(storage, new EventClock(), new EffectQueue());
        using PartitionDomains domains = new(
            context,
            StateSettings.Of(options, sizes),
            options.Fraud is null ? null : SimulatedPolicies.NewSetup(options.Partitions));
        return Replay(journal, context, domains.Machine, stepper);
    }

    private int Replay(IJournal journal, PartitionContext context, PartitionMachine machine, NodeStepper stepper)
    {
        int compared = 0;
        using IJournalReader reader = journal.Read(1);
        while (compared < _marks.Count && reader.MoveNext())
        {
            PartitionRecovery.Replay(context, machine, reader);
            if (_marks.TryGetValue(reader.Sequence, out (ulong Hash, string Source) mark))
            {
                ulong? hash = HashOf(machine.Parts, stepper);
                Last = hash ?? 0;
                compared++;
                if (hash != mark.Hash)
                {
                    throw new SimulationException(
                        $"Partition {partition}: the state hash of {mark.Source} at sequence {reader.Sequence} is "
                        + $"{mark.Hash:x16}, and a replay of the journal comes to {hash:x16}.");
                }
            }
        }

        return compared;
    }

    /// <summary>
    /// The hash of parts whose histories may still be on their way to the disk; null when they do not get there.
    /// </summary>
    public static ulong? HashOf(IReadOnlyList<IStatePart> parts, NodeStepper stepper)
    {
        StateHash hash = new();
        int turns = 0;
        foreach (IStatePart part in parts)
        {
            hash.BeginSection(part.Name, part.Version);
            part.BeginCheckpoint();
            while (!part.WriteSlice(hash, 1 << 20))
            {
                if (++turns == TurnsMax)
                {
                    part.AbandonCheckpoint();
                    return null;
                }

                _ = stepper.TryGoOn();
            }
        }

        return hash.Value;
    }
}
