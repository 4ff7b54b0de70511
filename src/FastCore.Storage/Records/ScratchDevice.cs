using System.Collections.Concurrent;
using System.Globalization;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FASTER.core;

namespace FastCore.Storage.Records;

// Where the record index spills. One thread writes in order; reads run on the thread pool. Every sector's CRC-32C is
// kept in memory and checked on each read, because FasterKV has no checksums. Nothing here survives the process.
internal sealed class ScratchDevice : StorageDeviceBase
{
    private const int SectorBytes = AlignedBuffer.Alignment;

    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly int _retryMs;
    private readonly BlockingCollection<Request> _writes = [];
    private readonly ConcurrentDictionary<int, IDiskFile> _files = new();
    private readonly ConcurrentDictionary<int, uint[]> _checksums = new();
    private readonly ConcurrentBag<ReadItem> _idleReads = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private volatile Exception? _error;
    private volatile bool _full;
    private long _writtenUntil;

    public ScratchDevice(IDisk disk, string folder, int retryMs)
        : base(folder + "/index", SectorBytes, Devices.CAPACITY_UNSPECIFIED)
    {
        _disk = disk;
        _folder = folder;
        _retryMs = retryMs;
        _thread = new Thread(Run) { IsBackground = true, Name = "index-write " + folder };
        _thread.Start();
    }

    public Exception? Error => _error;

    public bool IsFull => _full;

    // Log address up to which everything is written.
    public long WrittenUntil => Volatile.Read(ref _writtenUntil);

    // Called on the writing thread when it went on after a full disk.
    public Action? OnProgress { get; set; }

    public override void WriteAsync(
        IntPtr sourceAddress,
        int segmentId,
        ulong destinationAddress,
        uint numBytesToWrite,
        DeviceIOCompletionCallback callback,
        object context) =>
        _writes.Add(new Request(
            sourceAddress, segmentId, (long)destinationAddress, (int)numBytesToWrite, callback, context));

    public override void ReadAsync(
        int segmentId,
        ulong sourceAddress,
        IntPtr destinationAddress,
        uint readLength,
        DeviceIOCompletionCallback callback,
        object context)
    {
        if (!_idleReads.TryTake(out ReadItem? item))
        {
            item = new ReadItem(this);
        }

        item.Request = new Request(
            destinationAddress, segmentId, (long)sourceAddress, (int)readLength, callback, context);
        ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) =>
        throw new NotSupportedException("The record index never truncates.");

    public override void Dispose()
    {
        _stop.Cancel();
        _writes.CompleteAdding();
        _thread.Join();
        foreach (IDiskFile file in _files.Values)
        {
            file.Dispose();
        }

        _files.Clear();
        _writes.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        foreach (Request request in _writes.GetConsumingEnumerable())
        {
            bool done = Write(request);
            if (done)
            {
                Volatile.Write(
                    ref _writtenUntil, (request.Segment * segmentSize) + request.Offset + request.Length);
            }

            request.Callback(done ? 0u : 1u, done ? (uint)request.Length : 0u, request.Context);
            OnProgress?.Invoke();
        }
    }

    private unsafe bool Write(in Request request)
    {
        ReadOnlySpan<byte> bytes = new((void*)request.Memory, request.Length);
        while (_error is null && !_stop.IsCancellationRequested)
        {
            try
            {
                FileOf(request.Segment).Write(request.Offset, bytes);
                uint[] checksums = _checksums.GetOrAdd(request.Segment, _ => new uint[segmentSize / SectorBytes]);
                for (int i = 0; i < bytes.Length; i += SectorBytes)
                {
                    checksums[(request.Offset + i) / SectorBytes] = Crc32C.Of(bytes.Slice(i, SectorBytes));
                }

                _full = false;
                return true;
            }
            catch (DiskFullException)
            {
                _full = true;
                _stop.Token.WaitHandle.WaitOne(_retryMs);
            }
            catch (Exception e)
            {
                _error = e;
            }
        }

        return false;
    }

    private unsafe void Read(in Request request)
    {
        Span<byte> bytes = new((void*)request.Memory, request.Length);
        uint error = 0;
        try
        {
            int read = FileOf(request.Segment).Read(request.Offset, bytes);
            bytes[read..].Clear();
            if (!_checksums.TryGetValue(request.Segment, out uint[]? checksums))
            {
                throw Corrupt(request, 0);
            }

            for (int i = 0; i < read; i += SectorBytes)
            {
                if (Crc32C.Of(bytes.Slice(i, SectorBytes)) != checksums[(request.Offset + i) / SectorBytes])
                {
                    throw Corrupt(request, i);
                }
            }
        }
        catch (Exception e)
        {
            // FasterKV goes on with whatever is in the memory, so it must find nothing there; the index asks for the
            // error before it believes an answer.
            _error = e;
            bytes.Clear();
            error = 1;
        }

        request.Callback(error, (uint)request.Length, request.Context);
    }

    private CorruptStorageException Corrupt(in Request request, int at) =>
        new(PathOf(request.Segment), request.Offset + at, 0, "the checksum of a sector does not match");

    private IDiskFile FileOf(int segment) =>
        _files.TryGetValue(segment, out IDiskFile? file)
            ? file
            : _files.GetOrAdd(segment, _disk.Open(PathOf(segment), DiskFileMode.OpenOrCreate, DiskFileKind.Bulk));

    private string PathOf(int segment) => _folder + "/index-" + segment.ToString("D6", CultureInfo.InvariantCulture);

    private readonly record struct Request(
        IntPtr Memory, int Segment, long Offset, int Length, DeviceIOCompletionCallback Callback, object Context);

    private sealed class ReadItem(ScratchDevice device) : IThreadPoolWorkItem
    {
        public Request Request { get; set; }

        public void Execute()
        {
            Request request = Request;
            Request = default;
            device._idleReads.Add(this);
            device.Read(in request);
        }
    }
}
