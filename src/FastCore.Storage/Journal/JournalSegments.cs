using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Journal;

// The journal's files. Work beside the partition makes space ready ahead of the tail, so that a full disk is seen
// before a command is accepted; when space is short it tries again at a bounded pace. Files let go by retention are
// kept as spares: filled with zeros again, then renamed to become the next segment.
internal sealed class JournalSegments : IDisposable
{
    private const string SparePrefix = "spare-";
    private const int StepBytes = 8 << 20;

    private readonly object _gate = new();
    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly long _segmentBytes;
    private readonly int _pageBytes;
    private readonly long _aheadBytes;
    private readonly bool _preallocate;
    private readonly IBackground _background;
    private readonly int _retryMs;
    private readonly Action<long> _noteReady;
    private readonly AlignedBuffer _zeros = new(1 << 20);
    private readonly Dictionary<int, IDiskFile> _open = [];
    private readonly Queue<string> _spares = new();
    private IBackgroundWork? _work;
    private long _preparedUntil;
    private long _wantedUntil;
    private long _retryAt;
    private int _state;
    private int _spareNumber;
    private volatile bool _stopping;

    // Every byte up to an address is stable before the callback gets it, and no entry is written there before it
    // returns.
    public JournalSegments(
        IDisk disk, string folder, JournalHead head, long preparedUntil, StorageOptions options, Action<long> noteReady)
    {
        _disk = disk;
        _folder = folder;
        _segmentBytes = head.SegmentBytes;
        _pageBytes = head.PageBytes;
        _aheadBytes = Math.Max(options.JournalAheadBytes, 2L * head.PageBytes);
        _preallocate = options.Preallocate;
        _background = options.Background;
        _retryMs = options.FullRetryMs;
        _noteReady = noteReady;
        _preparedUntil = preparedUntil;
        FindSpares();
    }

    // Called by the preparing work when space got ready or the state changed.
    public Action? OnChange { get; set; }

    // Every byte below is on the disk, zero or written. Written by the preparing work only.
    public long PreparedUntil => Volatile.Read(ref _preparedUntil);

    // Ready while the last attempt succeeded, Full after one that found no space, Failed after another error.
    public StorageState State => (StorageState)Volatile.Read(ref _state);

    // Why the state is Failed; names the file.
    public Exception? Error { get; private set; }

    public int SpareCount
    {
        get
        {
            lock (_gate)
            {
                return _spares.Count;
            }
        }
    }

    public void Start(long tailAddress)
    {
        NoteTail(tailAddress);
        _work = _background.Start("journal-space " + _folder, Step);
    }

    // Says where the tail is; wakes the work when the space ahead of it gets short. Partition thread, once per page.
    public void NoteTail(long address)
    {
        long wanted = ((address / _pageBytes) * _pageBytes) + _pageBytes + _aheadBytes;

        // Release: the step that is woken sees it.
        Volatile.Write(ref _wantedUntil, Math.Max(_wantedUntil, wanted));
        _work?.Wake();
    }

    public IDiskFile FileOf(int segment)
    {
        lock (_open)
        {
            if (!_open.TryGetValue(segment, out IDiskFile? file))
            {
                file = _disk.Open(PathOf(segment), DiskFileMode.Write, DiskFileKind.Durable);
                _open.Add(segment, file);
            }

            return file;
        }
    }

    // Makes spares of the segments; the journal's head does not cover them any more.
    public void LetGo(IEnumerable<int> segments)
    {
        foreach (int segment in segments)
        {
            lock (_open)
            {
                if (_open.Remove(segment, out IDiskFile? file))
                {
                    file.Dispose();
                }
            }

            lock (_gate)
            {
                // One spare is enough for a journal that lets go as much as it takes.
                if (_spares.Count == 0)
                {
                    string spare = _folder + "/" + SparePrefix + _spareNumber++;
                    _disk.Rename(PathOf(segment), spare);
                    _spares.Enqueue(spare);
                }
                else
                {
                    _disk.Delete(PathOf(segment));
                }
            }
        }

        _disk.SyncDirectory(_folder);
    }

    public void Dispose()
    {
        _stopping = true;
        _work?.Dispose();
        lock (_open)
        {
            foreach (IDiskFile file in _open.Values)
            {
                file.Dispose();
            }

            _open.Clear();
        }

        _zeros.Dispose();
    }

    private void FindSpares()
    {
        foreach (string name in _disk.ListFiles(_folder))
        {
            if (name.StartsWith(SparePrefix, StringComparison.Ordinal))
            {
                _spares.Enqueue(_folder + "/" + name);
                _spareNumber = int.TryParse(name.AsSpan(SparePrefix.Length), out int number)
                    ? Math.Max(_spareNumber, number + 1)
                    : _spareNumber;
            }
        }
    }

    private int Step()
    {
        StorageState before = State;
        if (_stopping || before == StorageState.Failed)
        {
            return Timeout.Infinite;
        }

        // The pace of the attempts: being woken does not shorten it.
        if (before == StorageState.Full && _retryAt - _background.NowMs is var left and > 0)
        {
            return (int)left;
        }

        if (before == StorageState.Ready && PreparedUntil >= Volatile.Read(ref _wantedUntil))
        {
            return Timeout.Infinite;
        }

        StorageState after = TryPrepare();
        _retryAt = _background.NowMs + _retryMs;
        Volatile.Write(ref _state, (int)after);
        if (after == StorageState.Ready || after != before)
        {
            OnChange?.Invoke();
        }

        return after == StorageState.Full ? _retryMs : 0;
    }

    private StorageState TryPrepare()
    {
        try
        {
            Prepare();
            return StorageState.Ready;
        }
        catch (DiskFullException)
        {
            return StorageState.Full;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Before the state, whose reader asks why.
            Error = e;
            return StorageState.Failed;
        }
    }

    // One step: a spare file as a whole, or some pages at the end of the newest file.
    private void Prepare()
    {
        long address = PreparedUntil;
        int segment = (int)(address / _segmentBytes);
        long offset = address % _segmentBytes;
        if (offset == 0 && TakeSpare() is string spare)
        {
            RenewSpare(spare, segment);
            Publish(address + _segmentBytes);
            return;
        }

        int step = Math.Max(StepBytes, _pageBytes);
        long until = Math.Min(((offset / step) + 1) * step, _segmentBytes);
        using (IDiskFile file = _disk.Open(PathOf(segment), DiskFileMode.OpenOrCreate, DiskFileKind.Bulk))
        {
            if (_preallocate)
            {
                Fill(file, offset, until);
            }
            else
            {
                file.Reserve(until);
            }

            file.Flush();
        }

        if (offset == 0)
        {
            _disk.SyncDirectory(_folder);
        }

        Publish(address - offset + until);
    }

    private void Publish(long preparedUntil)
    {
        _noteReady(preparedUntil);

        // Release: whoever sees the address finds the bytes below it on the disk, and the head that says so.
        Volatile.Write(ref _preparedUntil, preparedUntil);
    }

    private string? TakeSpare()
    {
        lock (_gate)
        {
            return _spares.TryDequeue(out string? spare) ? spare : null;
        }
    }

    private void RenewSpare(string spare, int segment)
    {
        try
        {
            using (IDiskFile file = _disk.Open(spare, DiskFileMode.Write, DiskFileKind.Bulk))
            {
                Fill(file, 0, _segmentBytes);
                file.Flush();
            }

            _disk.Rename(spare, PathOf(segment));
        }
        catch
        {
            lock (_gate)
            {
                _spares.Enqueue(spare);
            }

            throw;
        }

        _disk.SyncDirectory(_folder);
    }

    private void Fill(IDiskFile file, long offset, long until)
    {
        while (offset < until)
        {
            int length = (int)Math.Min(_zeros.Size, until - offset);
            file.Write(offset, _zeros.Span[..length]);
            offset += length;
        }
    }

    private string PathOf(int segment) => _folder + "/" + JournalPages.NameOf(segment);
}
