using FastCore.Engine.Ports;

namespace FastCore.Fraud.Features;

/// <summary>
/// What the features of one kind of key remember in one partition. Hot: no allocation, no lock, no clock; costs grow
/// with the events that leave a window, not with those in it.
/// </summary>
/// <remarks>
/// State is in commit order. A key's time is that of its newest event and never goes back: an event that says it is
/// older happens, for the windows, together with the newest. So every window has all that was committed before.
/// </remarks>
internal sealed class KeyHistory : IDisposable
{
    private readonly KeyPlan _plan;
    private readonly KeyFeatureOptions _options;
    private readonly HistoryState _state;
    private readonly EntityTable _entities;
    private readonly EventBlocks _events;
    private readonly SpilledHours _hours;
    private readonly HistoryWindows _windows;
    private readonly HistoryLabels? _labels;

    public KeyHistory(string name, KeyPlan plan, byte[] featureHash, KeyFeatureOptions options)
    {
        options.Validate();
        _plan = plan;
        _options = options;
        _state = new HistoryState(name, featureHash);
        _entities = EntityTable.Create(name, plan.ReachNs.Length, options.KeysMax);
        _events = new EventBlocks(name, options.BlocksMax, plan.Distincts.Length != 0);
        _hours = new SpilledHours(name, options.HoursMax);
        LabelledEvents? labelled = plan.HasLabels ? new LabelledEvents(name, options.LabelsMax) : null;
        _windows = new HistoryWindows(plan, _events, _hours, labelled, options.EventsPerKeyMax, _state);
        _labels = labelled is null
            ? null
            : new HistoryLabels(name, options, _state, _entities, _events, _hours, _windows, labelled);
        Parts = [_state, _entities.Part, .. _events.Parts, _hours.Part, .. _labels?.Parts ?? []];
    }

    public IReadOnlyList<IStatePart> Parts { get; }

    public FeatureCounters Counters => _state.Numbers.Counters;

    public int Keys => _entities.Count;

    public FeatureStatus Observe(
        UInt128 id, in FeatureTransaction transaction, Span<long> raw, out EventPlace place)
    {
        place = default;
        FeatureStatus status = Record(new EntityKey(id), transaction, raw, ref place);
        if (status == FeatureStatus.Recorded)
        {
            _state.Numbers.Counters.Recorded++;
        }
        else
        {
            _state.Numbers.Counters.Refused++;
        }

        return status;
    }

    public LabelStatus Label(in EventPlace place, FraudLabel label, ulong knownAtNs) =>
        _labels?.Add(place, label, knownAtNs) ?? LabelStatus.NotNeeded;

    /// <summary>Brings the way to a key's row towards the CPU.</summary>
    public void PrefetchEntries(ReadOnlySpan<EntityKey> keys) => _entities.PrefetchEntries(keys);

    /// <summary>Brings keys' rows towards the CPU; the ways to them are best there already.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="slots">Gets the slot of each, or −1; another key's where both have the same tag.</param>
    public void PrefetchRows(ReadOnlySpan<EntityKey> keys, Span<int> slots) => _entities.Prefetch(keys, slots);

    /// <summary>Brings the events that will be touched towards the CPU; the rows are best there already.</summary>
    public void PrefetchEvents(ReadOnlySpan<int> slots, ulong nowNs)
    {
        foreach (int slot in slots)
        {
            if (slot >= 0)
            {
                PrefetchEvents(slot, nowNs);
            }
        }
    }

    private void PrefetchEvents(int slot, ulong nowNs)
    {
        ref readonly EntityHeader header = ref _entities.Read(slot, out ReadOnlySpan<ReachTotals> reaches);
        if (header.TailBlock != 0)
        {
            _events.PrefetchTail(header.TailBlock, header.NextEvent);
        }

        for (int i = 0; i < reaches.Length; i++)
        {
            ref readonly ReachTotals reach = ref reaches[i];
            if (reach.OldestBlock != 0 && reach.OldestNs + _plan.ReachNs[i] <= nowNs)
            {
                _events.PrefetchOldest(reach.OldestBlock, reach.Oldest);
            }
        }
    }

    /// <summary>Looks at some rows, in the order of slots, and gives back what no window can read any more.</summary>
    public void Reclaim(ulong oldestNs, int rowsMax)
    {
        ref HistoryNumbers numbers = ref _state.Numbers;
        for (int row = 0; row < rowsMax; row++)
        {
            if (numbers.ReclaimSlot >= _entities.SlotsUsed)
            {
                numbers.ReclaimSlot = 0;
                return;
            }

            Reclaim(numbers.ReclaimSlot++, oldestNs);
        }
    }

    /// <summary>Counts everything again, slowly.</summary>
    /// <returns>Null, or a sentence that says what is broken.</returns>
    public string? CheckInvariants() => HistoryInvariants.Check(_plan, _entities, _events, _hours, _labels);

    public void Dispose()
    {
        _entities.Dispose();
        _events.Dispose();
        _hours.Dispose();
        _labels?.Dispose();
    }

    private FeatureStatus Record(
        in EntityKey key, in FeatureTransaction transaction, Span<long> raw, ref EventPlace place)
    {
        if (transaction.TimeNs is 0 or > FeatureLimits.TimeNsMax)
        {
            return FeatureStatus.TimeOutOfRange;
        }

        if ((ulong)transaction.Amount > FeatureLimits.AmountMax)
        {
            return FeatureStatus.AmountOutOfRange;
        }

        int slot = _entities.Find(key);
        if (slot < 0)
        {
            if (_entities.IsFull)
            {
                return FeatureStatus.KeysFull;
            }

            if (_windows.Exist && _events.IsFull)
            {
                return FeatureStatus.EventsFull;
            }

            slot = Insert(key, transaction.TimeNs);
        }

        ref EntityHeader header = ref _entities.Write(slot, out Span<ReachTotals> reaches);
        bool isLate = transaction.TimeNs < header.LastNs;
        header.LastNs = isLate ? header.LastNs : transaction.TimeNs;
        _windows.Advance(ref header, reaches, slot, header.LastNs);
        _labels?.TakeDue(ref header, reaches);
        if (_windows.Exist)
        {
            FeatureStatus status = _windows.MakeRoom(ref header, reaches, slot, transaction.Amount);
            if (status != FeatureStatus.Recorded)
            {
                return status;
            }

            uint number = _windows.Append(ref header, reaches, slot, transaction);
            if (_labels is not null)
            {
                place = new EventPlace(slot, header.Generation, number, header.TailBlock);
            }
        }

        // After this point it is recorded.
        _state.Numbers.Counters.Late += isLate ? 1 : 0;
        Write(ref header, reaches, transaction, raw);
        return FeatureStatus.Recorded;
    }

    private int Insert(in EntityKey key, ulong timeNs)
    {
        int slot = _entities.Insert(key);
        ref EntityHeader header = ref _entities.Write(slot, out Span<ReachTotals> reaches);
        header.FirstSeenNs = timeNs;
        header.Generation = ++_state.Numbers.NextGeneration;
        header.NextEvent = _options.FirstEventNumber;
        foreach (ref ReachTotals reach in reaches)
        {
            reach.Oldest = header.NextEvent;
        }

        return slot;
    }

    // The order is that of the plan.
    private void Write(
        ref EntityHeader header, ReadOnlySpan<ReachTotals> reaches, in FeatureTransaction transaction, Span<long> raw)
    {
        int at = 0;
        foreach (WindowRead read in _plan.Sums)
        {
            raw[at++] = reaches[read.Whole].Sum - (read.Less < 0 ? 0 : reaches[read.Less].Sum);
        }

        foreach (WindowRead read in _plan.Counts)
        {
            raw[at++] = reaches[read.Whole].Count - (read.Less < 0 ? 0 : reaches[read.Less].Count);
        }

        foreach (WindowRead read in _plan.Frauds)
        {
            raw[at++] = (long)reaches[read.Whole].Fraud - (read.Less < 0 ? 0 : reaches[read.Less].Fraud);
        }

        foreach (WindowRead read in _plan.Distincts)
        {
            raw[at++] = reaches[read.Whole].Distinct;
        }

        if (_plan.HasAge)
        {
            raw[at++] = (long)(header.LastNs - header.FirstSeenNs);
        }

        if (_plan.HasSpeed)
        {
            WriteSpeed(ref header, transaction.Place, raw[at..]);
        }
    }

    // Clocks of terminals tick seconds, so nothing is faster than a second.
    private static void WriteSpeed(ref EntityHeader header, FeaturePlace place, Span<long> raw)
    {
        bool isMeasured = place.IsKnown && header.Place.IsKnown;
        raw[1] = isMeasured ? (long)Math.Max(header.LastNs - header.PlaceNs, FeatureLimits.Second) : 1;
        raw[0] = isMeasured ? header.Place.MetresTo(place) : 0;
        if (place.IsKnown)
        {
            header.Place = place;
            header.PlaceNs = header.LastNs;
        }
    }

    private void Reclaim(int slot, ulong oldestNs)
    {
        if (!_entities.IsLive(slot))
        {
            return;
        }

        // Most rows need nothing; a write would save their bytes for a running checkpoint.
        ref readonly EntityHeader seen = ref _entities.Read(slot, out ReadOnlySpan<ReachTotals> totals);
        ulong lastNs = seen.LastNs;
        bool isOver = lastNs < oldestNs && _windows.AreOver(lastNs, oldestNs);
        bool holdsAny = _windows.HoldsAny(seen, totals);
        if (seen.WaitingLabel != 0 || (isOver && holdsAny))
        {
            ref EntityHeader header = ref _entities.Write(slot, out Span<ReachTotals> reaches);
            _labels?.TakeDue(ref header, reaches, oldestNs);
            if (isOver)
            {
                _windows.Clear(ref header, reaches, slot, oldestNs);
            }
        }

        ulong forgetAfterNs = _options.ForgetAfterDays * 24 * FeatureLimits.Hour;
        if (isOver && seen.WaitingLabel == 0 && oldestNs - lastNs > forgetAfterNs)
        {
            _entities.Remove(slot);
            _state.Numbers.Counters.ForgottenKeys++;
        }
    }
}
