using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Histories;

// The blocks of one history, without knowledge of the row type: which are in memory, which are written, which may go.
// All members are the partition thread's except Work, IsFull and TrySyncTo.
internal sealed unsafe class HistoryBlocks : IDisposable
{
    private const int SlotsMin = 8;
    private const int FreshBuffers = 8;
    private const long ReserveStepBytes = 16 << 20;

    private readonly HistoryShape _shape;
    private readonly IDisk _disk;
    private readonly BlockWriter _writer;
    private readonly bool _readOnly;
    private readonly BlockTable _table;
    private readonly BufferArena _arena;
    private readonly ConcurrentQueue<Pending> _pending = new();
    private readonly ConcurrentQueue<AlignedBuffer> _used = new();
    private readonly ConcurrentQueue<AlignedBuffer> _fresh = new();
    private readonly ConcurrentDictionary<long, IDiskFile> _files = new();
    private readonly HashSet<long> _unsynced = [];
    private readonly List<Slot> _slots = [];
    private readonly Stack<int> _freeSlots = new();
    private readonly int _slotsMax;
    private readonly long _batchBlocks;

    // So many of the newest blocks never give way to others.
    private readonly long _youngBlocks;
    private long _clock;
    private int _slotsUsed;
    private long _sealed;
    private long _written;
    private long _chained;
    private long _reserved;
    private int _state;

    // Not a value of _state, which the writing thread sets anew after each block: a failed sync is never forgotten.
    private volatile bool _syncFailed;
    private volatile Exception? _error;
    private Pending _processing;
    private Hash256 _writerChain;
    private bool _differs;
    private readonly ReadAhead _ahead;
    private bool _isAhead;
    private long _lastLoaded = -1;

    public HistoryBlocks(HistoryShape shape, IDisk disk, BlockWriter writer, StorageOptions options, bool readOnly)
    {
        _shape = shape;
        _disk = disk;
        _writer = writer;
        _readOnly = readOnly;
        _table = new BlockTable(shape.SummarySize);
        _slotsMax = (int)Math.Max(SlotsMin, options.HistoryMemoryBytes / shape.BlockBytes);
        _batchBlocks = (options.BatchRowsMax / shape.RowsPerBlock) + 1;
        _youngBlocks = Math.Max(0, (_slotsMax / 2) - SlotsMin);
        _arena = new BufferArena(shape.BlockBytes, _slotsMax * (long)shape.BlockBytes);
        _ahead = new ReadAhead(Read);
        Tail = TakeTail();
        if (!readOnly)
        {
            disk.CreateDirectory(shape.Folder);
        }

        writer.Add(this);
        writer.Ask();
    }

    // The block being filled.
    public AlignedBuffer Tail { get; private set; }

    // Full blocks.
    public long Sealed => _sealed;

    // A block that must stay in memory, or -1: the checkpoint still writes its rows.
    public long KeptBlock { get; set; } = -1;

    // Full blocks in memory.
    public int InMemory => _slotsUsed;

    // Blocks that were brought from the disk because somebody asked for their rows.
    public long Loads { get; private set; }

    public long Written => Volatile.Read(ref _written);

    // What the buffers take, those of the tail and those made ready included.
    public long MemoryBytes => (long)_arena.Count * _shape.BlockBytes;

    public long UsedBytes => (_slotsUsed + 1L) * _shape.BlockBytes;

    // Above it blocks leave memory as others come; the tail and the buffers of a read come on top.
    public long MemoryBytesMax => (long)_slotsMax * _shape.BlockBytes;

    public long DiskBytes => Volatile.Read(ref _reserved) * _shape.BlockBytes;

    public long DiskBytesFree => (Volatile.Read(ref _reserved) - Written) * _shape.BlockBytes;

    public bool IsFull => (StorageState)Volatile.Read(ref _state) == StorageState.Full;

    // Why the state is Failed; names the file.
    public Exception? Error => _error;

    public StorageState State
    {
        get
        {
            StorageState state = (StorageState)Volatile.Read(ref _state);
            if (_syncFailed)
            {
                return StorageState.Failed;
            }

            if (_readOnly || state == StorageState.Failed)
            {
                return state;
            }

            if (_sealed + _batchBlocks > Volatile.Read(ref _reserved))
            {
                _writer.Ask();
                return state == StorageState.Full ? StorageState.Full : StorageState.Busy;
            }

            return _sealed - Volatile.Read(ref _written) <= Math.Max(2, _slotsMax / 2) ? StorageState.Ready
                : state == StorageState.Full ? StorageState.Full
                : StorageState.Busy;
        }
    }

    // Hands the tail, whose rows and summary are complete, to the writer and starts a new one.
    public void SealTail(ReadOnlySpan<byte> summary)
    {
        long block = _sealed;
        _table.Add(block);
        summary.CopyTo(_table.Summary(block));
        summary.CopyTo(MemoryMarshal.AsRef<HistoryBlockHeader>(Tail.Span).Summary);
        Occupy(block, Tail);
        _sealed = block + 1;
        _pending.Enqueue(new Pending(block, Tail));
        _writer.Ask();
        Tail = TakeTail();
    }

    // Some full block left memory, or may before the blocks of one more batch are full.
    public bool NeedsPrefetch => _slotsUsed < _sealed || _sealed + _batchBlocks > _slotsMax;

    public bool IsInMemory(long block) => _table[block].Slot != 0;

    // Whether a block is in memory and stays there, whatever is brought in and whatever one batch appends.
    public bool Stays(long block) => block >= _sealed + _batchBlocks - _youngBlocks && IsInMemory(block);

    public ReadOnlySpan<byte> Summary(long block) => _table.Summary(block);

    // Rows of a full block. Stays valid while seven other blocks are brought in.
    public byte* Rows(long block)
    {
        int slot = _table[block].Slot;
        if (slot == 0)
        {
            slot = Load(block);
        }

        ref Slot used = ref CollectionsMarshal.AsSpan(_slots)[slot - 1];
        used.Stamp = ++_clock;
        return used.Buffer!.Pointer + HistoryBlockHeader.Size;
    }

    // Chain value over the first blocks; false while the writer has not come so far.
    public bool TryGetChain(long blocks, out Hash256 chain)
    {
        chain = default;
        if (blocks > 0)
        {
            if (Volatile.Read(ref _chained) < blocks)
            {
                return false;
            }

            chain = _table[blocks - 1].Chain;
        }

        return true;
    }

    // Finds the full blocks that a checkpoint counted: checks every header and the chain over all of them.
    public void Recover(long blocks, in Hash256 expected)
    {
        Hash256 chain = default;
        using HeadersAhead headers = new(blocks, ReadHeaders, _writer.Background);
        for (long block = 0; block < blocks; block++)
        {
            ReadOnlySpan<byte> bytes = headers.Next();
            if (_shape.CheckHeader(bytes, block, in chain) is string wrong)
            {
                throw _shape.Corrupt(block, wrong);
            }

            ref readonly HistoryBlockHeader header = ref MemoryMarshal.AsRef<HistoryBlockHeader>(bytes);
            chain = HistoryShape.ChainOf(in chain, block, header.RowChecksums);
            _table.Add(block);
            _table[block].StoredBytes = _shape.StoredBytesOf((int)header.PackedBytes);
            _table[block].RowChecksums = header.RowChecksums;
            _table[block].Chain = chain;
            ((ReadOnlySpan<byte>)header.Summary)[.._shape.SummarySize].CopyTo(_table.Summary(block));
        }

        if (!HistoryShape.Same(in chain, in expected))
        {
            throw _shape.Corrupt(Math.Max(0, blocks - 1), "the blocks are not those of the checkpoint");
        }

        _writerChain = chain;
        _sealed = blocks;
        Volatile.Write(ref _reserved, Math.Max(_reserved, blocks));
        Volatile.Write(ref _chained, blocks);
        Volatile.Write(ref _written, blocks);
        _writer.Ask();
    }

    // Makes so many blocks stable; false while some are not written yet. Called by the checkpoint's work.
    public bool TrySyncTo(long blocks)
    {
        ThrowIfSyncFailed();
        if (Volatile.Read(ref _written) < blocks)
        {
            return (StorageState)Volatile.Read(ref _state) != StorageState.Failed
                ? false
                : throw new IOException(_error!.Message, _error);
        }

        long[] segments;
        lock (_unsynced)
        {
            segments = [.. _unsynced];
            _unsynced.Clear();
        }

        try
        {
            foreach (long segment in segments)
            {
                FileOf(segment * _shape.BlocksPerSegment).Flush();
            }

            if (segments.Length != 0)
            {
                _disk.SyncDirectory(_shape.Folder);
            }
        }
        catch (Exception e)
        {
            // The system may have dropped what it could not write, and a second sync would say that all is well. So
            // no checkpoint may count these blocks any more; the next opening has them from the journal.
            _error = e;
            _syncFailed = true;
            throw;
        }

        return true;
    }

    // One step of the writing work: true when it did something and there may be more.
    public bool Work()
    {
        if ((StorageState)Volatile.Read(ref _state) == StorageState.Failed)
        {
            return false;
        }

        bool did = TryMakeBuffer();

        try
        {
            did |= !_readOnly && Reserve();

            // Taken out and kept until it is done: a queue that is peeked at never uses its memory again.
            if (_processing.Buffer is not null || _pending.TryDequeue(out _processing))
            {
                Process(in _processing);
                _processing = default;
                did = true;
            }

            Volatile.Write(ref _state, (int)StorageState.Ready);
        }
        catch (DiskFullException)
        {
            Volatile.Write(ref _state, (int)StorageState.Full);
            return false;
        }
        catch (Exception e)
        {
            _error = e;
            Volatile.Write(ref _state, (int)StorageState.Failed);
            return true;
        }

        return did;
    }

    public void Dispose()
    {
        DropAhead();
        foreach (IDiskFile file in _files.Values)
        {
            file.Dispose();
        }

        _arena.Dispose();
        _table.Dispose();
    }

    private void ThrowIfSyncFailed()
    {
        if (_syncFailed)
        {
            throw new IOException(
                $"{_error!.Message}; since that sync failed, nobody knows what the files hold.", _error);
        }
    }

    // Memory is touched for the first time here, so that the partition meets no page fault.
    private bool TryMakeBuffer()
    {
        if (_fresh.Count >= FreshBuffers || Volatile.Read(ref _sealed) == 0 || _arena.Count >= _slotsMax)
        {
            return false;
        }

        _fresh.Enqueue(_arena.Take());
        return true;
    }

    private bool Reserve()
    {
        long reserved = Volatile.Read(ref _reserved);
        long sealedSoFar = Volatile.Read(ref _sealed);
        if (reserved >= sealedSoFar + (2 * _batchBlocks))
        {
            return false;
        }

        // Up to the end of one segment file at a time.
        long segment = reserved / _shape.BlocksPerSegment;
        long step = Math.Max(ReserveStepBytes / _shape.BlockBytes, 2 * _batchBlocks);
        long until = Math.Min(reserved + step, (segment + 1) * _shape.BlocksPerSegment);
        FileOf(reserved).Reserve((until - (segment * _shape.BlocksPerSegment)) * _shape.BlockBytes);
        Volatile.Write(ref _reserved, until);
        return true;
    }

    private void Process(in Pending pending)
    {
        ref BlockTable.Entry entry = ref _table[pending.Block];
        Span<byte> stored = _writer.Packed(_shape.BlockBytes);
        int packed = _shape.Pack(pending.Buffer.Span, stored);
        if (Volatile.Read(ref _chained) == pending.Block)
        {
            _shape.Seal(
                pending.Buffer.Span, pending.Block, packed, in _writerChain, out entry.RowChecksums, out entry.Chain);
            _writerChain = entry.Chain;
            entry.StoredBytes = _shape.StoredBytesOf(packed);

            // Release: whoever sees the count finds the chain.
            Volatile.Write(ref _chained, pending.Block + 1);
        }

        if (_readOnly)
        {
            // Nothing is written; a block that the files hold already may leave the memory, others have to stay.
            _differs = _differs || !FilesHold(pending);
            if (_differs)
            {
                return;
            }
        }
        else
        {
            ReadOnlySpan<byte> bytes = pending.Buffer.Span;
            if (packed != 0)
            {
                bytes[..HistoryBlockHeader.Size].CopyTo(stored);
                bytes = stored[..entry.StoredBytes];
            }

            FileOf(pending.Block).Write(_shape.OffsetOf(pending.Block), bytes);
            lock (_unsynced)
            {
                _unsynced.Add(pending.Block / _shape.BlocksPerSegment);
            }
        }

        // Release: from here on the partition may give the block's memory away.
        Volatile.Write(ref _written, pending.Block + 1);
    }

    private bool FilesHold(in Pending pending)
    {
        if (!_disk.FileExists(_shape.FileOf(pending.Block)))
        {
            return false;
        }

        using AlignedBuffer header = new(HistoryBlockHeader.Size);
        return FileOf(pending.Block).Read(_shape.OffsetOf(pending.Block), header.Span) == header.Size
            && header.Span.SequenceEqual(pending.Buffer.Span[..HistoryBlockHeader.Size]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Load(long block)
    {
        Loads++;
        AlignedBuffer? buffer = TakeAhead(block);
        if (buffer is null)
        {
            buffer = TakeBuffer();
            Read(block, buffer);
        }

        int slot = Occupy(block, buffer);
        if (block == _lastLoaded + 1 && block + 1 < Volatile.Read(ref _written) && _table[block + 1].Slot == 0)
        {
            // Somebody reads block after block: bring the next while this one is worked on.
            _ahead.Begin(block + 1, TakeBuffer());
            _isAhead = true;
            _writer.Background.Post(_ahead);
        }

        _lastLoaded = block;
        return slot;
    }

    private AlignedBuffer? TakeAhead(long block)
    {
        if (!_isAhead || _ahead.Block != block)
        {
            DropAhead();
            return null;
        }

        _isAhead = false;
        return _ahead.Result();
    }

    private void DropAhead()
    {
        if (_isAhead)
        {
            _isAhead = false;
            try
            {
                _used.Enqueue(_ahead.Result());
            }
            catch (Exception e) when (e is CorruptStorageException or IOException)
            {
                // Nobody asked for that block yet; who does will be told.
            }
        }
    }

    private void ReadHeaders(long first, Span<byte> headers)
    {
        for (long block = first; !headers.IsEmpty; block++)
        {
            if (FileOf(block).Read(_shape.OffsetOf(block), headers[..HistoryBlockHeader.Size])
                != HistoryBlockHeader.Size)
            {
                throw _shape.Corrupt(block, "the file is too short");
            }

            headers = headers[HistoryBlockHeader.Size..];
        }
    }

    private void Read(long block, AlignedBuffer buffer)
    {
        AlignedBuffer? packed = _table[block].StoredBytes == _shape.BlockBytes ? null : TakeBuffer();
        try
        {
            if (WrongWith(block, buffer, packed ?? buffer) is string wrong)
            {
                throw _shape.Corrupt(block, wrong);
            }
        }
        catch
        {
            _used.Enqueue(buffer);
            throw;
        }
        finally
        {
            if (packed is not null)
            {
                _used.Enqueue(packed);
            }
        }
    }

    // Reads a block as it is stored and unpacks its rows, if they are packed. Says what is wrong with it, or null.
    private string? WrongWith(long block, AlignedBuffer buffer, AlignedBuffer stored)
    {
        ref BlockTable.Entry entry = ref _table[block];
        Hash256 previous = block == 0 ? default : _table[block - 1].Chain;
        Span<byte> bytes = stored.Span[..entry.StoredBytes];
        return FileOf(block).Read(_shape.OffsetOf(block), bytes) != bytes.Length ? "the file is too short"
            : _shape.CheckHeader(bytes, block, in previous) is string wrong ? wrong
            : !_shape.IsStoredAs(bytes, entry.StoredBytes) ? "the block has another size"
            : stored != buffer && !_shape.TryUnpack(bytes, buffer.Span) ? "the packed rows cannot be unpacked"
            : Crc32C.Lanes(buffer.Span[HistoryBlockHeader.Size..]) != entry.RowChecksums
                ? "the checksum of the rows does not match"
            : null;
    }

    private int Occupy(long block, AlignedBuffer buffer)
    {
        while (_slotsUsed >= _slotsMax && TryEvict())
        {
            // Makes room, if anything may go.
        }

        if (!_freeSlots.TryPop(out int slot))
        {
            _slots.Add(default);
            slot = _slots.Count;
        }

        CollectionsMarshal.AsSpan(_slots)[slot - 1] = new Slot { Block = block, Buffer = buffer, Stamp = ++_clock };
        _table[block].Slot = slot;
        _slotsUsed++;
        return slot;
    }

    // Gives up the block that was not used for the longest time, is written and not young, and is not held by the
    // checkpoint.
    private bool TryEvict()
    {
        long evictable = Math.Min(Volatile.Read(ref _written), _sealed - _youngBlocks);
        int oldest = -1;
        long stamp = long.MaxValue;
        Span<Slot> slots = CollectionsMarshal.AsSpan(_slots);
        for (int i = 0; i < slots.Length; i++)
        {
            ref Slot slot = ref slots[i];
            if (slot.Buffer is not null && slot.Stamp < stamp && slot.Block < evictable
                && slot.Block != KeptBlock && slot.Stamp <= _clock - (SlotsMin - 1))
            {
                oldest = i;
                stamp = slot.Stamp;
            }
        }

        if (oldest < 0)
        {
            return false;
        }

        ref Slot evicted = ref slots[oldest];
        _table[evicted.Block].Slot = 0;
        _used.Enqueue(evicted.Buffer!);
        evicted = default;
        _freeSlots.Push(oldest + 1);
        _slotsUsed--;
        return true;
    }

    // Rows are cleared one by one as they are appended: those of a whole block would have left the cache until then.
    private AlignedBuffer TakeTail()
    {
        AlignedBuffer buffer = TakeBuffer();
        buffer.Span[..HistoryBlockHeader.Size].Clear();
        return buffer;
    }

    // Of whatever bytes.
    private AlignedBuffer TakeBuffer() =>
        _used.TryDequeue(out AlignedBuffer? buffer) || _fresh.TryDequeue(out buffer) ? buffer : _arena.Take();

    private IDiskFile FileOf(long block)
    {
        long segment = block / _shape.BlocksPerSegment;
        if (_files.TryGetValue(segment, out IDiskFile? file))
        {
            return file;
        }

        lock (_files)
        {
            if (!_files.TryGetValue(segment, out file))
            {
                try
                {
                    file = _disk.Open(
                        _shape.FileOf(block),
                        _readOnly ? DiskFileMode.Read : DiskFileMode.OpenOrCreate,
                        DiskFileKind.Bulk);
                }
                catch (FileNotFoundException)
                {
                    throw _shape.Corrupt(block, "the file is missing");
                }

                _files[segment] = file;
            }

            return file;
        }
    }

    private readonly record struct Pending(long Block, AlignedBuffer Buffer);

    private struct Slot
    {
        public long Block;
        public AlignedBuffer? Buffer;
        public long Stamp;
    }
}
