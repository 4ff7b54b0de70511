using FastCore.Fraud.Models;
using FastCore.Fraud.Models.Explaining;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Verification;

/// <summary>Computes a past decision once more from the journal, says why, and compares every bit.</summary>
public static class DecisionExplainer
{
    /// <summary>Explains.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="id">Transaction, or payment.</param>
    /// <param name="merchant">Its merchant.</param>
    /// <param name="progress">Called now and then with what is done, 0 to 1; may be null.</param>
    /// <returns>Null when no such decision is stored.</returns>
    /// <exception cref="FastCore.Engine.Ports.CorruptStorageException">
    /// Stored bytes are not what was written; a policy's files are among them.
    /// </exception>
    public static DecisionExplanation? Explain(
        FraudDirectory directory, UInt128 id, ulong merchant, Action<double>? progress = null)
    {
        int partition = directory.PartitionOf(merchant);
        StoredDecision? stored = null;
        directory.Visit(partition, decisions => stored = decisions.Find(id, merchant));
        if (stored is null)
        {
            return null;
        }

        DecisionCatcher catcher = new(id, merchant);
        bool isWhole = directory.Replay(partition, catcher, (sequence, last) =>
        {
            progress?.Invoke((double)sequence / last / 2);
            catcher.AtEntry(sequence);
            return catcher.Decision is null;
        });
        List<DecisionDifference> differences = [];
        if (catcher.Decision is { } replayed)
        {
            DecisionComparison.Compare(directory.Features, stored, replayed.Decision, differences);
            CompareMargins(replayed, differences);
            if (!replayed.Card.IsCardHere)
            {
                CompareCard(directory, stored.Record, replayed.Card, differences, progress);
            }
        }

        return new DecisionExplanation
        {
            Features = directory.Features,
            Stored = stored,
            Partition = partition,
            Replayed = catcher.Decision,
            IsJournalWhole = isWhole,
            Differences = differences,
        };
    }

    /// <summary>What each feature added to a margin, see <see cref="ReplayedDecision.Contributions"/>.</summary>
    internal static float[]? ContributionsOf(PolicyModel? model, ReadOnlySpan<float> vector)
    {
        if (model is null || !model.Model.HasCovers)
        {
            return null;
        }

        float[] row = RowOf(model, vector);
        float[] added = new float[row.Length + 1];
        new TreeExplainer(model.Model).Explain(row, added);
        float[] contributions = new float[vector.Length + 1];
        for (int column = 0; column < row.Length; column++)
        {
            contributions[model.Columns[column]] = added[column];
        }

        contributions[^1] = added[^1];
        return contributions;
    }

    /// <summary>A vector as a model reads it.</summary>
    internal static float[] RowOf(PolicyModel model, ReadOnlySpan<float> vector)
    {
        float[] row = new float[model.Columns.Length];
        for (int column = 0; column < row.Length; column++)
        {
            row[column] = vector[model.Columns[column]];
        }

        return row;
    }

    // The replay took the instructions that this machine prefers; all others must come to the same bits.
    private static void CompareMargins(ReplayedDecision replayed, List<DecisionDifference> differences)
    {
        if (replayed.Model is not { } model)
        {
            return;
        }

        float[] row = RowOf(model, replayed.Decision.Vector);
        foreach (ScoringPath path in Enum.GetValues<ScoringPath>().Where(ModelScorer.IsSupported))
        {
            DecisionComparison.Compare(
                $"margin on the path {path}", replayed.Decision.Record.Margin,
                new ModelScorer(model.Model, path).Score(row), differences);
        }
    }

    // The command of the second step carries what the card's partition saw; that partition's journal must say the same.
    private static void CompareCard(
        FraudDirectory directory, in DecisionRecord record, in CardFeatures carried,
        List<DecisionDifference> differences, Action<double>? progress)
    {
        DecisionCatcher catcher = new(record.Id, record.Merchant);
        bool isWhole = directory.Replay(directory.PartitionOf(record.Card), catcher, (sequence, last) =>
        {
            progress?.Invoke(0.5 + ((double)sequence / last / 2));
            return catcher.Card is null;
        });
        if (catcher.Card is CardFeatures counted)
        {
            DecisionComparison.Compare(carried, counted, differences);
        }
        else if (isWhole)
        {
            differences.Add(new DecisionDifference("card", "counted", "never counted on the card's partition"));
        }
    }
}
