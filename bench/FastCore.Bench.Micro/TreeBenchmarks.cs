using BenchmarkDotNet.Attributes;
using FastCore.Fraud.Models;
using FastCore.Testing;

namespace FastCore.Bench.Micro;

/// <summary>
/// Scores of a model a row at a time and in batches of 64, by path; a path that the processor lacks is left out. The
/// shipped model has 20 trees of depth 6; FASTCORE_BENCH_MODEL names another one, for which rows are made at random.
/// </summary>
[MemoryDiagnoser]
public class TreeBenchmarks
{
    private const int Rows = 2_048;
    private const int Batch = 64;

    private readonly float[] _margins = new float[Rows];
    private ModelScorer _scorer = null!;
    private float[] _rows = [];
    private int _features;

    /// <summary>Paths of this processor.</summary>
    public static IEnumerable<ScoringPath> Paths => Enum.GetValues<ScoringPath>().Where(ModelScorer.IsSupported);

    [ParamsSource(nameof(Paths))]
    public ScoringPath Path { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string file = Environment.GetEnvironmentVariable("FASTCORE_BENCH_MODEL")
            ?? System.IO.Path.Combine(RepositoryRoot.Path, "tests", "data", "fraud", "depth6.json");
        TreeModel model = TreeModel.Read(File.ReadAllBytes(file));
        _scorer = new ModelScorer(model, Path);
        _features = model.FeatureCount;
        Random random = new(1);
        _rows = new float[Rows * _features];
        foreach (ref float value in _rows.AsSpan())
        {
            // Counts, amounts and shares: most thresholds of card features lie among them.
            value = MathF.Exp((float)((random.NextDouble() * 9) - 3));
        }
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public float Row()
    {
        float last = 0;
        for (int row = 0; row < Rows; row++)
        {
            last = _scorer.Score(_rows.AsSpan(row * _features, _features));
        }

        return last;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public float Batches()
    {
        for (int row = 0; row < Rows; row += Batch)
        {
            _scorer.Score(_rows.AsSpan(row * _features, Batch * _features), _margins.AsSpan(row, Batch));
        }

        return _margins[^1];
    }
}
