using FastCore.Engine.Ports;

namespace FastCore.Fraud.Features;

/// <summary>
/// What the features of a set remember in one partition: cards, terminals and merchants, each for itself, because the
/// keys of one transaction may live on different partitions. Owned by the partition's thread; a function of the calls
/// made, so a replay gives the same state and the same features, bit for bit.
/// </summary>
/// <remarks>
/// Nothing is derived from the state parts, so nothing is rebuilt after a recovery. What runs full is a status, and the
/// call has recorded nothing; only the key's time may have moved on.
/// </remarks>
public sealed class FeatureStore : IDisposable
{
    private readonly KeyHistory?[] _histories = new KeyHistory?[4];
    private readonly List<IStatePart> _parts = [];

    /// <summary>Makes an empty store.</summary>
    /// <param name="set">The features.</param>
    /// <param name="options">Bounds; they shape the state.</param>
    public FeatureStore(FeatureSet set, FeatureOptions options)
    {
        Set = set;
        Open(FeatureKey.Card, options.Cards);
        Open(FeatureKey.Terminal, options.Terminals);
        Open(FeatureKey.Merchant, options.Merchants);
    }

    /// <summary>The features.</summary>
    public FeatureSet Set { get; }

    /// <summary>The parts of the state, in a fixed order. A checkpoint of another feature set is refused.</summary>
    public IReadOnlyList<IStatePart> Parts => _parts;

    /// <summary>
    /// Records a transaction in the history of one of its keys and writes this key's raw values: what was committed
    /// before, and the transaction itself.
    /// </summary>
    /// <param name="key">Which of its keys lives here.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="part">The key's part of a raw vector, see <see cref="FeatureSet.PartOf"/>.</param>
    /// <param name="place">
    /// Where it lies, for labels; nowhere when nothing was recorded or no feature of the key reads labels.
    /// </param>
    public FeatureStatus Observe(
        FeatureKey key, in FeatureTransaction transaction, Span<long> part, out EventPlace place)
    {
        if (_histories[(int)key] is KeyHistory history)
        {
            return history.Observe(transaction.KeyOf(key), transaction, part, out place);
        }

        place = default;
        return FeatureStatus.Recorded;
    }

    /// <summary>Takes a label of a transaction that was recorded for a kind of key in this partition.</summary>
    /// <param name="key">Which key's history it belongs to.</param>
    /// <param name="place">Where <see cref="Observe"/> put the transaction.</param>
    /// <param name="label">What is known.</param>
    /// <param name="knownAtNs">Since when, in Unix nanoseconds; earlier transactions never see it.</param>
    public LabelStatus Label(FeatureKey key, in EventPlace place, FraudLabel label, ulong knownAtNs) =>
        _histories[(int)key]?.Label(place, label, knownAtNs) ?? LabelStatus.NotNeeded;

    /// <summary>
    /// Gives back what idle keys hold and no window can read any more, and drops keys without an event for
    /// <see cref="KeyFeatureOptions.ForgetAfterDays"/>. Looks at some keys per call and goes on there with the next.
    /// </summary>
    /// <param name="oldestNs">No transaction before this time will come.</param>
    /// <param name="keysMax">Keys to look at, of each kind.</param>
    public void Reclaim(ulong oldestNs, int keysMax)
    {
        foreach (KeyHistory? history in _histories)
        {
            history?.Reclaim(oldestNs, keysMax);
        }
    }

    /// <summary>What happened to the history of a kind of key, and what was approximated.</summary>
    public FeatureCounters CountersOf(FeatureKey key) => _histories[(int)key]?.Counters ?? default;

    /// <summary>Keys of a kind.</summary>
    public int KeysOf(FeatureKey key) => _histories[(int)key]?.Keys ?? 0;

    /// <summary>Counts all totals again from the events. Slow.</summary>
    /// <returns>Null, or a sentence that says what is broken.</returns>
    public string? CheckInvariants()
    {
        foreach (KeyHistory? history in _histories)
        {
            if (history?.CheckInvariants() is string broken)
            {
                return broken;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (KeyHistory? history in _histories)
        {
            history?.Dispose();
        }
    }

    internal KeyHistory? HistoryOf(FeatureKey key) => _histories[(int)key];

    private void Open(FeatureKey key, KeyFeatureOptions options)
    {
        KeyPlan plan = Set.PlanOf(key);
        if (!plan.IsEmpty)
        {
            KeyHistory history = new($"{FeatureWords.Of(key)}-features", plan, Set.Hash.ToArray(), options);
            _histories[(int)key] = history;
            _parts.AddRange(history.Parts);
        }
    }
}
