using FastCore.Cli.Terminal;
using FastCore.Fraud.Features;
using FastCore.Fraud.Models.Explaining;
using FastCore.Fraud.Policies;
using FastCore.Node.Verification;
using FastCore.Protocol.Fraud;
using Spectre.Console;

namespace FastCore.Cli.Fraud;

/// <summary>An explanation for people.</summary>
internal static class ExplanationText
{
    private const int ReasonsMax = 5;

    /// <summary>Writes it.</summary>
    public static void Write(CliContext context, DecisionExplanation found, ReplayedDecision replayed)
    {
        DecisionRecord record = found.Stored.Record;
        context.Say(
            $"transaction {record.Id} of merchant {record.Merchant}: {ExplanationJson.Word(record.Decision)} by " +
            $"{ExplanationJson.Word(record.Reason)}, committed {TimeText.Write(record.Timestamp)}");
        context.Say(
            $"  card {record.Card}, terminal {record.Terminal}, amount {record.Amount}, happened " +
            $"{TimeText.Write(found.Stored.TimeNs)}, partition {found.Partition}, entry {replayed.Sequence}");
        if (record.Flags != DecisionFlags.None)
        {
            context.Say($"  flags: {string.Join(", ", ExplanationJson.FlagsOf(record.Flags))}");
        }

        WritePolicy(context, record, replayed);
        WriteFeatures(context, found, replayed);
        WriteReasons(context, found.Features, replayed);
        foreach (DecisionDifference difference in found.Differences)
        {
            context.Say(
                $"DIFFERENT {difference.Field}: stored {difference.Stored}, recomputed {difference.Recomputed}");
        }

        context.Say(found.IsEqual
            ? "Computed once more from the journal: every bit is the stored one."
            : $"{found.Differences.Count} FIELD(S) DIFFER FROM WHAT THE JOURNAL LEADS TO.");
    }

    private static void WritePolicy(CliContext context, in DecisionRecord record, ReplayedDecision replayed)
    {
        if (replayed.Policy is not { } policy)
        {
            context.Say("  no policy was in force");
            return;
        }

        PolicyThresholds thresholds = policy.ThresholdsOf(record.Merchant);
        context.Say($"  policy {policy.Version}, {Convert.ToHexStringLower(policy.Hash)}");
        if (replayed.Model is { } model)
        {
            context.Say($"  model {model.Name}, {Convert.ToHexStringLower(model.Hash)}");
            context.Say(
                $"  margin {record.Margin:R}, score {record.Score:R}; review from {thresholds.Review:R}, decline " +
                $"from {thresholds.Decline:R}");
        }
        else
        {
            context.Say("  no model");
        }

        string rules = string.Join(", ", ExplanationJson.FiredRules(replayed).Select(rule =>
            $"\"{rule.Name}\" ({(rule.IsShadow ? "shadow, " : "")}{ExplanationJson.Word(rule.Outcome)})"));
        string lists = string.Join(", ", ExplanationJson.ListsHit(replayed).Select(list => $"\"{list.Name}\""));
        context.Say($"  rules that fired: {(rules.Length == 0 ? "none" : rules)}");
        context.Say($"  lists that had it: {(lists.Length == 0 ? "none" : lists)}");
    }

    private static void WriteFeatures(CliContext context, DecisionExplanation found, ReplayedDecision replayed)
    {
        Table table = new Table().Border(TableBorder.Simple)
            .AddColumn("feature").AddColumn("value").AddColumn("stored").AddColumn("recomputed").AddColumn("adds");
        for (int i = 0; i < found.Features.Count; i++)
        {
            table.AddRow(
                Markup.Escape(found.Features.Definitions[i].Name),
                Of(replayed.Values[i]),
                Of(found.Stored.Vector[i]),
                Of(replayed.Decision.Vector[i]),
                replayed.Contributions is { } all ? $"{all[i]:+0.0000;-0.0000;0}" : "");
        }

        context.Say(table);
    }

    private static void WriteReasons(CliContext context, FeatureSet features, ReplayedDecision replayed)
    {
        if (replayed.Contributions is not { } all)
        {
            context.Say(replayed.Model is null
                ? "  no reasons: no model scored it"
                : "  no reasons: the model's file does not say how many rows each node saw in training");
            return;
        }

        Reason[] reasons = new Reason[ReasonsMax];
        int count = TreeExplainer.TopReasons(all, reasons);
        string names = string.Join(", ", reasons.Take(count).Select(reason =>
            $"{features.Definitions[reason.Feature].Name} ({reason.Contribution:+0.0000})"));
        context.Say($"  speaks for fraud: {(count == 0 ? "nothing" : names)}; bias {all[^1]:0.0000}");
    }

    private static string Of(double value) => double.IsNaN(value) ? "missing" : $"{value:G9}";
}
