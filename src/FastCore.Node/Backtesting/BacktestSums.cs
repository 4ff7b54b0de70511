using System.Runtime.InteropServices;

using FastCore.Fraud.Backtesting;
using FastCore.Fraud.Policies;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Backtesting;

/// <summary>Sums up what a backtest collected.</summary>
internal sealed class BacktestSums(BacktestRows rows)
{
    private const int ExamplesMax = 20;

    private delegate bool Picks(in BacktestRow row);

    public BacktestReport Report(
        FraudPolicy candidate, IReadOnlyList<int> cut, RuleNames before, RuleNames after, ulong? splitNs)
    {
        rows.All.Sort((a, b) => (a.TimeNs, a.Timestamp, a.Merchant).CompareTo((b.TimeNs, b.Timestamp, b.Merchant)));
        int earlier = splitNs is ulong split ? CountBefore(split) : rows.All.Length / 2;
        long fraud = Count((in BacktestRow row) => row.IsFraud);
        return new BacktestReport
        {
            Candidate = candidate,
            PartitionsCut = cut,
            Decisions = rows.All.Length,
            Labelled = Count((in BacktestRow row) => row.Label != TransactionLabel.None),
            Fraud = fraud,
            Before = SideOf(isAfter: false, earlier, before),
            After = SideOf(isAfter: true, earlier, after),
            Moves = Moves(),
            Examples = Examples(),
            SplitNs = splitNs ?? (earlier < rows.All.Length ? rows.All[earlier].TimeNs : 0),
            Earlier = earlier,
            Features = [.. Enumerable.Range(0, rows.Features.Count).Select(feature =>
                (rows.Features.Definitions[feature].Name,
                    PsiOf(earlier, (in BacktestRow row) => rows.ValueOf(row, feature))))],
        };
    }

    private delegate float Value(in BacktestRow row);

    private BacktestSide SideOf(bool isAfter, int earlier, RuleNames names) => new()
    {
        Counts = Enum.GetValues<Decision>().Where(decision => decision != Decision.None).ToDictionary(
            decision => decision, decision => Count((in BacktestRow row) => Of(row, isAfter) == decision)),
        Stopped = Detect((in BacktestRow row) => Of(row, isAfter) is Decision.Review or Decision.Decline),
        Declined = Detect((in BacktestRow row) => Of(row, isAfter) == Decision.Decline),
        ModelReview = Detect((in BacktestRow row) => BandOf(row, isAfter) is ScoreBand.Review or ScoreBand.Decline),
        ModelDecline = Detect((in BacktestRow row) => BandOf(row, isAfter) == ScoreBand.Decline),
        Ranking = RankingOf(isAfter),
        ScorePsi = PsiOf(earlier, (in BacktestRow row) => isAfter ? row.ScoreAfter : row.ScoreBefore),
        Rules = [.. names.All.Select((rule, number) => new BacktestRule(
            rule.Name, rule.IsShadow, rule.Outcome,
            Detect((in BacktestRow row) => rows.FiredOf(row, isAfter).Contains(number))))
            .OrderBy(rule => rule.Name, StringComparer.Ordinal)],
    };

    private static Decision Of(in BacktestRow row, bool isAfter) => isAfter ? row.After : row.Before;

    private static ScoreBand BandOf(in BacktestRow row, bool isAfter) => isAfter ? row.BandAfter : row.BandBefore;

    private int CountBefore(ulong timeNs)
    {
        int count = 0;
        while (count < rows.All.Length && rows.All[count].TimeNs < timeNs)
        {
            count++;
        }

        return count;
    }

    private long Count(Picks picks)
    {
        long count = 0;
        foreach (ref readonly BacktestRow row in rows.All)
        {
            count += picks(row) ? 1 : 0;
        }

        return count;
    }

    private Detection Detect(Picks picks)
    {
        long flagged = 0;
        long labelled = 0;
        long fraud = 0;
        long allFraud = 0;
        foreach (ref readonly BacktestRow row in rows.All)
        {
            allFraud += row.IsFraud ? 1 : 0;
            if (picks(row))
            {
                flagged++;
                labelled += row.Label == TransactionLabel.None ? 0 : 1;
                fraud += row.IsFraud ? 1 : 0;
            }
        }

        return new Detection(flagged, labelled, fraud, allFraud);
    }

    private Ranking RankingOf(bool isAfter)
    {
        List<float> scores = [];
        List<bool> isFraud = [];
        foreach (ref readonly BacktestRow row in rows.All)
        {
            float score = isAfter ? row.ScoreAfter : row.ScoreBefore;
            if (row.Label != TransactionLabel.None && !float.IsNaN(score))
            {
                scores.Add(score);
                isFraud.Add(row.IsFraud);
            }
        }

        return Ranking.Of([.. scores], [.. isFraud]);
    }

    private double? PsiOf(int earlier, Value value)
    {
        float[] values = new float[rows.All.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = value(rows.All[i]);
        }

        return StabilityIndex.Of(values.AsSpan(0, earlier), values.AsSpan(earlier));
    }

    private Dictionary<(Decision, Decision), long> Moves()
    {
        Dictionary<(Decision, Decision), long> moves = [];
        foreach (ref readonly BacktestRow row in rows.All)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(moves, (row.Before, row.After), out _)++;
        }

        return moves;
    }

    private List<ChangedDecision> Examples()
    {
        List<ChangedDecision> examples = [];
        foreach (ref readonly BacktestRow row in rows.All)
        {
            if (row.Before != row.After && examples.Count < ExamplesMax)
            {
                examples.Add(new ChangedDecision(
                    row.Id, row.Merchant, row.Before, row.After, row.ReasonAfter, row.Label));
            }
        }

        return examples;
    }
}
