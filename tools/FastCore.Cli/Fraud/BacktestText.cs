using FastCore.Cli.Terminal;
using FastCore.Fraud.Backtesting;
using FastCore.Node.Backtesting;
using FastCore.Protocol.Fraud;
using Spectre.Console;

namespace FastCore.Cli.Fraud;

/// <summary>The report of a backtest for people.</summary>
internal static class BacktestText
{
    /// <summary>Writes it.</summary>
    public static void Write(CliContext context, BacktestReport report)
    {
        context.Say($"{report.Decisions} decisions, {report.Labelled} labelled, {report.Fraud} of them as fraud");
        foreach (int partition in report.PartitionsCut)
        {
            context.Say(
                $"partition {partition}: retention let the beginning go; only what came after the checkpoint is here");
        }

        Table decisions = New("", "approve", "review", "decline", "AUC ROC", "average precision", "score PSI");
        Add(decisions, "before", report.Before);
        Add(decisions, "after", report.After);
        context.Say(decisions);
        context.Say($"{report.Changed} decisions change");
        foreach (((Decision before, Decision after), long count) in report.Moves
            .Where(move => move.Key.Before != move.Key.After).OrderBy(move => move.Key))
        {
            context.Say($"  {ExplanationJson.Word(before)} -> {ExplanationJson.Word(after)}: {count}");
        }

        Table detections = New("picked out by", "side", "flagged", "labelled", "fraud", "precision", "recall");
        AddDetections(detections, "before", report.Before);
        AddDetections(detections, "after", report.After);
        context.Say(detections);
        Table drift = New($"feature, before and after {TimeText.Write(report.SplitNs)}", "PSI");
        foreach ((string name, double? psi) in report.Features)
        {
            drift.AddRow(Markup.Escape(name), Of(psi));
        }

        context.Say(drift);
    }

    private static Table New(params string[] columns) =>
        new Table().Border(TableBorder.Simple).AddColumns([.. columns.Select(Markup.Escape)]);

    private static void Add(Table table, string name, BacktestSide side) => table.AddRow(
        name,
        $"{side.Counts[Decision.Approve]}",
        $"{side.Counts[Decision.Review]}",
        $"{side.Counts[Decision.Decline]}",
        Of(side.Ranking.AucRoc),
        Of(side.Ranking.AveragePrecision),
        Of(side.ScorePsi));

    private static void AddDetections(Table table, string name, BacktestSide side)
    {
        (string What, Detection Detection)[] all =
        [
            ("policy: not approved", side.Stopped),
            ("policy: declined", side.Declined),
            ("model: from review on", side.ModelReview),
            ("model: from decline on", side.ModelDecline),
            .. side.Rules.Select(rule =>
                ($"rule \"{rule.Name}\"{(rule.IsShadow ? ", shadow" : "")}", rule.Detection)),
        ];
        foreach ((string what, Detection found) in all)
        {
            table.AddRow(
                Markup.Escape(what), name, $"{found.Flagged}", $"{found.FlaggedLabelled}", $"{found.FlaggedFraud}",
                Of(found.Precision), Of(found.Recall));
        }
    }

    private static string Of(double? value) => value is double known ? $"{known:0.000}" : "-";
}
