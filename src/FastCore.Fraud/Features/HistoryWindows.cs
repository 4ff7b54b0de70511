namespace FastCore.Fraud.Features;

/// <summary>
/// Moves the running totals of a key with its time: events go in at the newest end of all of them and leave each one
/// when they are out of its reach. Hot: no allocation.
/// </summary>
/// <remarks>
/// When a key has as many events as it may keep, its oldest is spilled into the hour in which it happened. Spilled
/// events count as happening in the last nanosecond of their hour, all of them, so an hour leaves a total as a whole,
/// never before its last event would have. Totals that reach less than an hour back know only what is kept one by one.
/// </remarks>
internal sealed class HistoryWindows
{
    private readonly EventBlocks _events;
    private readonly SpilledHours _hours;
    private readonly LabelledEvents? _labelled;
    private readonly HistoryState _state;
    private readonly ulong[] _reachNs;
    private readonly FeatureKey _distinctOf;
    private readonly ulong _distinctReachNs;
    private readonly uint _eventsMax;

    // Totals from this one on reach an hour or more into the past.
    private readonly int _firstHourly;
    private readonly int _last;

    public HistoryWindows(
        KeyPlan plan, EventBlocks events, SpilledHours hours, LabelledEvents? labels, int eventsMax, HistoryState state)
    {
        _events = events;
        _hours = hours;
        _labelled = labels;
        _state = state;
        _reachNs = plan.ReachNs;
        _last = _reachNs.Length - 1;
        _firstHourly = _reachNs.Count(reach => reach < FeatureLimits.Hour);
        _eventsMax = (uint)eventsMax;
        _distinctOf = plan.DistinctOf;
        _distinctReachNs = plan.Distincts.Length == 0 ? 0 : plan.Distincts.Max(read => _reachNs[read.Whole]);
    }

    /// <summary>There is at least one total.</summary>
    public bool Exist => _last >= 0;

    /// <summary>How far the longest total reaches into the past.</summary>
    public ulong LongestNs => Exist ? _reachNs[_last] : 0;

    /// <summary>Lets go what is out of reach at a time.</summary>
    public void Advance(ref EntityHeader header, Span<ReachTotals> reaches, int slot, ulong nowNs)
    {
        for (int i = 0; i < reaches.Length; i++)
        {
            ref ReachTotals reach = ref reaches[i];
            while (reach.Oldest != header.NextEvent && reach.OldestNs + _reachNs[i] <= nowNs)
            {
                ref readonly EventRow row = ref _events.Read(reach.OldestBlock, reach.Oldest);
                reach.Remove(row);
                if (i == _last && row.IsLabelled)
                {
                    ForgetLabel(slot, reach.Oldest);
                }

                Step(ref header, ref reach, isLast: i == _last);
            }

            if (i >= _firstHourly && reach.OldestHour != header.NextHour)
            {
                AdvanceHours(header, ref reach, slot, i, nowNs);
            }
        }
    }

    /// <summary>Makes sure that one more event fits, or says why it does not.</summary>
    public FeatureStatus MakeRoom(ref EntityHeader header, Span<ReachTotals> reaches, int slot, long amount)
    {
        if (reaches[_last].Sum > long.MaxValue - amount || reaches[_last].Count == uint.MaxValue)
        {
            return FeatureStatus.AmountOutOfRange;
        }

        if (header.NextEvent - reaches[_last].Oldest >= _eventsMax && !TrySpill(ref header, reaches, slot))
        {
            return FeatureStatus.HoursFull;
        }

        return header.NextEvent % EventBlockRow.Events == 0 && _events.IsFull
            ? FeatureStatus.EventsFull
            : FeatureStatus.Recorded;
    }

    /// <summary>Appends an event at the key's time. There is room.</summary>
    /// <returns>The event's number.</returns>
    public uint Append(
        ref EntityHeader header, Span<ReachTotals> reaches, int slot, in FeatureTransaction transaction)
    {
        uint number = header.NextEvent;
        if (number % EventBlockRow.Events == 0)
        {
            BeginBlock(ref header, reaches, slot);
        }

        ref EventRow row = ref _events.Write(header.TailBlock, number);
        row.TimeNs = header.LastNs;
        row.Packed = EventRow.Pack(transaction.Amount);
        header.NextEvent = number + 1;
        ulong earlierNs = 0;
        if (_distinctReachNs != 0)
        {
            ulong agedNs = header.LastNs > _distinctReachNs ? header.LastNs - _distinctReachNs : 0;
            ulong tag = new EntityKey(transaction.KeyOf(_distinctOf)).Hash64();
            earlierNs = _events.Tag(header.TailBlock, number, reaches[_last].Oldest, agedNs, tag);
        }

        for (int i = 0; i < reaches.Length; i++)
        {
            ref ReachTotals reach = ref reaches[i];
            reach.OldestNs = reach.Oldest == number ? header.LastNs : reach.OldestNs;
            reach.Sum += transaction.Amount;
            reach.Count++;
            reach.Distinct += earlierNs == 0 || earlierNs + _reachNs[i] <= header.LastNs ? 1u : 0;
        }

        if (reaches[_last].OldestHour != header.NextHour)
        {
            _state.Numbers.Counters.Approximate++;
        }

        return number;
    }

    /// <summary>Changes the frauds of all totals that have an event of that time, or of an hour's end.</summary>
    public void AddFraud(in EntityHeader header, Span<ReachTotals> reaches, ulong timeNs, bool isSpilled, int change)
    {
        for (int i = isSpilled ? _firstHourly : 0; i < reaches.Length; i++)
        {
            if (timeNs + _reachNs[i] > header.LastNs)
            {
                reaches[i].Fraud = (uint)(reaches[i].Fraud + change);
            }
        }
    }

    /// <summary>Whether nothing of a key that ended then is in reach at a time.</summary>
    public bool AreOver(ulong lastNs, ulong nowNs) => HourRow.EndOf(lastNs) + LongestNs <= nowNs;

    /// <summary>Whether a key has events or hours.</summary>
    public bool HoldsAny(in EntityHeader header, ReadOnlySpan<ReachTotals> reaches) =>
        header.TailBlock != 0 || (Exist && reaches[_last].OldestHour != header.NextHour);

    /// <summary>Gives back all events of a key that is over, the block begun included.</summary>
    public void Clear(ref EntityHeader header, Span<ReachTotals> reaches, int slot, ulong nowNs)
    {
        Advance(ref header, reaches, slot, nowNs);
        if (header.TailBlock == 0)
        {
            return;
        }

        _events.RemoveFirst(header.TailBlock);
        header.TailBlock = 0;
        header.NextEvent = (header.NextEvent | (EventBlockRow.Events - 1)) + 1;
        foreach (ref ReachTotals reach in reaches)
        {
            reach.Oldest = header.NextEvent;
            reach.OldestBlock = 0;
        }
    }

    private void BeginBlock(ref EntityHeader header, Span<ReachTotals> reaches, int slot)
    {
        header.TailBlock = _events.Append(slot, header.NextEvent, header.TailBlock);
        foreach (ref ReachTotals reach in reaches)
        {
            if (reach.OldestBlock == 0)
            {
                reach.OldestBlock = header.TailBlock;
            }
        }
    }

    // The longest total is the last to let an event go, and its block with it.
    private void Step(ref EntityHeader header, ref ReachTotals reach, bool isLast)
    {
        if (++reach.Oldest % EventBlockRow.Events == 0)
        {
            int left = reach.OldestBlock;
            reach.OldestBlock = _events.Read(left).Next;
            if (isLast)
            {
                _events.RemoveFirst(left);
                header.TailBlock = header.TailBlock == left ? 0 : header.TailBlock;
            }
        }

        if (reach.Oldest != header.NextEvent)
        {
            reach.OldestNs = _events.Read(reach.OldestBlock, reach.Oldest).TimeNs;
        }
    }

    private void AdvanceHours(in EntityHeader header, ref ReachTotals reach, int slot, int index, ulong nowNs)
    {
        while (reach.OldestHour != header.NextHour)
        {
            ref readonly HourRow hour = ref _hours.Read(slot, reach.OldestHour);
            if (hour.EndNs + _reachNs[index] > nowNs)
            {
                return;
            }

            reach.Remove(hour);
            if (index == _last)
            {
                _labelled?.RemoveAll(hour.Labelled);
                _hours.Remove(slot, reach.OldestHour);
            }

            reach.OldestHour++;
        }
    }

    private void ForgetLabel(int slot, uint number) => _labelled!.Remove(_labelled.Find(slot, number));

    private bool TrySpill(ref EntityHeader header, Span<ReachTotals> reaches, int slot)
    {
        ref ReachTotals longest = ref reaches[_last];
        uint number = longest.Oldest;
        EventRow row = _events.Read(longest.OldestBlock, number);
        ulong endNs = HourRow.EndOf(row.TimeNs);
        bool areHoursKept = _firstHourly <= _last;
        if (areHoursKept && !TrySpillInto(ref header, reaches, slot, number, row))
        {
            return false;
        }

        if (!areHoursKept && row.IsLabelled)
        {
            ForgetLabel(slot, number);
        }

        _state.Numbers.Counters.Spilled++;
        for (int i = 0; i < reaches.Length; i++)
        {
            ref ReachTotals reach = ref reaches[i];
            bool isIn = reach.Oldest == number;
            if (i < _firstHourly && isIn)
            {
                reach.Remove(row);
                _state.Numbers.Counters.CappedWindows++;
            }
            else if (i >= _firstHourly && !isIn && endNs + _reachNs[i] > header.LastNs)
            {
                // It had left, but its hour has not: it is back until its hour leaves.
                reach.Add(row);
            }

            if (isIn)
            {
                Step(ref header, ref reach, isLast: i == _last);
            }
        }

        return true;
    }

    private bool TrySpillInto(
        ref EntityHeader header, Span<ReachTotals> reaches, int slot, uint number, in EventRow row)
    {
        ulong endNs = HourRow.EndOf(row.TimeNs);
        if (reaches[_last].OldestHour == header.NextHour
            || !_hours.Read(slot, header.NextHour - 1).Continues(number, endNs))
        {
            if (_hours.IsFull)
            {
                return false;
            }

            // Totals that the hour is out of reach of never see it.
            _hours.Append(slot, header.NextHour, endNs, number);
            header.NextHour++;
            for (int i = _firstHourly; i < reaches.Length; i++)
            {
                if (endNs + _reachNs[i] <= header.LastNs)
                {
                    reaches[i].OldestHour = header.NextHour;
                }
            }
        }

        _hours.Add(slot, header.NextHour - 1, row);
        if (row.IsLabelled)
        {
            int label = _labelled!.Find(slot, number);
            _labelled.Push(ref _hours.Write(slot, header.NextHour - 1).Labelled, label);
        }

        return true;
    }
}
