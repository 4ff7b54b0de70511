using System.Text.Json.Nodes;
using FastCore.Fraud.Models;
using FastCore.Fraud.Models.Explaining;
using Xunit;

namespace FastCore.Fraud.Tests.Models.Explaining;

/// <summary>Contributions of features are those of XGBoost, and together the margin.</summary>
public sealed class TreeExplainerTests
{
    private const int Explained = 60;
    private const int Features = 12;

    private const double Tolerance = 1e-5;

    // XGBoost sums in floats, so a contribution that is small has the rounding of the others of its row in it.
    private const double Small = 0.01;
    private const double RoundingOfRow = 2e-6;

    public static TheoryData<string> Models =>
        ["depth6.json", "depth6.ubj", "depth3.json", "dart.json", "dart.ubj", "onehot.json", "partition.json",
            "partition.ubj", "forest.json", "leaves.json"];

    [Theory]
    [MemberData(nameof(Models))]
    public void F7_Contributions_AreXgboosts(string name)
    {
        Fixture fixture = Fixture.Own(name);
        float[] expected = Fixture.Contributions(name);
        Assert.Equal(Explained * (Features + 1), expected.Length);
        TreeExplainer explainer = new(fixture.Model());
        float[] contributions = new float[Features + 1];
        for (int row = 0; row < Explained; row++)
        {
            explainer.Explain(fixture.Rows.AsSpan(row * Features, Features), contributions);
            ReadOnlySpan<float> reference = expected.AsSpan(row * (Features + 1), Features + 1);
            double scale = 0;
            foreach (float value in reference)
            {
                scale = Math.Max(scale, Math.Abs(value));
            }

            for (int i = 0; i <= Features; i++)
            {
                double size = Math.Abs(reference[i]);
                double allowed = size < Small ? RoundingOfRow * scale : Tolerance * size;
                Assert.True(
                    Math.Abs(contributions[i] - reference[i]) <= allowed,
                    $"row {row}, feature {i}: {contributions[i]:R}, XGBoost says {reference[i]:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    [InlineData("deep.json")]
    [InlineData("lossguide.json")]
    [InlineData("pruned.json")]
    [InlineData("depth1.json")]
    [InlineData("none.json")]
    public void F7_Contributions_AreTogetherTheMargin(string name)
    {
        Fixture fixture = Fixture.Own(name);
        TreeExplainer explainer = new(fixture.Model());
        float[] contributions = new float[Features + 1];
        for (int row = 0; row < Explained; row++)
        {
            explainer.Explain(fixture.Rows.AsSpan(row * Features, Features), contributions);
            double sum = contributions.Sum(value => (double)value);
            double scale = Math.Max(1, contributions.Max(Math.Abs));
            Assert.True(
                Math.Abs(sum - fixture.Margins[row]) <= Tolerance * scale,
                $"row {row}: {sum:R}, the margin is {fixture.Margins[row]:R}");
        }
    }

    [Theory]
    [InlineData("depth6.json")]
    [InlineData("depth3.json")]
    [InlineData("dart.json")]
    [InlineData("partition.json")]
    public void F7_Contributions_AreShapleyValues(string name)
    {
        // Rows of edges, and ordinary ones. XGBoost's own floats are further off than this for small contributions.
        Fixture fixture = Fixture.Own(name);
        TreeModel model = fixture.Model();
        TreeExplainer explainer = new(model);
        float[] contributions = new float[Features + 1];
        foreach (int row in new[] { 0, 3, 17, 40, 59 })
        {
            explainer.Explain(fixture.Rows.AsSpan(row * Features, Features), contributions);
            double[] exact = NaiveShapley.Of(model, fixture.Rows.AsSpan(row * Features, Features));
            for (int i = 0; i <= Features; i++)
            {
                Assert.True(
                    Math.Abs(exact[i] - contributions[i]) <= (Math.Abs(exact[i]) * 1e-6) + 1e-12,
                    $"row {row}, feature {i}: {contributions[i]:R}, exactly {exact[i]:R}");
            }
        }
    }

    [Fact]
    public void F7_ModelsWithoutUsableCovers_AreScored_AndNotExplained()
    {
        Fixture fixture = Fixture.Own("depth3.json");
        Action<JsonNode>[] changes =
        [
            tree => tree.AsObject().Remove("sum_hessian"),
            tree => tree["sum_hessian"]![0] = 0,
            tree => tree["sum_hessian"]![1] = -1,
        ];
        foreach (Action<JsonNode> change in changes)
        {
            TreeModel model = TreeModel.Read(Edited(fixture.File, change));
            Assert.False(model.HasCovers);
            Assert.Equal(fixture.Margins[5], new ModelScorer(model).Score(fixture.Rows.AsSpan(5 * Features, Features)));
            Assert.Throws<ArgumentException>(() => new TreeExplainer(model));
        }

        ModelRefusedException refused = Assert.Throws<ModelRefusedException>(() => TreeModel.Read(
            Edited(fixture.File, tree => tree["sum_hessian"]!.AsArray().RemoveAt(0))));
        Assert.Equal(ModelRefusal.Shape, refused.Code);
    }

    [Fact]
    public void F7_LeafThatNoRowOfTrainingSaw_IsExplained()
    {
        Fixture fixture = Fixture.Own("depth1.json");
        TreeModel model = TreeModel.Read(Edited(fixture.File, tree =>
        {
            tree["sum_hessian"]![1] = 0;
            tree["sum_hessian"]![2] = tree["sum_hessian"]![0]!.DeepClone();
        }));
        TreeExplainer explainer = new(model);
        float[] contributions = new float[Features + 1];
        for (int row = 0; row < Explained; row++)
        {
            explainer.Explain(fixture.Rows.AsSpan(row * Features, Features), contributions);
            Assert.Equal(fixture.Margins[row], contributions.Sum(value => (double)value), 1e-4);
        }
    }

    [Fact]
    public void F7_Reasons_AreTheStrongestThatSpeakForFraud()
    {
        float[] contributions = [0.5f, -3f, 2f, 0f, 0.5f, float.NaN, 1f, /* bias */ 9f];
        Reason[] reasons = new Reason[3];
        Assert.Equal(3, TreeExplainer.TopReasons(contributions, reasons));
        Assert.Equal([new Reason(2, 2f), new Reason(6, 1f), new Reason(0, 0.5f)], reasons);
        reasons = new Reason[8];
        Assert.Equal(4, TreeExplainer.TopReasons(contributions, reasons));
        Assert.Equal(new Reason(4, 0.5f), reasons[3]);
        Assert.Equal(default, reasons[4]);
        Assert.Equal(0, TreeExplainer.TopReasons(contributions, []));
    }

    [Fact]
    public void F7_RowsOfAnotherWidth_AreAnError()
    {
        TreeExplainer explainer = new(Fixture.Own("depth1.json").Model());
        Assert.Throws<ArgumentException>(() => explainer.Explain(new float[11], new float[12]));
        Assert.Throws<ArgumentException>(() => explainer.Explain(new float[12], new float[12]));
    }

    private static byte[] Edited(byte[] file, Action<JsonNode> change)
    {
        JsonNode model = JsonNode.Parse(file)!;
        JsonArray trees = model["learner"]!["gradient_booster"]!["model"]!["trees"]!.AsArray();
        change(trees[3]!);
        return System.Text.Encoding.UTF8.GetBytes(model.ToJsonString());
    }
}
