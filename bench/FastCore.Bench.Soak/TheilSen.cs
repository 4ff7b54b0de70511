namespace FastCore.Bench.Soak;

/// <summary>
/// The slope of a cloud of points as the middle of the slopes of all pairs: a third of the points may be anything
/// before it is wrong, where a least-squares fit follows each of them.
/// </summary>
internal static class TheilSen
{
    /// <summary>Value by time; null when no two points of a group have different times.</summary>
    /// <param name="points">The points. Only pairs of the same group count: a restart is no slope.</param>
    public static double? Slope(IReadOnlyList<(int Group, double X, double Y)> points)
    {
        List<double> slopes = [];
        for (int i = 0; i < points.Count; i++)
        {
            for (int j = i + 1; j < points.Count; j++)
            {
                if (points[i].Group == points[j].Group && points[i].X != points[j].X)
                {
                    slopes.Add((points[j].Y - points[i].Y) / (points[j].X - points[i].X));
                }
            }
        }

        return slopes.Count == 0 ? null : Median(slopes);
    }

    /// <summary>The middle of some values; 0 of none.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0
            : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
