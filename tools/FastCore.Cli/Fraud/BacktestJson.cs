using System.Text.Json.Nodes;

using FastCore.Cli.Wire;
using FastCore.Fraud.Backtesting;
using FastCore.Node.Backtesting;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Fraud;

/// <summary>The report of a backtest as a document.</summary>
internal static class BacktestJson
{
    /// <summary>Makes the document.</summary>
    public static JsonObject Of(string data, BacktestReport report) => new()
    {
        ["command"] = "fraud backtest",
        ["data"] = data,
        ["candidate"] = Convert.ToHexStringLower(report.Candidate.Hash),
        ["candidate_model"] = report.Candidate.Champion is { } model ? Convert.ToHexStringLower(model.Hash) : null,
        ["candidate_rules"] = report.Candidate.Rules.Version,
        ["partitions_cut"] = new JsonArray([.. report.PartitionsCut.Select(partition => (JsonNode)partition)]),
        ["decisions"] = report.Decisions,
        ["labelled"] = report.Labelled,
        ["fraud"] = report.Fraud,
        ["changed"] = report.Changed,
        ["moves"] = new JsonArray([.. report.Moves.OrderBy(move => move.Key).Select(move => (JsonNode)new JsonObject
        {
            ["before"] = ExplanationJson.Word(move.Key.Before),
            ["after"] = ExplanationJson.Word(move.Key.After),
            ["count"] = move.Value,
        })]),
        ["examples"] = new JsonArray([.. report.Examples.Select(example => (JsonNode)new JsonObject
        {
            ["id"] = WireJson.Number(example.Id),
            ["merchant"] = WireJson.Number((UInt128)example.Merchant),
            ["before"] = ExplanationJson.Word(example.Before),
            ["after"] = ExplanationJson.Word(example.After),
            ["reason"] = ExplanationJson.Word(example.Reason),
            ["label"] = example.Label == TransactionLabel.None ? null : ExplanationJson.Word(example.Label),
        })]),
        ["before"] = SideOf(report.Before),
        ["after"] = SideOf(report.After),
        ["split"] = TimeText.Write(report.SplitNs),
        ["earlier"] = report.Earlier,
        ["feature_psi"] = new JsonArray([.. report.Features.Select(feature => (JsonNode)new JsonObject
        {
            ["name"] = feature.Name,
            ["psi"] = feature.Psi,
        })]),
    };

    /// <summary>Part of a document: what was picked out, and how much of it was fraud.</summary>
    public static JsonObject Of(Detection detection) => new()
    {
        ["flagged"] = detection.Flagged,
        ["labelled"] = detection.FlaggedLabelled,
        ["fraud"] = detection.FlaggedFraud,
        ["precision"] = detection.Precision,
        ["recall"] = detection.Recall,
    };

    private static JsonObject SideOf(BacktestSide side) => new()
    {
        ["approve"] = side.Counts[Decision.Approve],
        ["review"] = side.Counts[Decision.Review],
        ["decline"] = side.Counts[Decision.Decline],
        ["stopped"] = Of(side.Stopped),
        ["declined"] = Of(side.Declined),
        ["model_review"] = Of(side.ModelReview),
        ["model_decline"] = Of(side.ModelDecline),
        ["auc_roc"] = side.Ranking.AucRoc,
        ["average_precision"] = side.Ranking.AveragePrecision,
        ["score_psi"] = side.ScorePsi,
        ["rules"] = new JsonArray([.. side.Rules.Select(rule =>
        {
            JsonObject one = Of(rule.Detection);
            one.Insert(0, "name", rule.Name);
            one.Insert(1, "shadow", rule.IsShadow);
            one.Insert(2, "outcome", ExplanationJson.Word(rule.Outcome));
            return (JsonNode)one;
        })]),
    };
}
