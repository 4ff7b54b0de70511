using System.Collections.Concurrent;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Checkpoints;

// A checkpoint being written. The partition fills buffers; a thread of this checkpoint writes them and, at the end,
// publishes. Write copies, and waits only when all buffers are on their way (CanWrite said so).
internal sealed class SnapshotFile : ISnapshotFile
{
    private const int BufferBytes = 1 << 20;
    private const int BufferCount = 4;

    private readonly CheckpointStore _store;
    private readonly CheckpointStore.Target _target;
    private readonly BlockingCollection<AlignedBuffer> _free = [];
    private readonly BlockingCollection<(AlignedBuffer Buffer, int Length)> _full = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<CheckpointManifest.Section> _sections = [];
    private readonly Thread _thread;
    private AlignedBuffer _current = new(BufferBytes);
    private int _used;
    private long _length;
    private string? _section;
    private uint _sectionVersion;
    private long _sectionOffset;
    private uint _sectionChecksum;
    private ulong _stateHash;
    private CheckpointManifest.HistoryLine[] _histories = [];
    private volatile bool _complete;
    private volatile string? _failure;
    private volatile int _published;
    private int _holders = 2;
    private bool _disposed;

    public SnapshotFile(CheckpointStore store, CheckpointStore.Target target)
    {
        _store = store;
        _target = target;
        for (int i = 1; i < BufferCount; i++)
        {
            _free.Add(new AlignedBuffer(BufferBytes));
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "checkpoint " + target.SnapshotPath };
        _thread.Start();
    }

    public bool CanWrite => !_disposed && _free.Count > 0;

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
            int count = Math.Min(bytes.Length, BufferBytes - _used);
            bytes[..count].CopyTo(_current.Span[_used..]);
            bytes = bytes[count..];
            _used += count;
            _length += count;
            if (_used == BufferBytes)
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
        int padded = (int)AlignedBuffer.RoundUp(_used);
        _current.Span[_used..padded].Clear();
        _full.Add((_current, padded));
        _complete = true;
        _full.CompleteAdding();
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
            _stop.Cancel();
            _full.CompleteAdding();
        }

        Release();
    }

    // Ends the publication, whatever it waits for, and waits for its thread. For the closing of the storage.
    public void Stop()
    {
        _stop.Cancel();
        Dispose();
        _thread.Join();
    }

    private void EndSection()
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
        _full.Add((_current, _used));
        _current = _free.Take();
        _used = 0;
    }

    private void Run()
    {
        bool published = false;
        IDiskFile? file = null;
        try
        {
            file = _store.Create(in _target);
            long offset = 0;
            foreach ((AlignedBuffer buffer, int length) in _full.GetConsumingEnumerable())
            {
                try
                {
                    if (!_stop.IsCancellationRequested)
                    {
                        file.Write(offset, buffer.Span[..length]);
                    }
                }
                finally
                {
                    _free.Add(buffer);
                }

                offset += length;
            }

            if (_complete)
            {
                file.Flush();
                file.Dispose();
                file = null;
                _store.Publish(in _target, _stateHash, _length, _sections, _histories, _stop.Token);
                published = true;
            }
        }
        catch (OperationCanceledException)
        {
            _failure = "the storage was closed";
        }
        catch (Exception e)
        {
            _failure = e.Message;
        }

        file?.Dispose();
        Drain();
        if (!published)
        {
            _failure ??= "the checkpoint was given up";
            _store.GiveUp(in _target);
        }

        _published = published ? 1 : -1;
        Release();
    }

    // The partition and the thread both hold the buffers; whoever lets go last frees them.
    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
        {
            return;
        }

        while (_free.TryTake(out AlignedBuffer? buffer))
        {
            buffer.Dispose();
        }

        if (!_complete)
        {
            _current.Dispose();
        }

        _free.Dispose();
        _full.Dispose();
    }

    // After a failure the partition may still be writing; nothing of it is kept, but it must not wait for buffers.
    private void Drain()
    {
        foreach ((AlignedBuffer buffer, _) in _full.GetConsumingEnumerable())
        {
            _free.Add(buffer);
        }
    }
}
