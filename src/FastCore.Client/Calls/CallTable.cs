using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Client.Calls;

/// <summary>
/// All calls in flight, the queue of those to send, and a pool of call objects. One short lock guards it; nothing is
/// copied, completed or awaited inside it. Whoever detaches a call completes it, so a call completes exactly once.
/// </summary>
internal sealed class CallTable
{
    private const int SlotBits = 16;
    private const ulong SlotMask = (1UL << SlotBits) - 1;

    private readonly Lock _gate = new();
    private readonly LoopThreads _callers;
    private readonly PendingCall?[] _slots;
    private readonly int[] _freeSlots;
    private readonly PendingCall[] _pool;

    // A ring: every call in flight stands in it at most once, so it never fills up.
    private readonly PendingCall[] _queue;
    private int _freeCount;
    private int _poolCount;
    private int _queueHead;
    private int _queueCount;
    private int _limit;
    private ulong _sequence;
    private FrameStatus _refusal;
    private bool _closed;

    public CallTable(int maxInFlight, LoopThreads callers = LoopThreads.Pool)
    {
        _callers = callers;
        _slots = new PendingCall?[maxInFlight];
        _freeSlots = new int[maxInFlight];
        _queue = new PendingCall[maxInFlight];

        // Completed calls whose callers have not continued yet are outside the slots, hence the double size.
        _pool = new PendingCall[maxInFlight * 2];
        for (int slot = 0; slot < maxInFlight; slot++)
        {
            _freeSlots[slot] = maxInFlight - 1 - slot;
        }

        _freeCount = maxInFlight;
        _limit = maxInFlight;
    }

    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _slots.Length - _freeCount;
            }
        }
    }

    /// <summary>Keeps the server's limit as well as our own.</summary>
    public void Limit(int maxInFlight)
    {
        lock (_gate)
        {
            _limit = Math.Clamp(maxInFlight, 1, _slots.Length);
        }
    }

    /// <summary>While not Ok, new calls get this status at once.</summary>
    public void Refuse(FrameStatus status)
    {
        lock (_gate)
        {
            _refusal = _closed ? _refusal : status;
        }
    }

    /// <summary>From now on new calls get this status for good.</summary>
    public void Close(FrameStatus status)
    {
        lock (_gate)
        {
            _refusal = status;
            _closed = true;
        }
    }

    /// <summary>Puts a call into a slot and the send queue; null with the reason when there is no room.</summary>
    public PendingCall? TryAdd(
        Operation operation,
        ReadOnlyMemory<byte> body,
        Memory<byte> reply,
        byte priorityClass,
        long deadline,
        out FrameStatus refusal)
    {
        lock (_gate)
        {
            refusal = _refusal;
            if (refusal != FrameStatus.Ok)
            {
                return null;
            }

            if (_slots.Length - _freeCount >= _limit)
            {
                refusal = FrameStatus.TooManyInFlight;
                return null;
            }

            PendingCall call = _poolCount > 0 ? _pool[--_poolCount] : new PendingCall(this, _callers);
            int slot = _freeSlots[--_freeCount];
            _slots[slot] = call;
            call.Stage = CallStage.Queued;
            call.Operation = operation;
            call.PriorityClass = priorityClass;
            call.Attempts = 0;
            call.Correlation = (++_sequence << SlotBits) | (uint)slot;
            call.Deadline = deadline;
            call.Body = body;
            call.ReplyBuffer = reply;
            Enqueue(call);
            return call;
        }
    }

    /// <summary>
    /// Takes queued calls for the sender, as many as fit: at most the target's length, and no more bytes than given
    /// unless it is the first.
    /// </summary>
    public int TakeQueued(Span<PendingCall> target, int bytesMax)
    {
        lock (_gate)
        {
            int count = 0;
            int bytes = 0;
            while (count < target.Length && _queueCount > 0)
            {
                PendingCall call = _queue[_queueHead];
                bytes += Limits.FrameHeaderSize + call.Body.Length;
                if (bytes > bytesMax && count > 0)
                {
                    break;
                }

                _queueHead = _queueHead + 1 == _queue.Length ? 0 : _queueHead + 1;
                _queueCount--;
                call.Stage = CallStage.Sending;
                call.Attempts++;
                target[count++] = call;
            }

            return count;
        }
    }

    /// <summary>Their bytes are copied: from now on replies and deadlines may complete them.</summary>
    public void MarkAwaiting(ReadOnlySpan<PendingCall> calls)
    {
        lock (_gate)
        {
            foreach (PendingCall call in calls)
            {
                call.Stage = CallStage.Awaiting;
            }
        }
    }

    /// <summary>Detaches the call that a reply belongs to; null when it is late, or was never asked for.</summary>
    public PendingCall? TryTakeAwaiting(ulong correlation, Operation operation)
    {
        lock (_gate)
        {
            int slot = (int)(correlation & SlotMask);
            PendingCall? call = slot < _slots.Length ? _slots[slot] : null;
            if (call is null || call.Correlation != correlation
                || call.Operation != operation || call.Stage != CallStage.Awaiting)
            {
                return null;
            }

            Detach(call);
            return call;
        }
    }

    /// <summary>
    /// A later attempt of a write was refused for the moment. Its first attempt may have been executed, so the refusal
    /// decides nothing: the call is sent again not before a timestamp.
    /// </summary>
    /// <returns>False when the call is not such a one.</returns>
    public bool TryDelay(ulong correlation, long notBefore)
    {
        lock (_gate)
        {
            int slot = (int)(correlation & SlotMask);
            PendingCall? call = slot < _slots.Length ? _slots[slot] : null;
            if (call is null || call.Correlation != correlation
                || call.Stage != CallStage.Awaiting || !call.MayHaveHadEffect)
            {
                return false;
            }

            call.Stage = CallStage.Delayed;
            call.NotBefore = notBefore;
            return true;
        }
    }

    /// <summary>
    /// Detaches one call past its deadline, and queues delayed calls whose time has come.
    /// </summary>
    /// <param name="now">Timestamp of now.</param>
    /// <param name="from">Slot to look from; moved on by the call.</param>
    /// <param name="queued">Set when a delayed call was queued again.</param>
    public PendingCall? TakeExpired(long now, ref int from, ref bool queued)
    {
        lock (_gate)
        {
            for (; from < _slots.Length; from++)
            {
                PendingCall? call = _slots[from];
                if (call is null || call.Stage == CallStage.Sending)
                {
                    continue;
                }

                if (call.Deadline <= now)
                {
                    if (call.Stage == CallStage.Queued)
                    {
                        Unqueue(call);
                    }

                    Detach(call);
                    return call;
                }

                if (call.Stage == CallStage.Delayed && call.NotBefore <= now)
                {
                    call.Stage = CallStage.Queued;
                    Enqueue(call);
                    queued = true;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// The connection is gone: detaches the calls that were handed to it, or with <paramref name="retry"/> puts them
    /// before all others in the queue, in their order. Sender and reader must have stopped. Rare, so it may allocate.
    /// </summary>
    public List<PendingCall> TakeCut(bool retry)
    {
        lock (_gate)
        {
            List<PendingCall> cut = [];
            foreach (PendingCall? call in _slots)
            {
                if (call is { Stage: CallStage.Awaiting or CallStage.Sending })
                {
                    cut.Add(call);
                }
            }

            cut.Sort(static (left, right) => left.Correlation.CompareTo(right.Correlation));
            if (!retry)
            {
                cut.ForEach(Detach);
                return cut;
            }

            for (int i = cut.Count - 1; i >= 0; i--)
            {
                cut[i].Stage = CallStage.Queued;
                _queueHead = _queueHead == 0 ? _queue.Length - 1 : _queueHead - 1;
                _queue[_queueHead] = cut[i];
                _queueCount++;
            }

            return [];
        }
    }

    /// <summary>Detaches all calls, of any stage. Sender and reader must have stopped.</summary>
    public List<PendingCall> TakeAll()
    {
        lock (_gate)
        {
            List<PendingCall> all = _slots.OfType<PendingCall>().ToList();
            all.ForEach(Detach);
            _queueCount = 0;
            return all;
        }
    }

    /// <summary>Takes back a call whose caller has its result.</summary>
    public void Return(PendingCall call)
    {
        lock (_gate)
        {
            if (_poolCount < _pool.Length)
            {
                _pool[_poolCount++] = call;
            }
        }
    }

    private void Detach(PendingCall call)
    {
        int slot = (int)(call.Correlation & SlotMask);
        _slots[slot] = null;
        _freeSlots[_freeCount++] = slot;
        call.Stage = CallStage.None;
    }

    private void Enqueue(PendingCall call)
    {
        int tail = _queueHead + _queueCount;
        _queue[tail >= _queue.Length ? tail - _queue.Length : tail] = call;
        _queueCount++;
    }

    private void Unqueue(PendingCall call)
    {
        if (ReferenceEquals(_queue[_queueHead], call))
        {
            _queueHead = _queueHead + 1 == _queue.Length ? 0 : _queueHead + 1;
            _queueCount--;
            return;
        }

        int kept = 0;
        for (int i = 0; i < _queueCount; i++)
        {
            PendingCall queued = _queue[(_queueHead + i) % _queue.Length];
            if (!ReferenceEquals(queued, call))
            {
                _queue[(_queueHead + kept++) % _queue.Length] = queued;
            }
        }

        _queueCount = kept;
    }
}
