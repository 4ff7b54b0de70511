// Hot file: submitting and gathering may not allocate in steady state, lock, await or throw.
using System.Runtime.InteropServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Rings;
using FastCore.Engine.Sessions;
using FastCore.Node.Access;
using FastCore.Protocol;

namespace FastCore.Node.Sessions;

/// <summary>
/// A session at the node: checks requests, copies each into the ring of its partition (or scatters its elements over
/// several), and turns the replies of the parts into one.
/// </summary>
/// <remarks>
/// Submitting may be done by several threads. One consumer at a time takes replies. A request that is admitted gets
/// exactly one reply.
/// </remarks>
public abstract class NodeSession : ReplyPort
{
    /// <summary>Offset of the u32 code in the result of every operation that can be scattered.</summary>
    private const int ResultCodeOffset = 8;

    private readonly FastCoreNode _node;
    private readonly Grant _grant;
    private readonly RequestSlot[] _slots;
    private readonly FreeSlots _freeSlots;
    private int _inFlight;
    private int _closed;

    private protected NodeSession(FastCoreNode node, Grant grant, FrontSessionOptions options)
        : base(options.ReplyRingBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.InFlightMax, 1);
        _node = node;
        _grant = grant;
        _slots = new RequestSlot[options.InFlightMax];
        _freeSlots = new FreeSlots(options.InFlightMax);
        for (int i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new RequestSlot();
        }
    }

    /// <summary>Requests admitted and not yet answered.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Admits a request or refuses it. <paramref name="slotNumber"/> names it when it was admitted.</summary>
    private protected FrameStatus Admit(
        ulong correlation, Operation operation, byte priorityClass, uint timeoutMs, ReadOnlySpan<byte> body,
        out int slotNumber, out uint retryAfterMs)
    {
        retryAfterMs = 0;
        slotNumber = -1;
        bool isSetup = operation == Operation.SetupAccounts && _node.AllowsSetup;
        FrameStatus status = RequestGate.Check(
            operation, body, _grant, isInternal: isSetup, out OperationShape? shape, out int count);
        if (status != FrameStatus.Ok)
        {
            return status;
        }

        if (!_node.IsOpen || Volatile.Read(ref _closed) != 0)
        {
            return FrameStatus.ShuttingDown;
        }

        slotNumber = TakeSlot();
        if (slotNumber < 0)
        {
            return FrameStatus.TooManyInFlight;
        }

        if (Volatile.Read(ref _closed) != 0)
        {
            // Closed between the two looks: the count that TakeSlot raised kept the port alive, now it may go.
            FreeSlot(slotNumber);
            return FrameStatus.ShuttingDown;
        }

        RequestSlot slot = _slots[slotNumber];
        slot.Correlation = correlation;
        slot.Shape = shape!;
        slot.Count = count;
        slot.RetryAfterMs = 0;
        slot.IsMixed = false;
        RequestEnvelope envelope = default;
        envelope.AdmittedNs = _node.Clock.MonotonicNs;
        envelope.DeadlineNs = timeoutMs == 0 ? 0 : envelope.AdmittedNs + (timeoutMs * 1_000_000L);
        envelope.Port = Number;
        envelope.PriorityClass = priorityClass;
        envelope.Command.Operation = (ushort)operation;
        envelope.Command.Principal = _grant.Principal;

        Prepare(slotNumber);
        status = IsScattered(shape!, body, slot, out int onlyPartition)
            ? Scatter(slot, slotNumber, ref envelope, body)
            : SubmitWhole(slot, slotNumber, ref envelope, body, onlyPartition);
        if (status != FrameStatus.Ok)
        {
            retryAfterMs = status == FrameStatus.Overloaded ? 1u : 0;
            FreeSlot(slotNumber);
            slotNumber = -1;
        }

        return status;
    }

    /// <summary>The slot is about to be used; called before its request becomes visible to a partition.</summary>
    private protected virtual void Prepare(int slotNumber)
    {
    }

    /// <summary>
    /// Takes the next whole reply, if there is one. Consumer only; free it with <see cref="EndReply"/>.
    /// </summary>
    private protected bool TryTakeReply(
        out int slotNumber,
        out RequestSlot slot,
        out FrameStatus status,
        out uint retryAfterMs,
        out ReadOnlySpan<byte> results)
    {
        while (TryPeek(out ReplyHeader header, out ReadOnlySpan<byte> reply))
        {
            slotNumber = (int)(header.Ticket & 0xFFFF_FFFF);
            slot = _slots[slotNumber];
            if (slot.Parts == 1)
            {
                status = (FrameStatus)header.Status;
                retryAfterMs = header.RetryAfterMs;
                results = reply;
                return true;
            }

            Gather(slot, slotNumber, (int)(header.Ticket >> 32), in header, reply);
            if (slot.PartsLeft == 0)
            {
                status = slot.IsMixed ? FrameStatus.Ok : slot.Status;
                retryAfterMs = slot.RetryAfterMs;
                results = status == FrameStatus.Ok
                    ? GatherBuffer(slotNumber)[..(slot.Count * slot.Shape.ResultSize)]
                    : default;
                return true;
            }

            Advance();
        }

        slotNumber = -1;
        slot = null!;
        status = default;
        retryAfterMs = 0;
        results = default;
        return false;
    }

    /// <summary>The reply shown by <see cref="TryTakeReply"/> was handed over; its slot is free again.</summary>
    private protected void EndReply(int slotNumber)
    {
        Advance();
        FreeSlot(slotNumber);
    }

    /// <summary>Where the results of a scattered request are gathered.</summary>
    private protected virtual Span<byte> GatherBuffer(int slotNumber)
    {
        RequestSlot slot = _slots[slotNumber];
        int size = slot.Count * slot.Shape.ResultSize;
        if (slot.Gathered.Length < size)
        {
            slot.Gathered = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size)];
        }

        return slot.Gathered;
    }

    /// <summary>Refuses further requests; the port is given back once nothing is in flight.</summary>
    private protected void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0 && InFlight == 0)
        {
            Retire();
        }
    }

    /// <summary>True after <see cref="Close"/>.</summary>
    private protected bool IsClosed => Volatile.Read(ref _closed) != 0;

    private void Retire()
    {
        // Two threads may get here (the closer and the last reply); the registry must be told once.
        if (Interlocked.Exchange(ref _closed, 2) == 1)
        {
            _node.Ports.Remove(this);
        }
    }

    private bool IsScattered(OperationShape shape, ReadOnlySpan<byte> body, RequestSlot slot, out int onlyPartition)
    {
        int partitions = _node.PartitionCount;
        onlyPartition = PartitionMap.Of(MemoryMarshal.Read<ulong>(body[shape.KeyOffset..]), partitions);
        if (partitions == 1 || shape.PrefixSize > 0 || slot.Count == 1)
        {
            return false;
        }

        if (slot.PartOf.Length < slot.Count)
        {
            slot.PartOf = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)slot.Count)];
        }

        bool differs = false;
        byte[] partOf = slot.PartOf;
        int offset = shape.KeyOffset;
        for (int i = 0; i < slot.Count; i++, offset += shape.ElementSize)
        {
            int partition = PartitionMap.Of(MemoryMarshal.Read<ulong>(body[offset..]), partitions);
            partOf[i] = (byte)partition;
            differs |= partition != onlyPartition;
        }

        return differs;
    }

    private FrameStatus SubmitWhole(
        RequestSlot slot, int slotNumber, ref RequestEnvelope envelope, ReadOnlySpan<byte> body, int partition)
    {
        int replyMax = RequestGate.ReplyMax(slot.Shape, body, slot.Count);
        if (!Reserve(slot, RingCost(replyMax), BufferCost(replyMax)))
        {
            return FrameStatus.TooManyInFlight;
        }

        if (!_node.Inbox(partition).TryClaim(RequestEnvelope.Size + body.Length, out RingClaim claim))
        {
            return _node.Inbox(partition).IsClosed ? FrameStatus.ShuttingDown : FrameStatus.Overloaded;
        }

        slot.Parts = 1;
        slot.PartsLeft = 1;
        envelope.Ticket = (uint)slotNumber;
        envelope.ReplyMax = replyMax;
        ulong key = MemoryMarshal.Read<ulong>(body[slot.Shape.KeyOffset..]);
        Fill(claim.Payload, ref envelope, slot.Count, key, body.Length);
        body.CopyTo(claim.Payload[RequestEnvelope.Size..]);
        claim.Publish();
        _node.Wake(partition);
        return FrameStatus.Ok;
    }

    private FrameStatus Scatter(RequestSlot slot, int slotNumber, ref RequestEnvelope envelope, ReadOnlySpan<byte> body)
    {
        int partitions = _node.PartitionCount;
        Span<int> counts = stackalloc int[partitions];
        ReadOnlySpan<byte> partOf = slot.PartOf.AsSpan(0, slot.Count);
        foreach (byte partition in partOf)
        {
            counts[partition]++;
        }

        int elementSize = slot.Shape.ElementSize;
        int ringCost = 0;
        int bufferCost = 0;
        int parts = 0;
        foreach (int count in counts)
        {
            ringCost += count == 0 ? 0 : RingCost(count * slot.Shape.ResultSize);
            bufferCost += BufferCost(count * slot.Shape.ResultSize);
            parts += count == 0 ? 0 : 1;
        }

        if (!Reserve(slot, ringCost, bufferCost))
        {
            return FrameStatus.TooManyInFlight;
        }

        // All rooms are claimed before any is filled: a request is admitted whole or not at all.
        Span<RingClaim> claims = stackalloc RingClaim[partitions];
        for (int partition = 0; partition < partitions; partition++)
        {
            if (counts[partition] != 0 && !_node.Inbox(partition).TryClaim(
                RequestEnvelope.Size + (counts[partition] * elementSize), out claims[partition]))
            {
                for (int claimed = 0; claimed < partition; claimed++)
                {
                    if (counts[claimed] != 0)
                    {
                        claims[claimed].Skip();
                        _node.Wake(claimed);
                    }
                }

                return _node.Inbox(partition).IsClosed ? FrameStatus.ShuttingDown : FrameStatus.Overloaded;
            }
        }

        slot.Parts = parts;
        slot.PartsLeft = parts;
        slot.Status = FrameStatus.Ok;
        Span<int> filled = stackalloc int[partitions];
        for (int i = 0; i < partOf.Length; i++)
        {
            int partition = partOf[i];
            body.Slice(i * elementSize, elementSize)
                .CopyTo(claims[partition].Payload[(RequestEnvelope.Size + (filled[partition]++ * elementSize))..]);
        }

        for (int partition = 0; partition < partitions; partition++)
        {
            if (counts[partition] == 0)
            {
                continue;
            }

            Span<byte> payload = claims[partition].Payload;
            envelope.Ticket = (uint)slotNumber | ((ulong)partition << 32);
            envelope.ReplyMax = counts[partition] * slot.Shape.ResultSize;
            ulong key = MemoryMarshal.Read<ulong>(payload[(RequestEnvelope.Size + slot.Shape.KeyOffset)..]);
            Fill(payload, ref envelope, counts[partition], key, counts[partition] * elementSize);
            claims[partition].Publish();
            _node.Wake(partition);
        }

        return FrameStatus.Ok;
    }

    private static void Fill(Span<byte> payload, ref RequestEnvelope envelope, int count, ulong key, int bodyLength)
    {
        envelope.Command.Count = (uint)count;
        envelope.Command.Key = key;
        envelope.Command.Length = (uint)(CommandHeader.Size + bodyLength);
        MemoryMarshal.Write(payload, in envelope);
    }

    private void Gather(
        RequestSlot slot, int slotNumber, int partition, in ReplyHeader header, ReadOnlySpan<byte> reply)
    {
        int size = slot.Shape.ResultSize;
        Span<byte> gathered = GatherBuffer(slotNumber);
        FrameStatus status = (FrameStatus)header.Status;
        ReadOnlySpan<byte> partOf = slot.PartOf.AsSpan(0, slot.Count);
        int taken = 0;
        for (int i = 0; i < partOf.Length; i++)
        {
            if (partOf[i] != partition)
            {
                continue;
            }

            Span<byte> result = gathered.Slice(i * size, size);
            if (status == FrameStatus.Ok)
            {
                reply.Slice(taken++ * size, size).CopyTo(result);
            }
            else
            {
                // The share of this partition had no effect; its elements say so with the frame status as their code.
                result.Clear();
                uint code = (uint)status;
                MemoryMarshal.Write(result[ResultCodeOffset..], in code);
            }
        }

        slot.IsMixed |= slot.PartsLeft != slot.Parts && slot.Status != status;
        slot.Status = status;
        slot.RetryAfterMs = Math.Max(slot.RetryAfterMs, header.RetryAfterMs);
        slot.PartsLeft--;
    }

    private bool Reserve(RequestSlot slot, int ringCost, int bufferCost)
    {
        if (!TryReserve(ringCost, bufferCost))
        {
            return false;
        }

        slot.ReservedBytes = ringCost;
        slot.ReservedBuffers = bufferCost;
        return true;
    }

    private int TakeSlot()
    {
        // Counted before the slot is taken: a close that sees nothing in flight may retire the port.
        Interlocked.Increment(ref _inFlight);
        int number = _freeSlots.Pop();
        if (number < 0)
        {
            EndOne();
        }

        return number;
    }

    private void EndOne()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && Volatile.Read(ref _closed) == 1)
        {
            Retire();
        }
    }

    private void FreeSlot(int slotNumber)
    {
        RequestSlot slot = _slots[slotNumber];
        Unreserve(slot.ReservedBytes, slot.ReservedBuffers);
        slot.ReservedBytes = 0;
        slot.ReservedBuffers = 0;

        _freeSlots.Push(slotNumber);
        EndOne();
    }
}
