using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Fraud.Features;
using FastCore.Fraud.Scoring;
using FastCore.Node.Fraud;
using FastCore.Storage;

namespace FastCore.Node.Verification;

/// <summary>
/// A data directory of a node that scores, opened to look at its decisions. Changes nothing; no process may have the
/// directory open.
/// </summary>
public sealed class FraudDirectory : IDisposable
{
    // Holds four million records; more go to a scratch file. A larger one takes longer to open.
    private const long IndexMemoryBytes = 256 << 20;
    private const long IndexMemoryLeastBytes = 1 << 20;

    private readonly DataDirectory _directory;
    private readonly StateSettings _settings;
    private readonly FraudSetup _fraud;
    private readonly long _indexMemoryBytes;

    private FraudDirectory(
        DataDirectory directory, StateSettings settings, FraudSetup fraud, long indexMemoryBytes)
    {
        _indexMemoryBytes = indexMemoryBytes;
        _directory = directory;
        _settings = settings;
        _fraud = fraud;
    }

    /// <summary>Partitions of the directory.</summary>
    public int Partitions => _directory.Partitions;

    /// <summary>The features that were computed.</summary>
    public FeatureSet Features => _fraud.Features;

    /// <summary>The policies that are kept with the directory.</summary>
    public PolicyStore Policies => _fraud.Policies;

    /// <summary>Opens a directory.</summary>
    /// <param name="path">The directory.</param>
    /// <returns>Null when its node scores nothing.</returns>
    /// <exception cref="DataDirectoryException">It is none, locked, or of an unknown version.</exception>
    /// <exception cref="CorruptStorageException">The feature file is missing or damaged.</exception>
    public static FraudDirectory? TryOpen(string path) => TryOpen(path, IndexMemoryBytes);

    /// <summary>Opens a directory with so much memory for the record index of a partition.</summary>
    internal static FraudDirectory? TryOpen(string path, long indexMemoryBytes)
    {
        DataDirectory directory = DataDirectory.Open(path, new DataDirectoryOptions { ReadOnly = true });
        try
        {
            StateSettings settings = StateSettings.Parse(directory.Settings);
            if (FraudSetup.Read(settings.Fraud, path, directory.Partitions) is { } fraud)
            {
                return new FraudDirectory(directory, settings, fraud, indexMemoryBytes);
            }

            directory.Dispose();
            return null;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>The partition that a merchant is in.</summary>
    public int PartitionOf(ulong merchant) => PartitionMap.Of(merchant, Partitions);

    /// <summary>Brings a partition into memory, its newest checkpoint and the journal after it, and shows it.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="visit">Looks at its decisions; may use the reader until it returns.</param>
    /// <exception cref="CorruptStorageException">Stored bytes are not what was written.</exception>
    public void Visit(int partition, Action<DecisionReader> visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        using PartitionStorage storage = OpenPartition(partition, _indexMemoryBytes);
        PartitionContext context = new(storage, new EventClock(), new EffectQueue());
        using PartitionDomains domains = new(context, _settings, _fraud);
        _ = PartitionRecovery.Recover(context, domains.Machine);
        visit(domains.Fraud!.Decisions);
    }

    /// <summary>
    /// Executes the journal of a partition once more, from its first command where it is all there, else from the
    /// newest checkpoint on.
    /// </summary>
    /// <param name="partition">The partition.</param>
    /// <param name="watcher">Is shown how each decision comes about.</param>
    /// <param name="goesOn">Asked after each entry with its sequence, and the last one; false ends the replay.</param>
    /// <param name="atEnd">Looks at the decisions when the replay has ended; may be null.</param>
    /// <returns>Whether the journal is there from its first command on.</returns>
    /// <exception cref="CorruptStorageException">Stored bytes are not what was written.</exception>
    public bool Replay(
        int partition, IDecisionWatcher watcher, Func<ulong, ulong, bool> goesOn,
        Action<DecisionReader>? atEnd = null)
    {
        ArgumentNullException.ThrowIfNull(goesOn);

        // Nothing is looked up in this one's index.
        using PartitionStorage stored = OpenPartition(partition, IndexMemoryLeastBytes);
        if (stored.Journal.BeginSequence > 1)
        {
            stored.Dispose();
            using PartitionStorage whole = OpenPartition(partition, _indexMemoryBytes);
            PartitionContext kept = new(whole, new EventClock(), new EffectQueue());
            using PartitionDomains recovered = new(kept, _settings, _fraud);
            recovered.Fraud!.Watcher = watcher;
            _ = PartitionRecovery.Recover(kept, recovered.Machine);
            atEnd?.Invoke(recovered.Fraud.Decisions);
            return false;
        }

        using ScratchDirectory scratch = new(Partitions);
        using PartitionStorage target = scratch.OpenPartition(partition, _settings, _indexMemoryBytes);
        PartitionContext context = new(target, new EventClock(), new EffectQueue());
        using PartitionDomains domains = new(context, _settings, _fraud);
        domains.Fraud!.Watcher = watcher;
        domains.Machine.RebuildDerived();
        using IJournalReader reader = stored.Journal.Read(1);
        while (reader.MoveNext())
        {
            _ = PartitionRecovery.Replay(context, domains.Machine, reader);
            if (!goesOn(reader.Sequence, stored.Journal.TailSequence))
            {
                break;
            }
        }

        atEnd?.Invoke(domains.Fraud.Decisions);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();

    private PartitionStorage OpenPartition(int partition, long indexMemoryBytes)
    {
        StorageOptions sizes = new() { RecordIndexMemoryBytes = indexMemoryBytes };
        _settings.ApplyTo(sizes);
        return _directory.OpenPartition(partition, sizes);
    }
}
