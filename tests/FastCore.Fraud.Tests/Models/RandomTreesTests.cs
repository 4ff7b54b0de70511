using FastCore.Fraud.Models;
using FastCore.Fraud.Models.Reading;
using FastCore.Testing;
using Xunit;

namespace FastCore.Fraud.Tests.Models;

/// <summary>
/// Random trees of shapes that no training gives, on every path, against a walk that is written as XGBoost's is.
/// </summary>
public sealed class RandomTreesTests
{
    private const int RowCount = 130;

    // Few values make equal thresholds and exact hits likely; many make a feature need more than one slot.
    [Theory]
    [InlineData(1, 3, 5, 3, 4)]
    [InlineData(2, 17, 63, 4, 20)]
    [InlineData(3, 40, 127, 2, 100_000)]
    [InlineData(4, 9, 500, 70, 1000)]
    [InlineData(5, 64, 31, 40, 3)]
    [InlineData(6, 20, 511, 5, 50)]
    [InlineData(7, 100, 63, 1, 100_000)]
    [InlineData(8, 30, 400, 200, 100_000)]
    public void F5_EveryPath_AgreesWithANaiveWalk(ulong seed, int trees, int nodesMax, int features, int values)
    {
        SeededRandom random = new(seed);
        TreeBuilder builder = new(features);
        List<RawTree> raws = [];
        for (int i = 0; i < trees; i++)
        {
            RawTree raw = RandomTree(random, 1 + (2 * random.Below(1 + (nodesMax / 2))), features, values);
            raws.Add(raw);
            builder.Add(raw, null);
        }

        const float BaseMargin = 0.25f;
        TreeModel model = builder.Build("", "gbtree", new Version(3, 0, 0), BaseMargin, []);
        float[] rows = new float[RowCount * features];
        foreach (ref float value in rows.AsSpan())
        {
            value = RandomValue(random, values);
        }

        float[] expected = new float[RowCount];
        for (int row = 0; row < RowCount; row++)
        {
            expected[row] = BaseMargin;
            foreach (RawTree raw in raws)
            {
                expected[row] += Walk(raw, rows.AsSpan(row * features, features));
            }
        }

        foreach (ScoringPath path in FixtureTests.Paths)
        {
            ModelScorer scorer = new(model, path);
            float[] scored = new float[RowCount];
            scorer.Score(rows, scored);
            Assert.Equal(Bits(expected), Bits(scored));
            for (int row = 0; row < RowCount; row++)
            {
                scored[row] = scorer.Score(rows.AsSpan(row * features, features));
            }

            Assert.Equal(Bits(expected), Bits(scored));
        }
    }

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];

    private static float Walk(RawTree tree, ReadOnlySpan<float> row)
    {
        int node = 0;
        while (tree.Left![node] != -1)
        {
            float value = row[tree.Features![node]];
            int entry = Array.IndexOf(tree.CategoryNodes, node);
            bool isLeft = float.IsNaN(value) ? tree.DefaultLeft![node] == 1
                : entry >= 0 ? !IsIn(tree, entry, value)
                : value < tree.Conditions![node];
            node = isLeft ? tree.Left[node] : tree.Right![node];
        }

        return tree.Conditions![node];
    }

    private static bool IsIn(RawTree tree, int entry, float value) =>
        value is >= 0 and < ModelLimits.CategoryEnd
        && tree.Categories.AsSpan(tree.CategorySegments[entry], tree.CategorySizes[entry]).Contains((int)value);

    // Leaves are split at random until there are enough nodes: some trees are chains, some are broad.
    private static RawTree RandomTree(SeededRandom random, int count, int features, int values)
    {
        RawTree tree = new()
        {
            NodeCount = $"{count}",
            Left = new int[count],
            Right = new int[count],
            Features = new int[count],
            Conditions = new float[count],
            DefaultLeft = new int[count],
            SplitTypes = new int[count],
        };
        List<int> leaves = [0];
        List<int> categories = [];
        List<(int Node, int Start, int Size)> sets = [];
        Array.Fill(tree.Left, -1);
        Array.Fill(tree.Right, -1);
        for (int next = 1; next < count; next += 2)
        {
            int at = Math.Max(random.Below(leaves.Count), random.Below(2) == 0 ? leaves.Count - 3 : 0);
            int node = leaves[at];
            leaves.RemoveAt(at);
            leaves.Add(next);
            leaves.Add(next + 1);
            tree.Left[node] = next;
            tree.Right[node] = next + 1;
            tree.Features[node] = random.Below(features);
            tree.DefaultLeft[node] = random.Below(2);
            tree.Conditions[node] = RandomNumber(random, values);
            if (random.Below(10) == 0)
            {
                tree.SplitTypes[node] = 1;
                tree.Conditions[node] = float.NaN;
                int size = 1 + random.Below(4);
                sets.Add((node, categories.Count, size));
                categories.AddRange(Enumerable.Range(0, size).Select(_ => random.Below(values)));
            }
        }

        foreach (int leaf in leaves)
        {
            tree.Conditions[leaf] = (random.Below(2001) - 1000) / 777f;
        }

        sets.Sort();
        int at0 = 0;
        int[] ordered = [.. sets.SelectMany(set => categories.GetRange(set.Start, set.Size))];
        tree.CategoryNodes = [.. sets.Select(set => set.Node)];
        tree.CategorySizes = [.. sets.Select(set => set.Size)];
        tree.CategorySegments = [.. sets.Select(set => (at0 += set.Size) - set.Size)];
        tree.Categories = ordered;
        return tree;
    }

    private static float RandomNumber(SeededRandom random, int values) => random.Below(20) switch
    {
        0 => -0f,
        1 => float.Epsilon,
        2 => float.MaxValue,
        _ => (random.Below(values) - (values / 4)) / (values > 50 ? 3f : 1f),
    };

    private static float RandomValue(SeededRandom random, int values) => random.Below(20) switch
    {
        0 or 1 => float.NaN,
        2 => float.PositiveInfinity,
        3 => float.NegativeInfinity,
        _ => RandomNumber(random, values),
    };
}
