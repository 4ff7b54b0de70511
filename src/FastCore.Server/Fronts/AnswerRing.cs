// Hot file: may not allocate, lock, await or throw.
using FastCore.Protocol;

namespace FastCore.Server.Fronts;

/// <summary>
/// What the reader answers by itself (refusals, pings), on its way to the writer, who owns the output. One producer,
/// one consumer, bounded: while it is full the reader reads no further, and TCP tells the peer.
/// </summary>
internal sealed class AnswerRing
{
    private const int Capacity = 1024;

    private readonly Answer[] _ring = new Answer[Capacity];
    private long _head;
    private long _tail;

    /// <summary>Room for one more. Producer only.</summary>
    public bool HasRoom => _tail - Volatile.Read(ref _head) < Capacity;

    /// <summary>Adds an answer; there must be room. Producer only.</summary>
    public void Add(in FrameHeader header, FrameStatus status, uint retryAfterMs)
    {
        ref Answer answer = ref _ring[_tail & (Capacity - 1)];
        answer.Correlation = header.Correlation;
        answer.Operation = header.Operation;
        answer.Status = status;
        answer.RetryAfterMs = retryAfterMs;

        // Release: the answer is written before the consumer can see that it is there.
        Volatile.Write(ref _tail, _tail + 1);
    }

    /// <summary>Writes every answer that is there; returns how many. Consumer only.</summary>
    public int Drain(ReplyWriter writer)
    {
        // Acquire: pairs with the release of the producer.
        long tail = Volatile.Read(ref _tail);
        long head = _head;
        for (long i = head; i < tail; i++)
        {
            ref Answer answer = ref _ring[i & (Capacity - 1)];
            writer.OnReply(answer.Correlation, answer.Operation, answer.Status, answer.RetryAfterMs, default);
        }

        // Release: the slots were read before the producer can use them again.
        Volatile.Write(ref _head, tail);
        return (int)(tail - head);
    }

    private struct Answer
    {
        public ulong Correlation;
        public Operation Operation;
        public FrameStatus Status;
        public uint RetryAfterMs;
    }
}
