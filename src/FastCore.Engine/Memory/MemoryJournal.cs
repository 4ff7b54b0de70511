using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastCore.Engine.Ports;

namespace FastCore.Engine.Memory;

/// <summary>
/// A journal in memory. As a twin of the one on disk it keeps every entry with its SHA-256 chain and commits when asked
/// to; tests may hold commits back. When it is not to keep entries (durability <c>none</c>) it only counts them.
/// </summary>
public sealed unsafe class MemoryJournal : IJournal, IMemoryUser
{
    private const int HashSize = 32;
    private const int BlockSize = 1 << 20;

    // Before its commands each entry holds: u64 sequence, u64 timestamp, u32 count, u32 bytes, u64 zero, hash. The hash
    // covers the previous hash, the first 32 bytes and the commands.
    private const int EntryHeaderSize = 32 + HashSize;

    private readonly bool _keepEntries;
    private readonly List<Block> _blocks = [];
    private readonly IncrementalHash? _hasher;
    private readonly byte[] _chainHash = new byte[HashSize];
    private ulong _committed;
    private ulong _commitStarted;
    private bool _holdsCommits;

    /// <summary>Makes an empty journal.</summary>
    /// <param name="keepEntries">
    /// False: entries are dropped and not hashed (the chain's hash stays zero), and a commit is done as soon as it
    /// starts.
    /// </param>
    public MemoryJournal(bool keepEntries = true)
    {
        _keepEntries = keepEntries;
        _hasher = keepEntries ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    /// <inheritdoc/>
    public ulong TailSequence { get; private set; }

    /// <inheritdoc/>
    public ulong CommittedSequence => CommitsOnAppend ? TailSequence : DurableSequence;

    /// <inheritdoc/>
    public ulong DurableSequence => Volatile.Read(ref _committed);

    /// <summary>The twin of the asynchronous mode: entries count as committed as soon as they are appended.</summary>
    public bool CommitsOnAppend { get; set; }

    /// <inheritdoc/>
    public ulong BeginSequence { get; private set; } = 1;

    /// <inheritdoc/>
    public Action? OnProgress { get; set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> ChainHash => _chainHash;

    /// <summary>What <see cref="CanAppend"/> says; tests set it to try a full or a failed disk.</summary>
    public StorageState State { get; set; }

    /// <summary>
    /// While true, commits that were started do not finish: a slow disk. Setting it to false finishes them.
    /// </summary>
    public bool HoldsCommits
    {
        get => _holdsCommits;
        set
        {
            _holdsCommits = value;
            if (!value && _commitStarted > _committed)
            {
                Finish(_commitStarted);
            }
        }
    }

    /// <inheritdoc/>
    public StorageState CanAppend(int commandBytes) => State;

    /// <inheritdoc/>
    public ulong Append(ulong timestampNs, int commandCount, ReadOnlySpan<byte> commands)
    {
        if (State != StorageState.Ready)
        {
            throw new InvalidOperationException($"Append on a journal that is {State}; ask CanAppend first.");
        }

        ulong sequence = ++TailSequence;
        if (_keepEntries)
        {
            Keep(sequence, timestampNs, commandCount, commands);
        }

        return sequence;
    }

    /// <inheritdoc/>
    public int CommitPauseUs { get; set; }

    /// <inheritdoc/>
    public void StartCommit()
    {
        _commitStarted = TailSequence;
        if (!_holdsCommits && _commitStarted > _committed)
        {
            Finish(_commitStarted);
        }
    }

    /// <summary>Finishes the commit of everything appended, held back or not.</summary>
    public void CommitAndWait()
    {
        _commitStarted = TailSequence;
        Finish(TailSequence);
    }

    /// <inheritdoc/>
    public IJournalReader Read(ulong fromSequence)
    {
        if (!_keepEntries && TailSequence != 0)
        {
            throw new InvalidOperationException("This journal does not keep its entries.");
        }

        return new Reader(this, Math.Max(fromSequence, BeginSequence));
    }

    /// <inheritdoc/>
    public void TruncateBefore(ulong sequence)
    {
        while (_blocks.Count > 1 && _blocks[1].FirstSequence <= sequence)
        {
            NativeMemory.AlignedFree((void*)_blocks[0].Memory);
            _blocks.RemoveAt(0);
            BeginSequence = _blocks[0].FirstSequence;
        }
    }

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        long bytes = _blocks.Sum(block => (long)block.Size);
        uses.Add(new MemoryUse("journal.memory", MemoryUseKind.Buffer)
        {
            Bytes = bytes,
            FreeBytes = bytes - _blocks.Sum(block => (long)block.Used),
            Count = _keepEntries ? (long)(TailSequence + 1 - BeginSequence) : 0,
        });
    }

    /// <summary>What a crash leaves: the committed entries.</summary>
    internal void LoseUncommitted()
    {
        while (_keepEntries && TailSequence > _committed)
        {
            RemoveLast();
        }

        TailSequence = _committed;
        _commitStarted = _committed;
        _holdsCommits = false;
        OnProgress = null;
        State = StorageState.Ready;
    }

    /// <summary>Called after the committed sequence advanced, before <see cref="OnProgress"/>.</summary>
    internal Action? OnCommitted { get; set; }

    /// <summary>Changes one byte of a kept entry, to try what readers do about it.</summary>
    /// <param name="sequence">The entry.</param>
    /// <param name="offset">Byte of the entry: 0–31 header, 32–63 hash, then the commands.</param>
    /// <param name="mask">Bits to flip.</param>
    public void Damage(ulong sequence, int offset, byte mask)
    {
        (int block, int at) = Locate(sequence);
        byte* entry = (byte*)_blocks[block].Memory + at;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, Math.Max(EntryHeaderSize, EntrySize(entry)));
        entry[offset] ^= mask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Block block in _blocks)
        {
            NativeMemory.AlignedFree((void*)block.Memory);
        }

        _blocks.Clear();
        _hasher?.Dispose();
    }

    private void Finish(ulong sequence)
    {
        // Release: whoever reads the sequence with acquire also sees the entries up to it.
        Volatile.Write(ref _committed, sequence);
        OnCommitted?.Invoke();
        OnProgress?.Invoke();
    }

    private static int Padded(int length) => (length + 31) & ~31;

    private static int EntrySize(byte* entry) =>
        EntryHeaderSize + BinaryPrimitives.ReadInt32LittleEndian(new ReadOnlySpan<byte>(entry + 20, 4));

    private static ulong SequenceOf(byte* entry) =>
        BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(entry, 8));

    private void Keep(ulong sequence, ulong timestampNs, int commandCount, ReadOnlySpan<byte> commands)
    {
        int size = Padded(EntryHeaderSize + commands.Length);
        if (_blocks.Count == 0 || _blocks[^1].Used + size > _blocks[^1].Size)
        {
            int blockSize = Math.Max(BlockSize, size);
            _blocks.Add(new Block((nint)NativeMemory.AlignedAlloc((nuint)blockSize, 64), blockSize, 0, sequence));
        }

        Block block = _blocks[^1];
        Span<byte> entry = new((byte*)block.Memory + block.Used, size);
        _blocks[^1] = block with { Used = block.Used + size };
        entry.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(entry, sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], timestampNs);
        BinaryPrimitives.WriteInt32LittleEndian(entry[16..], commandCount);
        BinaryPrimitives.WriteInt32LittleEndian(entry[20..], commands.Length);
        commands.CopyTo(entry[EntryHeaderSize..]);
        HashEntry(_hasher!, _chainHash, entry, commands.Length, _chainHash);
        _chainHash.CopyTo(entry[32..]);
    }

    private static void HashEntry(
        IncrementalHash hasher, ReadOnlySpan<byte> previous, ReadOnlySpan<byte> entry, int length, Span<byte> hash)
    {
        hasher.AppendData(previous);
        hasher.AppendData(entry[..32]);
        hasher.AppendData(entry.Slice(EntryHeaderSize, length));
        hasher.GetHashAndReset(hash);
    }

    private void RemoveLast()
    {
        (int last, int at) = Locate(TailSequence);
        TailSequence--;
        _blocks[last] = _blocks[last] with { Used = at };
        _chainHash.AsSpan().Clear();
        if (TailSequence >= BeginSequence)
        {
            (int block, int previous) = Locate(TailSequence);
            new ReadOnlySpan<byte>((byte*)_blocks[block].Memory + previous + 32, HashSize).CopyTo(_chainHash);
        }

        if (at == 0)
        {
            NativeMemory.AlignedFree((void*)_blocks[last].Memory);
            _blocks.RemoveAt(last);
        }
    }

    private (int Block, int Offset) Locate(ulong sequence)
    {
        for (int i = _blocks.Count - 1; i >= 0; i--)
        {
            Block block = _blocks[i];
            if (sequence < block.FirstSequence)
            {
                continue;
            }

            ulong at = block.FirstSequence;
            for (int offset = 0; offset < block.Used; at++)
            {
                if (at == sequence)
                {
                    return (i, offset);
                }

                offset += Padded(EntrySize((byte*)block.Memory + offset));
            }

            break;
        }

        throw new ArgumentOutOfRangeException(nameof(sequence), sequence, "The journal does not hold this entry.");
    }

    private readonly record struct Block(nint Memory, int Size, int Used, ulong FirstSequence);

    private sealed class Reader : IJournalReader
    {
        private readonly MemoryJournal _journal;
        private readonly IncrementalHash _hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly byte[] _previous = new byte[HashSize];
        private readonly byte[] _expected = new byte[HashSize];
        private ulong _next;
        private int _block;
        private int _offset;
        private bool _knowsPrevious;
        private byte* _entry;

        public Reader(MemoryJournal journal, ulong fromSequence)
        {
            _journal = journal;
            _next = fromSequence;
            if (fromSequence > journal.TailSequence)
            {
                return;
            }

            (_block, _offset) = journal.Locate(fromSequence);
            _knowsPrevious = fromSequence == 1;
            if (fromSequence > journal.BeginSequence)
            {
                (int block, int offset) = journal.Locate(fromSequence - 1);
                new ReadOnlySpan<byte>((byte*)journal._blocks[block].Memory + offset + 32, HashSize).CopyTo(_previous);
                _knowsPrevious = true;
            }
        }

        public ulong Sequence => SequenceOf(_entry);

        public ulong TimestampNs => BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(_entry + 8, 8));

        public int CommandCount => BinaryPrimitives.ReadInt32LittleEndian(new ReadOnlySpan<byte>(_entry + 16, 4));

        public ReadOnlySpan<byte> Commands => new(_entry + EntryHeaderSize, EntrySize(_entry) - EntryHeaderSize);

        public ReadOnlySpan<byte> Hash => new(_entry + 32, HashSize);

        public bool MoveNext()
        {
            if (_next > _journal.TailSequence)
            {
                return false;
            }

            if (_offset == _journal._blocks[_block].Used)
            {
                _block++;
                _offset = 0;
            }

            Block block = _journal._blocks[_block];
            byte* entry = (byte*)block.Memory + _offset;
            int length = EntrySize(entry) - EntryHeaderSize;
            if (SequenceOf(entry) != _next)
            {
                throw Corrupt("another sequence is expected here");
            }

            if (length < 0 || _offset + EntryHeaderSize + (long)length > block.Used)
            {
                throw Corrupt("the length is out of bounds");
            }

            HashEntry(_hasher, _previous, new ReadOnlySpan<byte>(entry, EntryHeaderSize + length), length, _expected);
            ReadOnlySpan<byte> hash = new(entry + 32, HashSize);
            if (_knowsPrevious && !hash.SequenceEqual(_expected))
            {
                throw Corrupt("the hash does not match");
            }

            hash.CopyTo(_previous);
            _knowsPrevious = true;
            _entry = entry;
            _offset += Padded(EntryHeaderSize + length);
            _next++;
            return true;
        }

        public void Dispose() => _hasher.Dispose();

        private CorruptStorageException Corrupt(string what) => new("memory journal", _offset, _next, what);
    }
}
