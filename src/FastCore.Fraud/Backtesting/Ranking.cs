namespace FastCore.Fraud.Backtesting;

/// <summary>How well scores rank transactions, over those whose label is known.</summary>
/// <param name="AucRoc">
/// Chance that a fraudulent transaction has the larger score than a genuine one, equal ones counting half; null when
/// there are none of either.
/// </param>
/// <param name="AveragePrecision">
/// Precision at each distinct score, weighted by the recall that it adds, from the largest score down; null without
/// fraud.
/// </param>
public readonly record struct Ranking(double? AucRoc, double? AveragePrecision)
{
    /// <summary>Computes both.</summary>
    /// <param name="scores">Scores; none may be NaN. Are sorted.</param>
    /// <param name="isFraud">For each whether it was fraud. Are sorted with them.</param>
    public static Ranking Of(float[] scores, bool[] isFraud)
    {
        ArgumentNullException.ThrowIfNull(scores);
        Array.Sort(scores, isFraud);
        long frauds = isFraud.LongCount(fraud => fraud);
        long genuine = isFraud.Length - frauds;
        double pairs = 0;
        double precision = 0;
        long fraudsAbove = 0;
        long above = 0;
        for (int end = scores.Length; end > 0;)
        {
            int first = end - 1;
            while (first > 0 && scores[first - 1] == scores[first])
            {
                first--;
            }

            long fraudsHere = isFraud.AsSpan(first, end - first).Count(true);
            long genuineHere = end - first - fraudsHere;
            pairs += genuineHere * (fraudsAbove + (fraudsHere / 2.0));
            fraudsAbove += fraudsHere;
            above += end - first;
            precision += (double)fraudsHere / Math.Max(frauds, 1) * fraudsAbove / above;
            end = first;
        }

        return new Ranking(
            frauds == 0 || genuine == 0 ? null : pairs / ((double)frauds * genuine), frauds == 0 ? null : precision);
    }
}
