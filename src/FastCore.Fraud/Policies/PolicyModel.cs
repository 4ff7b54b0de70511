using FastCore.Fraud.Features;
using FastCore.Fraud.Models;
using FastCore.Fraud.Policies.Text;

namespace FastCore.Fraud.Policies;

/// <summary>A model of a policy, bound to the features. Immutable; any thread may use it.</summary>
public sealed class PolicyModel
{
    private readonly byte[] _hash;
    private readonly int[] _columns;

    internal PolicyModel(string name, byte[] hash, TreeModel model, int[] columns, int features)
    {
        Name = name;
        _hash = hash;
        Model = model;
        _columns = columns;
        IsIdentity = columns.AsSpan().SequenceEqual([.. Enumerable.Range(0, features)]);
    }

    /// <summary>Its file, as the policy names it.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of its file.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>The model.</summary>
    public TreeModel Model { get; }

    /// <summary>For each column of the model, its position among the features.</summary>
    public ReadOnlySpan<int> Columns => _columns;

    /// <summary>Whether the model's rows are the feature vectors as they are.</summary>
    public bool IsIdentity { get; }

    /// <summary>Finds a model's columns among the features: by column, else by name, else all in their order.</summary>
    /// <returns>Null when there are some that are not there; <paramref name="problem"/> names the first.</returns>
    internal static int[]? Bind(TreeModel model, FeatureSet features, out string problem)
    {
        problem = "";
        if (model.FeatureNames.Count == 0)
        {
            problem = $"It has {model.FeatureCount} columns without names, and there are {features.Count} features.";
            return model.FeatureCount == features.Count ? [.. Enumerable.Range(0, features.Count)] : null;
        }

        int[] columns = [.. model.FeatureNames.Select(name => PositionOf(name, features))];
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i] < 0)
            {
                problem = $"No feature has the column or the name {PolicyWords.Quote(model.FeatureNames[i])}.";
                return null;
            }

            if (Array.IndexOf(columns, columns[i]) != i)
            {
                problem = $"It reads the feature '{features.Definitions[columns[i]].Name}' as two columns.";
                return null;
            }
        }

        return columns;
    }

    private static int PositionOf(string name, FeatureSet features)
    {
        int byColumn = features.Definitions.Select(feature => feature.Column).ToList().IndexOf(name);
        return byColumn >= 0 ? byColumn : features.Definitions.Select(feature => feature.Name).ToList().IndexOf(name);
    }
}
