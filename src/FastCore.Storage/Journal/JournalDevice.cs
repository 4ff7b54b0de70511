using System.Collections.Concurrent;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FASTER.core;

namespace FastCore.Storage.Journal;

// FasterLog's device: one synchronous durable write at a time, in the order they were asked for. So bytes on the disk
// are always a prefix of what was asked, and when a callback runs everything before it is stable. A full disk is waited
// out here (nothing of it was acknowledged); any other error is final.
internal sealed class JournalDevice : StorageDeviceBase
{
    private const long NoTimer = long.MaxValue;

    private readonly JournalSegments _segments;
    private readonly IBackground _background;
    private readonly string _name;
    private readonly int _retryMs;
    private readonly ConcurrentQueue<Request> _requests = new();
    private IBackgroundWork? _work;
    private Request _request;
    private bool _hasRequest;
    private long _retryAt;
    private long _timerAt = NoTimer;
    private volatile bool _stopping;
    private volatile bool _failed;
    private volatile bool _full;

    public JournalDevice(JournalSegments segments, string name, StorageOptions options)
        : base(name, AlignedBuffer.Alignment, Devices.CAPACITY_UNSPECIFIED)
    {
        _segments = segments;
        _background = options.Background;
        _name = name;
        _retryMs = options.FullRetryMs;
    }

    public bool HasFailed => _failed;

    public bool IsFull => _full;

    public Exception? Error { get; private set; }

    // Both are called by the device's work: after each write's callback, and when the timer is due.
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

    public override void WriteAsync(
        IntPtr sourceAddress,
        int segmentId,
        ulong destinationAddress,
        uint numBytesToWrite,
        DeviceIOCompletionCallback callback,
        object context)
    {
        _requests.Enqueue(new Request(
            sourceAddress, segmentId, (long)destinationAddress, (int)numBytesToWrite, callback, context));
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
        if (!_hasRequest)
        {
            _hasRequest = _requests.TryDequeue(out _request);
        }

        if (!_hasRequest)
        {
            return StepTimer();
        }

        if (_full && !_stopping && _retryAt - _background.NowMs is var left and > 0)
        {
            return (int)left;
        }

        bool done = false;
        if (!_failed && !TryWrite(in _request, out done))
        {
            OnWritten?.Invoke();
            if (!_stopping)
            {
                _retryAt = _background.NowMs + _retryMs;
                return _retryMs;
            }
        }

        Request request = _request;
        _request = default;
        _hasRequest = false;
        request.Callback(done ? 0u : 1u, done ? (uint)request.Length : 0u, request.Context);
        OnWritten?.Invoke();
        return 0;
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

    // False when there is no space now; otherwise done says whether the bytes are on the disk.
    private unsafe bool TryWrite(in Request request, out bool done)
    {
        done = false;
        try
        {
            IDiskFile file = _segments.FileOf(request.Segment);
            file.Write(request.Offset, new ReadOnlySpan<byte>((void*)request.Source, request.Length));
            _full = false;
            done = true;
        }
        catch (DiskFullException)
        {
            _full = true;
            return false;
        }
        catch (Exception e)
        {
            // After an error nobody knows what is on the disk; the partition stops and the next opening finds out.
            Error = e;
            _failed = true;
        }

        return true;
    }

    private readonly record struct Request(
        IntPtr Source, int Segment, long Offset, int Length, DeviceIOCompletionCallback Callback, object Context);
}
