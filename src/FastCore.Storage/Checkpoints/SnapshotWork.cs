using System.Collections.Concurrent;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Checkpoints;

// The work that writes the checkpoints of a partition, one after the other, and the buffers they are written from. Both
// stay from one checkpoint to the next: a partition that began each with a thread and four megabytes stood still for
// milliseconds. Buffers are made by the work, never by the partition.
internal sealed class SnapshotWork : IDisposable
{
    private readonly ConcurrentQueue<SnapshotFile> _files = new();
    private readonly ConcurrentQueue<AlignedBuffer> _idle = new();
    private readonly IBackgroundWork _work;
    private SnapshotFile? _file;

    public SnapshotWork(string folder, StorageOptions options)
    {
        _work = options.Background.Start("checkpoint " + folder, Step);
    }

    // The file is worked on when those before it have ended. One that has its buffers needs nothing before it has
    // filled the first, and a thread that is woken may take the core from the partition.
    public void Add(SnapshotFile file, bool hasBuffers)
    {
        _files.Enqueue(file);
        if (!hasBuffers)
        {
            _work.Wake();
        }
    }

    public void Wake() => _work.Wake();

    // Buffers of the checkpoint before, if it has given all of them back; else the work has to make some.
    public bool TryTake(int count, ConcurrentQueue<AlignedBuffer> target)
    {
        if (_idle.Count < count)
        {
            return false;
        }

        while (target.Count < count && _idle.TryDequeue(out AlignedBuffer? idle))
        {
            target.Enqueue(idle);
        }

        return true;
    }

    public void GiveBack(AlignedBuffer buffer) => _idle.Enqueue(buffer);

    // Every file was stopped before.
    public void Dispose()
    {
        _work.Dispose();
        while (_idle.TryDequeue(out AlignedBuffer? buffer))
        {
            buffer.Dispose();
        }
    }

    private int Step()
    {
        if (_file is null && !_files.TryDequeue(out _file))
        {
            return Timeout.Infinite;
        }

        int waitMs = _file.Step();
        if (waitMs != IBackgroundWork.Ended)
        {
            return waitMs;
        }

        _file = null;
        return 0;
    }
}
