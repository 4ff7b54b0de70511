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
    private readonly DataDirectory _directory;
    private readonly StateSettings _settings;
    private readonly FraudSetup _fraud;

    private FraudDirectory(DataDirectory directory, StateSettings settings, FraudSetup fraud)
    {
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
    public static FraudDirectory? TryOpen(string path)
    {
        DataDirectory directory = DataDirectory.Open(path, new DataDirectoryOptions { ReadOnly = true });
        try
        {
            StateSettings settings = StateSettings.Parse(directory.Settings);
            if (FraudSetup.Read(settings.Fraud, path, directory.Partitions) is { } fraud)
            {
                return new FraudDirectory(directory, settings, fraud);
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
        StorageOptions sizes = new();
        _settings.ApplyTo(sizes);
        using PartitionStorage storage = _directory.OpenPartition(partition, sizes);
        PartitionContext context = new(storage, new EventClock(), new EffectQueue());
        using PartitionDomains domains = new(context, _settings, _fraud);
        _ = PartitionRecovery.Recover(context, domains.Machine);
        visit(domains.Fraud!.Decisions);
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();
}
