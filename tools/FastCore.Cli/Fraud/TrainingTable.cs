using System.Globalization;

using FastCore.Fraud.Features;
using FastCore.Fraud.Scoring;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Fraud;

/// <summary>
/// Stored decisions as lines of a CSV file: the id, the features as they were scored, then what else is known.
/// </summary>
/// <param name="features">The features of the directory.</param>
/// <param name="labelsKnownBy">Labels that were known later do not count; Unix nanoseconds.</param>
internal sealed class TrainingTable(FeatureSet features, ulong labelsKnownBy)
{
    private const string Id = "TRANSACTION_ID";

    private static readonly string[] Others =
    [
        "merchant", "card", "terminal", "occurred_at", "amount", "decision", "reason", "score", "margin",
        "policy_version", "label", "known_at",
    ];

    /// <summary>The columns in their order.</summary>
    public IReadOnlyList<string> Columns { get; } = ColumnsOf(features);

    /// <summary>The first line.</summary>
    public string Header => string.Join(',', Columns);

    /// <summary>The line of a decision.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="source">Where it is stored.</param>
    /// <param name="label">The label that counts.</param>
    public string LineOf(StoredDecision decision, DecisionReader source, out TransactionLabel label)
    {
        DecisionRecord record = decision.Record;
        (label, ulong knownAt) = source.LabelKnownBy(record.Id, record.Merchant, labelsKnownBy);
        List<string> cells = [record.Id.ToString(CultureInfo.InvariantCulture)];
        foreach (float value in decision.Vector)
        {
            cells.Add(NumberOf(value));
        }

        cells.Add(NumberOf(record.Merchant));
        cells.Add(NumberOf(record.Card));
        cells.Add(NumberOf(record.Terminal));
        cells.Add(NumberOf(decision.TimeNs));
        cells.Add(NumberOf(record.Amount));
        cells.Add(SnakeCase.Of(record.Decision.ToString()));
        cells.Add(SnakeCase.Of(record.Reason.ToString()));
        cells.Add(NumberOf(record.Score));
        cells.Add(NumberOf(record.Margin));
        cells.Add(NumberOf(record.PolicyVersion));
        cells.Add(label == TransactionLabel.None ? "" : SnakeCase.Of(label.ToString()));
        cells.Add(label == TransactionLabel.None ? "" : NumberOf(knownAt));
        return string.Join(',', cells);
    }

    // The shortest text that is read back as the same bits; nothing where the value is missing.
    private static string NumberOf(float value) =>
        float.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string NumberOf(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    // Columns of features are letters, digits, points and underscores, so nothing needs quotes. A feature may be called
    // like one of the others, which then gives way.
    private static List<string> ColumnsOf(FeatureSet features)
    {
        List<string> columns = [Id, .. features.Definitions.Select(feature => feature.Column)];
        foreach (string other in Others)
        {
            string name = other;
            while (columns.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                name += "_";
            }

            columns.Add(name);
        }

        return columns;
    }
}
