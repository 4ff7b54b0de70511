using System.Security.Cryptography;
using System.Text;
using FastCore.Engine.Ports;
using FastCore.Fraud.Features;
using FastCore.Fraud.Scoring;
using FastCore.Storage;
using FastCore.Storage.Disk;

namespace FastCore.Node.Fraud;

/// <summary>What the fraud machines of all partitions of a node share.</summary>
/// <param name="Options">Options as they are kept.</param>
/// <param name="Features">The compiled features.</param>
/// <param name="Policies">Where policies are.</param>
/// <param name="Partitions">Partitions of the node.</param>
/// <param name="StageClock">Measures stages; null = nobody does.</param>
internal sealed record FraudSetup(
    FraudOptions Options, FeatureSet Features, PolicyStore Policies, int Partitions, IClock? StageClock)
{
    /// <summary>Features of cards read labels, so labels go to the partitions of cards too.</summary>
    public bool LabelsReachCards => Features.NeedsLabels(FeatureKey.Card);

    /// <summary>The setup of a node that was opened for changes; null when it scores nothing.</summary>
    /// <param name="kept">What is kept with the state.</param>
    /// <param name="disk">The data directory; null = memory.</param>
    /// <param name="options">What the node was opened with.</param>
    /// <param name="partitions">Partitions of the node.</param>
    /// <param name="stageClock">Measures stages.</param>
    /// <exception cref="DataDirectoryException">The directory was made without scoring, or with other
    /// features.</exception>
    public static FraudSetup? Open(
        FraudSettings? kept, IDisk? disk, FraudOptions? options, int partitions, IClock stageClock)
    {
        if (kept is null)
        {
            return options is null ? null : throw Mismatch("it was made without fraud scoring, and cannot get it now");
        }

        // The file is stored under its hash, which the settings name, again at every opening: the first one may have
        // ended between the two.
        byte[]? file = options?.FeatureFile();
        if (options is not null)
        {
            if (Convert.ToHexStringLower(SHA256.HashData(file!)) == kept.FeatureFile)
            {
                _ = new PolicyStore(disk, FeatureSet.Default).Add(file);
            }
            else if (options.Features is not null)
            {
                throw Mismatch("it was made with another feature file, and what its windows remember belongs to that");
            }
        }

        return disk is null
            ? Of(kept, file!, new PolicyStore(null, options!.Compile()), partitions, stageClock)
            : Of(kept, disk, isReadOnly: false, partitions, stageClock);
    }

    /// <summary>The setup of a data directory that is only read; null when it scores nothing.</summary>
    public static FraudSetup? Read(FraudSettings? kept, string dataDirectory, int partitions) =>
        kept is null ? null : Of(kept, new FileDisk(dataDirectory), isReadOnly: true, partitions, null);

    private static FraudSetup Of(
        FraudSettings kept, IDisk? disk, bool isReadOnly, int partitions, IClock? stageClock)
    {
        // Files are read before the features are known that policies need.
        PolicyStore files = new(disk, FeatureSet.Default, isReadOnly);
        byte[] file = files.Get(Convert.FromHexString(kept.FeatureFile));
        return Of(kept, file, new PolicyStore(disk, FeatureSet.Parse(file), isReadOnly), partitions, stageClock);
    }

    private static FraudSetup Of(
        FraudSettings kept, byte[] file, PolicyStore policies, int partitions, IClock? stageClock)
    {
        FraudOptions options = new()
        {
            Features = Encoding.UTF8.GetString(file),
            Bounds = kept.Bounds,
            ListEntriesMax = kept.ListEntriesMax,
            ReviewsMax = kept.ReviewsMax,
        };
        return new FraudSetup(options, policies.Features, policies, partitions, stageClock);
    }

    private static DataDirectoryException Mismatch(string why) =>
        new(DataDirectoryError.SettingMismatch, "format", why);
}
