using FastCore.Storage.Disk;
using FASTER.core;

namespace FastCore.Storage.Journal;

// FasterLog's device: one thread, one synchronous durable write at a time, in the order they were asked for. So bytes
// on
// the disk are always a prefix of what was asked, and when a callback runs everything before it is stable. A full disk
// is waited out here (nothing of it was acknowledged); any other error is final.
internal sealed class JournalDevice : StorageDeviceBase
{
    private readonly object _gate = new();
    private readonly JournalSegments _segments;
    private readonly int _retryMs;
    private readonly Thread _thread;
    private Request[] _ring = new Request[64];
    private long _head;
    private long _tail;
    private bool _stopping;
    private bool _timerSet;
    private long _timerAt;
    private volatile bool _failed;
    private volatile bool _full;

    public JournalDevice(JournalSegments segments, string name, int retryMs)
        : base(name, AlignedBuffer.Alignment, Devices.CAPACITY_UNSPECIFIED)
    {
        _segments = segments;
        _retryMs = retryMs;
        _thread = new Thread(Run) { IsBackground = true, Name = "journal-write " + name };
    }

    public bool HasFailed => _failed;

    public bool IsFull => _full;

    public Exception? Error { get; private set; }

    // Both are called on the device's thread: after each write's callback, and when the timer is due.
    public Action? OnWritten { get; set; }

    public Action? OnTimer { get; set; }

    public void Start() => _thread.Start();

    // Calls OnTimer once after so many milliseconds, unless it is already set.
    public void SetTimer(int delayMs)
    {
        lock (_gate)
        {
            if (!_timerSet)
            {
                _timerSet = true;
                _timerAt = Environment.TickCount64 + delayMs;
                Monitor.Pulse(_gate);
            }
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
        lock (_gate)
        {
            if (_tail - _head == _ring.Length)
            {
                Grow();
            }

            _ring[_tail++ & (_ring.Length - 1)] =
                new Request(
                    sourceAddress, segmentId, (long)destinationAddress, (int)numBytesToWrite, callback, context);
            Monitor.Pulse(_gate);
        }
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

    public override void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        if (_thread.ThreadState != ThreadState.Unstarted)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        while (Take(out Request request, out bool timer))
        {
            if (timer)
            {
                OnTimer?.Invoke();
                continue;
            }

            uint error = Write(request) ? 0u : 1u;
            request.Callback(error, error == 0 ? (uint)request.Length : 0u, request.Context);
            OnWritten?.Invoke();
        }
    }

    private unsafe bool Write(in Request request)
    {
        while (!_failed)
        {
            try
            {
                IDiskFile file = _segments.FileOf(request.Segment);
                file.Write(request.Offset, new ReadOnlySpan<byte>((void*)request.Source, request.Length));
                _full = false;
                return true;
            }
            catch (DiskFullException)
            {
                _full = true;
                OnWritten?.Invoke();
                if (!PauseBeforeRetry())
                {
                    return false;
                }
            }
            catch (Exception e)
            {
                // After an error nobody knows what is on the disk; the partition stops and the next opening finds out.
                Error = e;
                _failed = true;
            }
        }

        return false;
    }

    private bool PauseBeforeRetry()
    {
        lock (_gate)
        {
            long until = Environment.TickCount64 + _retryMs;
            long left;
            while (!_stopping && (left = until - Environment.TickCount64) > 0)
            {
                Monitor.Wait(_gate, (int)left);
            }

            return !_stopping;
        }
    }

    private bool Take(out Request request, out bool timer)
    {
        request = default;
        timer = false;
        lock (_gate)
        {
            while (true)
            {
                if (_head != _tail)
                {
                    ref Request next = ref _ring[_head++ & (_ring.Length - 1)];
                    request = next;
                    next = default;
                    return true;
                }

                if (_stopping)
                {
                    return false;
                }

                long left = _timerSet ? _timerAt - Environment.TickCount64 : -1;
                if (_timerSet && left <= 0)
                {
                    _timerSet = false;
                    timer = true;
                    return true;
                }

                if (_timerSet)
                {
                    Monitor.Wait(_gate, (int)left);
                }
                else
                {
                    Monitor.Wait(_gate);
                }
            }
        }
    }

    private void Grow()
    {
        Request[] larger = new Request[_ring.Length * 2];
        for (long i = _head; i < _tail; i++)
        {
            larger[i & (larger.Length - 1)] = _ring[i & (_ring.Length - 1)];
        }

        _ring = larger;
    }

    private readonly record struct Request(
        IntPtr Source, int Segment, long Offset, int Length, DeviceIOCompletionCallback Callback, object Context);
}
