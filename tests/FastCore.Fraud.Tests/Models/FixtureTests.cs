using FastCore.Fraud.Models;
using FastCore.Testing;
using Xunit;

namespace FastCore.Fraud.Tests.Models;

/// <summary>Every fixture on every path has the bits of XGBoost.</summary>
public sealed class FixtureTests
{
    /// <summary>Paths that this processor has.</summary>
    public static ScoringPath[] Paths => [.. Enum.GetValues<ScoringPath>().Where(ModelScorer.IsSupported)];

    public static TheoryData<string, ScoringPath> Own
    {
        get
        {
            TheoryData<string, ScoringPath> cases = [];
            foreach (string name in Fixture.OwnNames)
            {
                foreach (ScoringPath path in Paths)
                {
                    cases.Add(name, path);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Own))]
    public void F5_Margins_AreXgboostsBits(string name, ScoringPath path) => Check(Fixture.Own(name), path);

    [Fact]
    public void F5_MarginsOfRealTransactions_AreXgboostsBits()
    {
        foreach (string name in Fixture.SharedNames)
        {
            foreach (ScoringPath path in Paths)
            {
                Check(Fixture.Shared(name), path);
            }
        }
    }

    [Fact]
    public void F5_EveryKindOfModel_IsAmongTheFixtures()
    {
        TreeModel[] models = [.. Fixture.OwnNames.Select(name => Fixture.Own(name).Model())];
        Assert.Contains(models, model => model.Booster == "dart");
        Assert.Contains(models, model => model.Sets.Length > 0);
        Assert.Contains(models, model => model.TreeCount == 0);
        Assert.Contains(models, model => model.TreeCount > 0 && model.Depth == 0);
        Assert.Contains(models, model => model.Depth > 9);
        Assert.Contains(models, model => model.BaseMargin != 0);
        Assert.Contains(models, model => model.Trees.Any(tree => tree.LeafCount > 256));
        Assert.Contains(models, model => model.Trees.Any(tree => tree.LeafCount is > 64 and <= 256));
        Assert.All(models, model => Assert.Equal(12, model.FeatureCount));
    }

    [Theory]
    [InlineData("depth6")]
    [InlineData("dart")]
    [InlineData("partition")]
    public void F5_BothFormats_AreTheSameModel(string name)
    {
        TreeModel json = Fixture.Own(name + ".json").Model();
        TreeModel ubj = Fixture.Own(name + ".ubj").Model();
        Assert.Equal(json.Nodes, ubj.Nodes);
        Assert.Equal(json.Trees, ubj.Trees);
        Assert.Equal(json.FeatureNames, ubj.FeatureNames);
        Assert.Equal(json.Covers, ubj.Covers);
        Assert.Equal(json.BaseMargin, ubj.BaseMargin);
        Assert.Equal(new Version(1, 7, 4), ubj.Version);
        Assert.NotEqual(json.ContentHash, ubj.ContentHash);
        Assert.Equal(64, json.ContentHash.Length);
    }

    [Fact]
    public void F5_Paths_FitTheShape()
    {
        ModelScorer scorer = new(Fixture.Own("depth6.json").Model());
        ModelScorer deep = new(Fixture.Own("deep.json").Model());
        ModelScorer lopsided = new(Fixture.Own("lossguide.json").Model());
        bool hasAvx512 = ModelScorer.IsSupported(ScoringPath.Avx512);
        bool hasAvx2 = ModelScorer.IsSupported(ScoringPath.Avx2);
        ScoringPath best = hasAvx512 ? ScoringPath.Avx512 : hasAvx2 ? ScoringPath.Avx2 : ScoringPath.Scalar;
        Assert.Equal(best, scorer.BatchPath);
        Assert.Equal(hasAvx512 ? ScoringPath.Avx512 : ScoringPath.Scalar, scorer.RowPath);
        Assert.Equal(best, lopsided.BatchPath);
        Assert.Equal(ScoringPath.Scalar, lopsided.RowPath);
        Assert.Equal(ScoringPath.Scalar, deep.BatchPath);
        Assert.Throws<PlatformNotSupportedException>(() => new ModelScorer(deep.Model, (ScoringPath)99));
    }

    [Fact]
    public void F5_Scoring_AllocatesNothing()
    {
        Fixture fixture = Fixture.Own("partition.json");
        float[] margins = new float[fixture.Margins.Length];
        foreach (ScoringPath path in Paths)
        {
            ModelScorer scorer = new(fixture.Model(), path);
            Assert.Equal(0, Allocations.Of(() =>
            {
                scorer.Score(fixture.Rows, margins);
                margins[0] = scorer.Score(fixture.Rows.AsSpan(0, 12));
            }));
        }
    }

    [Fact]
    public void F5_RowsOfAnotherWidth_AreAnError()
    {
        ModelScorer scorer = new(Fixture.Own("depth1.json").Model());
        Assert.Throws<ArgumentException>(() => scorer.Score(new float[11]));
        Assert.Throws<ArgumentException>(() => scorer.Score(new float[25], new float[2]));
    }

    // Rows alone, and in batches of every size around those that vectors have.
    private static void Check(Fixture fixture, ScoringPath path)
    {
        TreeModel model = fixture.Model();
        ModelScorer scorer = new(model, path);
        int count = fixture.Margins.Length;
        float[] scored = new float[count];
        for (int i = 0; i < count; i++)
        {
            scored[i] = scorer.Score(fixture.Rows.AsSpan(i * model.FeatureCount, model.FeatureCount));
            float difference = TreeModel.Probability(scored[i]) - fixture.Probabilities[i];
            Assert.True(Math.Abs(difference) <= 1e-6f, $"the probability of row {i} is off by {difference}");
        }

        AssertBits(fixture.Margins, scored, "one row");
        foreach (int batch in new[] { 1, 2, 7, 15, 16, 17, 31, 63, 64, 65, 129, count })
        {
            Array.Clear(scored);
            for (int at = 0; at < count; at += batch)
            {
                int rows = Math.Min(batch, count - at);
                scorer.Score(
                    fixture.Rows.AsSpan(at * model.FeatureCount, rows * model.FeatureCount), scored.AsSpan(at, rows));
            }

            AssertBits(fixture.Margins, scored, $"a batch of {batch}");
        }
    }

    private static void AssertBits(float[] expected, float[] actual, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
            {
                Assert.Fail($"{what}: row {i} is {actual[i]:R}, XGBoost says {expected[i]:R}");
            }
        }
    }
}
