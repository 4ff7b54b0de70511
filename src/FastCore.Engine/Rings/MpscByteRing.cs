// Hot file: nothing here may allocate, lock, await or throw on the way of a command.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Engine.Rings;

/// <summary>
/// Bounded ring of variable-length records, many producers, one consumer, in native memory. A producer claims a range
/// with one compare-and-swap, fills it, and publishes it with one release store; the consumer peeks a run of published
/// records, uses them in place, and releases the run at once. Full is a value, never a wait.
/// </summary>
/// <remarks>
/// A record starts with an 8-byte word: its length when published, zero before. The consumer zeroes what it releases,
/// so a claimed but unpublished record always reads as zero, whatever bytes clients had put there a lap earlier.
/// A record never wraps: the rest of the lap is claimed with it and published as padding.
/// </remarks>
public sealed unsafe class MpscByteRing
{
    /// <summary>Bytes before a record's payload; the length word is the first eight of them.</summary>
    public const int PayloadOffset = 8;

    /// <summary>Records are laid out on this boundary.</summary>
    public const int Alignment = 32;

    private const long PaddingBit = 1L << 62;
    private const long ClosedBit = 1L << 62;

    private readonly byte* _buffer;
    private readonly long _capacity;
    private readonly long _mask;
    private Positions _positions;

    /// <summary>Makes a ring.</summary>
    /// <param name="capacity">Bytes, a power of two from 1 KiB to 1 GiB.</param>
    public MpscByteRing(int capacity)
    {
        if (capacity < 1024 || capacity > 1 << 30 || (capacity & (capacity - 1)) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "A power of two from 1 KiB to 1 GiB.");
        }

        _capacity = capacity;
        _mask = capacity - 1;
        _buffer = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 4096);
        NativeMemory.Clear(_buffer, (nuint)capacity);
    }

    /// <summary>Frees the memory once neither a producer nor the consumer can hold a claim into it any more.</summary>
    ~MpscByteRing() => NativeMemory.AlignedFree(_buffer);

    /// <summary>Bytes of the ring.</summary>
    public int Capacity => (int)_capacity;

    /// <summary>Payload bytes of the largest record that surely fits into an empty ring, wherever it stands.</summary>
    public int PayloadMax => (int)(_capacity / 2) - PayloadOffset - Alignment;

    /// <summary>Bytes claimed and not released. A moment's view.</summary>
    public long Used => (Volatile.Read(ref _positions.Tail) & ~ClosedBit) - Volatile.Read(ref _positions.Head);

    /// <summary>True when nothing is claimed. A moment's view.</summary>
    public bool IsEmpty => Used == 0;

    /// <summary>True once no claim can succeed any more.</summary>
    public bool IsClosed => (Volatile.Read(ref _positions.Tail) & ClosedBit) != 0;

    /// <summary>
    /// Ends claiming for ever: every later claim fails, every earlier one is still to be drained. The consumer closes
    /// the ring before it looks for the last time, so that no record can come behind its back.
    /// </summary>
    public void Close() => Interlocked.Or(ref _positions.Tail, ClosedBit);

    /// <summary>Claims room for a record. Any thread. False when the ring has no room now.</summary>
    /// <param name="payloadLength">Bytes of payload, at most <see cref="PayloadMax"/>.</param>
    /// <param name="claim">The room; must be published, filled or skipped, without delay.</param>
    public bool TryClaim(int payloadLength, out RingClaim claim)
    {
        long length = (payloadLength + PayloadOffset + Alignment - 1) & ~(long)(Alignment - 1);
        while (true)
        {
            long tail = Volatile.Read(ref _positions.Tail);
            long toEnd = _capacity - (tail & _mask);
            long padding = length > toEnd ? toEnd : 0;
            if ((tail & ClosedBit) != 0)
            {
                claim = default;
                return false;
            }

            if (tail + padding + length - Volatile.Read(ref _positions.HeadCached) > _capacity
                && !HasRoomAfterRefresh(tail + padding + length))
            {
                claim = default;
                return false;
            }

            // The full fence of the exchange orders our claim before every byte we write into the range.
            if (Interlocked.CompareExchange(ref _positions.Tail, tail + padding + length, tail) != tail)
            {
                continue;
            }

            if (padding != 0)
            {
                // Release: the consumer that sees the padding word may step over the range at once.
                Volatile.Write(ref *(long*)(_buffer + (tail & _mask)), padding | PaddingBit);
                tail += padding;
            }

            claim = new RingClaim(_buffer + (tail & _mask), payloadLength, length);
            return true;
        }
    }

    /// <summary>Looks at the next published record from a cursor on. Consumer only.</summary>
    /// <param name="cursor">Where to look; moves behind the record. Start with <see cref="ReadPosition"/>.</param>
    /// <param name="payload">First payload byte, valid until <see cref="Release"/>.</param>
    /// <param name="payloadLength">Bytes of payload, rounded up to the alignment.</param>
    public bool TryPeek(ref long cursor, out byte* payload, out int payloadLength)
    {
        while (true)
        {
            byte* record = _buffer + (cursor & _mask);

            // A lap ahead of the head would read records not yet zeroed as published ones.
            if (cursor - _positions.Head >= _capacity)
            {
                break;
            }

            // Acquire: pairs with the release of Publish, so the payload is whole when the length is seen.
            long word = Volatile.Read(ref *(long*)record);
            if (word == 0)
            {
                break;
            }

            if ((word & PaddingBit) != 0)
            {
                cursor += word & ~PaddingBit;
                continue;
            }

            cursor += word;
            payload = record + PayloadOffset;
            payloadLength = (int)(word - PayloadOffset);
            return true;
        }

        payload = null;
        payloadLength = 0;
        return false;
    }

    /// <summary>Where the consumer stands.</summary>
    public long ReadPosition => _positions.Head;

    /// <summary>Gives everything before the cursor back to the producers. Consumer only.</summary>
    public void Release(long cursor)
    {
        long head = _positions.Head;
        if (cursor == head)
        {
            return;
        }

        long first = Math.Min(cursor - head, _capacity - (head & _mask));
        NativeMemory.Clear(_buffer + (head & _mask), (nuint)first);
        if (cursor - head > first)
        {
            NativeMemory.Clear(_buffer, (nuint)(cursor - head - first));
        }

        // Release: producers that see the new head also see the zeroes.
        Volatile.Write(ref _positions.Head, cursor);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool HasRoomAfterRefresh(long end)
    {
        // Acquire: what the consumer zeroed is visible before we claim it.
        long head = Volatile.Read(ref _positions.Head);
        Volatile.Write(ref _positions.HeadCached, head);
        return end - head <= _capacity;
    }

    // Producers share Tail and HeadCached; the consumer owns Head. 128 bytes apart: the prefetcher pulls lines in
    // pairs.
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Positions
    {
        [FieldOffset(128)] public long Tail;
        [FieldOffset(192)] public long HeadCached;
        [FieldOffset(320)] public long Head;
    }
}
