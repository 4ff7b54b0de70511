namespace FastCore.Fraud.Backtesting;

/// <summary>
/// Population stability index: how far the distribution of a number moved between two sets of transactions. Below 0.1
/// is commonly taken for no change, above 0.25 for a large one.
/// </summary>
public static class StabilityIndex
{
    /// <summary>Bins of the known values, before equal edges are joined; missing ones get their own.</summary>
    public const int Bins = 10;

    /// <summary>Computes it.</summary>
    /// <param name="reference">Values of the earlier set; NaN is missing. Is sorted.</param>
    /// <param name="actual">Values of the later set.</param>
    /// <returns>Σ (a − r) · ln(a ÷ r) over the bins; null when a set is empty.</returns>
    /// <remarks>
    /// The edges are the deciles of the reference's known values, equal ones joined; a value on an edge is below it.
    /// Every bin counts half a transaction more than it has, so that none is empty.
    /// </remarks>
    public static double? Of(Span<float> reference, ReadOnlySpan<float> actual)
    {
        if (reference.IsEmpty || actual.IsEmpty)
        {
            return null;
        }

        float[] edges = EdgesOf(reference);
        int[] before = Count(reference, edges);
        int[] after = Count(actual, edges);
        double sum = 0;
        for (int bin = 0; bin < before.Length; bin++)
        {
            double r = ShareOf(before[bin], reference.Length, before.Length);
            double a = ShareOf(after[bin], actual.Length, before.Length);
            sum += (a - r) * Math.Log(a / r);
        }

        return sum;
    }

    private static double ShareOf(int count, int all, int bins) => (count + 0.5) / (all + (0.5 * bins));

    private static float[] EdgesOf(Span<float> reference)
    {
        // NaN sorts first.
        reference.Sort();
        int missing = 0;
        while (missing < reference.Length && float.IsNaN(reference[missing]))
        {
            missing++;
        }

        Span<float> known = reference[missing..];
        List<float> edges = [];
        for (int bin = 1; bin < Bins && known.Length > 0; bin++)
        {
            float edge = known[(int)((long)known.Length * bin / Bins)];
            if (edges.Count == 0 || edges[^1] != edge)
            {
                edges.Add(edge);
            }
        }

        return [.. edges];
    }

    // The first bin is that of missing values.
    private static int[] Count(ReadOnlySpan<float> values, float[] edges)
    {
        int[] counts = new int[edges.Length + 2];
        foreach (float value in values)
        {
            if (float.IsNaN(value))
            {
                counts[0]++;
                continue;
            }

            int at = Array.BinarySearch(edges, value);
            counts[1 + (at < 0 ? ~at : at)]++;
        }

        return counts;
    }
}
