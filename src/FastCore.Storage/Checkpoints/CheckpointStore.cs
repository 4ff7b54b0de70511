using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FastCore.Storage.Histories;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Checkpoints;

// The checkpoints of one partition: finds the newest whole one, writes new ones, keeps two, and lets the journal go
// before the older of them as far as retention says.
internal sealed class CheckpointStore
{
    private const int Kept = 2;
    private const string NewSuffix = ".new";

    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly uint _partition;
    private readonly uint _partitions;
    private readonly ulong _directoryId;
    private readonly StorageOptions _options;
    private readonly List<CheckpointManifest> _whole = [];
    private readonly List<string> _broken = [];
    private ulong _brokenSequenceMax;

    public CheckpointStore(
        IDisk disk,
            string folder, uint partition, uint partitions, ulong directoryId, StorageOptions options, bool readOnly)
    {
        _disk = disk;
        _folder = folder;
        _partition = partition;
        _partitions = partitions;
        _directoryId = directoryId;
        _options = options;
        ReadManifests();
        if (!readOnly)
        {
            disk.CreateDirectory(folder);
            DeleteLeftOvers();
        }
    }

    // Set once both are open.
    public FasterJournal? Journal { get; set; }

    public Func<IReadOnlyList<IStoredHistory>> Histories { get; set; } = () => [];

    // Checkpoints that were found broken, one sentence each.
    public IReadOnlyList<string> Broken => _broken;

    // Where the journal may be scanned from: the newest whole manifest's place.
    public JournalPoint? Point
    {
        get
        {
            foreach (CheckpointManifest manifest in _whole)
            {
                if (manifest.JournalAddress > 0)
                {
                    return new JournalPoint(manifest.JournalAddress, manifest.Sequence, manifest.ChainHash);
                }
            }

            return null;
        }
    }

    public Snapshot? TryOpen()
    {
        foreach (CheckpointManifest manifest in _whole.ToArray())
        {
            try
            {
                Snapshot snapshot = Snapshot.Open(
                    _disk, PathOf(manifest.Sequence, CheckpointManifest.SnapshotExtension), manifest);
                CheckReach(manifest.Sequence);
                return snapshot;
            }
            catch (CorruptStorageException e)
            {
                _whole.Remove(manifest);
                NoteBroken(manifest.Sequence, e.Message);
            }
        }

        CheckReach(0);
        return null;
    }

    // Reads every kept checkpoint and the history blocks of the newest. Throws at the first that is broken.
    public void Verify(string historyFolder)
    {
        if (_broken.Count != 0)
        {
            throw new CorruptStorageException(_folder, 0, _brokenSequenceMax, string.Join("; ", _broken));
        }

        foreach (CheckpointManifest manifest in _whole)
        {
            using Snapshot snapshot = Snapshot.Open(
                _disk, PathOf(manifest.Sequence, CheckpointManifest.SnapshotExtension), manifest);
            if (manifest == _whole[0])
            {
                VerifyHistories(snapshot, manifest, historyFolder);
            }
        }
    }

    private void VerifyHistories(Snapshot snapshot, CheckpointManifest manifest, string folder)
    {
        foreach (CheckpointManifest.HistoryLine line in manifest.Histories)
        {
            if (snapshot.TryOpenSection(line.Name, out _) is not ISnapshotReader section)
            {
                continue;
            }

            HistoryMark mark = default;
            section.Read(MemoryMarshal.AsBytes(new Span<HistoryMark>(ref mark)));
            HistoryShape shape = HistoryShape.Of(folder, line.Name, in mark, _partition, _directoryId);
            HistoryVerifier.Verify(_disk, shape, in mark);
        }
    }

    public SnapshotFile Begin(ulong sequence, ulong timestampNs, ReadOnlySpan<byte> chainHash, SnapshotWork? work)
    {
        if (work is null)
        {
            throw new InvalidOperationException("The data directory is open for reading only.");
        }

        FasterJournal journal = Journal!;
        bool atTail = sequence == journal.TailSequence;
        if (atTail && !chainHash.SequenceEqual(journal.ChainHash))
        {
            throw new ArgumentException("The hash is not that of the journal's entry.", nameof(chainHash));
        }

        Target target = new(
            sequence,
            timestampNs,
            chainHash.ToArray(),
            atTail && sequence > 0 ? journal.TailAddress : 0,
            PathOf(sequence, CheckpointManifest.SnapshotExtension));
        SnapshotFile file = new(this, target, _options, work);
        work.Add(file, file.CanWrite);
        return file;
    }

    public CheckpointManifest.HistoryLine[] MarkedHistories() =>
        [.. Histories().Select(history => new CheckpointManifest.HistoryLine(history.Name, history.MarkedBlocks))];

    public IDiskFile Create(in Target target) =>
        _disk.Open(target.SnapshotPath + NewSuffix, DiskFileMode.Create, DiskFileKind.Bulk);

    public void GiveUp(in Target target)
    {
        try
        {
            _disk.Delete(target.SnapshotPath + NewSuffix);
        }
        catch (Exception)
        {
            // Whatever the system says (a directory may have become read-only): this runs beside the partition, where
            // nothing could catch it. The next opening deletes what was not finished.
        }
    }

    // The order is the point: journal, histories and snapshot are stable before the manifest says so. False while the
    // journal or a history has not come so far.
    public bool TryPublish(
        in Target target,
        ulong stateHash,
        long length,
        IReadOnlyList<CheckpointManifest.Section> sections,
        CheckpointManifest.HistoryLine[] histories)
    {
        FasterJournal journal = Journal!;
        if (journal.DurableSequence < target.Sequence)
        {
            return journal.Error is Exception error
                ? throw new IOException(error.Message, error)
                : false;
        }

        foreach (IStoredHistory history in Histories())
        {
            foreach (CheckpointManifest.HistoryLine line in histories)
            {
                if (line.Name == history.Name && !history.TrySyncTo(line.Blocks))
                {
                    return false;
                }
            }
        }

        CheckpointManifest manifest = new()
        {
            Partition = _partition,
            Partitions = _partitions,
            DirectoryId = _directoryId,
            Sequence = target.Sequence,
            TimestampNs = target.TimestampNs,
            StateHash = stateHash,
            ChainHash = target.ChainHash,
            JournalAddress = target.JournalAddress,
            JournalBeginSequence = journal.BeginSequence,
            JournalBeginHash = journal.BeginHash,
            SnapshotBytes = length,
            Sections = sections,
            Histories = histories,
        };
        string name = CheckpointManifest.NameOf(target.Sequence, CheckpointManifest.Extension);
        _disk.Rename(target.SnapshotPath + NewSuffix, target.SnapshotPath);
        _disk.SyncDirectory(_folder);
        SmallFile.Replace(_disk, _folder, name, name + NewSuffix, manifest.ToBytes());
        _whole.RemoveAll(each => each.Sequence == manifest.Sequence);
        _whole.Insert(0, manifest);
        DropOld();
        Retain(journal);
        return true;
    }

    // The journal must lead from the checkpoint to its tail; from nothing if there is no checkpoint.
    private void CheckReach(ulong sequence)
    {
        ulong begin = Journal!.BeginSequence;
        if (begin > sequence + 1)
        {
            throw new CorruptStorageException(
                _folder,
                0,
                sequence,
                $"the journal is kept from sequence {begin} on, and no whole checkpoint reaches that far"
                + (_broken.Count == 0 ? "" : ": " + string.Join("; ", _broken)));
        }

        if (_brokenSequenceMax > Journal.TailSequence)
        {
            throw new CorruptStorageException(
                _folder, 0, _brokenSequenceMax, "a checkpoint is newer than the journal's last whole entry");
        }
    }

    private void ReadManifests()
    {
        foreach (string name in _disk.ListFiles(_folder).Reverse())
        {
            if (!CheckpointManifest.TryParse(name, CheckpointManifest.Extension, out ulong sequence))
            {
                continue;
            }

            try
            {
                CheckpointManifest manifest =
                    CheckpointManifest.Read(_disk, _folder + "/" + name, _partition, _directoryId);
                if (manifest.Sequence != sequence)
                {
                    throw new CorruptStorageException(
                        _folder + "/" + name, 0, sequence, "the name says another sequence");
                }

                _whole.Add(manifest);
            }
            catch (CorruptStorageException e)
            {
                NoteBroken(sequence, e.Message);
            }
        }
    }

    private void NoteBroken(ulong sequence, string message)
    {
        _broken.Add(message);
        _brokenSequenceMax = Math.Max(_brokenSequenceMax, sequence);
    }

    // A snapshot without a manifest was not finished.
    private void DeleteLeftOvers()
    {
        foreach (string name in _disk.ListFiles(_folder))
        {
            bool unfinished = name.EndsWith(NewSuffix, StringComparison.Ordinal)
                || (CheckpointManifest.TryParse(name, CheckpointManifest.SnapshotExtension, out ulong sequence)
                    && !_disk.FileExists(PathOf(sequence, CheckpointManifest.Extension)));
            if (unfinished)
            {
                _disk.Delete(_folder + "/" + name);
            }
        }
    }

    private void DropOld()
    {
        while (_whole.Count > Kept)
        {
            CheckpointManifest old = _whole[^1];
            _whole.RemoveAt(_whole.Count - 1);
            _disk.Delete(PathOf(old.Sequence, CheckpointManifest.Extension));
            _disk.SyncDirectory(_folder);
            _disk.Delete(PathOf(old.Sequence, CheckpointManifest.SnapshotExtension));
        }

        // Broken ones that are older than what is kept now have served as evidence long enough.
        ulong oldest = _whole[^1].Sequence;
        foreach (string name in _disk.ListFiles(_folder))
        {
            if (_whole.Count == Kept
                && CheckpointManifest.TryParse(name, CheckpointManifest.Extension, out ulong sequence)
                && sequence < oldest)
            {
                _disk.Delete(_folder + "/" + name);
            }
        }
    }

    private void Retain(FasterJournal journal)
    {
        if (_whole.Count < Kept || (_options.RetentionAge is null && _options.RetentionBytes is null))
        {
            return;
        }

        ulong keepFrom = _whole[^1].Sequence + 1;
        ulong oldestNs = _options.RetentionAge is TimeSpan age
            ? _whole[0].TimestampNs - Math.Min(_whole[0].TimestampNs, (ulong)age.Ticks * 100)
            : 0;
        journal.Retain(keepFrom, oldestNs, _options.RetentionBytes);
    }

    private string PathOf(ulong sequence, string extension) =>
        _folder + "/" + CheckpointManifest.NameOf(sequence, extension);

    public readonly record struct Target(
        ulong Sequence, ulong TimestampNs, byte[] ChainHash, long JournalAddress, string SnapshotPath);
}
