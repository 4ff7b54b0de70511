using FastCore.Fraud.Features;

namespace FastCore.Fraud.Tests.Features;

/// <summary>
/// Runs transactions through a store as the engine will: labels that became known come first, then the parts of the
/// transaction's keys, then the features.
/// </summary>
internal sealed class FeatureStream : IDisposable
{
    private readonly Queue<(EventPlace Place, ulong KnownAtNs)> _labels = [];
    private readonly FeaturesAhead _ahead;
    private readonly long[] _raw;
    private readonly ulong _delayNs;

    public FeatureStream(FeatureSet set, FeatureOptions options, ulong labelDelayNs)
    {
        Store = new FeatureStore(set, options);
        _ahead = new FeaturesAhead(Store);
        _raw = new long[set.RawLength];
        _delayNs = labelDelayNs;
        Values = new double[set.Count];
    }

    public FeatureStore Store { get; }

    public FeatureSet Set => Store.Set;

    public double[] Values { get; }

    public int LabelsRefused { get; private set; }

    public void Run(in CardRow row)
    {
        while (_labels.TryPeek(out var label) && label.KnownAtNs <= row.Transaction.TimeNs)
        {
            _labels.Dequeue();
            bool isTaken = Store.Label(FeatureKey.Terminal, label.Place, FraudLabel.Fraud, label.KnownAtNs)
                is LabelStatus.Accepted;
            LabelsRefused += isTaken ? 0 : 1;
        }

        EventPlace place = Observe(row.Transaction)[(int)FeatureKey.Terminal];
        if (row.IsFraud)
        {
            _labels.Enqueue((place, row.Transaction.TimeNs + _delayNs));
        }
    }

    /// <summary>Records a transaction for all its keys.</summary>
    /// <returns>Where it lies, by kind of key.</returns>
    public EventPlace[] Observe(in FeatureTransaction transaction)
    {
        EventPlace[] places = new EventPlace[4];
        Set.WriteTransaction(transaction, _raw);

        // What a hint brings, wherever it looks, must not matter.
        _ahead.Clear();
        _ahead.AddCard(transaction);
        _ahead.AddMerchant(transaction);
        _ahead.HintAtKeys();
        _ahead.HintAtRows();
        _ahead.HintAtEvents();
        for (FeatureKey key = FeatureKey.Card; key <= FeatureKey.Merchant; key++)
        {
            FeatureStatus status = Store.Observe(
                key, transaction, Set.PartOf(key, _raw), out places[(int)key]);
            if (status != FeatureStatus.Recorded)
            {
                throw new InvalidOperationException($"A transaction was refused: {status}.");
            }
        }

        Set.Compute(_raw, Values);
        return places;
    }

    public void Dispose() => Store.Dispose();
}
