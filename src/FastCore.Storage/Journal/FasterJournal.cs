using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FastCore.Storage.Packing;
using FASTER.core;

namespace FastCore.Storage.Journal;

/// <summary>
/// The journal of one partition on FasterLog. On the way of an append and of its commit nothing may allocate, lock,
/// wait or throw, except once a page, when FasterLog makes the objects of its turn.
/// </summary>
/// <remarks>
/// FasterLog gives the memory ring, its frames and its page turns. Its memory is written by our own device
/// (<see cref="JournalDevice"/>), which only tells it which pages are on the disk. What is there is found by our own
/// scan (<see cref="JournalRecovery"/>), because FasterLog's stops silently at the first bad checksum. FasterLog's
/// commits are not used: an entry says by itself what was committed before it, and a commit record would have to wait
/// for memory inside <see cref="StartCommit"/>, which never waits.
/// </remarks>
public sealed unsafe class FasterJournal : IJournal, IMemoryUser
{
    private readonly JournalFiles _files;
    private readonly JournalHead _head;
    private readonly JournalMap _map;
    private readonly StorageOptions _options;
    private readonly JournalSegments? _segments;
    private readonly JournalDevice? _device;
    private readonly FasterLog? _log;
    private readonly byte[] _hash = new byte[JournalEntryHeader.HashSize];
    private readonly byte[] _previousHash = new byte[JournalEntryHeader.HashSize];
    private AlignedBuffer? _packed;
    private readonly int _pageBytes;
    private readonly int _pageBits;
    private readonly int _bufferPages;
    private readonly bool _async;

    private ulong _tailSequence;
    private long _tailAddress;
    private ulong _committedSequence;
    private ulong _durableSequence;
    private long _tailPage = -1;
    private int _mapSegment = -1;
    private bool _stopped;

    private CommitTicket _commit;
    private volatile int _commitPauseUs;
    private int _stalled;

    internal FasterJournal(JournalFiles files, StorageOptions options, bool readOnly)
    {
        _files = files;
        _head = files.Head;
        _map = files.Map;
        _options = options;
        _async = options.Durability == JournalDurability.Async;
        _pageBytes = _head.PageBytes;
        _pageBits = BitOperations.Log2((uint)_pageBytes);
        JournalRecovery found = files.Found;
        _tailSequence = found.TailSequence;
        _committedSequence = found.TailSequence;
        _durableSequence = found.TailSequence;
        found.TailHash.CopyTo(_hash, 0);
        TailTimestampNs = found.TailTimestampNs;
        _tailAddress = found.TailAddress;
        Cut = found.Cut;
        if (readOnly)
        {
            return;
        }

        long memory =
            Math.Max((long)BitOperations.RoundUpToPowerOf2((ulong)options.JournalMemoryBytes), 4L * _pageBytes);
        _bufferPages = (int)(memory / _pageBytes);
        _segments = files.OpenForWriting(options);

        // The next entry begins in a sector of its own, so that no sector with an acknowledged entry is rewritten from
        // a page that was never read back.
        bool isNew = found.TailAddress == JournalFrame.FirstAddress;
        _tailAddress = isNew ? found.TailAddress : AlignedBuffer.RoundUp(found.TailAddress);
        _device = new JournalDevice(_segments, files, _tailAddress, _bufferPages, options)
        {
            OnWritten = OnWritten,
            OnTimer = CommitNow,
        };
        _segments.OnChange = OnSpaceChanged;
        _log = new FasterLog(new FasterLogSettings
        {
            LogDevice = _device,
            LogCommitManager = new NoCommitFiles(),
            LogChecksum = LogChecksumType.PerEntry,
            PageSize = _pageBytes,
            MemorySize = memory,
            SegmentSize = _head.SegmentBytes,
            FastCommitMode = false,
            TryRecoverLatest = false,
        });

        if (!isNew)
        {
            _log.Initialize(_tailAddress, _tailAddress);
        }

        _segments.Start(_tailAddress);
        _device.Start();
    }

    /// <inheritdoc/>
    public ulong TailSequence => _tailSequence;

    /// <inheritdoc/>
    public ulong CommittedSequence => Volatile.Read(ref _committedSequence);

    /// <inheritdoc/>
    public ulong DurableSequence => Volatile.Read(ref _durableSequence);

    /// <summary>Time of the last entry; 0 when the journal is empty.</summary>
    public ulong TailTimestampNs { get; private set; }

    /// <summary>What opening the journal cut off its end, or null.</summary>
    public JournalCut? Cut { get; }

    /// <summary>Bytes of commands that one entry can hold at most.</summary>
    public int CommandBytesMax => _pageBytes - JournalFrame.FramedBytes(0) - 4;

    /// <summary>
    /// Why the device failed, beginning with the file, when <see cref="CanAppend"/> says
    /// <see cref="StorageState.Failed"/>.
    /// </summary>
    public Exception? Error => _device?.Error ?? _segments?.Error;

    /// <inheritdoc/>
    public int CommitPauseUs
    {
        get => _commitPauseUs;
        set => _commitPauseUs = value;
    }

    /// <inheritdoc/>
    public Action? OnProgress { get; set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> ChainHash => _hash;

    /// <inheritdoc/>
    public ulong BeginSequence => _files.BeginSequence;

    /// <summary>Hash of the entry before <see cref="BeginSequence"/>; zero when that is the first of all.</summary>
    internal byte[] BeginHash => _files.BeginHash;

    /// <summary>Journal address behind the last entry.</summary>
    internal long TailAddress => _tailAddress;

    /// <inheritdoc/>
    public StorageState CanAppend(int commandBytes)
    {
        if (_log is null || _device!.HasFailed || _segments!.State == StorageState.Failed)
        {
            return StorageState.Failed;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(commandBytes, CommandBytesMax);
        long tail = _tailAddress;
        long page = tail >> _pageBits;
        if ((tail & (_pageBytes - 1)) + JournalFrame.FramedBytes(commandBytes) > _pageBytes)
        {
            page++;
        }

        if (page >= _bufferPages + (_log.FlushedUntilAddress >> _pageBits))
        {
            return Stalled(_device.IsFull ? StorageState.Full : StorageState.Busy);
        }

        // The whole page, because it is written to its end when the tail leaves it.
        if ((page + 1) << _pageBits > _segments.PreparedUntil)
        {
            _segments.NoteTail(page << _pageBits);
            return Stalled(_segments.State == StorageState.Full ? StorageState.Full : StorageState.Busy);
        }

        return StorageState.Ready;
    }

    /// <inheritdoc/>
    public ulong Append(ulong timestampNs, int commandCount, ReadOnlySpan<byte> commands)
    {
        FasterLog log = _log ?? throw new InvalidOperationException("The journal is open for reading only.");
        ulong sequence = _tailSequence + 1;
        long address;
        nint memory;
        _hash.CopyTo(_previousHash, 0);
        int packedBytes = CommandPacking.Pack(commands, RoomToPack(commands.Length), GroupPacking.Best);
        ReadOnlySpan<byte> stored = packedBytes == 0 ? commands : _packed!.Span[..packedBytes];
        fixed (byte* pointer = stored)
        {
            JournalEntryHeader header = default;
            header.Magic = JournalEntryHeader.MagicValue;
            header.Version =
                packedBytes == 0 ? JournalEntryHeader.PlainVersion : JournalEntryHeader.PackedVersion;
            header.PackedBytes = (uint)packedBytes;
            header.Partition = _head.Partition;
            header.Sequence = sequence;
            header.TimestampNs = timestampNs;
            header.CommandCount = (uint)commandCount;
            header.CommandBytes = (uint)commands.Length;
            header.CommittedSequence = DurableSequence;
            header.DirectoryId = _head.DirectoryId;
            header.PreviousHash = MemoryMarshal.Read<Hash256>(_hash);
            if (!log.TryEnqueue(new Entry(&header, pointer, stored.Length, _hash, &memory), out address))
            {
                throw new InvalidOperationException("Append was called although CanAppend had not said Ready.");
            }
        }

        TailTimestampNs = timestampNs;
        if (address >> _pageBits != _tailPage)
        {
            OnPageEntered(address, memory, sequence, timestampNs);
        }

        // Release, both: whoever reads this sequence and then the address (the async mode's timer) finds the entry
        // below the address, and nothing below it that is not whole in memory.
        Volatile.Write(ref _tailAddress, address + JournalFrame.FramedBytes(stored.Length));
        Volatile.Write(ref _tailSequence, sequence);
        if (_async)
        {
            Volatile.Write(ref _committedSequence, sequence);
        }

        return sequence;
    }

    /// <inheritdoc/>
    public void StartCommit()
    {
        if (_async)
        {
            if (DurableSequence != _tailSequence)
            {
                _device?.SetTimer(_options.AsyncCommitIntervalMs);
            }
        }
        else
        {
            CommitNow();
        }
    }

    /// <inheritdoc/>
    public void CommitAndWait()
    {
        if (_log is null)
        {
            return;
        }

        SpinWait spin = default;
        long fullSince = -1;
        while (DurableSequence < _tailSequence)
        {
            if (_device!.HasFailed)
            {
                throw new IOException(_device.Error!.Message, _device.Error);
            }

            // The device waits for space as long as it runs, but a shutdown must end.
            if (!_device.IsFull)
            {
                fullSince = -1;
            }
            else if (fullSince < 0)
            {
                fullSince = _options.Background.NowMs;
            }
            else if (_options.Background.NowMs - fullSince >= _options.FullGiveUpMs)
            {
                throw new IOException(
                    $"{_files.Folder}: the disk stayed full for {_options.FullGiveUpMs} ms; the entries from sequence "
                    + $"{DurableSequence + 1} to {_tailSequence} are not on stable storage.");
            }

            if (_async)
            {
                _device.SetTimer(0);
            }
            else
            {
                CommitNow();
            }

            _options.Background.Wait(ref spin);
        }
    }

    /// <inheritdoc/>
    public IJournalReader Read(ulong fromSequence) => _files.Read(fromSequence, () => DurableSequence);

    /// <inheritdoc/>
    public void TruncateBefore(ulong sequence)
    {
        if (_segments is not null)
        {
            _files.TruncateBefore(_segments, Math.Min(sequence, DurableSequence + 1));
        }
    }

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        if (_log is null)
        {
            return;
        }

        long ring = (long)_bufferPages * _pageBytes;
        long waiting = _tailAddress - _device!.FlushedUntil;
        uses.Add(new MemoryUse("journal.memory", MemoryUseKind.Buffer)
        {
            Bytes = ring,
            FreeBytes = ring - waiting,
            BytesMax = ring,
            Count = (long)(_tailSequence - DurableSequence),
        });

        uses.Add(new MemoryUse("journal.packed", MemoryUseKind.Buffer) { Bytes = _packed?.Size ?? 0 });
        uses.Add(new MemoryUse("journal.disk", MemoryUseKind.Disk)
        {
            Bytes = _segments!.PreparedUntil - (_map.FirstSegment * _head.SegmentBytes)
                + (_segments.SpareCount * _head.SegmentBytes),
            FreeBytes = _segments.PreparedUntil - _tailAddress + (_segments.SpareCount * _head.SegmentBytes),
            Count = (long)(_tailSequence + 1 - BeginSequence),
        });
    }

    // Lets segments go whose entries are all before a sequence and that age or disk budget no longer cover.
    internal void Retain(ulong keepFrom, ulong oldestNs, long? bytesMax)
    {
        JournalMap.Line[] lines = _map.Lines();
        ulong begin = 0;
        for (int i = 0; i + 1 < lines.Length && lines[i + 1].Sequence <= keepFrom; i++)
        {
            // A segment's last entry is about as old as the next one's first.
            bool tooOld = oldestNs > 0 && lines[i + 1].TimestampNs < oldestNs;
            bool tooMuch = bytesMax is long max && (lines.Length - i) * _head.SegmentBytes > max;
            if (!tooOld && !tooMuch)
            {
                break;
            }

            begin = lines[i + 1].Sequence;
        }

        if (begin != 0)
        {
            TruncateBefore(begin);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        _device?.Dispose();
        _log?.Dispose();
        _segments?.Dispose();
        _packed?.Dispose();
    }

    // Starts a commit of everything appended unless one is in flight. In the fsync mode the partition thread calls it,
    // in the async mode the device's thread: never both.
    private void CommitNow()
    {
        if (_log is null || _device!.HasFailed)
        {
            return;
        }

        // Acquire: the address is read after the sequence.
        ulong tail = Volatile.Read(ref _tailSequence);
        if (_commit.IsInFlight)
        {
            // The end of the one in flight tells the partition, which asks again; the timer has to ask by itself.
            if (_async)
            {
                _device.SetTimer(1);
            }

            return;
        }

        if (tail == DurableSequence)
        {
            return;
        }

        long address = Volatile.Read(ref _tailAddress);
        _commit.Begin(tail, address);
        _device.Write(address);

        // A page turn may have written everything before the mark was set; then no write is coming that would tell.
        if (TryPublish(out CommitMark mark))
        {
            _commit.Complete(in mark);
        }
    }

    // True when this call saw the end of the commit in flight: what it covers may be answered, and the next may begin
    // once the caller completes it.
    private bool TryPublish(out CommitMark mark)
    {
        // The mark before what is flushed: the mark of a later commit is never compared with what an earlier one saw.
        if (!_commit.TryRead(out mark)
            || _device!.FlushedUntil < mark.Address
            || !_commit.TryEnd(in mark))
        {
            return false;
        }

        // Release: a reader of the sequence sees bytes that are on the disk.
        Volatile.Write(ref _durableSequence, mark.Sequence);
        if (!_async)
        {
            Volatile.Write(ref _committedSequence, mark.Sequence);
        }

        return true;
    }

    private void OnWritten()
    {
        bool published = TryPublish(out CommitMark mark);
        if (published)
        {
            int pauseUs = _async ? 0 : _commitPauseUs;
            if (pauseUs > 0)
            {
                OnProgress?.Invoke();
                _options.Background.Pause(pauseUs);
            }

            _commit.Complete(in mark);
        }

        bool waited = Interlocked.Exchange(ref _stalled, 0) != 0;
        if (published || waited || _device!.HasFailed || _device.IsFull)
        {
            OnProgress?.Invoke();
        }
    }

    private void OnSpaceChanged()
    {
        if (Interlocked.Exchange(ref _stalled, 0) != 0 || _segments!.State != StorageState.Ready)
        {
            OnProgress?.Invoke();
        }
    }

    // Remembers that the partition was turned away, so that the next change wakes it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private StorageState Stalled(StorageState state)
    {
        Interlocked.Exchange(ref _stalled, 1);
        return state;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnPageEntered(long address, nint memory, ulong sequence, ulong timestampNs)
    {
        _tailPage = address >> _pageBits;
        _device!.Place(address, memory);
        _segments!.NoteTail(address);
        int segment = (int)(address / _head.SegmentBytes);
        if (segment != _mapSegment)
        {
            _mapSegment = segment;
            _map.Add(segment, sequence, timestampNs, _previousHash);
        }
    }

    // Grows to the largest batch ever appended, then allocates no more. Native memory: a batch that is larger than all
    // before it is no reason for the collector to run.
    private Span<byte> RoomToPack(int commandBytes)
    {
        int bytes = commandBytes + CommandPacking.Slack;
        if (_packed is null || _packed.Size < bytes)
        {
            _packed?.Dispose();
            _packed = new AlignedBuffer(
                Math.Max(AlignedBuffer.Alignment, (int)BitOperations.RoundUpToPowerOf2((uint)bytes)), isZeroed: false);
        }

        return _packed.Span;
    }

    // Written straight into the log's memory: header, commands, then the hash over both. Says where its frame is in
    // that memory, which FasterLog pins.
    private readonly struct Entry(
        JournalEntryHeader* header, byte* commands, int length, byte[] hash, nint* memory) : ILogEnqueueEntry
    {
        public int SerializedLength => JournalFrame.EntryBytes(length);

        public void SerializeTo(Span<byte> target)
        {
            new ReadOnlySpan<byte>(header, JournalEntryHeader.Size).CopyTo(target);
            new ReadOnlySpan<byte>(commands, length).CopyTo(target[JournalEntryHeader.Size..]);
            int hashed = JournalEntryHeader.Size + length;
            SHA256.HashData(target[..hashed], hash);
            hash.CopyTo(target[hashed..]);
            *memory = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(target)) - JournalFrame.Size;
        }
    }
}
