using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Node.Verification;

namespace FastCore.Node.Backtesting;

/// <summary>
/// Executes the journal of a node that scores once more, and decides everything by another policy as well, from the
/// same features at the same moments.
/// </summary>
public static class Backtest
{
    /// <summary>Runs it.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="candidate">The policy to try; made for the features of the directory.</param>
    /// <param name="labelsKnownBy">Labels that were known later do not count; Unix nanoseconds.</param>
    /// <param name="splitNs">
    /// When the later set of transactions begins, for stability indices; null = the later half.
    /// </param>
    /// <param name="progress">Called now and then with what is done, 0 to 1; may be null.</param>
    /// <exception cref="FastCore.Engine.Ports.CorruptStorageException">
    /// Stored bytes are not what was written.
    /// </exception>
    public static BacktestReport Run(
        FraudDirectory directory, FraudPolicy candidate, ulong labelsKnownBy = ulong.MaxValue, ulong? splitNs = null,
        Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        BacktestRows rows = new(directory.Features);
        RuleNames before = new();
        RuleNames after = new();
        List<int> cut = [];
        for (int partition = 0; partition < directory.Partitions; partition++)
        {
            using BacktestWatcher watcher = new(candidate, rows, before, after);
            int first = rows.All.Length;
            double done = partition;
            bool isWhole = directory.Replay(
                partition,
                watcher,
                (sequence, last) =>
                {
                    progress?.Invoke((done + ((double)sequence / last)) / directory.Partitions);
                    return true;
                },
                decisions => Label(rows, first, decisions, labelsKnownBy));
            if (!isWhole)
            {
                cut.Add(partition);
            }
        }

        return new BacktestSums(rows).Report(candidate, cut, before, after, splitNs);
    }

    private static void Label(BacktestRows rows, int first, DecisionReader decisions, ulong labelsKnownBy)
    {
        foreach (ref BacktestRow row in rows.All[first..])
        {
            row.Label = decisions.LabelKnownBy(row.Id, row.Merchant, labelsKnownBy).Label;
        }
    }
}
