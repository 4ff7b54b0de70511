using System.Security.Cryptography;
using FastCore.Fraud.Models.Reading;
using FastCore.Fraud.Models.Scoring;

namespace FastCore.Fraud.Models;

/// <summary>
/// A checked model of gradient boosted trees for binary:logistic, read from XGBoost's JSON or UBJ. Never changes, so
/// any number of threads may use it, each with its own <see cref="ModelScorer"/>.
/// </summary>
public sealed class TreeModel
{
    internal TreeModel(
        string contentHash, string booster, Version version, int featureCount, float baseMargin,
        IReadOnlyList<string> featureNames, TreeNode[] nodes, Tree[] trees, CategorySet[] sets,
        float[] covers)
    {
        ContentHash = contentHash;
        Booster = booster;
        Version = version;
        FeatureCount = featureCount;
        BaseMargin = baseMargin;
        FeatureNames = featureNames;
        Nodes = nodes;
        Trees = trees;
        Sets = sets;
        Covers = covers;
        foreach (Tree tree in trees)
        {
            Depth = Math.Max(Depth, tree.Depth);
            LeafCount += tree.LeafCount;
        }

        Compiled = new CompiledTrees(this);
    }

    /// <summary>SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.</summary>
    public string ContentHash { get; }

    /// <summary>How the trees were boosted: <c>gbtree</c> or <c>dart</c>.</summary>
    public string Booster { get; }

    /// <summary>The version of XGBoost that wrote the file.</summary>
    public Version Version { get; }

    /// <summary>Columns of a row.</summary>
    public int FeatureCount { get; }

    /// <summary>Names of the columns in their order; empty when the file has none.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>Where the sum of the leaves starts: the base score as a margin.</summary>
    public float BaseMargin { get; }

    /// <summary>Trees.</summary>
    public int TreeCount => Trees.Length;

    /// <summary>Nodes of all trees that can be reached, leaves included.</summary>
    public int NodeCount => Nodes.Length;

    /// <summary>Leaves of all trees.</summary>
    public int LeafCount { get; }

    /// <summary>Decisions on the longest way from a root to a leaf.</summary>
    public int Depth { get; }

    /// <summary>
    /// Whether the file says how many rows each node saw in training, so that scores can be explained.
    /// </summary>
    public bool HasCovers => Covers.Length == Nodes.Length;

    internal TreeNode[] Nodes { get; }

    internal Tree[] Trees { get; }

    internal CategorySet[] Sets { get; }

    /// <summary>For each node the sum of second derivatives that it saw in training; empty when not known.</summary>
    internal float[] Covers { get; }

    internal CompiledTrees Compiled { get; }

    /// <summary>Reads a model file in either format.</summary>
    /// <param name="file">All its bytes.</param>
    /// <exception cref="ModelRefusedException">It would not be scored with the bits of XGBoost.</exception>
    public static TreeModel Read(ReadOnlySpan<byte> file)
    {
        RawModel raw = ModelFileReader.Read(file);
        return ModelCheck.Check(raw, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    /// <summary>The probability that XGBoost gives for a margin, with the same bits on every machine.</summary>
    public static float Probability(float margin)
    {
        // The last term does nothing to a float; XGBoost adds it against a division by zero, and so do we.
        float exponent = MathF.Min(-margin, 88.7f);
        return 1f / (PortableExp.Of(exponent) + 1f + 1e-16f);
    }
}
