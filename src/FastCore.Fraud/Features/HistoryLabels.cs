using FastCore.Engine.Ports;

namespace FastCore.Fraud.Features;

/// <summary>
/// Labels of one kind of key. Of the labels of a transaction the one with the latest known-at counts, of those with the
/// same the gravest, so the order in which they arrive does not matter. None counts before its known-at.
/// </summary>
internal sealed class HistoryLabels : IDisposable
{
    private readonly LabelledEvents _labelled;
    private readonly WaitingLabels _waiting;
    private readonly HistoryState _state;
    private readonly EntityTable _entities;
    private readonly EventBlocks _events;
    private readonly SpilledHours _hours;
    private readonly HistoryWindows _windows;
    private readonly int _labelsMax;

    public HistoryLabels(
        string name,
        KeyFeatureOptions options,
        HistoryState state,
        EntityTable entities,
        EventBlocks events,
        SpilledHours hours,
        HistoryWindows windows,
        LabelledEvents labelled)
    {
        _labelled = labelled;
        _waiting = new WaitingLabels(name, options.WaitingLabelsMax, state);
        _state = state;
        _entities = entities;
        _events = events;
        _hours = hours;
        _windows = windows;
        _labelsMax = options.LabelsMax;
    }

    public IEnumerable<IStatePart> Parts => [_labelled.Part, _waiting.Part];

    /// <summary>Labels that wait for their known-at.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>Events that have labels.</summary>
    public int LabelledCount => _labelled.Count;

    // A label that waits has its room, so that it can always be applied.
    private bool HasRoom => _labelled.Count + _waiting.Count < _labelsMax;

    /// <summary>Labels in a key's list.</summary>
    public int CountWaiting(int head) => _waiting.CountFrom(head);

    /// <summary>Whether something is known about an event.</summary>
    public bool IsLabelled(int slot, uint number) => _labelled.Find(slot, number) != 0;

    /// <summary>Labelled events of an hour, if all of them belong to it, or −1.</summary>
    public int CountLabelled(in HourRow hour)
    {
        int count = 0;
        for (int link = hour.Labelled; link != 0; link = _labelled.Read(link).Next)
        {
            ref readonly LabelledRow row = ref _labelled.Read(link);
            if (row.Owner != hour.Owner || row.Number - hour.FirstEvent >= hour.Count)
            {
                return -1;
            }

            count++;
        }

        return count;
    }

    public LabelStatus Add(in EventPlace place, FraudLabel label, ulong knownAtNs)
    {
        LabelStatus status = AddUncounted(place, label, knownAtNs);
        Count(status);
        return status;
    }

    /// <summary>Applies the labels of a key that are known by its time.</summary>
    public void TakeDue(ref EntityHeader header, Span<ReachTotals> reaches) =>
        TakeDue(ref header, reaches, header.LastNs);

    /// <summary>Applies the labels of a key that are known by a time.</summary>
    public void TakeDue(ref EntityHeader header, Span<ReachTotals> reaches, ulong nowNs)
    {
        while (_waiting.TryTake(ref header.WaitingLabel, nowNs, out WaitingLabelRow label))
        {
            if (TryFind(header, reaches, label.Place, out uint? hour))
            {
                Apply(header, reaches, label.Place, hour, label.Label, label.KnownAtNs);
            }
        }
    }

    public void Dispose()
    {
        _labelled.Dispose();
        _waiting.Dispose();
    }

    private LabelStatus AddUncounted(in EventPlace place, FraudLabel label, ulong knownAtNs)
    {
        if (label is FraudLabel.None or > FraudLabel.Fraud)
        {
            return LabelStatus.BadLabel;
        }

        if (knownAtNs is 0 or > FeatureLimits.TimeNsMax)
        {
            return LabelStatus.TimeOutOfRange;
        }

        int owner = place.Owner - 1;
        if (!_entities.IsLive(owner))
        {
            return LabelStatus.UnknownTransaction;
        }

        ref readonly EntityHeader seen = ref _entities.Read(owner, out ReadOnlySpan<ReachTotals> totals);
        if (seen.Generation != place.Generation || !TryFind(seen, totals, place, out uint? hour))
        {
            return LabelStatus.UnknownTransaction;
        }

        ref EntityHeader header = ref _entities.Write(owner, out Span<ReachTotals> reaches);
        return knownAtNs > header.LastNs
            ? _waiting.Add(ref header.WaitingLabel, place, label, knownAtNs, HasRoom)
            : Apply(header, reaches, place, hour, label, knownAtNs);
    }

    // The hour is that into which the event was spilled, or none.
    private bool TryFind(
        in EntityHeader header, ReadOnlySpan<ReachTotals> reaches, in EventPlace place, out uint? hour)
    {
        hour = null;
        ref readonly ReachTotals longest = ref reaches[^1];
        int owner = place.Owner - 1;
        if (place.Number - longest.Oldest < header.NextEvent - longest.Oldest)
        {
            return _events.Has(place.Block, owner, place.Number);
        }

        bool isSpilled = _hours.TryFind(owner, longest.OldestHour, header.NextHour, place.Number, out uint number);
        hour = number;
        return isSpilled;
    }

    private LabelStatus Apply(
        in EntityHeader header,
        Span<ReachTotals> reaches,
        in EventPlace place,
        uint? hour,
        FraudLabel label,
        ulong knownAtNs)
    {
        int link = _labelled.Find(place.Owner - 1, place.Number);
        LabelledRow known = link == 0 ? default : _labelled.Read(link);
        if (known.KnownAtNs == knownAtNs && known.Label == label)
        {
            return LabelStatus.Repeated;
        }

        if ((known.KnownAtNs, known.Label).CompareTo((knownAtNs, label)) > 0)
        {
            return LabelStatus.Superseded;
        }

        if (link == 0 && !HasRoom)
        {
            return LabelStatus.LabelsFull;
        }

        link = link == 0 ? AddLabelled(place, hour) : link;
        ref LabelledRow row = ref _labelled.Write(link);
        row.KnownAtNs = knownAtNs;
        row.Label = label;
        bool isFraud = label >= FraudLabel.Confirmed;
        if (isFraud != (known.Label >= FraudLabel.Confirmed))
        {
            SetFraud(header, reaches, place, hour, isFraud ? 1 : -1);
        }

        return LabelStatus.Accepted;
    }

    private int AddLabelled(in EventPlace place, uint? hour)
    {
        int link = _labelled.Add(place.Owner - 1, place.Number);
        if (hour is uint number)
        {
            _labelled.Push(ref _hours.Write(place.Owner - 1, number).Labelled, link);
        }
        else
        {
            _events.Write(place.Block, place.Number).Packed |= EventRow.LabelledBit;
        }

        return link;
    }

    private void SetFraud(
        in EntityHeader header, Span<ReachTotals> reaches, in EventPlace place, uint? hour, int change)
    {
        if (hour is uint number)
        {
            ref HourRow spilled = ref _hours.Write(place.Owner - 1, number);
            spilled.Fraud = (uint)(spilled.Fraud + change);
            _windows.AddFraud(header, reaches, spilled.EndNs, isSpilled: true, change);
        }
        else
        {
            ref EventRow kept = ref _events.Write(place.Block, place.Number);
            kept.Packed ^= EventRow.FraudBit;
            _windows.AddFraud(header, reaches, kept.TimeNs, isSpilled: false, change);
        }
    }

    private void Count(LabelStatus status)
    {
        ref FeatureCounters counters = ref _state.Numbers.Counters;
        switch (status)
        {
            case LabelStatus.Accepted:
                counters.Labels++;
                break;
            case LabelStatus.Repeated:
                counters.RepeatedLabels++;
                break;
            case LabelStatus.Superseded:
                counters.SupersededLabels++;
                break;
            case LabelStatus.UnknownTransaction:
                counters.UnknownLabels++;
                break;
            case LabelStatus.WaitingFull:
            case LabelStatus.LabelsFull:
                counters.RefusedLabels++;
                break;
            default:
                break;
        }
    }
}
