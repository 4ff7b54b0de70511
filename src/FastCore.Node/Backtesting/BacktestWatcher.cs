using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Fraud.Scoring;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Backtesting;

/// <summary>
/// Decides each transaction of a partition's journal by the candidate too, over lists of its own, which are changed as
/// the partition's were.
/// </summary>
internal sealed class BacktestWatcher : IDecisionWatcher, IDisposable
{
    private readonly FraudPolicy _candidate;
    private readonly BacktestRows _rows;
    private readonly RuleNames _before;
    private readonly RuleNames _after;
    private readonly RuleLists _lists = new(RuleLists.EntriesMax);
    private readonly PolicyEvaluator _evaluator;
    private readonly bool[] _fired = new bool[RuleLimits.RulesMax];
    private readonly bool[] _listed = new bool[RuleLimits.ListsMax];

    public BacktestWatcher(FraudPolicy candidate, BacktestRows rows, RuleNames before, RuleNames after)
    {
        _candidate = candidate;
        _rows = rows;
        _before = before;
        _after = after;
        _evaluator = new PolicyEvaluator(candidate, _lists);
    }

    public void Decided(in WatchedDecision decision)
    {
        DecisionRecord record = decision.Record;
        PolicyModel? model = _candidate.ModelFor(record.Card);
        float score = float.NaN;
        if (model is not null)
        {
            Span<float> margin = stackalloc float[1];
            _evaluator.Score(model, decision.Vector, margin);
            score = PolicyEvaluator.Probability(margin[0]);
        }

        RuleTransaction transaction = decision.Transaction with { Score = score };
        RuleVerdict verdict = _evaluator.Judge(transaction, decision.Values);
        (Decision after, DecisionReason reason) = PolicyDecision.Of(
            _candidate, verdict, record.Flags, model is not null, score, record.Merchant);
        List<int> firedAfter = FiredBy(_evaluator, transaction, decision.Values, _after);
        List<int> firedBefore = decision.Policy is { } policy
            ? FiredBy(policy, decision.Transaction, decision.Values, _before)
            : [];
        _rows.Add(
            new BacktestRow
            {
                Id = record.Id,
                Merchant = record.Merchant,
                TimeNs = decision.TimeNs,
                Timestamp = record.Timestamp,
                ScoreBefore = record.Score,
                ScoreAfter = score,
                Before = record.Decision,
                After = after,
                ReasonAfter = reason,
                BandBefore = BandOf(record.Score, decision.Policy?.Policy.ThresholdsOf(record.Merchant)),
                BandAfter = BandOf(score, _candidate.ThresholdsOf(record.Merchant)),
            },
            decision.Vector,
            firedBefore,
            firedAfter);
    }

    public void Counted(UInt128 id, ulong merchant, in CardFeatures card)
    {
        // What was counted comes with the decision.
    }

    public void ListChanged(string list, in ListChange change, ulong nowNs)
    {
        int own = _lists.Find(list);
        if (own < 0)
        {
            return;
        }

        _ = change.Kind == ListChangeKind.Add
            ? _lists.Add(own, change.Key, change.ExpiresAt, nowNs)
            : _lists.Remove(own, change.Key, nowNs);
    }

    public void Dispose() => _lists.Dispose();

    private static ScoreBand BandOf(float score, PolicyThresholds? thresholds) =>
        thresholds is not { } own || float.IsNaN(score) ? ScoreBand.None
        : score >= own.Decline ? ScoreBand.Decline
        : score >= own.Review ? ScoreBand.Review
        : ScoreBand.Below;

    private List<int> FiredBy(
        PolicyEvaluator evaluator, in RuleTransaction transaction, ReadOnlySpan<double> values, RuleNames names)
    {
        RuleSet rules = evaluator.Policy.Rules;
        evaluator.AskAll(transaction, values, _fired, _listed);
        List<int> fired = [];
        for (int rule = 0; rule < rules.Rules.Count; rule++)
        {
            if (_fired[rule])
            {
                fired.Add(names.Of(rules.Rules[rule]));
            }
        }

        return fired;
    }
}
