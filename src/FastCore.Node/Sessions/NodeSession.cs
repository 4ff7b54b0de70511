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
public abstract partial class NodeSession : ReplyPort
{
    private readonly FastCoreNode _node;
    private readonly Grant _grant;
    private readonly RequestSlot[] _slots;
    private readonly FreeSlots _freeSlots;
    private readonly int _awaitingMax;
    private int _inFlight;
    private int _awaiting;
    private int _closed;

    private protected NodeSession(FastCoreNode node, Grant grant, FrontSessionOptions options)
        : base(options.ReplyRingBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.InFlightMax, 1);
        _node = node;
        _grant = grant;
        _awaitingMax = options.AwaitingMax;
        _slots = new RequestSlot[options.InFlightMax];
        _freeSlots = new FreeSlots(options.InFlightMax);
        for (int i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new RequestSlot();
        }
    }

    /// <summary>The node's own session, which may send internal operations.</summary>
    private protected virtual bool IsNodeOwn => false;

    /// <summary>Requests admitted and not yet answered.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Admits a request or refuses it. <paramref name="slotNumber"/> names it when it was admitted.</summary>
    private protected FrameStatus Admit(
        ulong correlation, Operation operation, byte priorityClass, uint timeoutMs, ReadOnlySpan<byte> body,
        out int slotNumber, out uint retryAfterMs)
    {
        retryAfterMs = 0;
        slotNumber = -1;
        bool isInternal = IsNodeOwn || (operation == Operation.SetupAccounts && _node.AllowsSetup);
        FrameStatus status = RequestGate.Check(
            operation, body, _grant, isInternal, out OperationShape? shape, out int count);
        if (status != FrameStatus.Ok)
        {
            return status;
        }

        if (operation == Operation.EnterWaitingRoom && !_node.Tickets.AreGenuine(body))
        {
            return FrameStatus.Forbidden;
        }

        RequestSteps steps = _node.StepsOf(shape!);
        if (count > steps.ElementsMax)
        {
            return FrameStatus.InvalidBodySize;
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
        if (operation == Operation.AwaitSeatChanges && !TryAwait(slot))
        {
            FreeSlot(slotNumber);
            slotNumber = -1;
            return FrameStatus.TooManyInFlight;
        }

        slot.Correlation = correlation;
        slot.Operation = operation;
        slot.Count = count;
        slot.HandsOver = steps.HandsOver && CardsElsewhere.Find(slot, steps.First, body, _node.PartitionCount);
        if (steps.HandsOver && !slot.HandsOver)
        {
            steps = new RequestSteps(shape!, null);
        }

        slot.Shape = steps.First;
        slot.Second = steps.Second;
        RequestEnvelope envelope = default;
        envelope.AdmittedNs = _node.Clock.MonotonicNs;
        envelope.DeadlineNs = timeoutMs == 0 ? 0 : envelope.AdmittedNs + (timeoutMs * 1_000_000L);
        envelope.Port = Number;
        envelope.PriorityClass = priorityClass;
        envelope.Command.Operation = (ushort)steps.First.Operation;
        envelope.Command.Principal = _grant.Principal;

        Prepare(slotNumber);
        slot.SecondReservedBytes = 0;
        slot.SecondReservedBuffers = 0;
        if (steps.Second is not null)
        {
            slot.KeepRequest(envelope, body, steps.Second, _node.PartitionCount);
        }

        status = Submit(slot, slotNumber, ref envelope, body);
        if (status != FrameStatus.Ok)
        {
            retryAfterMs = status == FrameStatus.Overloaded ? 1u : 0;
            FreeSlot(slotNumber);
            slotNumber = -1;
        }

        return status;
    }

    /// <summary>
    /// Has requests that wait for something to tell answered with what there is, now and from now on: the client
    /// leaves. Any thread.
    /// </summary>
    public void EndAwaiting()
    {
        AwaitsNothing = true;

        // A request that is not counted yet sees what was said before this fence.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _awaiting) != 0)
        {
            _node.LookAtAwaiting();
        }
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
            bool isWhole = TryComplete(
                slot, slotNumber, in header, reply, out status, out retryAfterMs, out results);
            if (isWhole && slot.Second is not null && status == FrameStatus.Ok)
            {
                status = BeginSecondStep(slot, slotNumber, results);
                isWhole = status != FrameStatus.Ok;
                results = default;
            }

            if (isWhole)
            {
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
    private protected virtual Span<byte> GatherBuffer(int slotNumber) => _slots[slotNumber].OwnGatherBuffer();

    /// <summary>Refuses further requests; the port is given back once nothing is in flight.</summary>
    private protected void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0 && InFlight == 0)
        {
            Retire();
        }

        EndAwaiting();
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

    private bool Reserve(RequestSlot slot, int ringCost, int bufferCost)
    {
        // The second step's share was taken with the first, so that it cannot be refused for want of it.
        if (slot.ReservedBytes != 0)
        {
            return true;
        }

        ringCost += slot.SecondReservedBytes;
        bufferCost += slot.SecondReservedBuffers;
        if (!TryReserve(ringCost, bufferCost))
        {
            return false;
        }

        slot.ReservedBytes = ringCost;
        slot.ReservedBuffers = bufferCost;
        return true;
    }

    private bool TryAwait(RequestSlot slot)
    {
        // Counted, by a fence, before a partition looks whether anybody waits: see EndAwaiting.
        slot.IsAwaiting = true;
        return Interlocked.Increment(ref _awaiting) <= _awaitingMax;
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
        if (slot.IsAwaiting)
        {
            slot.IsAwaiting = false;
            Interlocked.Decrement(ref _awaiting);
        }

        _freeSlots.Push(slotNumber);
        EndOne();
    }
}
