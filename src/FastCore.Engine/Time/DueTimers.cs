using System.Runtime.CompilerServices;

namespace FastCore.Engine.Time;

/// <summary>
/// The timers of a wheel that are due in its tick or before, in the order of (due, token). A few lie in a heap; many
/// that fall due in a tick together are a run that is sorted once, because to sift each of them through a heap costs
/// more than what most timers do.
/// </summary>
/// <remarks>
/// What a burst of timers goes through is optimized at once: it is over before the runtime finds out that it is hot.
/// </remarks>
internal sealed class DueTimers(TimerNodes nodes)
{
    private const int RunMin = 256;

    private DueTimer[] _heap = new DueTimer[64];
    private int _heapCount;

    // Taken from its front. A cancelled one stays until it gets there.
    private DueTimer[] _run = [];
    private DueTimer[] _scratch = [];
    private int _runAt;
    private int _runEnd;
    private int _runCancelled;
    private int _runSorted;
    private bool _isGathering;

    /// <summary>How many there are, cancelled ones that are not gone yet included.</summary>
    public int Count => _heapCount + _runEnd - _runAt;

    /// <summary>When the first is due. There must be one; it is alive.</summary>
    public ulong FirstDueNs => First().DueNs;

    private bool IsRunFirst => _runAt != _runEnd && (_heapCount == 0 || _run[_runAt].IsBefore(_heap[0]));

    /// <summary>Until <see cref="EndGathering"/> what is added is of later ticks than all that is here.</summary>
    public void BeginGathering()
    {
        CompactRun();
        _runSorted = _runEnd;
        _isGathering = true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void EndGathering()
    {
        _isGathering = false;
        if (_runEnd - _runSorted >= RunMin)
        {
            DueTimer.Sort(_run.AsSpan(_runSorted, _runEnd - _runSorted), ref _scratch);
            return;
        }

        // Too few for a run of their own.
        for (int i = _runSorted; i < _runEnd; i++)
        {
            nodes[_run[i].Node].Bucket = TimerNodes.InHeap;
            Push(_run[i]);
        }

        _runEnd = _runSorted;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int node)
    {
        ref TimerNodes.Timer timer = ref nodes[node];
        DueTimer entry = new(timer.DueNs, timer.Token, node);
        if (!_isGathering)
        {
            timer.Bucket = TimerNodes.InHeap;
            Push(entry);
            return;
        }

        timer.Bucket = TimerNodes.InRun;
        ReserveRun(1);
        _run[_runEnd++] = entry;
    }

    /// <summary>A timer that lies here does not count any more.</summary>
    public void Cancel(int node)
    {
        ref TimerNodes.Timer timer = ref nodes[node];
        _runCancelled += timer.Bucket == TimerNodes.InRun ? 1 : 0;
        timer.Bucket = TimerNodes.Cancelled;
        DropCancelled();
    }

    /// <summary>Takes the first. There must be one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(out ulong dueNs, out ulong token)
    {
        DueTimer first = First();
        PopFirst();
        nodes.Release(first.Node);
        DropCancelled();
        dueNs = first.DueNs;
        token = first.Token;
    }

    /// <summary>See <see cref="TimerWheel.TryPeekDue"/>.</summary>
    public bool TryPeek(ulong nowNs, ref int place, out ulong token)
    {
        while (place < Count)
        {
            int at = place++;
            ref DueTimer entry = ref at < _runEnd - _runAt ? ref _run[_runAt + at] : ref _heap[at - (_runEnd - _runAt)];
            if (entry.DueNs <= nowNs && nodes[entry.Node].Bucket != TimerNodes.Cancelled)
            {
                token = entry.Token;
                return true;
            }
        }

        token = 0;
        return false;
    }

    /// <summary>See <see cref="TimerWheel.TryPeekAhead"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryPeekAhead(int ahead, out ulong token)
    {
        int at = _runAt + ahead;
        token = at < _runEnd ? _run[at].Token : 0;
        return at < _runEnd;
    }

    /// <summary>See <see cref="TimerWheel.DueLimitNs"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong LimitNs(ulong nowNs, int max)
    {
        if (Count <= max)
        {
            return nowNs;
        }

        MoveHeapToRun();
        if (_runCancelled == 0)
        {
            return _run[_runAt + max].DueNs <= nowNs ? _run[_runAt + max - 1].DueNs : nowNs;
        }

        ulong lastNs = nowNs;
        for (int at = _runAt, alive = 0; at < _runEnd && _run[at].DueNs <= nowNs; at++)
        {
            if (nodes[_run[at].Node].Bucket == TimerNodes.Cancelled)
            {
                continue;
            }

            if (++alive > max)
            {
                return lastNs;
            }

            lastNs = _run[at].DueNs;
        }

        return nowNs;
    }

    /// <summary>Forgets all of them; their numbers are the caller's.</summary>
    public void Clear()
    {
        _heapCount = 0;
        _runAt = 0;
        _runEnd = 0;
        _runCancelled = 0;
    }

    private ref DueTimer First() => ref IsRunFirst ? ref _run[_runAt] : ref _heap[0];

    private void PopFirst()
    {
        if (IsRunFirst)
        {
            _runAt++;
        }
        else
        {
            Pop();
        }
    }

    // Cancelled timers leave when they come first, so that the first is always alive.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DropCancelled()
    {
        while (Count != 0 && nodes[First().Node].Bucket == TimerNodes.Cancelled)
        {
            int node = First().Node;
            _runCancelled -= IsRunFirst ? 1 : 0;
            PopFirst();
            nodes.Release(node);
        }
    }

    // Merged from the end, so that only what comes after the earliest of the heap moves.
    private void MoveHeapToRun()
    {
        CompactRun();
        ReserveRun(_heapCount);
        Span<DueTimer> added = _heap.AsSpan(0, _heapCount);
        DueTimer.Sort(added, ref _scratch);
        int from = _runEnd - 1;
        int to = _runEnd + added.Length - 1;
        _runEnd += added.Length;
        for (int i = added.Length - 1; i >= 0; to--)
        {
            if (from >= _runAt && added[i].IsBefore(_run[from]))
            {
                _run[to] = _run[from--];
                continue;
            }

            ref TimerNodes.Timer timer = ref nodes[added[i].Node];
            bool isCancelled = timer.Bucket == TimerNodes.Cancelled;
            _runCancelled += isCancelled ? 1 : 0;
            timer.Bucket = isCancelled ? TimerNodes.Cancelled : TimerNodes.InRun;
            _run[to] = added[i--];
        }

        _heapCount = 0;
    }

    private void CompactRun()
    {
        if (_runAt == _runEnd || _runAt > _run.Length / 2)
        {
            _run.AsSpan(_runAt, _runEnd - _runAt).CopyTo(_run);
            _runEnd -= _runAt;
            _runAt = 0;
        }
    }

    private void ReserveRun(int more)
    {
        if (_run.Length - _runEnd < more)
        {
            Array.Resize(ref _run, Math.Max(_runEnd + more, Math.Max(RunMin, _run.Length * 2)));
        }
    }

    private void Push(DueTimer entry)
    {
        if (_heapCount == _heap.Length)
        {
            Array.Resize(ref _heap, _heap.Length * 2);
        }

        int at = _heapCount++;
        while (at > 0)
        {
            int parent = (at - 1) >> 1;
            if (!entry.IsBefore(_heap[parent]))
            {
                break;
            }

            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = entry;
    }

    private void Pop()
    {
        DueTimer last = _heap[--_heapCount];
        int at = 0;
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= _heapCount)
            {
                break;
            }

            if (child + 1 < _heapCount && _heap[child + 1].IsBefore(_heap[child]))
            {
                child++;
            }

            if (!_heap[child].IsBefore(last))
            {
                break;
            }

            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = last;
    }
}
