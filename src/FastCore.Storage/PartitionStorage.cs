using System.Buffers;
using System.Runtime.CompilerServices;
using FastCore.Engine.Ports;
using FastCore.Storage.Checkpoints;
using FastCore.Storage.Disk;
using FastCore.Storage.Histories;
using FastCore.Storage.Journal;
using FastCore.Storage.Records;

namespace FastCore.Storage;

/// <summary>What one partition stores in a data directory. Owned by the partition thread.</summary>
public sealed class PartitionStorage : IPartitionStorage
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    private const string JournalFolder = "/journal";

    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly ulong _directoryId;
    private readonly StorageOptions _options;
    private readonly bool _readOnly;
    private readonly CheckpointStore _checkpoints;
    private readonly FasterJournal _journal;
    private readonly FasterRecordIndex _records;
    private readonly BlockWriter _writer;
    private readonly List<IStoredHistory> _histories = [];
    private readonly TemporaryDisk? _ownedDisk;
    private readonly SnapshotWork? _snapshots;
    private SnapshotFile? _checkpoint;
    private bool _disposed;

    internal PartitionStorage(
        IDisk disk, int partition, int partitions, ulong directoryId, StorageOptions options, bool readOnly)
    {
        _disk = disk;
        _folder = FolderOf(partition);
        _directoryId = directoryId;
        _options = options;
        _readOnly = readOnly;
        Partition = partition;
        _checkpoints = new CheckpointStore(
            disk, _folder + "/checkpoint", (uint)partition, (uint)partitions, directoryId, options, readOnly);
        JournalFiles files = JournalFiles.Open(
            disk, _folder + JournalFolder, (uint)partition, directoryId, options, _checkpoints.Point, readOnly);
        _journal = new FasterJournal(files, options, readOnly);
        _checkpoints.Journal = _journal;
        _checkpoints.Histories = () => _histories;
        IDisk scratch = disk;
        string scratchFolder = _folder + "/scratch";
        if (readOnly)
        {
            // Reading must not change the data directory, so what spills goes elsewhere.
            TemporaryDisk temporary = new();
            scratch = temporary.Disk;
            scratchFolder = "scratch";
            _ownedDisk = temporary;
        }

        scratch.CreateDirectory(scratchFolder);
        foreach (string name in scratch.ListFiles(scratchFolder))
        {
            scratch.Delete(scratchFolder + "/" + name);
        }

        _records = new FasterRecordIndex(scratch, scratchFolder, options);
        _writer = new BlockWriter(_folder, options);
        if (!readOnly)
        {
            // One that is given up at once brings the buffers, and the code of the beginning is compiled: with that the
            // first real one would hold the partition for ten milliseconds.
            _snapshots = new SnapshotWork(_folder, options);
            SnapshotFile rehearsed = _checkpoints.Begin(_journal.TailSequence, 0, _journal.ChainHash, _snapshots);
            rehearsed.BeginSection("rehearsal", 0);
            rehearsed.Write([]);
            rehearsed.EndSection();
            _ = _checkpoints.MarkedHistories();
            rehearsed.Dispose();
        }

        _records.OnProgress = Wake;
        _writer.OnProgress = Wake;
    }

    /// <inheritdoc/>
    public int Partition { get; }

    /// <inheritdoc/>
    public IJournal Journal => _journal;

    /// <inheritdoc/>
    public IRecordIndex Records => _records;

    /// <summary>What opening cut off the journal's end, or null.</summary>
    public JournalCut? Cut => _journal.Cut;

    /// <summary>
    /// Checkpoints that were found broken, one sentence each; an older one or the journal took their place.
    /// </summary>
    public IReadOnlyList<string> BrokenCheckpoints => _checkpoints.Broken;

    /// <inheritdoc/>
    public IHistory<TRow> OpenHistory<TRow>(string name, IHistorySummarizer<TRow>? summarizer = null)
        where TRow : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().ContainsAnyExcept(NameCharacters) || _histories.Exists(h => h.Name == name))
        {
            throw new ArgumentException(
                $"A history's name is unique and of lower-case letters, digits, - and _; {name} is not.", nameof(name));
        }

        int rowSize = Unsafe.SizeOf<TRow>();
        HistoryShape shape = new(
            _folder + "/history", name, rowSize, summarizer?.SummarySize ?? 0, (uint)Partition, _directoryId, _options);
        HistoryBlocks blocks = new(shape, _disk, _writer, _options, _readOnly);
        FileHistory<TRow> history = new(name, shape, blocks, summarizer);
        _histories.Add(history);
        return history;
    }

    /// <inheritdoc/>
    public StorageState CanAccept(int commandBytes)
    {
        // The states are in the order of their gravity.
        StorageState worst = _journal.CanAppend(commandBytes);
        StorageState records = _records.State;
        worst = records > worst ? records : worst;
        foreach (IStoredHistory history in _histories)
        {
            StorageState state = history.State;
            worst = state > worst ? state : worst;
        }

        return worst;
    }

    /// <inheritdoc/>
    public Exception? Error => _journal.Error ?? _records.Error
        ?? _histories.Select(history => history.Error).FirstOrDefault(error => error is not null);

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        _journal.MeasureMemory(uses);
        _records.MeasureMemory(uses);
    }

    /// <inheritdoc/>
    public ISnapshot? TryOpenSnapshot() => _checkpoints.TryOpen();

    /// <inheritdoc/>
    public ISnapshotFile BeginSnapshot(ulong sequence, ulong timestampNs, ReadOnlySpan<byte> chainHash)
    {
        if (_checkpoint is { Published: null })
        {
            throw new InvalidOperationException("A checkpoint is being written already.");
        }

        _checkpoint?.Stop();
        _checkpoint = _checkpoints.Begin(sequence, timestampNs, chainHash, _snapshots);
        return _checkpoint;
    }

    /// <summary>
    /// Reads every checkpoint kept, and every full block that the newest of them counts, from end to end, also what
    /// opening had no need to read. For tools; the journal is verified by reading it. Needs no history to be open.
    /// </summary>
    /// <exception cref="CorruptStorageException">Something is broken.</exception>
    public void VerifyFiles() => _checkpoints.Verify(_folder + "/history");

    // The file without which there is no partition.
    internal static string JournalHeadOf(int partition) =>
        FolderOf(partition) + JournalFolder + "/" + JournalHead.FileName;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _checkpoint?.Stop();
        _snapshots?.Dispose();
        _writer.Dispose();
        _journal.Dispose();
        _records.Dispose();
        foreach (IStoredHistory history in _histories)
        {
            history.Dispose();
        }

        _ownedDisk?.Dispose();
    }

    private static string FolderOf(int partition) => $"p{partition:D3}";

    private void Wake() => _journal.OnProgress?.Invoke();

    private sealed class TemporaryDisk : IDisposable
    {
        private readonly string _root = Directory.CreateTempSubdirectory("fastcore-").FullName;

        public FileDisk Disk => new(_root);

        public void Dispose() => Directory.Delete(_root, recursive: true);
    }
}
