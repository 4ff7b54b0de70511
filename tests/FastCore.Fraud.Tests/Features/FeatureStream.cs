using FastCore.Fraud.Features;

namespace FastCore.Fraud.Tests.Features;

/// <summary>
/// Runs transactions through a store as the engine will: labels that became known come first, then the parts of the
/// transaction's keys, then the features.
/// </summary>
internal sealed class FeatureStream : IDisposable
{
    private readonly Queue<(UInt128 Id, ulong KnownAtNs)> _labels = [];
    private readonly long[] _raw;
    private readonly ulong _delayNs;

    public FeatureStream(FeatureSet set, FeatureOptions options, ulong labelDelayNs)
    {
        Store = new FeatureStore(set, options);
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
            bool isTaken = Store.Label(FeatureKey.Terminal, label.Id, FraudLabel.Fraud, label.KnownAtNs)
                is LabelStatus.Accepted;
            LabelsRefused += isTaken ? 0 : 1;
        }

        Observe(row.Transaction);
        if (row.IsFraud)
        {
            _labels.Enqueue((row.Transaction.Id, row.Transaction.TimeNs + _delayNs));
        }
    }

    public void Observe(in FeatureTransaction transaction)
    {
        Set.WriteTransaction(transaction, _raw);
        for (FeatureKey key = FeatureKey.Card; key <= FeatureKey.Merchant; key++)
        {
            FeatureStatus status = Store.Observe(key, transaction, Set.PartOf(key, _raw));
            if (status != FeatureStatus.Recorded)
            {
                throw new InvalidOperationException($"Transaction {transaction.Id} was refused: {status}.");
            }
        }

        Set.Compute(_raw, Values);
    }

    public void Dispose() => Store.Dispose();
}
