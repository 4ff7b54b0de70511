using System.Security.Cryptography;

using FastCore.Engine.Memory;
using FastCore.Engine.Ports;
using FastCore.Storage;

namespace FastCore.Node;

/// <summary>The storage of a node: a data directory, or memory.</summary>
internal sealed class NodeStorage : IDisposable
{
    private readonly DataDirectory? _directory;
    private readonly NodeOptions _options;

    private NodeStorage(DataDirectory? directory, NodeOptions options, int partitions, StateSettings settings)
    {
        _directory = directory;
        _options = options;
        Partitions = partitions;
        Settings = settings;
        Id = directory?.Id ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
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
        if (options.Durability == Durability.None)
        {
            return new NodeStorage(null, options, wanted > 0 ? wanted : automatic, StateSettings.Of(options));
        }

        bool exists = DataDirectory.Exists(options.DataDirectory!);
        DataDirectory directory = DataDirectory.Open(options.DataDirectory!, new DataDirectoryOptions
        {
            Partitions = wanted > 0 || exists ? wanted : automatic,
            Settings = StateSettings.Of(options).ToString(),
        });
        return new NodeStorage(directory, options, directory.Partitions, StateSettings.Parse(directory.Settings));
    }

    public IPartitionStorage OpenPartition(int number) => _directory is null
        ? new MemoryPartitionStorage(number, _options.KeepMemoryJournal)
        : _directory.OpenPartition(number, new StorageOptions
        {
            Durability = _options.Durability == Durability.Async ? JournalDurability.Async : JournalDurability.Fsync,
            JournalSegmentBytes = _options.JournalSegmentBytes,
            RecordIndexMemoryBytes = _options.RecordIndexMemoryBytes,
            HistoryMemoryBytes = _options.HistoryMemoryBytes,
            RetentionAge = _options.RetentionAge,
            RetentionBytes = _options.RetentionBytes,
        });

    public void Dispose() => _directory?.Dispose();
}
