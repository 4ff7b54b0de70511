// Hot file: Score may not allocate, lock or throw, except for arguments of a wrong length.
using FastCore.Fraud.Models.Scoring;

namespace FastCore.Fraud.Models;

/// <summary>
/// Scores rows with a model. It has room of its own for what it computes on the way, so it belongs to one thread at a
/// time; the model is shared.
/// </summary>
public sealed unsafe class ModelScorer
{
    private readonly ScalarTrees _scalar;
    private readonly AlignedArray<float> _values;

    /// <summary>Makes a scorer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">With which instructions.</param>
    /// <exception cref="PlatformNotSupportedException">This processor lacks them.</exception>
    public ModelScorer(TreeModel model, ScoringPath path = ScoringPath.Auto)
    {
        if (!IsSupported(path))
        {
            throw new PlatformNotSupportedException($"This processor lacks the instructions of {path}.");
        }

        Model = model;
        _scalar = new ScalarTrees(model);
        _values = new AlignedArray<float>(_scalar.InputCount);
    }

    /// <summary>The model.</summary>
    public TreeModel Model { get; }

    /// <summary>Whether this processor has the instructions of a path.</summary>
    public static bool IsSupported(ScoringPath path) => path is ScoringPath.Auto or ScoringPath.Scalar;

    /// <summary>The margin of one row.</summary>
    /// <param name="row">As many values as the model has features; NaN is a missing one.</param>
    public float Score(ReadOnlySpan<float> row)
    {
        if (row.Length != Model.FeatureCount)
        {
            ThrowLength(row.Length, Model.FeatureCount);
        }

        fixed (float* pointer = row)
        {
            float margin = _scalar.Score(pointer, _values.Pointer);
            GC.KeepAlive(this);
            return margin;
        }
    }

    /// <summary>The margins of many rows.</summary>
    /// <param name="rows">The rows, one behind the other.</param>
    /// <param name="margins">One for each row.</param>
    public void Score(ReadOnlySpan<float> rows, Span<float> margins)
    {
        int features = Model.FeatureCount;
        if (rows.Length != (long)margins.Length * features)
        {
            ThrowLength(rows.Length, (long)margins.Length * features);
        }

        fixed (float* pointer = rows)
        {
            for (int i = 0; i < margins.Length; i++)
            {
                margins[i] = _scalar.Score(pointer + ((long)i * features), _values.Pointer);
            }
        }

        GC.KeepAlive(this);
    }

    private static void ThrowLength(long length, long expected) =>
        throw new ArgumentException($"{length} values where the model needs {expected}.");
}
