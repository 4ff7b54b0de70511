// Hot file: no allocation, no lock, no clock but for the times of stages, which are told and not kept.
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// Decides about transactions, in chunks: features of each in turn, since each sees those before it, then the models
/// over all of the chunk, then rules and records.
/// </summary>
internal sealed class DecisionMaking
{
    private const int ChunkMax = FeaturesAhead.Max;
    private const ushort NoRule = ushort.MaxValue;

    private readonly FraudStore _store;
    private readonly IClock? _stageClock;
    private readonly TransactionFeatures _features;
    private readonly int _count;
    private readonly DecisionRow[] _rows = new DecisionRow[ChunkMax];
    private readonly int[] _places = new int[ChunkMax];
    private readonly double[] _values;
    private readonly float[] _vectors;
    private readonly float[] _margins = new float[ChunkMax];
    private readonly float[] _shadowMargins = new float[ChunkMax];
    private readonly PolicyModel?[] _models = new PolicyModel?[ChunkMax];
    private readonly ulong[] _seen = new ulong[64];
    private readonly CardFeatures[] _cards = new CardFeatures[ChunkMax];
    private readonly FeatureTransaction[] _transactions = new FeatureTransaction[ChunkMax];
    private readonly DecisionsAhead _ahead;
    private int _pending;
    private bool _isTimed;
    private long _startedNs;

    public DecisionMaking(FraudStore store, IClock? stageClock)
    {
        _store = store;
        _stageClock = stageClock;
        _features = new TransactionFeatures(store.Features);
        _ahead = new DecisionsAhead(store);
        _count = store.Features.Set.Count;
        _values = new double[ChunkMax * _count];
        _vectors = new float[ChunkMax * _count];
    }

    /// <summary>Decides about the transactions of a request.</summary>
    /// <param name="body">Transactions.</param>
    /// <param name="stride">
    /// Bytes of each; where it is more than the transaction, the rest is what its card's partition handed over.
    /// </param>
    /// <param name="results">One for each.</param>
    public void Score(ReadOnlySpan<byte> body, int stride, Span<ScoreResult> results)
    {
        CardFeatures none = default;
        for (int first = 0; first < results.Length; first += ChunkMax)
        {
            int end = Math.Min(results.Length, first + ChunkMax);
            Prefetch(body, stride, first, end);
            for (int i = first; i < end; i++)
            {
                ref readonly ScoreTransaction request =
                    ref MemoryMarshal.AsRef<ScoreTransaction>(body.Slice(i * stride, ScoreTransaction.Size));
                ref readonly CardFeatures card = ref CardOf(body, stride, i, in none);
                Take(request, _transactions[i - first], card, isPayment: false, i, results);
            }

            Flush(results);
        }
    }

    /// <summary>Decides about one payment.</summary>
    public ScoreResult Score(in ScoreTransaction request, in CardFeatures card)
    {
        ScoreResult result = default;
        Span<ScoreResult> results = new(ref result);
        _isTimed = (request.Flags & ScoreFlags.StageTimes) != 0;
        Take(request, TransactionFeatures.Of(request, _store.Time.BatchNs), card, isPayment: true, 0, results);
        Flush(results);
        return result;
    }

    /// <summary>Where the index has what a transaction led to.</summary>
    public static RecordKey KeyOf(in ScoreTransaction request, byte kind) =>
        RecordKey.Of(request.Id, kind, request.Merchant & Protocol.Limits.BookMax);

    private static ref readonly CardFeatures CardOf(
        ReadOnlySpan<byte> body, int stride, int at, ref readonly CardFeatures none) =>
        ref stride == ScoreTransaction.Size
            ? ref none
            : ref MemoryMarshal.AsRef<CardFeatures>(
                body.Slice((at * stride) + ScoreTransaction.Size, CardFeatures.Size));

    // What windows see of a chunk is worked out once, for all stages and for deciding.
    private void Prefetch(ReadOnlySpan<byte> body, int stride, int first, int end)
    {
        ulong nowNs = _store.Time.BatchNs;
        CardFeatures none = default;
        ScoreFlags flags = ScoreFlags.None;
        _ahead.Clear();
        for (int i = first; i < end; i++)
        {
            ref readonly ScoreTransaction request =
                ref MemoryMarshal.AsRef<ScoreTransaction>(body.Slice(i * stride, ScoreTransaction.Size));
            flags |= request.Flags;
            ref FeatureTransaction transaction = ref _transactions[i - first];
            transaction = TransactionFeatures.Of(request, nowNs);
            _ahead.Add(request, transaction, CardOf(body, stride, i, in none).IsCardHere);
        }

        _ahead.HintAtKeys();
        _ahead.HintAtRows();
        _ahead.HintAtEvents();
        _isTimed = (flags & ScoreFlags.StageTimes) != 0;
    }

    // The clock is asked only for those who want to know: a payment is a chunk of its own, and would ask four times.
    private long StageNow() => _isTimed ? _stageClock?.MonotonicNs ?? 0 : 0;

    private void Take(
        in ScoreTransaction request, in FeatureTransaction transaction, in CardFeatures card, bool isPayment,
        int place, Span<ScoreResult> results)
    {
        FraudStatus broken = FraudRules.Check(request, isPayment, _store.Time.BatchNs);
        if (broken == 0 && IsPerhapsPending(request.Id))
        {
            Flush(results);
        }

        if (broken == 0 && _store.TryFind(request.Id, RecordKinds.Decision, request.Merchant, out long position))
        {
            results[place] = Repeat(request, _store.Decisions.Get(position));
            return;
        }

        // In an earlier request it may have taken a step at its card, and been lost before the second one.
        ref readonly CardFeatures seen = ref card;
        if (broken == 0 && card.IsCardHere && _store.Cards.Count != 0
            && _store.TryFind(request.Id, RecordKinds.Card, request.Merchant, out long counted))
        {
            ref readonly CardRow row = ref _store.Cards.Get(counted);
            broken = CardObservation.Compare(request, row);
            seen = ref row.Features;
        }

        // A first step that had no effect says why with its frame's status, a refused one with its code.
        if (broken == 0 && !seen.IsCardHere && seen.Code != FraudStatus.Ok)
        {
            broken = seen.Code;
        }

        if (broken != 0)
        {
            results[place] = new ScoreResult { Code = broken };
            return;
        }

        if (_pending == 0)
        {
            _startedNs = StageNow();
        }

        int at = _pending++;
        _places[at] = place;
        ref DecisionRow decision = ref _rows[at];
        decision = default;
        decision.Request = request;
        decision.Flags = isPayment ? DecisionFlags.Payment : DecisionFlags.None;
        decision.Rule = NoRule;
        decision.TimeNs = transaction.TimeNs;
        _store.Newest.Saw(transaction.TimeNs);
        Span<double> values = _values.AsSpan(at * _count, _count);
        _features.Compute(ref decision, transaction, seen, values);
        if (_store.Watcher is not null)
        {
            _cards[at] = seen;
        }

        Span<float> vector = _vectors.AsSpan(at * _count, _count);
        for (int i = 0; i < values.Length; i++)
        {
            // The bits of a NaN that was converted are the processor's choice.
            vector[i] = double.IsNaN(values[i]) ? float.NaN : (float)values[i];
        }

        uint bit = BitOf(request.Id);
        _seen[bit >> 6] |= 1UL << (int)(bit & 63);
    }

    // An id that comes twice in a chunk must find its first decision; a false alarm only ends the chunk early.
    private bool IsPerhapsPending(UInt128 id)
    {
        uint bit = BitOf(id);
        return (_seen[bit >> 6] >> (int)(bit & 63) & 1) != 0;
    }

    private static uint BitOf(UInt128 id) => (uint)((((ulong)id ^ (ulong)(id >> 64)) * 0x9E3779B97F4A7C15) >> 52);

    private static ScoreResult Repeat(in ScoreTransaction request, in DecisionRow known)
    {
        FraudStatus broken = FraudRules.Compare(request, known.Request);
        ScoreResult result = broken != 0 ? new ScoreResult { Code = broken } : known.ToResult();
        result.ResultFlags = broken != 0 ? ScoreResultFlags.None : ScoreResultFlags.Duplicate;
        return result;
    }

    private void Flush(Span<ScoreResult> results)
    {
        int pending = _pending;
        if (pending == 0)
        {
            return;
        }

        long featuresNs = StageNow();
        PolicyEvaluator? policy = _store.Policy.Evaluator;
        if (policy is not null)
        {
            RunModels(policy, pending);
        }

        long modelNs = StageNow();
        for (int i = 0; i < pending; i++)
        {
            ref DecisionRow row = ref _rows[i];
            Decide(ref row, i, policy);
            Keep(ref row, _vectors.AsSpan(i * _count, _count));
            results[_places[i]] = row.ToResult();
            if (_store.Watcher is { } watcher)
            {
                Show(watcher, row, i, policy);
            }
        }

        if (_isTimed)
        {
            TellTimes(results, pending, featuresNs, modelNs);
        }

        _pending = 0;
        Array.Clear(_seen);
    }

    // Runs of the same model are scored together; the challenger's share of cards breaks them.
    private void RunModels(PolicyEvaluator policy, int pending)
    {
        for (int i = 0; i < pending; i++)
        {
            _models[i] = policy.Policy.ModelFor(_rows[i].Request.Card);
        }

        for (int first = 0; first < pending;)
        {
            int end = first + 1;
            while (end < pending && ReferenceEquals(_models[end], _models[first]))
            {
                end++;
            }

            if (_models[first] is { } model)
            {
                policy.Score(
                    model, _vectors.AsSpan(first * _count, (end - first) * _count),
                    _margins.AsSpan(first, end - first));
            }

            first = end;
        }

        for (int shadow = 0; shadow < policy.Policy.Shadows.Count; shadow++)
        {
            policy.Score(
                policy.Policy.Shadows[shadow], _vectors.AsSpan(0, pending * _count), _shadowMargins.AsSpan(0, pending));
            for (int i = 0; i < pending; i++)
            {
                _rows[i].Shadows[shadow] = _shadowMargins[i];
            }
        }
    }

    private void Decide(ref DecisionRow row, int at, PolicyEvaluator? evaluator)
    {
        row.Score = float.NaN;
        row.Margin = float.NaN;
        if (evaluator is null)
        {
            row.Flags |= DecisionFlags.NoPolicy | DecisionFlags.NoModel;
            row.Decision = Decision.Approve;
            return;
        }

        FraudPolicy policy = evaluator.Policy;
        row.PolicyVersion = policy.Version;
        if (_models[at] is { } model)
        {
            row.Margin = _margins[at];
            row.Score = PolicyEvaluator.Probability(row.Margin);
            row.Flags |= ReferenceEquals(model, policy.Challenger) ? DecisionFlags.Challenger : 0;
        }
        else
        {
            row.Flags |= DecisionFlags.NoModel;
        }

        RuleVerdict verdict = Judge(row, at, evaluator);
        row.ShadowRules = verdict.Shadows;
        if (verdict.Reason != RuleReason.None)
        {
            row.Rule = (ushort)verdict.Index;
        }

        (row.Decision, row.Reason) = PolicyDecision.Of(
            policy, verdict, row.Flags, _models[at] is not null, row.Score, row.Request.Merchant);
        if (row.Decision == Decision.Review && _store.Reviews.IsFull)
        {
            row.Decision = Decision.Decline;
            row.Flags |= DecisionFlags.ReviewsFull;
        }
    }

    private RuleVerdict Judge(in DecisionRow row, int at, PolicyEvaluator evaluator) =>
        evaluator.Judge(RuleTransactionOf(row), _values.AsSpan(at * _count, _count));

    private RuleTransaction RuleTransactionOf(in DecisionRow row)
    {
        ref readonly ScoreTransaction request = ref row.Request;
        return new RuleTransaction
        {
            Card = request.Card,
            Merchant = request.Merchant,
            Terminal = request.Terminal,
            Device = request.Device,
            TimeNs = _store.Time.BatchNs,
            Amount = (long)request.Amount,
            Score = row.Score,
            Currency = request.Currency,
            Bin = request.Bin,
        };
    }

    private void Show(IDecisionWatcher watcher, in DecisionRow row, int at, PolicyEvaluator? policy)
    {
        ShadowMargins shadows = row.Shadows;
        DecisionRecord record = row.ToRecord();
        record.RequestFlags &= ~ScoreFlags.StageTimes;
        watcher.Decided(new WatchedDecision
        {
            Record = record,
            TimeNs = row.TimeNs,
            Transaction = RuleTransactionOf(row),
            Values = _values.AsSpan(at * _count, _count),
            Vector = _vectors.AsSpan(at * _count, _count),
            ShadowMargins = shadows,
            Card = _cards[at],
            Policy = policy,
        });
    }

    private void Keep(ref DecisionRow row, ReadOnlySpan<float> vector)
    {
        row.Timestamp = _store.Time.Next();
        row.Vector = _store.Vectors.Count;
        for (int part = 0; part < _store.VectorRows; part++)
        {
            ReadOnlySpan<float> slice = vector[(part * VectorRow.Length)..];
            slice[..Math.Min(slice.Length, VectorRow.Length)].CopyTo(_store.Vectors.Append());
        }

        long position = _store.Decisions.Count;
        ref DecisionRow kept = ref _store.Decisions.Append();
        kept = row;
        kept.Request.Flags &= ~ScoreFlags.StageTimes;
        _store.Index.Set(RecordKey.Of(row.Request.Id, RecordKinds.Decision, row.Request.Merchant), (ulong)position);
        if (row.Decision == Decision.Review)
        {
            ref ReviewRow review = ref _store.Reviews.Insert(
                new ReviewKey(row.Request.Id, row.Request.Merchant), out _);
            review.Id = row.Request.Id;
            review.Merchant = row.Request.Merchant;
            review.Timestamp = row.Timestamp;
            review.Decision = position;
        }
    }

    private void TellTimes(Span<ScoreResult> results, int pending, long featuresNs, long modelNs)
    {
        long endNs = StageNow();
        for (int i = 0; i < pending; i++)
        {
            if ((_rows[i].Request.Flags & ScoreFlags.StageTimes) != 0)
            {
                ref ScoreResult result = ref results[_places[i]];
                result.FeaturesNs = (uint)Math.Max((featuresNs - _startedNs) / pending, 0);
                result.ModelNs = (uint)Math.Max((modelNs - featuresNs) / pending, 0);
                result.RulesNs = (uint)Math.Max((endNs - modelNs) / pending, 0);
            }
        }
    }
}
