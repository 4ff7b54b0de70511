using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastCore.Engine.Time;

/// <summary>
/// Timers of a partition: a hierarchical wheel driven by the journaled time. Derived state: it is rebuilt from the
/// tables at recovery, never hashed, and handles must not be stored in state. Owned by one thread.
/// </summary>
/// <remarks>
/// Time is cut into ticks; a tick number is read as digits of six bits, and each level of the wheel has a bucket for
/// each value of its digit. A timer waits at the level of the highest digit in which its tick differs from the current
/// one, so adding and cancelling are O(1) and a timer moves at most once per level. Timers of the current tick and
/// overdue ones are ordered by (due, token), which makes firing exact to the nanosecond and independent of the order in
/// which timers were added.
/// Before many timers are added to an empty wheel (recovery), call <see cref="TryTake"/> once with the time of now:
/// otherwise they all wait at the highest level and move together at the first take.
/// </remarks>
public sealed class TimerWheel
{
    private const int DigitBits = 6;
    private const int BucketsPerLevel = 1 << DigitBits;
    private const int Levels = (64 + DigitBits - 1) / DigitBits;

    private readonly ulong _tickNs;
    private readonly ulong[] _occupied = new ulong[Levels];
    private readonly int[] _heads = new int[Levels * BucketsPerLevel];
    private readonly ulong[] _earliestNs = new ulong[Levels * BucketsPerLevel];
    private readonly TimerNodes _nodes = new();
    private readonly DueTimers _due;
    private ulong _currentTick;
    private int _count;

    /// <summary>Makes an empty wheel.</summary>
    /// <param name="tickNs">
    /// Nanoseconds of a tick: how finely timers are sorted ahead of time. Firing is exact anyway.
    /// </param>
    public TimerWheel(ulong tickNs = 1_000_000)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tickNs);
        _tickNs = tickNs;
        _due = new DueTimers(_nodes);
    }

    /// <summary>Timers waiting.</summary>
    public int Count => _count;

    /// <summary>
    /// When the earliest timer is due, or <see cref="ulong.MaxValue"/>. Never late. Exact, but after a cancel it may be
    /// the due time of the cancelled timer (a lower bound) until a take passes that time.
    /// </summary>
    public ulong NextDueNs
    {
        get
        {
            if (_due.Count != 0)
            {
                return _due.FirstDueNs;
            }

            int bucket = EarliestBucket();
            return bucket < 0 ? ulong.MaxValue : _earliestNs[bucket];
        }
    }

    /// <summary>
    /// Adds a timer. O(1); O(log n) of the timers due in the current tick when it is due in it or overdue.
    /// </summary>
    /// <param name="dueNs">When to fire.</param>
    /// <param name="token">
    /// What it means to the owner; timers due at the same time fire in the order of their tokens.
    /// </param>
    /// <returns>A handle for <see cref="Cancel"/>; positive.</returns>
    public long Add(ulong dueNs, ulong token)
    {
        int node = _nodes.Take();
        ref TimerNodes.Timer timer = ref _nodes[node];
        timer.DueNs = dueNs;
        timer.Token = token;
        Place(node, ref timer);
        _count++;
        return ((long)timer.Generation << 32) | (uint)node;
    }

    /// <summary>Brings a timer that will be cancelled towards the CPU. A hint: any handle will do.</summary>
    public void Hint(long handle)
    {
        int node = (int)(uint)handle;
        if (node > 0 && node < _nodes.Used)
        {
            _nodes.Prefetch(node);
        }
    }

    /// <summary>Cancels a timer. O(1) for one that waits in the wheel.</summary>
    /// <returns>False when it fired or was cancelled before.</returns>
    public bool Cancel(long handle)
    {
        int node = (int)(uint)handle;
        if (node <= 0 || node >= _nodes.Used)
        {
            return false;
        }

        ref TimerNodes.Timer timer = ref _nodes[node];
        if (timer.Generation != (int)(handle >> 32) || timer.Bucket is TimerNodes.Free or TimerNodes.Cancelled)
        {
            return false;
        }

        _count--;
        if (timer.Bucket < 0)
        {
            _due.Cancel(node);
            return true;
        }

        if (timer.Previous != 0)
        {
            _nodes[timer.Previous].Next = timer.Next;
        }
        else
        {
            _heads[timer.Bucket] = timer.Next;
            if (timer.Next == 0)
            {
                _occupied[timer.Bucket >> DigitBits] &= ~(1UL << (timer.Bucket & (BucketsPerLevel - 1)));
            }
        }

        if (timer.Next != 0)
        {
            _nodes[timer.Next].Previous = timer.Previous;
        }

        _nodes.Release(node);
        return true;
    }

    /// <summary>Takes the next timer that is due at or before the time given, in the order of (due, token).</summary>
    /// <param name="nowNs">The batch's time. Going back is harmless: the wheel stays where it was.</param>
    /// <param name="dueNs">When it was due.</param>
    /// <param name="token">Its token.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryTake(ulong nowNs, out ulong dueNs, out ulong token)
    {
        ulong tick = nowNs / _tickNs;
        if (tick > _currentTick)
        {
            Advance(tick);
        }

        if (_due.Count == 0 || _due.FirstDueNs > nowNs)
        {
            dueNs = 0;
            token = 0;
            return false;
        }

        _due.Take(out dueNs, out token);
        _count--;
        return true;
    }

    /// <summary>
    /// Looks at the timers that are due at or before the time given and leaves them there, in no particular order.
    /// </summary>
    /// <param name="nowNs">The batch's time.</param>
    /// <param name="place">Zero for the first, then as it was left. Adding or taking timers begins anew.</param>
    /// <param name="token">Its token.</param>
    /// <returns>False after the last.</returns>
    public bool TryPeekDue(ulong nowNs, ref int place, out ulong token)
    {
        ulong tick = nowNs / _tickNs;
        if (tick > _currentTick)
        {
            Advance(tick);
        }

        // Everything due lies there now, among some that are due later in the same tick.
        return _due.TryPeek(nowNs, ref place, out token);
    }

    /// <summary>
    /// Looks at what <see cref="TryTake"/> may give soon, to bring it towards the CPU. A hint: it knows nothing while
    /// few timers are due.
    /// </summary>
    /// <param name="ahead">How far to look; 0 = the next one.</param>
    /// <param name="token">The token, perhaps of a timer that was cancelled.</param>
    public bool TryPeekAhead(int ahead, out ulong token) => _due.TryPeekAhead(ahead, out token);

    /// <summary>
    /// How far to go when only so many timers may be taken: the time given when no more are due by then, otherwise when
    /// the last of the first so many is due. Taking up to it takes more only where several share that nanosecond.
    /// </summary>
    /// <param name="nowNs">How far to go at most.</param>
    /// <param name="max">Timers, at least 1.</param>
    public ulong DueLimitNs(ulong nowNs, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ulong tick = nowNs / _tickNs;
        if (tick > _currentTick)
        {
            Advance(tick);
        }

        return _due.LimitNs(nowNs, max);
    }

    /// <summary>Forgets all timers; their handles become invalid.</summary>
    public void Clear()
    {
        Array.Clear(_occupied);
        Array.Clear(_heads);
        _due.Clear();
        _count = 0;
        _currentTick = 0;
        for (int node = 1; node < _nodes.Used; node++)
        {
            if (_nodes[node].Bucket != TimerNodes.Free)
            {
                _nodes.Release(node);
            }
        }
    }

    private void Place(int node, ref TimerNodes.Timer timer)
    {
        ulong tick = timer.DueNs / _tickNs;
        if (tick <= _currentTick)
        {
            _due.Add(node);
            return;
        }

        int level = (63 - BitOperations.LeadingZeroCount(tick ^ _currentTick)) / DigitBits;
        int digit = (int)(tick >> (level * DigitBits)) & (BucketsPerLevel - 1);
        int bucket = (level << DigitBits) | digit;
        int head = _heads[bucket];
        timer.Bucket = bucket;
        timer.Previous = 0;
        timer.Next = head;
        _heads[bucket] = node;
        if (head != 0)
        {
            _nodes[head].Previous = node;
            _earliestNs[bucket] = Math.Min(_earliestNs[bucket], timer.DueNs);
        }
        else
        {
            _occupied[level] |= 1UL << digit;
            _earliestNs[bucket] = timer.DueNs;
        }
    }

    // Every timer at a level shares all higher digits with the current tick, so lower levels come first, and within a
    // level the lowest digit.
    private int EarliestBucket()
    {
        for (int level = 0; level < Levels; level++)
        {
            if (_occupied[level] != 0)
            {
                return (level << DigitBits) | BitOperations.TrailingZeroCount(_occupied[level]);
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Advance(ulong tick)
    {
        _due.BeginGathering();
        int bucket;
        while ((bucket = EarliestBucket()) >= 0)
        {
            int level = bucket >> DigitBits;
            int shift = level * DigitBits;
            ulong digit = (ulong)(bucket & (BucketsPerLevel - 1));
            ulong above = shift + DigitBits >= 64 ? 0 : _currentTick >> (shift + DigitBits) << (shift + DigitBits);
            ulong start = above | (digit << shift);
            if (start > tick)
            {
                break;
            }

            // Entering the bucket's span: its timers spread over the levels below, or are due in its first tick.
            _currentTick = start;
            _occupied[level] &= ~(1UL << (int)digit);
            int node = _heads[bucket];
            _heads[bucket] = 0;
            while (node != 0)
            {
                ref TimerNodes.Timer timer = ref _nodes[node];
                int next = timer.Next;
                Place(node, ref timer);
                node = next;
            }
        }

        _currentTick = tick;
        _due.EndGathering();
    }
}
