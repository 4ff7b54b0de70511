using System.Security.Cryptography;

using FastCore.Engine.Memory;
using FastCore.Engine.Ports;
using FastCore.Node.Fraud;
using FastCore.Storage;
using FastCore.Storage.Disk;

namespace FastCore.Node;

/// <summary>The storage of a node: a data directory, or memory.</summary>
internal sealed class NodeStorage : IDisposable
{
    private readonly IDisk? _disk;
    private readonly DataDirectory? _directory;
    private readonly NodeOptions _options;

    private NodeStorage(
        IDisk? disk, DataDirectory? directory, NodeOptions options, int partitions, StateSettings settings)
    {
        _disk = disk;
        _directory = directory;
        _options = options;
        Partitions = partitions;
        Settings = settings;
        Id = directory?.Id ?? (options.NewDirectoryId != 0
            ? options.NewDirectoryId
            : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1);
    }

    /// <summary>The settings that the state was made with.</summary>
    public StateSettings Settings { get; }

    public int Partitions { get; }

    /// <summary>Names the directory, or this run when there is none.</summary>
    public ulong Id { get; }

    public static NodeStorage Open(NodeOptions options)
    {
        int wanted = options.Partitions;
        int automatic = NodeOptions.PartitionsAutomatic;
        StateSettings settings = StateSettings.Of(options, SizesOf(options));
        if (options.Durability == Durability.None)
        {
            return new NodeStorage(null, null, options, wanted > 0 ? wanted : automatic, settings);
        }

        bool exists = DataDirectory.Exists(options.DataDirectory!);
        IDisk disk = options.Disk ?? new FileDisk(options.DataDirectory!);
        DataDirectory directory = DataDirectory.Open(disk, new DataDirectoryOptions
        {
            Partitions = wanted > 0 || exists ? wanted : automatic,
            Settings = settings.ToString(),
            NewId = options.NewDirectoryId,
            Clock = options.Clock ?? SystemClock.Instance,
        });
        StateSettings kept = StateSettings.Parse(directory.Settings);
        return new NodeStorage(disk, directory, options, directory.Partitions, kept);
    }

    /// <summary>Opens what fraud scoring needs, on the same disk as all else; null when nothing is scored.</summary>
    public FraudSetup? OpenFraud() =>
        FraudSetup.Open(Settings.Fraud, _disk, _options.Fraud, Partitions, _options.Clock ?? SystemClock.Instance);

    public IPartitionStorage OpenPartition(int number)
    {
        if (_directory is null)
        {
            return new MemoryPartitionStorage(number, _options.KeepMemoryJournal);
        }

        StorageOptions sizes = SizesOf(_options);
        Settings.ApplyTo(sizes);
        return _directory.OpenPartition(number, sizes);
    }

    public void Dispose() => _directory?.Dispose();

    private static StorageOptions SizesOf(NodeOptions options)
    {
        StorageOptions sizes = new()
        {
            Durability = options.Durability == Durability.Async ? JournalDurability.Async : JournalDurability.Fsync,
            JournalSegmentBytes = options.JournalSegmentBytes,
            RecordIndexMemoryBytes = options.RecordIndexMemoryBytes,
            HistoryMemoryBytes = options.HistoryMemoryBytes,
            RetentionAge = options.RetentionAge,
            RetentionBytes = options.RetentionBytes,
        };
        if (options.Steps is not null)
        {
            sizes.Background = options.Steps;
        }

        options.AdjustStorage?.Invoke(sizes);
        return sizes;
    }
}
