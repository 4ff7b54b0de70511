using System.Runtime.CompilerServices;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FASTER.core;

namespace FastCore.Storage.Records;

// The record index on FasterKV: 24-byte key, 8-byte value, 40 bytes with FASTER's header. One session, owned by the
// partition thread. An operation on records in memory may not allocate, lock or wait.
internal sealed class FasterRecordIndex : IRecordIndex, IMemoryUser
{
    private const int RecordBytes = 40;
    private const int BucketEntries = 7;

    // Records that one batch can add at most; kept free in the log's memory by State.
    private const int RecordsPerBatchMax = 8192 * 4;

    private readonly IBackground _background;
    private readonly ScratchFiles _scratch;
    private readonly RecordStores? _stores;
    private readonly RecordStore _records;
    private readonly FasterKV<RecordKey, ulong> _store;
    private readonly ClientSession<RecordKey, ulong, ulong, ulong, Empty, RecordFunctions> _session;
    private readonly UnsafeContext<RecordKey, ulong, ulong, ulong, Empty, RecordFunctions> _held;
    private readonly RecordArrivals _arrivals = new();
    private readonly BucketTable _buckets;
    private readonly long _memoryBytes;
    private readonly long _reserveBytes;
    private readonly long _batchBytes;
    private readonly long _pageBytes;
    private int _prefetching;

    // FASTER's epoch is entered: by a batch once, instead of by each of its lookups with an interlocked instruction
    // that keeps the processor from running ahead. Whoever waits leaves it meanwhile.
    private bool _isHeld;

    // Counted by the one thread that owns the index: what came to FASTER, and what of it was found in memory.
    private long _lookups;
    private long _foundInMemory;

    public FasterRecordIndex(IDisk disk, string folder, StorageOptions options)
    {
        RecordStoreSizes sizes = RecordStoreSizes.Of(options.RecordIndexMemoryBytes);
        _memoryBytes = sizes.MemoryBytes;
        _pageBytes = sizes.PageBytes;
        _reserveBytes = Math.Min(RecordsPerBatchMax * RecordBytes, _memoryBytes / 8);
        _batchBytes = (3 * _reserveBytes) + (2 * _pageBytes);
        _background = options.Background;
        _stores = options.RecordStores;
        _scratch = new ScratchFiles(disk, folder, options);
        _records = _stores?.Take(sizes) ?? new RecordStore(sizes);
        _records.Device.Files = _scratch;
        _store = _records.Store;
        _buckets = _records.Buckets;
        _session = _store.For(new RecordFunctions(_arrivals)).NewSession<RecordFunctions>();
        _held = _session.UnsafeContext;
    }

    // Called on a background thread when a state other than Ready may have ended.
    public Action? OnProgress
    {
        get => _scratch.OnProgress;
        set => _scratch.OnProgress = value;
    }

    // Also before the first record leaves memory, because one batch may be what drives it out.
    public bool NeedsPrefetch => IsSpilled || _store.Log.TailAddress + _batchBytes > _memoryBytes;

    private bool IsSpilled => _store.Log.HeadAddress > _store.Log.BeginAddress;

    // Why the state is Failed; names the file.
    public Exception? Error => _scratch.Error;

    public StorageState State
    {
        get
        {
            if (_scratch.Error is not null)
            {
                return StorageState.Failed;
            }

            // As long as the batch fits before the ring of pages meets what is not yet written, nothing can wait.
            long ahead = _store.Log.TailAddress + _reserveBytes + _pageBytes - _scratch.WrittenUntil;
            return ahead <= _memoryBytes ? StorageState.Ready
                : _scratch.IsFull ? StorageState.Full
                : StorageState.Busy;
        }
    }

    public void BeginBatch()
    {
        _held.BeginUnsafe();
        _isHeld = true;
    }

    public void EndBatch()
    {
        if (_isHeld)
        {
            _isHeld = false;
            _held.EndUnsafe();
        }
    }

    public void Hint(in RecordKey key) => _buckets.Prefetch(key.Hash64());

    public void Hint(ReadOnlySpan<RecordKey> keys)
    {
        foreach (ref readonly RecordKey key in keys)
        {
            _buckets.Prefetch(key.Hash64());
        }
    }

    public bool MayContain(in RecordKey key) => _buckets.MayContain(key.Hash64());

    public void HintRecords(ReadOnlySpan<RecordKey> keys)
    {
        long head = _store.Log.HeadAddress;
        foreach (ref readonly RecordKey key in keys)
        {
            long address = _buckets.AddressOf(key.Hash64());
            if (address >= head)
            {
                _records.Prefetch(address, RecordBytes);
            }
        }
    }

    public void Prefetch(in RecordKey key)
    {
        if (NeedsPrefetch && _buckets.MayContain(key.Hash64()) && !_arrivals.IsAbsent(in key))
        {
            BringIn(in key);
        }
    }

    public void CompletePrefetch()
    {
        if (_prefetching != 0)
        {
            CompletePending();
            CheckDevice();
            WaitForWriter();
        }
    }

    public bool TryGet(in RecordKey key, out ulong value)
    {
        if (!_buckets.MayContain(key.Hash64()))
        {
            _lookups++;
            value = 0;
            return false;
        }

        if (IsSpilled && _arrivals.IsAbsent(in key))
        {
            value = 0;
            return false;
        }

        Status status = Read(in key, out value);
        _lookups++;
        _foundInMemory += status.Found ? 1 : 0;
        return status.IsPending ? ReadFromDisk(in key, out value) : status.Found;
    }

    public void Set(in RecordKey key, ulong value)
    {
        Upsert(ref Unsafe.AsRef(in key), ref value);
        if (NeedsPrefetch)
        {
            if (IsSpilled)
            {
                _arrivals.Forget(in key);
            }

            WaitForWriter();
        }
    }

    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        long buckets = _store.IndexSize + _store.OverflowBucketCount;
        long tail = _store.Log.TailAddress;
        long head = _store.Log.HeadAddress;
        uses.Add(new MemoryUse("records.index", MemoryUseKind.Index)
        {
            Bytes = buckets * BucketTable.BucketBytes,
            CountMax = buckets * BucketEntries,
        });

        // An array of the managed heap.
        uses.Add(new MemoryUse("records.absent", MemoryUseKind.Heap)
        {
            Bytes = _arrivals.Bytes,
            BytesMax = RecordArrivals.BytesMax,
            Hits = _arrivals.AskedAbsent,
            Misses = _arrivals.AskedOther,
        });
        uses.Add(new MemoryUse("records.memory", MemoryUseKind.Cache)
        {
            Bytes = _memoryBytes,
            FreeBytes = _memoryBytes - (tail - head),
            BytesMax = _memoryBytes,
            Count = (tail - head) / RecordBytes,
            CountMax = _memoryBytes / RecordBytes,
            Hits = _foundInMemory,
            Misses = _lookups - _foundInMemory,
        });
        uses.Add(new MemoryUse("records.disk", MemoryUseKind.Disk)
        {
            Bytes = _scratch.WrittenUntil,
            Count = (head - _store.Log.BeginAddress) / RecordBytes,
            Hits = _arrivals.FoundOnDisk,
            Misses = _arrivals.ReadFromDisk - _arrivals.FoundOnDisk,
        });
    }

    public void Dispose()
    {
        _session.Dispose();
        if (_stores is null || !_stores.TryKeep(_records))
        {
            _records.Dispose();
        }

        _scratch.Dispose();
    }

    // A method of its own: FASTER's code is written into its caller with kilobytes of locals, and each call clears
    // them, used or not.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BringIn(in RecordKey key)
    {
        ulong input = 0;
        ulong output = 0;
        ReadOptions options = default;
        RecordMetadata found;
        ref RecordKey wanted = ref Unsafe.AsRef(in key);
        Status status = _isHeld
            ? _held.Read(ref wanted, ref input, ref output, ref options, out found)
            : _session.Read(ref wanted, ref input, ref output, ref options, out found);
        _lookups++;
        _foundInMemory += status.Found ? 1 : 0;
        if (status.IsPending)
        {
            _prefetching++;
        }
        else if (status.Found && found.Address < _store.Log.ReadOnlyAddress)
        {
            // It is about to leave memory, and what this batch adds may drive it out before the batch is executed: it
            // goes to the log's end like one that came from the disk.
            Upsert(ref wanted, ref output);
            WaitForWriter();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadFromDisk(in RecordKey key, out ulong value)
    {
        CompletePending();
        CheckDevice();
        if (!_arrivals.LastKey.Equals(key))
        {
            // Another pending read came back last; this one's record is at the tail now, or known to be absent.
            if (_arrivals.IsAbsent(in key))
            {
                value = 0;
                return false;
            }

            return TryGet(in key, out value);
        }

        value = _arrivals.LastValue;
        return _arrivals.LastFound;
    }

    // Reading and writing are methods of their own for the locals' sake, see BringIn.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Status Read(in RecordKey key, out ulong value)
    {
        ulong input = 0;
        value = 0;
        ref RecordKey wanted = ref Unsafe.AsRef(in key);
        return _isHeld
            ? _held.Read(ref wanted, ref input, ref value)
            : _session.Read(ref wanted, ref input, ref value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Upsert(ref RecordKey key, ref ulong value) =>
        _ = _isHeld ? _held.Upsert(ref key, ref value) : _session.Upsert(ref key, ref value);

    private void CompletePending()
    {
        bool wasHeld = _isHeld;
        EndBatch();
        _session.CompletePending(wait: true);
        _prefetching = 0;
        if (wasHeld)
        {
            BeginBatch();
        }
    }

    // FASTER would wait for the writer in the middle of the next record, where nobody can be asked to write. Only a
    // recovery, which knows no State, or a batch beyond its limits comes to this.
    private void WaitForWriter()
    {
        long until = (_store.Log.TailAddress & -_pageBytes) + (3 * _pageBytes) - _memoryBytes;
        if (_scratch.WrittenUntil >= until)
        {
            return;
        }

        bool wasHeld = _isHeld;
        EndBatch();
        SpinWait spin = default;
        while (_scratch.WrittenUntil < until && _scratch.Error is null)
        {
            _background.Wait(ref spin);
        }

        if (wasHeld)
        {
            BeginBatch();
        }
    }

    private void CheckDevice()
    {
        if (_scratch.Error is Exception error)
        {
            throw error is CorruptStorageException corrupt
                ? new CorruptStorageException(
                    corrupt.File, corrupt.Address, corrupt.Sequence, "a spilled record is broken")
                : new IOException(error.Message, error);
        }
    }
}
