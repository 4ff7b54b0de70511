using FastCore.Fraud.Features;

namespace FastCore.Fraud.Tests.Features;

/// <summary>
/// The slow twin of a store: keeps every event and every label for ever and computes each window by its definition.
/// </summary>
internal sealed class NaiveHistory(FeatureSet set, FeatureOptions options)
{
    private const ulong Hour = 3_600_000_000_000;

    private readonly Dictionary<(FeatureKey, UInt128), List<Event>> _events = [];
    private readonly Dictionary<(FeatureKey, UInt128), FeatureTransaction> _places = [];
    private readonly Dictionary<UInt128, List<(ulong KnownAtNs, FraudLabel Label)>> _labels = [];

    /// <summary>Events that were spilled in any history.</summary>
    public int Spilled { get; private set; }

    public void Label(UInt128 id, FraudLabel label, ulong knownAtNs)
    {
        if (_labels.TryGetValue(id, out var labels))
        {
            labels.Add((knownAtNs, label));
        }
    }

    public double[] Observe(UInt128 id, in FeatureTransaction transaction)
    {
        _labels.Add(id, []);
        double[] values = new double[set.Count];
        for (FeatureKey key = FeatureKey.Card; key <= FeatureKey.Merchant; key++)
        {
            Record(id, key, transaction);
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Value(set.Definitions[i], transaction);
        }

        for (FeatureKey key = FeatureKey.Card; key <= FeatureKey.Merchant; key++)
        {
            if (transaction.Place.IsKnown)
            {
                FeatureTransaction place = transaction;
                place.TimeNs = EventsOf(key, transaction)[^1].TimeNs;
                _places[(key, KeyOf(key, transaction))] = place;
            }
        }

        return values;
    }

    private void Record(UInt128 transactionId, FeatureKey key, in FeatureTransaction transaction)
    {
        List<Event> events = EventsOf(key, transaction);
        ulong now = Math.Max(transaction.TimeNs, events.Count == 0 ? 0 : events[^1].TimeNs);
        ulong[] ends = [.. set.Definitions.Where(d => d.Key == key).Select(d => d.WindowNs + d.DelayNs).Append(0UL)];
        List<Event> kept = events.FindAll(e => !e.IsSpilled && e.TimeNs + ends.Max() > now);
        if (kept.Count != 0 && kept.Count >= Cap(key))
        {
            kept[0].IsSpilled = true;
            kept.RemoveAt(0);
            Spilled++;
        }

        FeatureKey of = set.Definitions.FirstOrDefault(d => d.Key == key && d.Of != default)?.Of ?? default;
        UInt128 counterparty = of == default ? 0 : KeyOf(of, transaction);
        ulong counted = set.Definitions.Where(d => d.Key == key && d.Of != default).Max(d => (ulong?)d.WindowNs) ?? 0;
        Event? earlier = kept.FindLast(e => e.Counterparty == counterparty && e.TimeNs + counted > now);
        if (earlier is not null)
        {
            earlier.HasLater = true;
        }

        events.Add(new Event(transactionId, now, transaction.Amount, counterparty));
    }

    private double Value(FeatureDefinition definition, in FeatureTransaction transaction)
    {
        DateTime time = DateTime.UnixEpoch.AddSeconds(transaction.TimeNs / CardRows.Second);
        switch (definition.Aggregate)
        {
            case FeatureAggregate.Amount:
                return transaction.Amount / 100.0;
            case FeatureAggregate.Weekend:
                return time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 1 : 0;
            case FeatureAggregate.Night:
                return time.Hour <= 6 ? 1 : 0;
            default:
                return KeyValue(definition, transaction);
        }
    }

    private double KeyValue(FeatureDefinition definition, in FeatureTransaction transaction)
    {
        List<Event> events = EventsOf(definition.Key, transaction);
        ulong now = events[^1].TimeNs;
        List<Event> window = events.FindAll(e => IsIn(e, definition, now));
        long sum = window.Sum(e => e.Amount);
        int frauds = window.Count(e => IsFraud(e.Id, now));
        return definition.Aggregate switch
        {
            FeatureAggregate.Count => window.Count,
            FeatureAggregate.Sum => sum / 100.0,
            FeatureAggregate.Mean => window.Count == 0 ? 0 : sum / (100.0 * window.Count),
            FeatureAggregate.Ratio => sum == 0 ? 0 : (double)transaction.Amount * window.Count / sum,
            FeatureAggregate.Distinct => Distinct(window),
            FeatureAggregate.FraudCount => frauds,
            FeatureAggregate.Risk => window.Count == 0 ? 0 : (double)frauds / window.Count,
            FeatureAggregate.FirstSeen => (now - events[0].TimeNs) / 1e9,
            FeatureAggregate.ImpossibleSpeed => Speed(definition.Key, transaction, now),
            _ => throw new InvalidOperationException(),
        };
    }

    // (t − delay − window, t − delay]; what is spilled is known by the end of its hour only, and not below an hour.
    private static bool IsIn(Event e, FeatureDefinition definition, ulong now)
    {
        if (e.IsSpilled && definition.WindowNs + definition.DelayNs < Hour)
        {
            return false;
        }

        ulong at = e.IsSpilled ? e.TimeNs - (e.TimeNs % Hour) + Hour - 1 : e.TimeNs;
        return at + definition.DelayNs + definition.WindowNs > now
            && (definition.DelayNs == 0 || at + definition.DelayNs <= now);
    }

    // Without spilled events: different counterparties. With them, those that came again after a spill count twice.
    private static double Distinct(List<Event> window) => window.Exists(e => e.IsSpilled)
        ? window.Count(e => !e.HasLater)
        : window.Select(e => e.Counterparty).Distinct().Count();

    private bool IsFraud(UInt128 id, ulong now) =>
        _labels[id].Where(label => label.KnownAtNs <= now).DefaultIfEmpty().Max().Label >= FraudLabel.Confirmed;

    private double Speed(FeatureKey key, in FeatureTransaction transaction, ulong now)
    {
        if (!transaction.Place.IsKnown
            || !_places.TryGetValue((key, KeyOf(key, transaction)), out FeatureTransaction last))
        {
            return 0;
        }

        return last.Place.MetresTo(transaction.Place) * 3.6e9 / Math.Max(now - last.TimeNs, CardRows.Second);
    }

    private List<Event> EventsOf(FeatureKey key, in FeatureTransaction transaction)
    {
        (FeatureKey, UInt128) id = (key, KeyOf(key, transaction));
        if (!_events.TryGetValue(id, out List<Event>? events))
        {
            _events.Add(id, events = []);
        }

        return events;
    }

    private int Cap(FeatureKey key) => (key switch
    {
        FeatureKey.Card => options.Cards,
        FeatureKey.Terminal => options.Terminals,
        _ => options.Merchants,
    }).EventsPerKeyMax;

    private static UInt128 KeyOf(FeatureKey key, in FeatureTransaction transaction) => key switch
    {
        FeatureKey.Card => transaction.Card,
        FeatureKey.Terminal => transaction.Terminal,
        _ => transaction.Merchant,
    };

    private sealed record Event(UInt128 Id, ulong TimeNs, long Amount, UInt128 Counterparty)
    {
        public bool IsSpilled { get; set; }

        public bool HasLater { get; set; }
    }
}
