using FastCore.Fraud.Features;
using FastCore.Fraud.Scoring;
using FastCore.Node;
using FastCore.Storage;
using FastCore.Testing;

namespace FastCore.Allocation.Tests.Doors;

/// <summary>How the nodes are opened whose allocations are counted.</summary>
internal static class NodeSetup
{
    /// <summary>Bytes of a page of a journal: small, so that a short run turns many.</summary>
    public const int JournalPageBytes = 1 << 20;

    /// <summary>The policy of the repository, with a model of 100 trees, which also looks at payments.</summary>
    public static string Policy { get; } =
        Path.Combine(RepositoryRoot.Path, "tests", "data", "fraud", "policy", "policy.json");

    /// <summary>A durable node in a directory.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="partitions">Its partitions.</param>
    /// <param name="isScoring">Whether it scores.</param>
    /// <param name="wasteEvery">Commands after which the control allocates an object; 0 = never.</param>
    public static NodeOptions Options(string directory, int partitions, bool isScoring, int wasteEvery) => new()
    {
        DataDirectory = directory,
        Partitions = partitions,
        RecordIndexMemoryBytes = 64 << 20,
        Fraud = isScoring
            ? new FraudOptions { Bounds = new() { Cards = Few(), Terminals = Few(), Merchants = Few() } }
            : null,
        AdjustStorage = Shrink,
        AdjustPartition = knobs => knobs with { BatchBytesMax = 256 << 10, CommandBytesMax = 256 << 10 },
        WrapMachine = wasteEvery == 0 ? null : (inner, _) => new WastefulMachine(inner, wasteEvery),
    };

    private static KeyFeatureOptions Few() =>
        new() { KeysMax = 1 << 12, BlocksMax = 1 << 17, HoursMax = 1 << 12, LabelsMax = 1 << 17 };

    private static void Shrink(StorageOptions sizes)
    {
        sizes.JournalPageBytes = JournalPageBytes;
        sizes.JournalMemoryBytes = 4L * JournalPageBytes;
        sizes.JournalSegmentBytes = 8L * JournalPageBytes;
        sizes.JournalAheadBytes = JournalPageBytes;
    }
}
