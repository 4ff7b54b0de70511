using FastCore.Storage;

namespace FastCore.Node.Verification;

/// <summary>A temporary directory for the state that a replay builds; gone when disposed.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("fastcore-replay-").FullName;
    private readonly DataDirectory _directory;

    public ScratchDirectory(int partitions)
    {
        try
        {
            _directory = DataDirectory.Open(
                Path.Combine(_root, "state"), new DataDirectoryOptions { Partitions = partitions });
        }
        catch
        {
            Directory.Delete(_root, recursive: true);
            throw;
        }
    }

    /// <summary>Opens the storage of one partition; nothing is written to its journal.</summary>
    public PartitionStorage OpenPartition(int number, StateSettings settings, long indexMemoryBytes)
    {
        StorageOptions sizes = new()
        {
            RecordIndexMemoryBytes = indexMemoryBytes,
            JournalAheadBytes = 0,
            Preallocate = false,
        };
        settings.ApplyTo(sizes);
        return _directory.OpenPartition(number, sizes);
    }

    public void Dispose()
    {
        _directory.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
