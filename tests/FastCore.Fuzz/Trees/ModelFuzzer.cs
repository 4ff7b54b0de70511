using System.Text;
using FastCore.Fraud.Models;
using FastCore.Fuzz.Core;
using FastCore.Testing;

namespace FastCore.Fuzz.Trees;

/// <summary>
/// A model file of one format. What is accepted is scored on every path that the processor has, and all of them agree.
/// </summary>
public abstract class ModelFuzzer : Fuzzer
{
    private const int Rows = 20;

    // Seeds have a handful of features; a mutated number of features may be more.
    private const int FeaturesMax = 64;

    private readonly float[] _rows = new float[Rows * FeaturesMax];
    private readonly float[] _expected = new float[Rows];
    private readonly float[] _scored = new float[Rows];

    /// <summary>Makes rows of ordinary and of odd values.</summary>
    protected ModelFuzzer()
    {
        SeededRandom random = new(5);
        foreach (ref float value in _rows.AsSpan())
        {
            value = random.Below(8) switch
            {
                0 => float.NaN,
                1 => BitConverter.Int32BitsToSingle((int)random.Next()),
                2 => -0f,
                _ => random.Between(-40, 40) / 8f,
            };
        }
    }

    /// <inheritdoc/>
    public override int InputSizeMax => 4096;

    /// <summary>All sets of categories that a model may have, and as much again for what is small.</summary>
    public override long AllocationMax => (ModelLimits.CategoryBitsMax / 8) + (4 << 20);

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens =>
    [
        .. ((string[])
        [
            "-1", "0", "1", "2", "3", "12", "2147483647", "-2147483648", "1E0", "-0E0", "NaN", "Infinity", "1E99",
            "5E-1", "[5E-1]", "true", "null", "[]", "{}", ",", ":", "\"", "\\u0041", "dart", "gblinear", "gbtree",
            "weight_drop", "leaf_weights", "categories", "[#L", "[$d#L", "[$U#L", "SL", "}", "{L",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => SmallModels.All().Select(Encode);

    /// <summary>A model that keeps its form: only digits change, some of which matter.</summary>
    public override int Generate(Span<byte> input, SeededRandom random)
    {
        char[] json = random.Pick(SmallModels.All()).ToCharArray();
        int[] digits = [.. Enumerable.Range(0, json.Length).Where(at => char.IsAsciiDigit(json[at]))];
        for (int changes = random.Between(1, 6); changes > 0; changes--)
        {
            // Not a zero: a number must not begin with one.
            json[random.Pick(digits)] = (char)random.Between('1', '9');
        }

        byte[] file = Encode(new string(json));
        return file.AsSpan().TryCopyTo(input) ? file.Length : 0;
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        TreeModel model;
        try
        {
            model = TreeModel.Read(input);
        }
        catch (ModelRefusedException refused)
        {
            BrokenPropertyException.Unless(Enum.IsDefined(refused.Code), "a refusal without a code");
            BrokenPropertyException.Unless(
                refused.Message.Length is > 0 and < 400 && !refused.Message.Any(char.IsControl),
                "a reason that is no line");
            return Verdict.Refused(refused.Message);
        }

        BrokenPropertyException.Unless(
            model.FeatureCount is > 0 and <= ModelLimits.FeaturesMax && model.Depth <= ModelLimits.DepthMax,
            "an impossible model");
        if (model.FeatureCount <= FeaturesMax)
        {
            CheckPaths(model);
        }

        return Verdict.Accepted(model.TreeCount, model.Depth, model.LeafCount, model.Booster.Length);
    }

    /// <summary>A model in JSON as the bytes of the fuzzer's format.</summary>
    protected abstract byte[] Encode(string json);

    private void CheckPaths(TreeModel model)
    {
        ReadOnlySpan<float> rows = _rows.AsSpan(0, Rows * model.FeatureCount);
        new ModelScorer(model, ScoringPath.Scalar).Score(rows, _expected);
        foreach (ScoringPath path in Enum.GetValues<ScoringPath>().Where(ModelScorer.IsSupported))
        {
            ModelScorer scorer = new(model, path);
            scorer.Score(rows, _scored);
            for (int row = 0; row < Rows; row++)
            {
                float alone = scorer.Score(rows.Slice(row * model.FeatureCount, model.FeatureCount));
                int expected = BitConverter.SingleToInt32Bits(_expected[row]);
                BrokenPropertyException.Unless(
                    expected == BitConverter.SingleToInt32Bits(_scored[row])
                        && expected == BitConverter.SingleToInt32Bits(alone),
                    $"row {row} has other bits on {path}");
            }
        }
    }
}
