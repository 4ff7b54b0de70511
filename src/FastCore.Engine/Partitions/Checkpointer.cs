using FastCore.Engine.Ports;

namespace FastCore.Engine.Partitions;

/// <summary>
/// Writes checkpoints between batches, a slice per duty cycle. Partition thread only. The parts copy what changes
/// underneath, so a checkpoint is the state at one sequence although batches go on while it is written.
/// </summary>
internal sealed class Checkpointer(IPartitionStorage storage, IReadOnlyList<IStatePart> parts, int sliceBytes)
{
    private ISnapshotFile? _file;
    private TeeWriter? _tee;
    private int _part;
    private bool _publishing;
    private bool _isWaiting;

    /// <summary>True from Begin to the end of the publication.</summary>
    public bool IsRunning => _file is not null;

    /// <summary>True when <see cref="Step"/> would do something now rather than wait for the disk.</summary>
    public bool HasWork =>
        _file is not null && (_publishing ? _file.Published is not null : _file.CanWrite && !_isWaiting);

    /// <summary>Why the last checkpoint failed, or null.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Marks the state of now.</summary>
    public void Begin(ulong sequence, ulong timestampNs, ReadOnlySpan<byte> chainHash)
    {
        _file = storage.BeginSnapshot(sequence, timestampNs, chainHash);
        _tee = new TeeWriter(_file);
        _part = 0;
        _publishing = false;
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
        if (_publishing)
        {
            bool? published = _file!.Published;
            if (published is { } done)
            {
                LastFailure = done ? null : _file.Failure;
                End();
            }

            return published;
        }

        if (_file!.Published is false)
        {
            return Fail(_file.Failure ?? "The snapshot file failed.");
        }

        if (!_file.CanWrite)
        {
            return null;
        }

        try
        {
            long before = _tee!.Bytes;
            bool isWhole = parts[_part].WriteSlice(_tee, sliceBytes);

            // A part may wait for its own disk. That is no work, or the partition would spin and could never end.
            _isWaiting = !isWhole && _tee.Bytes == before;
            work = _isWaiting ? 0 : 1;
            if (isWhole)
            {
                _part++;
                if (_part == parts.Count)
                {
                    _file.Publish(_tee!.Hash.Value);
                    _publishing = true;
                    return null;
                }

                BeginSection();
            }
        }
        catch (IOException failure)
        {
            return Fail(failure.Message);
        }

        return null;
    }

    private void BeginSection()
    {
        IStatePart part = parts[_part];
        _file!.BeginSection(part.Name, part.Version);
        _tee!.Hash.BeginSection(part.Name, part.Version);
    }

    private bool Fail(string reason)
    {
        LastFailure = reason;
        for (int i = _part; i < parts.Count; i++)
        {
            parts[i].AbandonCheckpoint();
        }

        End();
        return false;
    }

    private void End()
    {
        _file?.Dispose();
        _file = null;
        _tee = null;
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
