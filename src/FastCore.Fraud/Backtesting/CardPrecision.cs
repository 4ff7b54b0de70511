namespace FastCore.Fraud.Backtesting;

/// <summary>
/// Card precision: each day an investigator looks at the cards with the largest scores, and finds those with fraud.
/// </summary>
public static class CardPrecision
{
    /// <summary>Cards that the handbook has looked at a day.</summary>
    public const int UsualTop = 100;

    /// <summary>One transaction of the days that are judged.</summary>
    /// <param name="Day">From 0.</param>
    /// <param name="Card">Its card.</param>
    /// <param name="Score">Not NaN.</param>
    /// <param name="IsFraud">What it was.</param>
    public readonly record struct Row(int Day, ulong Card, float Score, bool IsFraud);

    /// <summary>
    /// Of the <paramref name="top"/> cards with the largest scores of a day (a card's largest counts, of equal ones the
    /// smaller number goes first) the share with fraud on that day. A card that was found so is left out on later days.
    /// </summary>
    /// <param name="rows">Transactions in any order.</param>
    /// <param name="days">Days, at least 1.</param>
    /// <param name="top">Cards looked at, at least 1.</param>
    /// <returns>The share of each day, 0 to 1.</returns>
    public static double[] Of(IEnumerable<Row> rows, int days, int top = UsualTop)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        ILookup<int, Row> byDay = rows.ToLookup(row => row.Day);
        HashSet<ulong> found = [];
        double[] shares = new double[days];
        for (int day = 0; day < days; day++)
        {
            ulong[] hits =
            [
                .. byDay[day].Where(row => !found.Contains(row.Card)).GroupBy(row => row.Card)
                    .OrderByDescending(card => card.Max(row => row.Score)).ThenBy(card => card.Key).Take(top)
                    .Where(card => card.Any(row => row.IsFraud)).Select(card => card.Key),
            ];
            found.UnionWith(hits);
            shares[day] = (double)hits.Length / top;
        }

        return shares;
    }
}
