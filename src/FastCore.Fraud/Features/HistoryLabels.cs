using FastCore.Engine.Ports;

namespace FastCore.Fraud.Features;

/// <summary>
/// Labels of one kind of key. Of the labels of a transaction the one with the latest known-at counts, of those with the
/// same the gravest, so the order in which they arrive does not matter. None counts before its known-at.
/// </summary>
internal sealed class HistoryLabels : IDisposable
{
    private readonly TransactionPlaces _places;
    private readonly WaitingLabels _waiting;
    private readonly HistoryState _state;
    private readonly EntityTable _entities;
    private readonly HistoryWindows _windows;

    public HistoryLabels(
        string name, KeyFeatureOptions options, HistoryState state, EntityTable entities, HistoryWindows windows)
    {
        _places = new TransactionPlaces(name, options.TransactionsMax, state);
        _waiting = new WaitingLabels(name, options.WaitingLabelsMax, state);
        _state = state;
        _entities = entities;
        _windows = windows;
    }

    public IEnumerable<IStatePart> Parts => [_places.Part, _waiting.Part];

    /// <summary>Labels that wait for their known-at.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>Labels in a key's list.</summary>
    public int CountWaiting(int head) => _waiting.CountFrom(head);

    public bool IsKnown(UInt128 transaction) => _places.Find(transaction) >= 0;

    public void Prefetch(UInt128 transaction) => _places.Prefetch(transaction);

    /// <summary>Remembers where a transaction lies.</summary>
    public void Append(in EntityHeader header, int slot, uint number, UInt128 id)
    {
        ulong matterNs = header.LastNs > _windows.LongestNs ? header.LastNs - _windows.LongestNs : 0;
        ref TransactionRow row = ref _places.Append(id, matterNs);
        row.TimeNs = header.LastNs;
        row.Owner = slot;
        row.Generation = header.Generation;
        row.Event = number;
        row.Block = header.TailBlock;
    }

    public LabelStatus Add(UInt128 transaction, FraudLabel label, ulong knownAtNs)
    {
        LabelStatus status = AddUncounted(transaction, label, knownAtNs);
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
            int place = _places.Find(label.Transaction);
            if (place >= 0)
            {
                Apply(header, reaches, place, label.Label, label.KnownAtNs);
            }
        }
    }

    /// <summary>Forgets the oldest transactions that no total reaches back to.</summary>
    public void ForgetOldest(ulong nowNs, int rowsMax)
    {
        ulong longestNs = _windows.LongestNs + FeatureLimits.Hour;
        ulong endNs = nowNs > longestNs ? nowNs - longestNs : 0;
        for (int row = 0; row < rowsMax && _places.TryForgetOldest(endNs); row++)
        {
            // Each turn forgets one.
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _waiting.Dispose();
    }

    private LabelStatus AddUncounted(UInt128 transaction, FraudLabel label, ulong knownAtNs)
    {
        if (label is FraudLabel.None or > FraudLabel.Fraud)
        {
            return LabelStatus.BadLabel;
        }

        if (knownAtNs is 0 or > FeatureLimits.TimeNsMax)
        {
            return LabelStatus.TimeOutOfRange;
        }

        int place = _places.Find(transaction);
        if (place < 0)
        {
            return LabelStatus.UnknownTransaction;
        }

        TransactionRow row = _places.Read(place);
        if (!_entities.IsLive(row.Owner) || _entities.Read(row.Owner, out _).Generation != row.Generation)
        {
            return LabelStatus.UnknownTransaction;
        }

        ref EntityHeader header = ref _entities.Write(row.Owner, out Span<ReachTotals> reaches);
        return knownAtNs > header.LastNs
            ? _waiting.Add(ref header.WaitingLabel, transaction, label, knownAtNs)
            : Apply(header, reaches, place, label, knownAtNs);
    }

    private LabelStatus Apply(
        in EntityHeader header, Span<ReachTotals> reaches, int place, FraudLabel label, ulong knownAtNs)
    {
        ref TransactionRow row = ref _places.Write(place);
        if (row.KnownAtNs == knownAtNs && row.Label == label)
        {
            return LabelStatus.Repeated;
        }

        if ((row.KnownAtNs, row.Label).CompareTo((knownAtNs, label)) > 0)
        {
            return LabelStatus.Superseded;
        }

        bool wasFraud = row.Label >= FraudLabel.Confirmed;
        bool isFraud = label >= FraudLabel.Confirmed;
        row.KnownAtNs = knownAtNs;
        row.Label = label;
        if (wasFraud != isFraud)
        {
            _windows.SetFraud(header, reaches, row, isFraud);
        }

        return LabelStatus.Accepted;
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
                counters.RefusedLabels++;
                break;
            default:
                break;
        }
    }
}
