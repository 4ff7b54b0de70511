namespace FastCore.Fraud.Features;

/// <summary>
/// Brings what transactions ahead will touch towards the CPU: first the ways to the rows of their keys, then the rows,
/// then the events that the rows name. Each stage goes over all of its transactions, so that none waits for what it
/// asked for and their cache misses overlap. Only hints: nothing depends on them. Belongs to the thread of its store.
/// </summary>
public sealed class FeaturesAhead
{
    /// <summary>Transactions there is room for.</summary>
    public const int Max = 64;

    private readonly KeysAhead? _cards;
    private readonly KeysAhead? _terminals;
    private readonly KeysAhead? _merchants;
    private ulong _newestNs;

    /// <summary>For one store.</summary>
    public FeaturesAhead(FeatureStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _cards = Of(store, FeatureKey.Card);
        _terminals = Of(store, FeatureKey.Terminal);
        _merchants = Of(store, FeatureKey.Merchant);
    }

    /// <summary>Begins with other transactions.</summary>
    public void Clear()
    {
        _cards?.Clear();
        _terminals?.Clear();
        _merchants?.Clear();
        _newestNs = 0;
    }

    /// <summary>Adds a transaction's card, when its card is counted here.</summary>
    public void AddCard(in FeatureTransaction transaction)
    {
        _cards?.Add(transaction.KeyOf(FeatureKey.Card));
        _newestNs = Math.Max(_newestNs, transaction.TimeNs);
    }

    /// <summary>Adds its terminal and its merchant, which are counted where it is decided.</summary>
    public void AddMerchant(in FeatureTransaction transaction)
    {
        _terminals?.Add(transaction.KeyOf(FeatureKey.Terminal));
        _merchants?.Add(transaction.KeyOf(FeatureKey.Merchant));
        _newestNs = Math.Max(_newestNs, transaction.TimeNs);
    }

    /// <summary>First stage: the ways to the rows.</summary>
    public void HintAtKeys()
    {
        _cards?.HintAtKeys();
        _terminals?.HintAtKeys();
        _merchants?.HintAtKeys();
    }

    /// <summary>Second stage: the rows.</summary>
    public void HintAtRows()
    {
        _cards?.HintAtRows();
        _terminals?.HintAtRows();
        _merchants?.HintAtRows();
    }

    /// <summary>Third stage: the events that come and go.</summary>
    public void HintAtEvents()
    {
        _cards?.HintAtEvents(_newestNs);
        _terminals?.HintAtEvents(_newestNs);
        _merchants?.HintAtEvents(_newestNs);
    }

    private static KeysAhead? Of(FeatureStore store, FeatureKey key) =>
        store.HistoryOf(key) is { } history ? new KeysAhead(history) : null;

    private sealed class KeysAhead(KeyHistory history)
    {
        private readonly EntityKey[] _keys = new EntityKey[Max];
        private readonly int[] _slots = new int[Max];
        private int _count;

        public void Clear() => _count = 0;

        public void Add(UInt128 id) => _keys[_count++] = new EntityKey(id);

        public void HintAtKeys() => history.PrefetchEntries(_keys.AsSpan(0, _count));

        public void HintAtRows() => history.PrefetchRows(_keys.AsSpan(0, _count), _slots);

        public void HintAtEvents(ulong nowNs) => history.PrefetchEvents(_slots.AsSpan(0, _count), nowNs);
    }
}
