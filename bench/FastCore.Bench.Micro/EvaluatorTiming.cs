using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using FastCore.Fraud.Models;

namespace FastCore.Bench.Micro;

/// <summary>
/// Times the evaluator by every path that the processor has, a row at a time and in batches of 64; the part of
/// <c>bench/evaluator.py</c> that is ours. Prints one JSON array; writes the margins of each timing, one after the
/// other, so that they can be compared.
/// </summary>
internal static class EvaluatorTiming
{
    private static readonly TimeSpan AtLeast = TimeSpan.FromMilliseconds(300);

    /// <summary>Does it.</summary>
    /// <param name="model">Model file.</param>
    /// <param name="rows">File of raw float32 rows.</param>
    /// <param name="margins">File to write.</param>
    public static int Run(string model, string rows, string margins)
    {
        TreeModel read = TreeModel.Read(File.ReadAllBytes(model));
        float[] values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(rows)).ToArray();
        float[] found = new float[values.Length / read.FeatureCount];
        List<object> timings = [];
        using FileStream output = File.Create(margins);
        foreach (ScoringPath path in (ScoringPath[])[ScoringPath.Scalar, ScoringPath.Avx2, ScoringPath.Avx512])
        {
            if (!ModelScorer.IsSupported(path))
            {
                continue;
            }

            ModelScorer scorer = new(read, path);
            foreach (int batch in (int[])[1, 64])
            {
                // The first turn compiles and warms.
                _ = NsPerRow(scorer, values, found, batch);
                double ns = NsPerRow(scorer, values, found, batch);
                timings.Add(new { path = path.ToString().ToLowerInvariant(), batch, ns_per_row = ns });
                output.Write(MemoryMarshal.AsBytes(found.AsSpan()));
            }
        }

        Console.Out.WriteLine(JsonSerializer.Serialize(timings));
        return 0;
    }

    private static double NsPerRow(ModelScorer scorer, float[] values, float[] margins, int batch)
    {
        int columns = values.Length / margins.Length;
        long start = Stopwatch.GetTimestamp();
        long passes = 0;
        do
        {
            for (int row = 0; row < margins.Length; row += batch)
            {
                int count = Math.Min(batch, margins.Length - row);
                if (count == 1)
                {
                    margins[row] = scorer.Score(values.AsSpan(row * columns, columns));
                }
                else
                {
                    scorer.Score(values.AsSpan(row * columns, count * columns), margins.AsSpan(row, count));
                }
            }

            passes++;
        }
        while (Stopwatch.GetElapsedTime(start) < AtLeast);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / (passes * margins.Length);
    }
}
