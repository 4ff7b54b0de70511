// Hot file: no allocation, no lock, no clock.
using FastCore.Fraud.Features;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>Computes the features of a transaction where it is decided.</summary>
internal sealed class TransactionFeatures
{
    private readonly FeatureStore _store;
    private readonly FeatureSet _set;
    private readonly int _cardValues;
    private readonly int[] _ofCard;
    private readonly int[] _ofTerminal;
    private readonly int[] _ofMerchant;
    private readonly long[] _raw;

    public TransactionFeatures(FeatureStore store)
    {
        _store = store;
        _set = store.Set;
        _cardValues = _set.RawLengthOf(FeatureKey.Card);
        _ofCard = Positions(FeatureKey.Card);
        _ofTerminal = Positions(FeatureKey.Terminal);
        _ofMerchant = Positions(FeatureKey.Merchant);
        _raw = new long[_set.RawLength];
    }

    /// <summary>What the windows see of a request.</summary>
    public static FeatureTransaction Of(in ScoreTransaction request, ulong nowNs)
    {
        _ = FraudRules.PlaceOf(request, out FeaturePlace place);
        return new FeatureTransaction
        {
            Card = request.Card,
            Terminal = new UInt128(request.Merchant, request.Terminal),
            Merchant = request.Merchant,
            TimeNs = FraudRules.TimeOf(request, nowNs),
            Amount = (long)request.Amount,
            Place = place,
        };
    }

    /// <summary>Counts a transaction and computes its features; what is missing is NaN.</summary>
    /// <param name="row">The request in it; places and flags are filled in.</param>
    /// <param name="transaction">As windows see it.</param>
    /// <param name="card">What the card's partition handed over; nothing when the card is counted here.</param>
    /// <param name="values">Room for one value for each feature.</param>
    public void Compute(
        ref DecisionRow row, in FeatureTransaction transaction, in CardFeatures card, Span<double> values)
    {
        Span<long> raw = _raw;
        _set.WriteTransaction(transaction, raw);
        if (!card.IsCardHere)
        {
            row.Flags |= card.Flags;
            ((ReadOnlySpan<long>)card.Values)[.._cardValues].CopyTo(_set.PartOf(FeatureKey.Card, raw));
        }
        else if (row.Request.Card == 0)
        {
            row.Flags |= DecisionFlags.CardUnknown;
        }
        else
        {
            row.Flags |= Observe(FeatureKey.Card, transaction, raw, DecisionFlags.CardFailed, out row.Card);
        }

        row.Flags |= row.Request.Terminal == 0
            ? DecisionFlags.TerminalUnknown
            : Observe(FeatureKey.Terminal, transaction, raw, DecisionFlags.TerminalFailed, out row.Terminal);
        row.Flags |= Observe(FeatureKey.Merchant, transaction, raw, DecisionFlags.MerchantFailed, out row.Merchant);
        _set.Compute(raw, values);
        if ((row.Flags & (DecisionFlags.CardUnknown | DecisionFlags.CardFailed)) != 0)
        {
            Forget(_ofCard, values);
        }

        if ((row.Flags & (DecisionFlags.TerminalUnknown | DecisionFlags.TerminalFailed)) != 0)
        {
            Forget(_ofTerminal, values);
        }

        if ((row.Flags & DecisionFlags.MerchantFailed) != 0)
        {
            Forget(_ofMerchant, values);
        }
    }

    private static void Forget(int[] positions, Span<double> values)
    {
        foreach (int position in positions)
        {
            values[position] = double.NaN;
        }
    }

    private DecisionFlags Observe(
        FeatureKey key, in FeatureTransaction transaction, Span<long> raw, DecisionFlags failed, out EventPlace place)
    {
        Span<long> part = _set.PartOf(key, raw);
        if (_store.Observe(key, transaction, part, out place) == FeatureStatus.Recorded)
        {
            return DecisionFlags.None;
        }

        part.Clear();
        return failed;
    }

    private int[] Positions(FeatureKey key) =>
        [.. Enumerable.Range(0, _set.Count).Where(i => _set.Definitions[i].Key == key)];
}
