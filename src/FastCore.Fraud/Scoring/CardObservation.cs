// Hot file: no allocation, no lock, no clock.
using FastCore.Engine.Ports;
using FastCore.Fraud.Features;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// The first of two steps, on the partition of the card: counts a transaction in the card's windows and hands over what
/// was seen. What comes again gets the same answer and is counted once.
/// </summary>
/// <param name="store">The state.</param>
/// <param name="isHere">Whether a merchant belongs to this partition.</param>
internal sealed class CardObservation(FraudStore store, Predicate<ulong> isHere)
{
    /// <summary>Transactions whose cache misses overlap.</summary>
    public const int ChunkMax = FeaturesAhead.Max;

    private readonly FeatureTransaction[] _transactions = new FeatureTransaction[ChunkMax];
    private readonly RecordKey[] _keys = new RecordKey[ChunkMax];
    private readonly FeaturesAhead _ahead = new(store.Features);
    private readonly int _rawLength = store.Features.Set.RawLengthOf(FeatureKey.Card);

    /// <summary>Counts at most <see cref="ChunkMax"/> transactions.</summary>
    /// <param name="requests">The transactions.</param>
    /// <param name="isPayment">They were made from payments.</param>
    /// <param name="results">One for each.</param>
    public void Observe(ReadOnlySpan<ScoreTransaction> requests, bool isPayment, Span<CardFeatures> results)
    {
        Prefetch(requests);
        for (int i = 0; i < requests.Length; i++)
        {
            results[i] = Observe(requests[i], _transactions[i], isPayment);
        }
    }

    /// <summary>The first field in which a request differs from what was counted under its id; 0 = none.</summary>
    public static FraudStatus Compare(in ScoreTransaction request, in CardRow known) =>
        request.Card != known.Card ? FraudStatus.ExistsWithDifferentCard
        : request.Amount != known.Amount ? FraudStatus.ExistsWithDifferentAmount
        : request.Terminal != known.Terminal ? FraudStatus.ExistsWithDifferentTerminal
        : request.OccurredAt != known.OccurredAt ? FraudStatus.ExistsWithDifferentOccurredAt
        : request.Latitude != known.Latitude || request.Longitude != known.Longitude
            ? FraudStatus.ExistsWithDifferentPlace
        : 0;

    // What windows see of a chunk is worked out once, for all stages and for counting.
    private void Prefetch(ReadOnlySpan<ScoreTransaction> requests)
    {
        Span<FeatureTransaction> transactions = _transactions.AsSpan(0, requests.Length);
        _ahead.Clear();
        for (int i = 0; i < requests.Length; i++)
        {
            ref readonly ScoreTransaction request = ref requests[i];
            _keys[i] = RecordKey.Of(request.Id, RecordKinds.Card, request.Merchant & Limits.BookMax);
            transactions[i] = TransactionFeatures.Of(request, store.Time.BatchNs);
            _ahead.AddCard(transactions[i]);
        }

        store.Index.Hint(_keys.AsSpan(0, requests.Length));
        _ahead.HintAtKeys();
        _ahead.HintAtRows();
        _ahead.HintAtEvents();
    }

    private CardFeatures Observe(in ScoreTransaction request, in FeatureTransaction transaction, bool isPayment)
    {
        FraudStatus broken = FraudRules.Check(request, isPayment, store.Time.BatchNs);
        if (broken != 0)
        {
            return new CardFeatures { Code = broken };
        }

        if (store.TryFind(request.Id, RecordKinds.Card, request.Merchant, out long position))
        {
            ref readonly CardRow known = ref store.Cards.Get(position);
            broken = Compare(request, known);
            return broken != 0 ? new CardFeatures { Code = broken } : known.Features;
        }

        // Decided in one step before, and counted by that. The second step finds the decision and needs no numbers.
        if (isHere(request.Merchant)
            && store.TryFind(request.Id, RecordKinds.Decision, request.Merchant, out position))
        {
            return new CardFeatures { Code = FraudStatus.Ok, Timestamp = store.Decisions.Get(position).Timestamp };
        }

        // Filled where it stays: pieces written in one size and copied in another wait for each other.
        ulong next = (ulong)store.Cards.Count;
        ref CardRow row = ref store.Cards.Append();
        row.Id = request.Id;
        row.Merchant = request.Merchant;
        row.Card = request.Card;
        row.Amount = request.Amount;
        row.OccurredAt = request.OccurredAt;
        row.Latitude = request.Latitude;
        row.Longitude = request.Longitude;
        row.Terminal = request.Terminal;
        row.Features.Code = FraudStatus.Ok;
        row.Features.Timestamp = store.Time.Next();
        if (request.Card == 0)
        {
            row.Features.Flags = DecisionFlags.CardUnknown;
        }
        else
        {
            store.Newest.Saw(transaction.TimeNs);
            Span<long> values = row.Features.Values;
            if (store.Features.Observe(FeatureKey.Card, transaction, values[.._rawLength], out row.Place)
                != FeatureStatus.Recorded)
            {
                values.Clear();
                row.Features.Flags = DecisionFlags.CardFailed;
            }
        }

        store.Index.Set(RecordKey.Of(row.Id, RecordKinds.Card, row.Merchant), next);
        store.Watcher?.Counted(row.Id, row.Merchant, row.Features);
        return row.Features;
    }
}
