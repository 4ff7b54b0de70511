// Hot file: no allocation, no lock, no clock.
using FastCore.Engine.Ports;
using FastCore.Fraud.Features;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// Brings what the decisions about some transactions will touch towards the CPU, in three stages: see
/// <see cref="FeaturesAhead"/>.
/// </summary>
internal sealed class DecisionsAhead(FraudStore store)
{
    private readonly FeaturesAhead _features = new(store.Features);
    private readonly RecordKey[] _keys = new RecordKey[2 * FeaturesAhead.Max];
    private int _count;

    /// <summary>Begins with other transactions.</summary>
    public void Clear()
    {
        _features.Clear();
        _count = 0;
    }

    /// <summary>Adds one of <see cref="FeaturesAhead.Max"/>.</summary>
    /// <param name="request">The transaction.</param>
    /// <param name="transaction">As windows see it.</param>
    /// <param name="isCardHere">Nothing was handed over for it.</param>
    public void Add(in ScoreTransaction request, in FeatureTransaction transaction, bool isCardHere)
    {
        _keys[_count++] = DecisionMaking.KeyOf(request, RecordKinds.Decision);
        _features.AddMerchant(transaction);
        if (isCardHere)
        {
            _features.AddCard(transaction);
            if (store.Cards.Count != 0)
            {
                _keys[_count++] = DecisionMaking.KeyOf(request, RecordKinds.Card);
            }
        }
    }

    /// <summary>First stage: the places of their ids, and the ways to the rows of their keys.</summary>
    public void HintAtKeys()
    {
        store.Index.Hint(_keys.AsSpan(0, _count));
        _features.HintAtKeys();
    }

    /// <summary>Second stage: the rows.</summary>
    public void HintAtRows() => _features.HintAtRows();

    /// <summary>Third stage: the events that the rows name.</summary>
    public void HintAtEvents() => _features.HintAtEvents();
}
