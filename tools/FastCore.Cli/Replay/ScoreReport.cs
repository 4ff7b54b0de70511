using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Fraud;
using FastCore.Cli.Terminal;
using FastCore.Fraud.Backtesting;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Replay;

/// <summary>
/// What was decided in a replay, and how good that was by what the file says: over all of it, and by the protocol of
/// the handbook over its last days.
/// </summary>
internal sealed class ScoreReport
{
    private const ulong SecondsPerDay = 86_400;

    // The week whose frauds are known when the test begins, and the week in which labels arrive.
    private const ulong WeeksBeforeDays = 14;
    private static readonly double[] FalseAlarms = [0.001, 0.005, 0.01];

    private readonly ReplayScores _scores;
    private readonly List<ScoredTransaction> _judged = [];
    private readonly ulong _fromSeconds;
    private readonly int _days;
    private readonly Ranking _ranking;
    private readonly double?[] _recalls;
    private readonly double[] _cardPrecision;

    /// <summary>Judges.</summary>
    /// <param name="scores">What was decided.</param>
    /// <param name="days">Days at the end of the file to judge the scores on.</param>
    public ScoreReport(ReplayScores scores, int days)
    {
        _scores = scores;
        List<ScoredTransaction> all = scores.Scored;
        ulong end = all.Count == 0 ? 0 : (all.Max(one => one.Seconds) / SecondsPerDay * SecondsPerDay) + SecondsPerDay;
        ulong first = all.Count == 0 ? 0 : all.Min(one => one.Seconds) / SecondsPerDay * SecondsPerDay;
        _fromSeconds = Math.Max(first, end - Math.Min(end, (ulong)days * SecondsPerDay));
        _days = Math.Max(1, (int)((end - _fromSeconds) / SecondsPerDay));
        Judge(all);
        ScoredTransaction[] known = [.. _judged.Where(one => !float.IsNaN(one.Score))];
        float[] values = [.. known.Select(one => one.Score)];
        bool[] frauds = [.. known.Select(one => one.IsFraud)];
        _ranking = Ranking.Of(values, frauds);
        _recalls = [.. FalseAlarms.Select(share => RecallAt(values, frauds, share))];
        _cardPrecision = CardPrecision.Of(
            known.Select(one => new CardPrecision.Row(DayOf(one), one.Card, one.Score, one.IsFraud)), _days);
    }

    /// <summary>Transactions that were held or refused.</summary>
    public Detection Stopped => Of(_scores.Scored, one => one.Decision is Decision.Review or Decision.Decline);

    /// <summary>Area under the ROC curve of the judged days; null without both kinds.</summary>
    public double? AucRoc => _ranking.AucRoc;

    /// <summary>Part of the replay's document.</summary>
    public JsonObject ToJson() => new()
    {
        ["policy_version"] = _scores.PolicyVersion,
        ["scored"] = _scores.Scored.Count,
        ["not_scored"] = _scores.Undecided,
        ["card_checks"] = _scores.CardChecks,
        ["labels"] = _scores.Labels,
        ["labels_refused"] = new JsonObject([.. _scores.RefusedLabels.Select(pair =>
            KeyValuePair.Create(SnakeCase.Of(pair.Key.ToString()), (JsonNode?)pair.Value))]),
        ["whole_file"] = SideOf(_scores.Scored),
        ["judged"] = JudgedJson(),
    };

    /// <summary>The same for people.</summary>
    public void WriteTo(CliContext context)
    {
        Detection stopped = Stopped;
        context.Say(string.Create(CultureInfo.InvariantCulture,
            $"scored {_scores.Scored.Count:N0}: approve {Count(Decision.Approve):N0}, " +
            $"review {Count(Decision.Review):N0}, decline {Count(Decision.Decline):N0}; " +
            $"labels told a week later {_scores.Labels:N0}"));
        if (stopped.Fraud == 0)
        {
            context.Say("The file has no fraud, so there is nothing to judge the scores by.");
            return;
        }

        context.Say(
            $"held or declined: {Share(stopped.Recall)} of the fraud; {Share(stopped.Precision)} of it was fraud");
        context.Say(string.Create(CultureInfo.InvariantCulture,
            $"last {_days} days from {Day(_fromSeconds)}, without cards known as compromised: AUC {AucRoc:0.000}, " +
            $"average precision {_ranking.AveragePrecision:0.000}, " +
            $"card precision at {CardPrecision.UsualTop} {_cardPrecision.Average():0.000}"));
        context.Say(
            "recall where of the genuine " + string.Join(", ", FalseAlarms.Select((share, i) =>
                string.Create(CultureInfo.InvariantCulture, $"{share:P1} is flagged: {Share(_recalls[i])}"))));
    }

    private JsonObject JudgedJson()
    {
        JsonObject document = SideOf(_judged);
        document.Insert(0, "from", Day(_fromSeconds));
        document.Insert(1, "days", _days);
        document["auc_roc"] = _ranking.AucRoc;
        document["average_precision"] = _ranking.AveragePrecision;
        document["card_precision_top"] = CardPrecision.UsualTop;
        document["card_precision"] = _judged.Any(one => one.IsFraud) ? _cardPrecision.Average() : null;
        document["card_precision_by_day"] = new JsonArray([.. _cardPrecision.Select(share => (JsonNode)share)]);
        document["recall_at_false_positive_rate"] = new JsonArray([.. FalseAlarms.Select((share, i) =>
            (JsonNode)new JsonObject { ["rate"] = share, ["recall"] = _recalls[i] })]);
        return document;
    }

    // A card with fraud that was known before a day begins is blocked on it: those of the first week, and of each day
    // that the delay of a week has released by then.
    private void Judge(List<ScoredTransaction> all)
    {
        ulong learnedFrom = _fromSeconds - Math.Min(_fromSeconds, WeeksBeforeDays * SecondsPerDay);
        Dictionary<ulong, ulong> firstFraud = [];
        foreach (ScoredTransaction one in all)
        {
            if (one.IsFraud && one.Seconds >= learnedFrom
                && (!firstFraud.TryGetValue(one.Card, out ulong known) || one.Seconds < known))
            {
                firstFraud[one.Card] = one.Seconds;
            }
        }

        foreach (ScoredTransaction one in all)
        {
            ulong day = one.Seconds / SecondsPerDay * SecondsPerDay;
            ulong knownBefore = day - Math.Min(day, ReplayScores.LabelDelaySeconds);
            bool isBlocked = firstFraud.TryGetValue(one.Card, out ulong fraud) && fraud < knownBefore;
            if (one.Seconds >= _fromSeconds && !isBlocked)
            {
                _judged.Add(one);
            }
        }
    }

    private int DayOf(in ScoredTransaction one) => (int)((one.Seconds - _fromSeconds) / SecondsPerDay);

    private long Count(Decision decision) => _scores.Scored.LongCount(one => one.Decision == decision);

    private static JsonObject SideOf(List<ScoredTransaction> side)
    {
        Detection stopped = Of(side, one => one.Decision is Decision.Review or Decision.Decline);
        return new JsonObject
        {
            ["transactions"] = side.Count,
            ["fraud"] = stopped.Fraud,
            ["approve"] = side.LongCount(one => one.Decision == Decision.Approve),
            ["review"] = side.LongCount(one => one.Decision == Decision.Review),
            ["decline"] = side.LongCount(one => one.Decision == Decision.Decline),
            ["stopped"] = BacktestJson.Of(stopped),
            ["declined"] = BacktestJson.Of(Of(side, one => one.Decision == Decision.Decline)),
        };
    }

    // The file knows about every transaction what it was.
    private static Detection Of(List<ScoredTransaction> side, Func<ScoredTransaction, bool> isFlagged)
    {
        long flagged = side.LongCount(isFlagged);
        return new Detection(
            flagged, flagged, side.LongCount(one => isFlagged(one) && one.IsFraud), side.LongCount(one => one.IsFraud));
    }

    // Sorted by score, as Ranking leaves them. The threshold is the lowest that flags no more of the genuine.
    private static double? RecallAt(float[] scores, bool[] frauds, double falseAlarms)
    {
        long fraud = frauds.LongCount(isFraud => isFraud);
        long mayFlag = (long)((frauds.Length - fraud) * falseAlarms);
        long caught = 0;
        long flagged = 0;
        for (int end = scores.Length; end > 0;)
        {
            int first = end - 1;
            while (first > 0 && scores[first - 1] == scores[first])
            {
                first--;
            }

            int fraudHere = frauds.AsSpan(first, end - first).Count(true);
            flagged += end - first - fraudHere;
            if (flagged > mayFlag)
            {
                break;
            }

            caught += fraudHere;
            end = first;
        }

        return fraud == 0 ? null : (double)caught / fraud;
    }

    private static string Day(ulong seconds) =>
        DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Share(double? share) => share?.ToString("P1", CultureInfo.InvariantCulture) ?? "none";
}
