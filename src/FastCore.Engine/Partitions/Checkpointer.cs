using FastCore.Engine.Ports;

namespace FastCore.Engine.Partitions;

/// <summary>
/// Writes checkpoints between batches, a slice per duty cycle. Partition thread only. The parts copy what changes
/// underneath, so a checkpoint is the state at one sequence although batches go on while it is written. A slice ends by
/// bytes or by time, whichever comes first: how long rows take that no cache holds, bytes alone do not tell.
/// </summary>
internal sealed class Checkpointer(
    IPartitionStorage storage, IReadOnlyList<IStatePart> parts, int sliceBytes, IClock clock)
{
    private const int PieceBytes = 64 << 10;
    private const long SliceNsMax = 150_000;

    private ISnapshotFile? _file;
    private TeeWriter? _tee;
    private int _part;
    private bool _abandoning;
    private bool _ending;
    private string? _failure;
    private bool _isWaiting;

    /// <summary>True from Begin until the file was published or is given up for good.</summary>
    public bool IsRunning => _file is not null;

    /// <summary>True when <see cref="Step"/> would do something now rather than wait for the disk.</summary>
    public bool HasWork =>
        _file is not null
        && (_ending ? _file.Published is not null : _abandoning || (_file.CanWrite && !_isWaiting));

    /// <summary>Why the last checkpoint failed, or null.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Bytes of state in the last whole checkpoint; 0 before there was one.</summary>
    public long LastBytes { get; private set; }

    /// <summary>Marks the state of now.</summary>
    public void Begin(ulong sequence, ulong timestampNs, ReadOnlySpan<byte> chainHash) =>
        Begin(storage.BeginSnapshot(sequence, timestampNs, chainHash));

    /// <summary>
    /// Goes through a checkpoint that is written nowhere, best while the parts are empty: the first real one would
    /// hold the partition for milliseconds, since each part's code is found and its buffers are made on the way.
    /// </summary>
    public void Rehearse()
    {
        Begin(new NoFile());
        bool? ended = null;
        while (ended is null)
        {
            ended = Step(out int work);
            if (ended is null && work == 0)
            {
                // A part waits for its disk, which a rehearsal does not.
                ended = Fail("It was a rehearsal.", out _);
            }
        }

        LastBytes = 0;
        LastFailure = null;
    }

    private void Begin(ISnapshotFile file)
    {
        _file = file;
        _tee = new TeeWriter(_file);
        _part = 0;
        _abandoning = false;
        _ending = false;
        _failure = null;
        _isWaiting = false;
        foreach (IStatePart part in parts)
        {
            part.BeginCheckpoint();
        }

        BeginSection();
    }

    /// <summary>Writes a slice, or looks after the publication.</summary>
    /// <returns>Null while running; true when published, false when it failed.</returns>
    public bool? Step(out int work)
    {
        work = 0;
        if (_ending)
        {
            return AwaitEnd();
        }

        if (_abandoning)
        {
            return Abandon(out work);
        }

        if (_file!.Published is false)
        {
            return Fail(_file.Failure ?? "The snapshot file failed.", out work);
        }

        if (!_file.CanWrite)
        {
            return null;
        }

        try
        {
            work = WriteSlice() ? 1 : 0;
        }
        catch (IOException failure)
        {
            return Fail(failure.Message, out work);
        }

        return null;
    }

    private bool WriteSlice()
    {
        long until = clock.MonotonicNs + SliceNsMax;
        long begin = _tee!.Bytes;
        do
        {
            long before = _tee.Bytes;
            bool isWhole = parts[_part].WriteSlice(_tee, Math.Min(PieceBytes, sliceBytes));

            // A part may wait for its own disk. That is no work, or the partition would spin and could never end.
            _isWaiting = !isWhole && _tee.Bytes == before;
            if (isWhole && !BeginNextSection())
            {
                return true;
            }
        }
        while (!_isWaiting && _file!.CanWrite && _tee.Bytes - begin < sliceBytes && clock.MonotonicNs < until);
        return !_isWaiting || _tee.Bytes != begin;
    }

    // False: that was the last one, and what was written is to be published.
    private bool BeginNextSection()
    {
        _part++;
        if (_part < parts.Count)
        {
            BeginSection();
            return true;
        }

        _file!.Publish(_tee!.Hash.Value);
        LastBytes = _tee.Bytes;
        _ending = true;
        return false;
    }

    private void BeginSection()
    {
        IStatePart part = parts[_part];
        _file!.BeginSection(part.Name, part.Version);
        _tee!.Hash.BeginSection(part.Name, part.Version);
    }

    // The file goes away in its own time. Until it has, the next checkpoint must not begin: it may have the same name.
    private bool? Fail(string reason, out int work)
    {
        _failure = reason;
        _file!.Dispose();
        _abandoning = true;
        return Abandon(out work);
    }

    // A slice at a time, too: to forget what a large table saved takes as long as to write it.
    private bool? Abandon(out int work)
    {
        work = 1;
        for (; _part < parts.Count; _part++)
        {
            if (!parts[_part].AbandonSlice(PieceBytes))
            {
                return null;
            }
        }

        _ending = true;
        return AwaitEnd();
    }

    private bool? AwaitEnd()
    {
        bool? published = _file!.Published;
        if (published is { } done)
        {
            LastFailure = done ? null : _failure ?? _file.Failure;
            _file.Dispose();
            _file = null;
            _tee = null;
        }

        return published;
    }

    // Takes everything and keeps nothing; a rehearsal's end, whole or not, comes at once.
    private sealed class NoFile : ISnapshotFile
    {
        public bool CanWrite => true;

        public bool? Published { get; private set; }

        public string? Failure => null;

        public void BeginSection(string name, uint version)
        {
            // Nothing is kept.
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            // Nothing is kept.
        }

        public void Publish(ulong stateHash) => Published = true;

        public void Dispose() => Published ??= false;
    }

    private sealed class TeeWriter(ISnapshotWriter file) : ISnapshotWriter
    {
        public StateHash Hash { get; } = new();

        public long Bytes { get; private set; }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            Bytes += bytes.Length;
            Hash.Write(bytes);
            file.Write(bytes);
        }
    }
}
