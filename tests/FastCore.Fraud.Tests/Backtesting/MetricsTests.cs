using FastCore.Fraud.Backtesting;
using FastCore.Testing;

using Xunit;

namespace FastCore.Fraud.Tests.Backtesting;

/// <summary>The numbers of backtests against their definitions, computed the slow way.</summary>
public sealed class MetricsTests
{
    [Fact]
    public void Stability_is_zero_for_the_same_and_grows_with_the_distance()
    {
        float[] same = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];
        float[] shifted = [.. same.Select(value => value + 100)];
        float[] far = [.. same.Select(value => value + 5000)];
        Assert.Equal(0, StabilityIndex.Of([.. same], same)!.Value, 1e-12);
        double near = StabilityIndex.Of([.. same], shifted)!.Value;
        double farther = StabilityIndex.Of([.. same], far)!.Value;
        Assert.True(near > 0 && farther > 1 && farther > near, $"{near} {farther}");
        Assert.Null(StabilityIndex.Of([], same));
        Assert.Null(StabilityIndex.Of(same, []));
    }

    [Fact]
    public void Stability_is_the_sum_over_bins_with_half_a_transaction_more_in_each()
    {
        // One edge (1), so three bins: missing, up to 1, above.
        float[] reference = [1, 1, 1, 1];
        float[] actual = [1, 2, float.NaN, 2];
        double[] r = [0.5 / 5.5, 4.5 / 5.5, 0.5 / 5.5];
        double[] a = [1.5 / 5.5, 1.5 / 5.5, 2.5 / 5.5];
        double expected = Enumerable.Range(0, 3).Sum(bin => (a[bin] - r[bin]) * Math.Log(a[bin] / r[bin]));
        Assert.Equal(expected, StabilityIndex.Of(reference, actual)!.Value, 1e-12);

        // Nothing known at all: one bin for what is missing, one for all else.
        Assert.Equal(0, StabilityIndex.Of([float.NaN], [float.NaN])!.Value, 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Ranking_is_that_of_its_definition(int seed)
    {
        SeededRandom random = new((ulong)seed);
        float[] scores = [.. Enumerable.Range(0, 200).Select(_ => random.Below(20) / 20f)];
        bool[] isFraud = [.. scores.Select(score => random.Below(100) < 5 + (30 * score))];
        double pairs = 0;
        double precision = 0;
        int frauds = isFraud.Count(fraud => fraud);
        for (int i = 0; i < scores.Length; i++)
        {
            for (int j = 0; j < scores.Length && isFraud[i]; j++)
            {
                pairs += isFraud[j] ? 0 : scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
            }

            // Each fraud adds its recall at the precision of all that score at least as much.
            int[] above = [.. Enumerable.Range(0, scores.Length).Where(j => scores[j] >= scores[i])];
            precision += isFraud[i] ? above.Count(j => isFraud[j]) / (double)above.Length / frauds : 0;
        }

        Ranking found = Ranking.Of([.. scores], [.. isFraud]);
        Assert.Equal(pairs / ((double)frauds * (scores.Length - frauds)), found.AucRoc!.Value, 1e-12);
        Assert.Equal(precision, found.AveragePrecision!.Value, 1e-12);
    }

    [Fact]
    public void What_has_no_denominator_has_no_value()
    {
        Assert.Equal(new Ranking(null, null), Ranking.Of([], []));
        Assert.Equal(new Ranking(null, null), Ranking.Of([1], [false]));
        Assert.Equal(new Ranking(null, 1), Ranking.Of([1], [true]));
        Assert.Null(new Detection(5, 0, 0, 3).Precision);
        Assert.Null(new Detection(5, 5, 0, 0).Recall);
        Detection some = new(9, 4, 3, 12);
        Assert.Equal((0.75, 0.25), (some.Precision, some.Recall));
    }

    [Fact]
    public void Cards_are_looked_at_from_the_largest_score_down_and_found_once()
    {
        CardPrecision.Row[] rows =
        [
            // Day 0: card 1 by its largest score, then 2 and 3, which score alike: the smaller number goes first.
            new(0, 1, 0.1f, false), new(0, 1, 0.9f, true), new(0, 3, 0.5f, true), new(0, 2, 0.5f, false),

            // Day 1: card 1 was found, 3 was not looked at; 4 is looked at and has no fraud.
            new(1, 1, 0.9f, true), new(1, 3, 0.4f, true), new(1, 4, 0.3f, false), new(1, 5, 0.2f, true),
        ];
        Assert.Equal([0.5, 0.5, 0], CardPrecision.Of(rows, days: 3, top: 2));
        Assert.Equal([0.02, 0.01], CardPrecision.Of(rows, days: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => CardPrecision.Of(rows, days: 0));
    }
}
