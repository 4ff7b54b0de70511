using System.Collections.Concurrent;
using System.Globalization;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Records;

// Where the record index spills. Writes are done one after the other in order; reads run beside them. Every sector's
// CRC-32C is kept in memory and checked on each read, because FasterKV has no checksums. Nothing here survives the
// process.
internal sealed class ScratchFiles : IDisposable
{
    /// <summary>Bytes of a file.</summary>
    public const long SegmentBytes = 1L << 28;

    /// <summary>What is written and read begins and ends at multiples of it.</summary>
    public const int SectorBytes = AlignedBuffer.Alignment;

    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly IBackground _background;
    private readonly int _retryMs;
    private readonly ConcurrentQueue<ScratchRequest> _writes = new();
    private readonly ConcurrentDictionary<int, IDiskFile> _files = new();
    private readonly ConcurrentDictionary<int, uint[]> _checksums = new();
    private readonly ConcurrentBag<ReadItem> _idleReads = [];
    private readonly IBackgroundWork _work;
    private ScratchRequest _writing;
    private volatile Exception? _error;
    private volatile bool _full;
    private volatile bool _stopping;
    private long _retryAt;
    private long _writtenUntil;

    public ScratchFiles(IDisk disk, string folder, StorageOptions options)
    {
        _disk = disk;
        _folder = folder;
        _background = options.Background;
        _retryMs = options.FullRetryMs;
        _work = _background.Start("index-write " + folder, Step);
    }

    public Exception? Error => _error;

    public bool IsFull => _full;

    // Log address up to which everything is written.
    public long WrittenUntil => Volatile.Read(ref _writtenUntil);

    // Called by the writing work after each write, so that whoever was turned away looks again.
    public Action? OnProgress { get; set; }

    // Whether nothing was ever asked of it: then nothing above waits for it either, nor will hear of an error.
    public bool IsUntouched { get; private set; } = true;

    public void Write(in ScratchRequest request)
    {
        IsUntouched = false;
        _writes.Enqueue(request);
        _work.Wake();
    }

    public void Read(in ScratchRequest request)
    {
        IsUntouched = false;
        if (!_idleReads.TryTake(out ReadItem? item))
        {
            item = new ReadItem(this);
        }

        item.Request = request;
        _background.Post(item);
    }

    // What was not written is not needed any more; its callbacks hear of an error.
    public void Dispose()
    {
        _stopping = true;
        _work.Dispose();
        foreach (IDiskFile file in _files.Values)
        {
            file.Dispose();
        }

        _files.Clear();
    }

    private int Step()
    {
        // Taken out and kept until it is done: a queue that is peeked at never uses its memory again.
        if (_writing.Length == 0 && !_writes.TryDequeue(out _writing))
        {
            return Timeout.Infinite;
        }

        if (_full && !_stopping && _retryAt - _background.NowMs is var left and > 0)
        {
            return (int)left;
        }

        bool done = false;
        ScratchRequest request = _writing;
        if (_error is null && !_stopping && !TryWrite(in request, out done))
        {
            _retryAt = _background.NowMs + _retryMs;
            return _retryMs;
        }

        _writing = default;
        if (done)
        {
            Volatile.Write(ref _writtenUntil, (request.Segment * SegmentBytes) + request.Offset + request.Length);
        }

        request.Callback(done ? 0u : 1u, done ? (uint)request.Length : 0u, request.Context);
        OnProgress?.Invoke();
        return 0;
    }

    // False when there is no space now; otherwise done says whether the bytes are written.
    private unsafe bool TryWrite(in ScratchRequest request, out bool done)
    {
        done = false;
        ReadOnlySpan<byte> bytes = new((void*)request.Memory, request.Length);
        try
        {
            FileOf(request.Segment).Write(request.Offset, bytes);
            uint[] checksums = _checksums.GetOrAdd(request.Segment, _ => new uint[SegmentBytes / SectorBytes]);
            for (int i = 0; i < bytes.Length; i += SectorBytes)
            {
                checksums[(request.Offset + i) / SectorBytes] = Crc32C.Of(bytes.Slice(i, SectorBytes));
            }

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
            _error = e;
        }

        return true;
    }

    private unsafe void ReadNow(in ScratchRequest request)
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

    private CorruptStorageException Corrupt(in ScratchRequest request, int at) =>
        new(PathOf(request.Segment), request.Offset + at, 0, "the checksum of a sector does not match");

    private IDiskFile FileOf(int segment) =>
        _files.TryGetValue(segment, out IDiskFile? file)
            ? file
            : _files.GetOrAdd(segment, _disk.Open(PathOf(segment), DiskFileMode.OpenOrCreate, DiskFileKind.Bulk));

    private string PathOf(int segment) => _folder + "/index-" + segment.ToString("D6", CultureInfo.InvariantCulture);

    private sealed class ReadItem(ScratchFiles files) : IThreadPoolWorkItem
    {
        public ScratchRequest Request { get; set; }

        public void Execute()
        {
            ScratchRequest request = Request;
            Request = default;
            files._idleReads.Add(this);
            files.ReadNow(in request);
        }
    }
}
