// Hot file: partition thread only; no managed allocation.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using FastCore.Engine.Ports;
using FastCore.Engine.Sessions;

namespace FastCore.Engine.Partitions;

/// <summary>
/// Replies executed and not yet released, in journal order. A reply waits here until the entry it depends on is
/// committed. Small replies lie in a ring of native memory, large ones in buffers that travel to the session as they
/// are.
/// </summary>
internal sealed unsafe class PendingReplies : IMemoryUser
{
    private readonly byte* _buffer;
    private readonly long _capacity;
    private long _head;
    private long _tail;
    private Entry* _open;

    public PendingReplies(int capacity)
    {
        _capacity = capacity;
        _buffer = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 64);
    }

    ~PendingReplies() => NativeMemory.AlignedFree(_buffer);

    public bool IsEmpty => _head == _tail;

    /// <summary>Sequence that the oldest reply waits for. Only when not empty.</summary>
    public ulong FirstSequence
    {
        get
        {
            Entry* entry = (Entry*)(_buffer + (_head & (_capacity - 1)));
            return entry->Size < 0 ? 0 : entry->Sequence;
        }
    }

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses) =>
        uses.Add(new MemoryUse("replies", MemoryUseKind.Buffer)
        {
            Bytes = _capacity,
            FreeBytes = _capacity - (_tail - _head),
            BytesMax = _capacity,
        });

    /// <summary>Whether replies can be begun whose <see cref="SizeOf"/> sum up to so many bytes.</summary>
    public bool HasRoom(long sizeSum) => _tail - _head + sizeSum + SizeOf(ReplyPort.InlineMax) <= _capacity;

    /// <summary>Begins a reply and gives the bytes to write it into. Must be ended before the next begins.</summary>
    public Span<byte> Begin(int port, ulong ticket, int replyMax)
    {
        long size = SizeOf(replyMax);
        long offset = _tail & (_capacity - 1);
        if (offset + size > _capacity)
        {
            ((Entry*)(_buffer + offset))->Size = -(_capacity - offset);
            _tail += _capacity - offset;
            offset = 0;
        }

        Entry* entry = (Entry*)(_buffer + offset);
        _open = entry;
        entry->Port = port;
        entry->Ticket = ticket;
        entry->Buffer = null;
        if (replyMax <= ReplyPort.InlineMax)
        {
            return new Span<byte>(entry + 1, replyMax);
        }

        entry->Buffer = ReplyBufferPool.Rent(replyMax);
        return new Span<byte>(entry->Buffer, replyMax);
    }

    /// <summary>Ends the reply begun last.</summary>
    public void End(ulong sequence, int length)
    {
        Entry* entry = _open;
        entry->Sequence = sequence;
        entry->Length = length;
        entry->Size = SizeOf(entry->Buffer != null ? 0 : length);
        _tail += entry->Size;
        _open = null;
    }

    /// <summary>Adds a reply that is already whole in a native buffer, which it takes over.</summary>
    public void AddBuffer(int port, ulong ticket, byte* buffer, int length, ulong sequence)
    {
        _ = Begin(port, ticket, 0);
        _open->Buffer = buffer;
        End(sequence, length);
    }

    /// <summary>Drops the reply begun last and everything after a mark (their batch failed).</summary>
    public void RollBackTo(long mark)
    {
        if (_open != null)
        {
            FreeBuffer(_open);
            _open = null;
        }

        for (long position = mark; position != _tail;)
        {
            Entry* entry = (Entry*)(_buffer + (position & (_capacity - 1)));
            if (entry->Size > 0)
            {
                FreeBuffer(entry);
            }

            position += Math.Abs(entry->Size);
        }

        _tail = mark;
    }

    /// <summary>A position for <see cref="RollBackTo"/>.</summary>
    public long Mark => _tail;

    /// <summary>Delivers every reply that depends on nothing above the sequence. Returns how many.</summary>
    public int Release(ulong committedSequence, PortRegistry ports, ReplyFlush flush, ushort statusOk)
    {
        int count = 0;
        while (_head != _tail)
        {
            Entry* entry = (Entry*)(_buffer + (_head & (_capacity - 1)));
            if (entry->Size < 0)
            {
                _head -= entry->Size;
                continue;
            }

            if (entry->Sequence > committedSequence)
            {
                break;
            }

            ReplyPort? port = ports.Find(entry->Port);
            if (port is null)
            {
                FreeBuffer(entry);
            }
            else if (entry->Buffer != null)
            {
                port.DeliverBuffer(entry->Ticket, statusOk, entry->Buffer, entry->Length);
                flush.Add(port);
            }
            else
            {
                port.Deliver(entry->Ticket, statusOk, 0, new ReadOnlySpan<byte>(entry + 1, entry->Length));
                flush.Add(port);
            }

            _head += entry->Size;
            count++;
        }

        return count;
    }

    /// <summary>
    /// Bytes that a reply of at most so many bytes takes here; inline ones shrink to their length when they end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long SizeOf(int length) =>
        sizeof(Entry) + (((length > ReplyPort.InlineMax ? 0 : length) + 63) & ~63L);

    /// <summary>
    /// Answers everything left with a status and no bytes: whether it became durable can no longer be learned here.
    /// </summary>
    public void Abandon(PortRegistry ports, ReplyFlush flush, ushort status)
    {
        while (_head != _tail)
        {
            Entry* entry = (Entry*)(_buffer + (_head & (_capacity - 1)));
            if (entry->Size < 0)
            {
                _head -= entry->Size;
                continue;
            }

            if (ports.Find(entry->Port) is { } port)
            {
                port.Deliver(entry->Ticket, status, 0, default);
                flush.Add(port);
            }

            FreeBuffer(entry);
            _head += entry->Size;
        }
    }

    private static void FreeBuffer(Entry* entry)
    {
        if (entry->Buffer != null)
        {
            ReplyBufferPool.Return(entry->Buffer);
            entry->Buffer = null;
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Entry
    {
        [FieldOffset(0)] public long Size;
        [FieldOffset(8)] public ulong Sequence;
        [FieldOffset(16)] public ulong Ticket;
        [FieldOffset(24)] public byte* Buffer;
        [FieldOffset(32)] public int Port;
        [FieldOffset(36)] public int Length;
    }
}
