// Hot file: the deliver side runs on partition threads; it may not allocate managed memory, lock, await or throw.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using FastCore.Engine.Ports;
using FastCore.Engine.Rings;

namespace FastCore.Engine.Sessions;

/// <summary>
/// Where partitions put the replies of one session: a ring with the partitions as producers and the session's consumer
/// at the other end. Room for the worst-case reply of every request is reserved when the request is admitted, so a
/// partition can always deliver without waiting.
/// </summary>
public abstract unsafe class ReplyPort
{
    /// <summary>Replies above this many bytes travel in a native buffer of their own instead of in the ring.</summary>
    public const int InlineMax = 4096;

    /// <summary>Bytes of native buffers that the replies in flight of one session may take.</summary>
    public const int BufferBytesMax = 16 << 20;

    private readonly MpscByteRing _ring;
    private readonly long _reservable;
    private long _reserved;
    private long _reservedBuffers;
    private WakeFlag _armed;
    private long _cursor;
    private nint _peekedBuffer;
    private volatile bool _awaitsNothing;

    /// <summary>Makes a port.</summary>
    /// <param name="ringBytes">
    /// Bytes of the ring, a power of two. Half of it can be reserved by requests in flight.
    /// </param>
    protected ReplyPort(int ringBytes)
    {
        _ring = new MpscByteRing(ringBytes);
        _reservable = ringBytes / 2;
        _armed.Raise();
    }

    /// <summary>Number in the <see cref="PortRegistry"/>, 0 = not registered.</summary>
    public int Number { get; internal set; }

    /// <summary>
    /// True once nobody wants to wait for news any more: reads that await some are answered with what there is.
    /// </summary>
    public bool AwaitsNothing
    {
        get => _awaitsNothing;
        protected set => _awaitsNothing = value;
    }

    /// <summary>Bytes of the ring.</summary>
    public int RingBytes => _ring.Capacity;

    /// <summary>Bytes of the ring in which replies lie. A moment's view.</summary>
    public long RingBytesUsed => _ring.Used;

    /// <summary>Adds the buffers of large replies that wait for their next use.</summary>
    public static void MeasurePool(ICollection<MemoryUse> uses) => ReplyBufferPool.MeasureMemory(uses);

    /// <summary>Ring bytes that a reply of so many bytes takes at most, and so what its request reserves.</summary>
    public static int RingCost(int replyMax) =>
        ((replyMax > InlineMax ? 0 : replyMax) + ReplyHeader.Size + MpscByteRing.PayloadOffset
            + MpscByteRing.Alignment - 1)
        & ~(MpscByteRing.Alignment - 1);

    /// <summary>Bytes of native buffers that a reply of so many bytes takes at most.</summary>
    public static int BufferCost(int replyMax) => replyMax > InlineMax ? replyMax : 0;

    /// <summary>Reserves room for a reply; false when the session has too much in flight.</summary>
    /// <param name="ringCost">What <see cref="RingCost"/> says.</param>
    /// <param name="bufferCost">What <see cref="BufferCost"/> says. One large reply always finds room.</param>
    public bool TryReserve(int ringCost, int bufferCost)
    {
        if (Interlocked.Add(ref _reserved, ringCost) <= _reservable)
        {
            if (bufferCost == 0 || Interlocked.Add(ref _reservedBuffers, bufferCost) is var buffers
                && (buffers <= BufferBytesMax || buffers == bufferCost))
            {
                return true;
            }

            Interlocked.Add(ref _reservedBuffers, -bufferCost);
        }

        Interlocked.Add(ref _reserved, -ringCost);
        return false;
    }

    /// <summary>Gives back what <see cref="TryReserve"/> took.</summary>
    public void Unreserve(int ringCost, int bufferCost)
    {
        Interlocked.Add(ref _reserved, -ringCost);
        if (bufferCost != 0)
        {
            Interlocked.Add(ref _reservedBuffers, -bufferCost);
        }
    }

    /// <summary>
    /// Delivers a reply and wakes the consumer, for those who are no partition. Any thread: the ring takes many.
    /// </summary>
    /// <param name="ticket">The request's.</param>
    /// <param name="status">Outcome of the request as a whole.</param>
    /// <param name="reply">Its bytes.</param>
    /// <param name="replyMax">What was reserved for it.</param>
    public void Answer(ulong ticket, ushort status, ReadOnlySpan<byte> reply, int replyMax)
    {
        // Where a large reply was possible only the header's room was reserved, however small it became.
        if (replyMax <= InlineMax)
        {
            Deliver(ticket, status, 0, reply);
        }
        else
        {
            byte* buffer = ReplyBufferPool.Rent(replyMax);
            reply.CopyTo(new Span<byte>(buffer, replyMax));
            DeliverBuffer(ticket, status, buffer, reply.Length);
        }

        Signal();
    }

    /// <summary>Delivers a reply whose bytes fit in line. Partition threads.</summary>
    internal void Deliver(ulong ticket, ushort status, uint retryAfterMs, ReadOnlySpan<byte> reply)
    {
        if (!_ring.TryClaim(ReplyHeader.Size + reply.Length, out RingClaim claim))
        {
            ThrowReservationBroken();
        }

        Span<byte> payload = claim.Payload;
        ref ReplyHeader header = ref Unsafe.As<byte, ReplyHeader>(ref MemoryMarshal.GetReference(payload));
        header.Ticket = ticket;
        header.Length = reply.Length;
        header.Status = status;
        header.RetryAfterMs = retryAfterMs;
        header.Buffer = 0;
        reply.CopyTo(payload[ReplyHeader.Size..]);
        claim.Publish();
    }

    /// <summary>Delivers a reply in a native buffer, which the consumer then owns. Partition threads.</summary>
    internal void DeliverBuffer(ulong ticket, ushort status, byte* buffer, int length)
    {
        if (!_ring.TryClaim(ReplyHeader.Size, out RingClaim claim))
        {
            ThrowReservationBroken();
        }

        ref ReplyHeader header = ref Unsafe.As<byte, ReplyHeader>(ref MemoryMarshal.GetReference(claim.Payload));
        header.Ticket = ticket;
        header.Length = length;
        header.Status = status;
        header.RetryAfterMs = 0;
        header.Buffer = (nint)buffer;
        claim.Publish();
    }

    /// <summary>
    /// Wakes the consumer if it said that it stopped looking. Partition threads, once per run of replies.
    /// </summary>
    internal void Signal()
    {
        if (_armed.TryTake())
        {
            OnReady();
        }
    }

    /// <summary>
    /// Called once when replies are there after the consumer had found none. Any thread; must not block.
    /// </summary>
    protected abstract void OnReady();

    /// <summary>Looks at the oldest reply. Consumer only. Its bytes are valid until <see cref="Advance"/>.</summary>
    protected bool TryPeek(out ReplyHeader header, out ReadOnlySpan<byte> reply)
    {
        _cursor = _ring.ReadPosition;
        if (!_ring.TryPeek(ref _cursor, out byte* payload, out _))
        {
            header = default;
            reply = default;
            return false;
        }

        header = *(ReplyHeader*)payload;
        _peekedBuffer = header.Buffer;
        reply = header.Buffer != 0
            ? new ReadOnlySpan<byte>((void*)header.Buffer, header.Length)
            : new ReadOnlySpan<byte>(payload + ReplyHeader.Size, header.Length);
        return true;
    }

    /// <summary>Steps over the reply that <see cref="TryPeek"/> showed. Consumer only.</summary>
    protected void Advance()
    {
        if (_peekedBuffer != 0)
        {
            ReplyBufferPool.Return((byte*)_peekedBuffer);
            _peekedBuffer = 0;
        }

        _ring.Release(_cursor);
    }

    /// <summary>
    /// Says that the consumer stops looking until <see cref="OnReady"/>. Consumer only.
    /// </summary>
    /// <returns>False when replies arrived meanwhile: drain again, no signal will come for them.</returns>
    protected bool Arm()
    {
        _armed.Raise();
        return _ring.IsEmpty || !_armed.Lower();
    }

    private static void ThrowReservationBroken() =>
        throw new InvalidOperationException("A reply found no room although its request had reserved it.");
}
