// Hot file: submitting and gathering may not allocate in steady state, lock, await or throw.
using System.Runtime.InteropServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Rings;
using FastCore.Engine.Sessions;
using FastCore.Node.Fraud;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Seats;

namespace FastCore.Node.Sessions;

/// <summary>The way of a request to its partitions and of their replies back.</summary>
public abstract partial class NodeSession
{
    private FrameStatus Submit(
        RequestSlot slot, int slotNumber, ref RequestEnvelope envelope, ReadOnlySpan<byte> body)
    {
        slot.RetryAfterMs = 0;
        slot.IsMixed = false;
        slot.IsGathered = false;
        slot.GatheredMax = 0;
        return slot.Shape.IsAtNode ? SubmitToDesk(slot, slotNumber, in envelope, body)
            : slot.HandsOver && slot.Count > 1 ? Scatter(slot, slotNumber, ref envelope, body)
            : slot.Shape.IsForAll ? SubmitToAll(slot, slotNumber, ref envelope, body)
            : IsScattered(slot.Shape, body, slot, out int onlyPartition)
                ? Scatter(slot, slotNumber, ref envelope, body)
                : SubmitWhole(slot, slotNumber, ref envelope, body, onlyPartition);
    }

    /// <summary>Takes the reply of a part.</summary>
    /// <returns>True when it was the last one.</returns>
    private bool TryComplete(
        RequestSlot slot, int slotNumber, scoped in ReplyHeader header, ReadOnlySpan<byte> reply,
        out FrameStatus status, out uint retryAfterMs, out ReadOnlySpan<byte> results)
    {
        if (!slot.IsGathered)
        {
            status = (FrameStatus)header.Status;
            retryAfterMs = header.RetryAfterMs;
            results = reply;
            return true;
        }

        int partition = (int)(header.Ticket >> 32);
        if (slot.Shape.IsForAll)
        {
            GatherFromAll(slot, slotNumber, in header, reply);
        }
        else
        {
            Gather(slot, slotNumber, partition, in header, reply);
        }

        status = slot.IsMixed && !slot.Shape.IsForAll ? FrameStatus.Ok : slot.Status;
        retryAfterMs = slot.RetryAfterMs;
        results = slot.PartsLeft == 0 && status == FrameStatus.Ok
            ? GatherBufferOf(slot, slotNumber)[..GatheredLength(slot)]
            : default;
        return slot.PartsLeft == 0;
    }

    private static int GatheredLength(RequestSlot slot) =>
        slot.Shape.Kind == OperationKind.Query ? slot.GatheredLength : slot.Count * slot.Shape.ResultSize;

    // What the first step answered is handed over to the second: behind each element, where there is room for it.
    private FrameStatus BeginSecondStep(RequestSlot slot, int slotNumber, ReadOnlySpan<byte> first)
    {
        OperationShape second = slot.Second!;
        if (second.Operation == Operation.LabelTransactions && HasLabelWithoutRoom(first))
        {
            return FrameStatus.Overloaded;
        }

        ReadOnlySpan<byte> body = slot.BuildSecond(first);
        slot.Shape = second;
        slot.Second = null;
        slot.HandsOver = false;
        RequestEnvelope envelope = slot.Envelope;
        envelope.AdmittedNs = _node.Clock.MonotonicNs;
        envelope.Command.Operation = (ushort)second.Operation;
        return Submit(slot, slotNumber, ref envelope, body);
    }

    // A label must reach the card's features or nothing; sent again, it changes nothing where it is already.
    private static bool HasLabelWithoutRoom(ReadOnlySpan<byte> results)
    {
        foreach (ref readonly FraudResult result in MemoryMarshal.Cast<byte, FraudResult>(results))
        {
            if (result.Code is FraudStatus.LabelsFull or < FraudStatus.Ok)
            {
                return true;
            }
        }

        return false;
    }

    private FrameStatus SubmitToDesk(
        RequestSlot slot, int slotNumber, in RequestEnvelope envelope, ReadOnlySpan<byte> body)
    {
        int replyMax = RequestGate.ReplyMax(slot.Shape, body, slot.Count);
        if (!Reserve(slot, RingCost(replyMax), BufferCost(replyMax)))
        {
            return FrameStatus.TooManyInFlight;
        }

        slot.Parts = 1;
        slot.PartsLeft = 1;
        return _node.Desk.TrySubmit(
            new DeskRequest(
                slot.Shape.Operation, body.ToArray(), this, (uint)slotNumber, replyMax, envelope.DeadlineNs, _grant))
            ? FrameStatus.Ok
            : _node.IsOpen ? FrameStatus.Overloaded : FrameStatus.ShuttingDown;
    }

    private FrameStatus SubmitToAll(
        RequestSlot slot, int slotNumber, ref RequestEnvelope envelope, ReadOnlySpan<byte> body)
    {
        int partitions = _node.PartitionCount;
        int replyMax = RequestGate.ReplyMax(slot.Shape, body, slot.Count);
        slot.GatheredLength = 0;
        slot.GatheredMax = replyMax;
        if (!Reserve(slot, partitions * RingCost(replyMax), partitions * BufferCost(replyMax)))
        {
            return FrameStatus.TooManyInFlight;
        }

        Span<int> counts = stackalloc int[partitions];
        counts.Fill(slot.Count);
        Span<RingClaim> claims = stackalloc RingClaim[partitions];
        FrameStatus status = ClaimAll(slot.Shape, counts, claims);
        if (status != FrameStatus.Ok)
        {
            return status;
        }

        slot.Parts = partitions;
        slot.PartsLeft = partitions;
        slot.IsGathered = partitions > 1;
        slot.Status = FrameStatus.Ok;
        for (int partition = 0; partition < partitions; partition++)
        {
            envelope.Ticket = (uint)slotNumber | ((ulong)partition << 32);
            envelope.ReplyMax = replyMax;
            Fill(claims[partition].Payload, ref envelope, slot.Count, 0, body.Length);
            body.CopyTo(claims[partition].Payload[RequestEnvelope.Size..]);
            claims[partition].Publish();
            _node.Wake(partition);
        }

        return FrameStatus.Ok;
    }

    // All partitions must have done it: of their answers to an element the gravest one counts, and of equally grave
    // ones that of the earliest commit, whichever partition is heard first: a repetition gets the first answer again.
    // What they found is merged.
    private void GatherFromAll(RequestSlot slot, int slotNumber, in ReplyHeader header, ReadOnlySpan<byte> reply)
    {
        FrameStatus status = (FrameStatus)header.Status;
        if (status == FrameStatus.Ok && slot.Shape.Kind == OperationKind.Query)
        {
            slot.Merge(reply, GatherBufferOf(slot, slotNumber));
        }
        else if (status == FrameStatus.Ok)
        {
            int size = slot.Shape.ResultSize;
            Span<byte> gathered = GatherBufferOf(slot, slotNumber);
            bool isFirst = slot.PartsLeft == slot.Parts;
            for (int at = 0; at < reply.Length; at += size)
            {
                if (isFirst || OrderOf(reply[at..]).CompareTo(OrderOf(gathered[at..])) < 0)
                {
                    reply.Slice(at, size).CopyTo(gathered[at..]);
                }
            }
        }
        else
        {
            slot.Status = status;
            slot.IsMixed = true;
        }

        slot.RetryAfterMs = Math.Max(slot.RetryAfterMs, header.RetryAfterMs);
        slot.PartsLeft--;
    }

    // The gravest first, then the earliest: results begin with the time of their commit.
    private static (uint NotGravity, ulong Timestamp) OrderOf(ReadOnlySpan<byte> result) =>
        (~MemoryMarshal.Read<uint>(result[OperationShape.ResultCodeOffset..]), MemoryMarshal.Read<ulong>(result));

    private Span<byte> GatherBufferOf(RequestSlot slot, int slotNumber) =>
        slot.Second is null ? GatherBuffer(slotNumber) : slot.OwnGatherBuffer();

    private bool IsScattered(OperationShape shape, ReadOnlySpan<byte> body, RequestSlot slot, out int onlyPartition)
    {
        int partitions = _node.PartitionCount;
        onlyPartition = PartitionMap.Of(MemoryMarshal.Read<ulong>(body[shape.KeyOffset..]), partitions);
        if (partitions == 1 || !shape.IsScattered || slot.Count == 1)
        {
            return false;
        }

        Span<short> partOf = slot.RoomForParts();
        bool differs = false;
        (int flagsOffset, ushort linked) = shape.Operation switch
        {
            >= Operation.HoldSeats and <= Operation.HoldGeneralAdmission =>
                (HoldSeats.FlagsOffset, (ushort)HoldFlags.Linked),
            Operation.BookHeld => (BookHeld.FlagsOffset, (ushort)BookingFlags.Linked),
            _ => (0, (ushort)0),
        };
        int offset = shape.KeyOffset;
        for (int i = 0; i < slot.Count; i++, offset += shape.ElementSize)
        {
            // A chain goes where its first one goes, and is judged there.
            bool isLinked = linked != 0 && i > 0
                && (MemoryMarshal.Read<ushort>(body[(((i - 1) * shape.ElementSize) + flagsOffset)..]) & linked) != 0;
            int partition = isLinked
                ? partOf[i - 1]
                : PartitionMap.Of(MemoryMarshal.Read<ulong>(body[offset..]), partitions);
            partOf[i] = (short)partition;
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
        ReadOnlySpan<short> partOf = slot.PartOf.AsSpan(0, slot.Count);
        foreach (short partition in partOf)
        {
            if (partition != RequestSlot.NoPart)
            {
                counts[partition]++;
            }
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

        Span<RingClaim> claims = stackalloc RingClaim[partitions];
        FrameStatus status = ClaimAll(slot.Shape, counts, claims);
        if (status != FrameStatus.Ok)
        {
            return status;
        }

        slot.Parts = parts;
        slot.PartsLeft = parts;
        slot.IsGathered = true;
        slot.Status = FrameStatus.Ok;
        Span<int> filled = stackalloc int[partitions];
        for (int i = 0; i < partOf.Length; i++)
        {
            int partition = partOf[i];
            if (partition != RequestSlot.NoPart)
            {
                body.Slice(i * elementSize, elementSize)
                    .CopyTo(claims[partition].Payload[(RequestEnvelope.Size + (filled[partition]++ * elementSize))..]);
            }
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

    // All rooms are claimed before any is filled: a request is admitted whole or not at all. A partition with a count
    // of zero gets no part.
    private FrameStatus ClaimAll(OperationShape shape, ReadOnlySpan<int> counts, Span<RingClaim> claims)
    {
        for (int partition = 0; partition < counts.Length; partition++)
        {
            int bodyLength = shape.PrefixSize + (counts[partition] * shape.ElementSize);
            if (counts[partition] != 0
                && !_node.Inbox(partition).TryClaim(RequestEnvelope.Size + bodyLength, out claims[partition]))
            {
                Skip(counts[..partition], claims);
                return _node.Inbox(partition).IsClosed ? FrameStatus.ShuttingDown : FrameStatus.Overloaded;
            }
        }

        return FrameStatus.Ok;
    }

    private void Skip(ReadOnlySpan<int> counts, Span<RingClaim> claims)
    {
        for (int claimed = 0; claimed < counts.Length; claimed++)
        {
            if (counts[claimed] != 0)
            {
                claims[claimed].Skip();
                _node.Wake(claimed);
            }
        }
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
        Span<byte> gathered = GatherBufferOf(slot, slotNumber);
        FrameStatus status = (FrameStatus)header.Status;
        ReadOnlySpan<short> partOf = slot.PartOf.AsSpan(0, slot.Count);
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
                MemoryMarshal.Write(result[OperationShape.ResultCodeOffset..], in code);
            }
        }

        slot.IsMixed |= slot.PartsLeft != slot.Parts && slot.Status != status;
        slot.Status = status;
        slot.RetryAfterMs = Math.Max(slot.RetryAfterMs, header.RetryAfterMs);
        slot.PartsLeft--;
    }
}
