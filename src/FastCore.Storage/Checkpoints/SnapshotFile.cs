using System.Collections.Concurrent;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Checkpoints;

// A checkpoint being written. The partition fills buffers; work beside it brings them, writes them and, at the end,
// publishes. Write copies, and waits only when all buffers are on their way (CanWrite said so).
internal sealed class SnapshotFile : ISnapshotFile
{
    private const int BufferCount = 4;
    private const int PublishRetryMs = 1;

    private readonly CheckpointStore _store;
    private readonly CheckpointStore.Target _target;
    private readonly IBackground _background;
    private readonly int _bufferBytes;
    private readonly ConcurrentQueue<AlignedBuffer> _free = new();
    private readonly ConcurrentQueue<(AlignedBuffer Buffer, int Length)> _full = new();
    private readonly List<CheckpointManifest.Section> _sections = [];
    private readonly SnapshotWork _work;
    private IDiskFile? _file;
    private bool _hasBuffers;
    private long _written;
    private bool _isCreated;
    private bool _isFlushed;
    private AlignedBuffer? _current;
    private int _used;
    private long _length;
    private string? _section;
    private uint _sectionVersion;
    private long _sectionOffset;
    private uint _sectionChecksum;
    private ulong _stateHash;
    private CheckpointManifest.HistoryLine[] _histories = [];
    private volatile bool _complete;
    private volatile bool _stopping;
    private volatile string? _failure;
    private volatile int _published;
    private int _holders = 2;
    private bool _disposed;

    public SnapshotFile(
        CheckpointStore store, CheckpointStore.Target target, StorageOptions options, SnapshotWork work)
    {
        _store = store;
        _target = target;
        _background = options.Background;
        _bufferBytes = options.SnapshotBufferBytes;
        _work = work;
        _hasBuffers = work.TryTake(BufferCount, _free);
    }

    public bool CanWrite => !_disposed && !_free.IsEmpty;

    public bool? Published => _published == 0 ? null : _published > 0;

    public string? Failure => _failure;

    public void BeginSection(string name, uint version)
    {
        EndSection();
        ArgumentException.ThrowIfNullOrEmpty(name);
        _section = name;
        _sectionVersion = version;
        _sectionOffset = _length;
        _sectionChecksum = uint.MaxValue;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_section is null)
        {
            throw new InvalidOperationException("A section must begin before anything is written.");
        }

        _sectionChecksum = Crc32C.Of(bytes, _sectionChecksum);
        while (!bytes.IsEmpty)
        {
            AlignedBuffer current = _current ??= TakeBuffer();
            int count = Math.Min(bytes.Length, _bufferBytes - _used);
            bytes[..count].CopyTo(current.Span[_used..]);
            bytes = bytes[count..];
            _used += count;
            _length += count;
            if (_used == _bufferBytes)
            {
                HandOver();
            }
        }
    }

    public void Publish(ulong stateHash)
    {
        EndSection();
        _stateHash = stateHash;
        _histories = _store.MarkedHistories();
        if (_current is AlignedBuffer last)
        {
            int padded = (int)AlignedBuffer.RoundUp(_used);
            last.Span[_used..padded].Clear();
            _current = null;
            _full.Enqueue((last, padded));
        }

        _complete = true;
        _work.Wake();
    }

    // Never waits: a publication that was asked for goes on to its end by itself; otherwise the file is given up.
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_complete)
        {
            _stopping = true;
        }

        _work.Wake();
        Release();
    }

    // Ends the publication, whatever it waits for. For the closing of the storage.
    public void Stop()
    {
        _stopping = true;
        Dispose();
        _work.Wake();
    }

    // Begin and Publish do it, too.
    public void EndSection()
    {
        if (_section is not null)
        {
            _sections.Add(new CheckpointManifest.Section(
                _section, _sectionVersion, _sectionOffset, _length - _sectionOffset, _sectionChecksum));
            _section = null;
        }
    }

    private void HandOver()
    {
        _full.Enqueue((_current!, _used));
        _current = null;
        _used = 0;
        _work.Wake();
    }

    private AlignedBuffer TakeBuffer()
    {
        SpinWait spin = default;
        AlignedBuffer? free;
        while (!_free.TryDequeue(out free))
        {
            _background.Wait(ref spin);
        }

        return free;
    }

    // One step of the work: 0 = at once again, IBackgroundWork.Ended = nothing is left to do.
    public int Step()
    {
        if (_published == 0)
        {
            int waitMs = TryWork();
            if (waitMs != IBackgroundWork.Ended)
            {
                return waitMs;
            }

            EndWork();
        }

        // After a failure the partition may still be writing; nothing of it is kept, but it must not wait for buffers.
        Drain();
        if (!_complete && !_stopping)
        {
            return Timeout.Infinite;
        }

        Release();
        return IBackgroundWork.Ended;
    }

    private int TryWork()
    {
        try
        {
            return Work();
        }
        catch (Exception e)
        {
            _failure = e.Message;
            return IBackgroundWork.Ended;
        }
    }

    private int Work()
    {
        if (!_hasBuffers)
        {
            for (int i = 0; i < BufferCount; i++)
            {
                _free.Enqueue(new AlignedBuffer(_bufferBytes, isZeroed: false));
            }

            _hasBuffers = true;
        }

        if (_stopping)
        {
            _failure = _complete ? "the storage was closed" : "the checkpoint was given up";
            return IBackgroundWork.Ended;
        }

        // Read before the queue: when it is set, everything is in there.
        bool isComplete = _complete;
        if (_full.TryDequeue(out (AlignedBuffer Buffer, int Length) next))
        {
            try
            {
                Create();
                _file!.Write(_written, next.Buffer.Span[..next.Length]);
                _written += next.Length;
            }
            finally
            {
                _free.Enqueue(next.Buffer);
            }

            return 0;
        }

        if (!isComplete)
        {
            return Timeout.Infinite;
        }

        if (!_isFlushed)
        {
            Create();
            _file!.Flush();
            _file.Dispose();
            _file = null;
            _isFlushed = true;
        }

        return _store.TryPublish(in _target, _stateHash, _length, _sections, _histories)
            ? IBackgroundWork.Ended
            : PublishRetryMs;
    }

    private void Create()
    {
        _isCreated = true;
        _file ??= _store.Create(in _target);
    }

    private void EndWork()
    {
        _file?.Dispose();
        _file = null;
        if (_failure is not null)
        {
            Drain();
            if (_isCreated)
            {
                _store.GiveUp(in _target);
            }
        }

        _published = _failure is null ? 1 : -1;
    }

    // The partition and the work both hold the buffers; whoever lets go last gives them back.
    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
        {
            return;
        }

        while (_free.TryDequeue(out AlignedBuffer? buffer))
        {
            _work.GiveBack(buffer);
        }

        if (_current is AlignedBuffer current)
        {
            _work.GiveBack(current);
        }
    }

    private void Drain()
    {
        while (_full.TryDequeue(out (AlignedBuffer Buffer, int Length) late))
        {
            _free.Enqueue(late.Buffer);
        }
    }
}
