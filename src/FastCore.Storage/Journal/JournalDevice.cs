using System.Collections.Concurrent;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FASTER.core;

namespace FastCore.Storage.Journal;

// Writes FasterLog's memory to the journal's files: one synchronous durable write at a time, in the order of addresses.
// So bytes on the disk are always a prefix of what was appended, and everything below FlushedUntil is stable. A full
// disk is waited out here (nothing of it was acknowledged); any other error is final.
//
// A commit says up to where it wants to be flushed, and what is written is read from FasterLog's pages where they are:
// FasterLog's own way to its device makes half a dozen objects for each part of a page. It is told about whole pages
// only, because what it has to know is which of them it may take again.
internal sealed class JournalDevice : StorageDeviceBase
{
    private const long NoTimer = long.MaxValue;

    private readonly JournalSegments _segments;
    private readonly IBackground _background;
    private readonly string _name;
    private readonly int _retryMs;
    private readonly long _segmentBytes;
    private readonly int _pageBytes;
    private readonly nint[] _pages;
    private readonly ConcurrentQueue<Page> _left = new();
    private IBackgroundWork? _work;
    private long _flushedUntil;
    private long _wantedUntil;
    private Page _page;
    private bool _hasPage;
    private long _retryAt;
    private long _timerAt = NoTimer;
    private volatile bool _stopping;
    private volatile bool _failed;
    private volatile bool _full;

    // All below the address is on the disk, and the address begins a sector or the log. So many pages are in memory.
    public JournalDevice(
        JournalSegments segments, JournalFiles files, long flushedUntil, int pageCount, StorageOptions options)
        : base(files.Folder, AlignedBuffer.Alignment, Devices.CAPACITY_UNSPECIFIED)
    {
        _segments = segments;
        _background = options.Background;
        _name = files.Folder;
        _retryMs = options.FullRetryMs;
        _segmentBytes = files.Head.SegmentBytes;
        _pageBytes = files.Head.PageBytes;
        _pages = new nint[pageCount];
        _flushedUntil = flushedUntil;
    }

    // Everything below this journal address is on stable storage.
    public long FlushedUntil => Volatile.Read(ref _flushedUntil);

    public bool HasFailed => _failed;

    public bool IsFull => _full;

    public Exception? Error { get; private set; }

    // Both are called by the device's work: after each write, and when the timer is due.
    public Action? OnWritten { get; set; }

    public Action? OnTimer { get; set; }

    public void Start() => _work = _background.Start("journal-write " + _name, Step);

    // Calls OnTimer once after so many milliseconds, unless it is already set.
    public void SetTimer(int delayMs)
    {
        // The exchange orders what the caller did before with what the timer's callback sees.
        if (Interlocked.CompareExchange(ref _timerAt, _background.NowMs + delayMs, NoTimer) == NoTimer)
        {
            _work?.Wake();
        }
    }

    // Asks for all below the address, which must be whole in memory. One thread at a time, never with a lower address.
    public void Write(long until)
    {
        // Release: the step that sees it sees the bytes.
        Volatile.Write(ref _wantedUntil, until);
        _work?.Wake();
    }

    // Says where the byte of an address is in FasterLog's memory, which is pinned. Before anything of its page is asked
    // for, by the thread that appends.
    public void Place(long address, nint memory)
    {
        long page = address / _pageBytes;
        ref nint place = ref _pages[page % _pages.Length];
        nint start = memory - (nint)(address - (page * _pageBytes));
        if (place == 0)
        {
            place = start;
        }
        else if (place != start)
        {
            // The work may be reading from there.
            throw new InvalidOperationException($"{_name}: FasterLog moved a page of its memory.");
        }
    }

    // FasterLog leaves a page, whose rest is asked for with that. The callback lets it use the memory again.
    public override void WriteAsync(
        IntPtr sourceAddress,
        int segmentId,
        ulong destinationAddress,
        uint numBytesToWrite,
        DeviceIOCompletionCallback callback,
        object context)
    {
        long address = (segmentId * _segmentBytes) + (long)destinationAddress;
        Place(address, sourceAddress);
        _left.Enqueue(new Page(address + numBytesToWrite, numBytesToWrite, callback, context));
        _work?.Wake();
    }

    public override void ReadAsync(
        int segmentId,
        ulong sourceAddress,
        IntPtr destinationAddress,
        uint readLength,
        DeviceIOCompletionCallback callback,
        object context) =>
        throw new NotSupportedException("The journal is read through its own cursor, never through FasterLog.");

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) =>
        throw new NotSupportedException("Segments are let go by the journal, never by FasterLog.");

    // What was asked for is still written, unless the disk is full.
    public override void Dispose()
    {
        _stopping = true;
        _work?.Dispose();
    }

    private int Step()
    {
        if (_failed)
        {
            return Timeout.Infinite;
        }

        if (!_hasPage)
        {
            _hasPage = _left.TryDequeue(out _page);
        }

        // Acquire: what lies below was written to memory before.
        long wanted = Math.Max(Volatile.Read(ref _wantedUntil), _hasPage ? _page.Until : 0);
        if (_flushedUntil < wanted)
        {
            return StepWrite(wanted);
        }

        if (_hasPage)
        {
            Release();
            return 0;
        }

        return StepTimer();
    }

    // One write, at most to the end of the page.
    private int StepWrite(long wanted)
    {
        if (_full && !_stopping && _retryAt - _background.NowMs is var left and > 0)
        {
            return (int)left;
        }

        long until = Math.Min(wanted, ((_flushedUntil / _pageBytes) + 1) * _pageBytes);
        if (TryWrite(until))
        {
            // A full fence: who set a commit's mark too late to be seen by OnWritten sees that it is flushed.
            Interlocked.Exchange(ref _flushedUntil, until);
            if (_hasPage && until >= _page.Until)
            {
                Release();
            }
        }

        OnWritten?.Invoke();
        if (!_full)
        {
            return 0;
        }

        _retryAt = _background.NowMs + _retryMs;
        return _stopping ? Timeout.Infinite : _retryMs;
    }

    // FasterLog may use the page's memory again.
    private void Release()
    {
        Page page = _page;
        _page = default;
        _hasPage = false;
        page.Callback(0, page.Length, page.Context);
    }

    private int StepTimer()
    {
        long timerAt = Volatile.Read(ref _timerAt);
        if (timerAt == NoTimer || _stopping)
        {
            return Timeout.Infinite;
        }

        long left = timerAt - _background.NowMs;
        if (left > 0)
        {
            return (int)left;
        }

        // Before the callback, which may set it again; a full fence, so that what is appended too late to be seen by
        // the callback finds no timer set.
        Interlocked.Exchange(ref _timerAt, NoTimer);
        OnTimer?.Invoke();
        return 0;
    }

    // Whole sectors: what is rewritten of the first one is as it was, and what is new in the last one may be torn.
    private unsafe bool TryWrite(long until)
    {
        try
        {
            long from = AlignedBuffer.RoundDown(_flushedUntil);
            long page = from / _pageBytes;
            nint source = _pages[page % _pages.Length] + (nint)(from - (page * _pageBytes));
            IDiskFile file = _segments.FileOf((int)(from / _segmentBytes));
            file.Write(
                from % _segmentBytes,
                new ReadOnlySpan<byte>((void*)source, (int)(AlignedBuffer.RoundUp(until) - from)));
            _full = false;
            return true;
        }
        catch (DiskFullException)
        {
            _full = true;
        }
        catch (Exception e)
        {
            // After an error nobody knows what is on the disk; the partition stops and the next opening finds out.
            Error = e;
            _full = false;
            _failed = true;
        }

        return false;
    }

    // A page that FasterLog has left; the address behind what it asked for.
    private readonly record struct Page(
        long Until, uint Length, DeviceIOCompletionCallback Callback, object Context);
}
