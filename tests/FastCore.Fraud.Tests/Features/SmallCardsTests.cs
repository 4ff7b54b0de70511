using FastCore.Fraud.Features;
using Xunit;

namespace FastCore.Fraud.Tests.Features;

/// <summary>The default features over the transactions that the repository carries.</summary>
public sealed class SmallCardsTests
{
    [Fact]
    public void OurThirtyDays_GiveTheTwinsFeatures()
    {
        FeatureOptions options = new();
        NaiveHistory twin = new(FeatureSet.Default, options);
        using FeatureStream stream = new(FeatureSet.Default, options, 7 * CardRows.Day);
        int risky = 0;
        foreach (CardRow row in CardRows.Read(CardRows.Small))
        {
            // The twin gets each label at once; it must not matter, for none counts before its known-at.
            stream.Run(row);
            Assert.Equal(twin.Observe(row.Id, row.Transaction), stream.Values);
            if (row.IsFraud)
            {
                twin.Label(row.Id, FraudLabel.Fraud, row.Transaction.TimeNs + (7 * CardRows.Day));
            }

            risky += stream.Values[14] > 0 ? 1 : 0;
        }

        FeatureCounters terminals = stream.Store.CountersOf(FeatureKey.Terminal);
        Assert.Equal(18_399, terminals.Recorded);
        Assert.True(terminals.Labels > 70, $"only {terminals.Labels} labels arrived");
        Assert.True(risky > 500, $"only {risky} transactions saw a risk");
        Assert.Equal(0, terminals.Approximate + terminals.Late + terminals.Refused);
        Assert.Null(stream.Store.CheckInvariants());
    }
}
