using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Node.Fraud;
using FastCore.Storage;

namespace FastCore.Node.Verification;

/// <summary>
/// Proves a data directory without changing it: reads every journal entry (checksum, order, hash chain), replays all of
/// them into a scratch state, compares the state hash with the checkpoint's, and checks the invariants at the end.
/// </summary>
public static class JournalVerifier
{
    /// <summary>Verifies.</summary>
    /// <param name="dataDirectory">The directory; no process may have it open.</param>
    /// <param name="progress">Called now and then with how far it is; may be null.</param>
    /// <exception cref="IOException">The directory cannot be opened at all.</exception>
    public static VerificationReport Verify(
        string dataDirectory, Action<VerificationProgress>? progress = null) =>
        Verify(dataDirectory, progress, new StorageOptions().RecordIndexMemoryBytes);

    /// <summary>Verifies with so much memory for the record index of the scratch state.</summary>
    internal static VerificationReport Verify(
        string dataDirectory, Action<VerificationProgress>? progress, long indexMemoryBytes)
    {
        using DataDirectory source = DataDirectory.Open(dataDirectory, new DataDirectoryOptions { ReadOnly = true });
        using ScratchDirectory target = new(source.Partitions);
        List<PartitionVerification> findings = [];
        for (int partition = 0; partition < source.Partitions; partition++)
        {
            findings.Add(VerifyPartition(dataDirectory, source, target, partition, progress, indexMemoryBytes));
        }

        bool isSound = findings.TrueForAll(
            finding => finding.Failure is null && finding.BrokenCheckpoints.Count == 0);
        return new VerificationReport(isSound, findings);
    }

    private static PartitionVerification VerifyPartition(
        string dataDirectory, DataDirectory source, ScratchDirectory target, int number,
        Action<VerificationProgress>? progress, long indexMemoryBytes)
    {
        PartitionVerification found = new() { Partition = number };
        try
        {
            // Nothing is looked up in the one's index, and nothing is written to the other's journal.
            using PartitionStorage stored = source.OpenPartition(
                number, new StorageOptions { RecordIndexMemoryBytes = 16 << 20 });
            StateSettings settings = StateSettings.Parse(source.Settings);
            using PartitionStorage scratch = target.OpenPartition(number, settings, indexMemoryBytes);
            found.TornTail = stored.Cut?.ToString();
            found.BrokenCheckpoints = stored.BrokenCheckpoints;
            stored.VerifyFiles();
            using ISnapshot? snapshot = stored.TryOpenSnapshot();
            ulong last = stored.Journal.TailSequence;
            FraudSetup? fraud = FraudSetup.Read(settings.Fraud, dataDirectory, source.Partitions);
            Replay(
                stored.Journal, snapshot, scratch, settings, fraud, found,
                sequence => progress?.Invoke(new VerificationProgress(number, source.Partitions, sequence, last)));
            progress?.Invoke(new VerificationProgress(number, source.Partitions, last, last));
        }
        catch (CorruptStorageException corrupt)
        {
            found.BrokenSequence = corrupt.Sequence != 0 ? corrupt.Sequence : found.LastSequence + 1;
            found.Failure = corrupt.Message;
        }

        return found;
    }

    private static void Replay(
        IJournal journal, ISnapshot? snapshot, PartitionStorage scratch, StateSettings settings,
        FraudSetup? fraud, PartitionVerification found, Action<ulong> progress)
    {
        PartitionContext context = new(scratch, new EventClock(), new EffectQueue());
        using (PartitionDomains domains = new(context, settings, fraud))
        {
            PartitionMachine machine = domains.Machine;
            found.FirstSequence = journal.BeginSequence;
            found.CheckpointSequence = snapshot?.Sequence ?? 0;
            if (journal.BeginSequence > 1)
            {
                WalkChain(journal, snapshot, found, progress);
                return;
            }

            machine.RebuildDerived();
            IStatePart[] kept =
                [.. machine.Parts.Where(part => snapshot?.TryOpenSection(part.Name, out _) is not null)];
            IStatePart[] younger = [.. machine.Parts.Except(kept)];
            ulong empty = PartitionControl.ComputeStateHash(younger);
            CompareAt(0, snapshot, kept, younger, empty, found);
            using IJournalReader reader = journal.Read(1);
            while (reader.MoveNext())
            {
                found.Commands += PartitionRecovery.Replay(context, machine, reader);
                found.LastSequence = reader.Sequence;
                found.ChainHead = Convert.ToHexStringLower(reader.Hash);
                CompareAt(reader.Sequence, snapshot, kept, younger, empty, found);
                Tell(progress, reader.Sequence);
            }

            found.StateHash = PartitionControl.ComputeStateHash(machine.Parts).ToString("x16");
            if (snapshot is not null && found.CheckpointMatches is null)
            {
                found.Failure =
                    $"The checkpoint is at sequence {snapshot.Sequence}, but the journal ends at {found.LastSequence}.";
            }
            else if (found.CheckpointMatches is false)
            {
                found.BrokenSequence = found.CheckpointSequence;
                found.Failure =
                    $"The state replayed up to sequence {found.CheckpointSequence} is not the checkpoint's.";
            }
            else
            {
                found.Failure = machine.CheckInvariants();
            }
        }
    }

    // Retention let the beginning go. Every kept entry is still checked against its checksum and the chain, and the
    // checkpoint that replaces the beginning against its own checksums; what came before can no longer be replayed.
    private static void WalkChain(
        IJournal journal, ISnapshot? snapshot, PartitionVerification found, Action<ulong> progress)
    {
        if (snapshot is null || snapshot.Sequence + 1 < journal.BeginSequence)
        {
            throw new CorruptStorageException(
                "checkpoint", 0, journal.BeginSequence,
                "The journal begins here, but there is no whole checkpoint before it.");
        }

        found.IsChainOnly = true;
        using IJournalReader reader = journal.Read(journal.BeginSequence);
        while (reader.MoveNext())
        {
            found.Commands += reader.CommandCount;
            found.LastSequence = reader.Sequence;
            found.ChainHead = Convert.ToHexStringLower(reader.Hash);
            Tell(progress, reader.Sequence);
        }
    }

    private static void Tell(Action<ulong> progress, ulong sequence)
    {
        if ((sequence & 0x0F) == 0)
        {
            progress(sequence);
        }
    }

    // A part that is younger than the checkpoint is not in it, and must have been empty then.
    private static void CompareAt(
        ulong sequence, ISnapshot? snapshot, IStatePart[] kept, IStatePart[] younger, ulong empty,
        PartitionVerification found)
    {
        if (snapshot is not null && snapshot.Sequence == sequence)
        {
            found.CheckpointMatches = PartitionControl.ComputeStateHash(kept) == snapshot.StateHash
                && PartitionControl.ComputeStateHash(younger) == empty;
        }
    }
}
