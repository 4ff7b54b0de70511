using System.Globalization;
using FastCore.Fraud.Features;
using Xunit;

namespace FastCore.Fraud.Tests.Features;

/// <summary>
/// The public data set, when it lies beside the repository: 136 days streamed through the default features must give
/// the published values.
/// </summary>
public sealed class ReferenceRowsTests
{
    [Fact]
    public void PublishedFeatures_ComeOutOfTheStream()
    {
        string? transactions = CardRows.Beside("card-transactions-2018-04-01--2018-08-14.csv.gz");
        string? reference = CardRows.Beside("fraud", "features-reference.csv.gz");
        if (transactions is null || reference is null)
        {
            return;
        }

        string[] lines = [.. CardRows.Lines(reference)];
        string[] columns = lines[0].Split(',')[1..16];
        Dictionary<ulong, double[]> expected = lines.Skip(1).ToDictionary(
            line => ulong.Parse(line.Split(',')[0], CultureInfo.InvariantCulture) + 1,
            line => line.Split(',')[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray());
        using FeatureStream stream = new(FeatureSet.Default, new FeatureOptions(), 7 * CardRows.Day);
        Assert.Equal(columns, stream.Set.Definitions.Take(15).Select(definition => definition.Column));

        // Counts and flags are exact, means and risks within 1e-9. Payments of a card in one second were ordered by
        // chance in the published table.
        int compared = 0;
        int onEdge = 0;
        foreach (CardRow row in CardRows.Read(transactions))
        {
            stream.Run(row);
            if (!expected.TryGetValue((ulong)row.Id, out double[]? values) || values[16] != 0)
            {
                continue;
            }

            compared++;
            onEdge += values[15] != 0 ? 1 : 0;
            for (int i = 0; i < 15; i++)
            {
                bool isWhole = columns[i].Contains("NB_TX") || columns[i].Contains("DURING");
                double error = Math.Abs(stream.Values[i] - values[i]);
                Assert.True(
                    error <= (isWhole ? 0 : 1e-9),
                    $"{row.Id - 1} {columns[i]}: {stream.Values[i]:R}, published {values[i]:R}");
            }
        }

        Assert.True(compared > 4_500, $"only {compared} rows were compared");
        Assert.True(onEdge > 100, $"only {onEdge} rows on an edge of a window were compared");
        Assert.Equal(0, stream.LabelsRefused);
        Assert.Equal(0, stream.Store.CountersOf(FeatureKey.Terminal).Approximate);
        Assert.Null(stream.Store.CheckInvariants());
    }
}
