// Hot file: Score may not allocate, lock or throw, except for arguments of a wrong length.
using System.Runtime.Intrinsics.X86;
using FastCore.Fraud.Models.Scoring;

namespace FastCore.Fraud.Models;

/// <summary>
/// Scores rows with a model. It has room of its own for what it computes on the way, so it belongs to one thread at a
/// time; the model is shared.
/// </summary>
public sealed unsafe class ModelScorer
{
    // With fewer rows, one after the other measured faster than a pass that is mostly empty.
    private const int BatchMinAfterBlocks = 16;
    private const int BatchMinAfterScalar = 8;

    private readonly int _features;
    private readonly int _batchMin;
    private readonly ScalarTrees _scalar;
    private readonly BlockTrees? _blocks;
    private readonly NodeProgram? _program;
    private readonly AlignedArray<float> _values;
    private readonly AlignedArray<byte> _scratch;
    private readonly AlignedArray<float> _margins = new(NodeProgram.RowsMax);
    private readonly AlignedArray<byte> _codes = new(2 * BlockTrees.SlotsMax);

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
        _features = model.FeatureCount;
        ScoringPath wanted = path == ScoringPath.Auto ? Best() : path;
        CompiledTrees compiled = model.Compiled;
        _scalar = compiled.Scalar;
        _values = new AlignedArray<float>(_scalar.InputCount);
        _blocks = wanted == ScoringPath.Avx512 ? compiled.Blocks : null;
        _program = wanted == ScoringPath.Scalar ? null : compiled.Program;
        _scratch = new AlignedArray<byte>(_program?.ScratchSize ?? 0);
        _program?.Prepare(_scratch);
        _batchMin = _blocks is null ? BatchMinAfterScalar : BatchMinAfterBlocks;
        RowPath = _blocks is null ? ScoringPath.Scalar : ScoringPath.Avx512;
        BatchPath = _program is null ? ScoringPath.Scalar : wanted;
    }

    /// <summary>The model.</summary>
    public TreeModel Model { get; }

    /// <summary>
    /// How a row alone is scored: where the model does not have the shape that the wanted path needs, or the path has
    /// nothing for one row, it is the scalar one.
    /// </summary>
    public ScoringPath RowPath { get; }

    /// <summary>How many rows are scored; scalar where a tree has too many leaves for the wanted path.</summary>
    public ScoringPath BatchPath { get; }

    /// <summary>Whether this processor has the instructions of a path.</summary>
    public static bool IsSupported(ScoringPath path) => path switch
    {
        ScoringPath.Auto or ScoringPath.Scalar => true,
        ScoringPath.Avx2 => Avx2.IsSupported,
        ScoringPath.Avx512 => Avx512Vbmi.IsSupported && Avx512BW.IsSupported,
        _ => false,
    };

    /// <summary>The margin of one row.</summary>
    /// <param name="row">As many values as the model has features; NaN is a missing one.</param>
    public float Score(ReadOnlySpan<float> row)
    {
        if (row.Length != _features)
        {
            ThrowLength(row.Length, _features);
        }

        fixed (float* pointer = row)
        {
            float margin = ScoreOne(pointer);
            GC.KeepAlive(this);
            return margin;
        }
    }

    /// <summary>The margins of many rows.</summary>
    /// <param name="rows">The rows, one behind the other.</param>
    /// <param name="margins">One for each row.</param>
    public void Score(ReadOnlySpan<float> rows, Span<float> margins)
    {
        if (rows.Length != (long)margins.Length * _features)
        {
            ThrowLength(rows.Length, (long)margins.Length * _features);
        }

        fixed (float* pointer = rows)
        {
            float* row = pointer;
            while (_program is not null && margins.Length >= _batchMin)
            {
                int count = Math.Min(margins.Length, NodeProgram.RowsMax);
                if (BatchPath == ScoringPath.Avx512)
                {
                    _program.Score512(row, count, _scratch.Pointer, _margins.Pointer);
                }
                else
                {
                    _program.Score256(row, count, _scratch.Pointer, _margins.Pointer);
                }

                _margins.Span[..count].CopyTo(margins);
                margins = margins[count..];
                row += count * _features;
            }

            for (int i = 0; i < margins.Length; i++)
            {
                margins[i] = ScoreOne(row);
                row += _features;
            }
        }

        GC.KeepAlive(this);
    }

    private static ScoringPath Best() =>
        IsSupported(ScoringPath.Avx512) ? ScoringPath.Avx512
        : IsSupported(ScoringPath.Avx2) ? ScoringPath.Avx2
        : ScoringPath.Scalar;

    private static void ThrowLength(long length, long expected) =>
        throw new ArgumentException($"{length} values where the model needs {expected}.");

    private float ScoreOne(float* row) =>
        _blocks is null ? _scalar.Score(row, _values.Pointer) : _blocks.Score(row, _codes.Pointer);
}
