using FastCore.Fraud.Models;

namespace FastCore.Fraud.Tests.Models.Explaining;

/// <summary>
/// The slow twin of the explainer: for every set of features that may be known, what the trees then give on average.
/// </summary>
internal static class NaiveShapley
{
    /// <summary>The contribution of each feature, and the bias.</summary>
    public static double[] Of(TreeModel model, ReadOnlySpan<float> row)
    {
        int features = model.FeatureCount;
        double[] known = new double[1 << features];
        for (int set = 0; set < known.Length; set++)
        {
            foreach (Tree tree in model.Trees)
            {
                known[set] += Expected(model, tree.Root, row, set);
            }
        }

        double[] contributions = new double[features + 1];
        contributions[features] = known[0] + model.BaseMargin;
        for (int feature = 0; feature < features; feature++)
        {
            for (int set = 0; set < known.Length; set++)
            {
                if ((set >> feature & 1) == 0)
                {
                    double added = known[set | (1 << feature)] - known[set];
                    contributions[feature] += added * Share(int.PopCount(set), features);
                }
            }
        }

        return contributions;
    }

    // Of the orders in which features become known, those in which exactly these are known before the next.
    private static double Share(int known, int features)
    {
        double share = 1.0 / features;
        for (int i = 1; i <= known; i++)
        {
            share *= (double)i / (features - i);
        }

        return share;
    }

    private static double Expected(TreeModel model, int at, ReadOnlySpan<float> row, int known)
    {
        TreeNode node = model.Nodes[at];
        if (node.IsLeaf)
        {
            return node.Value;
        }

        if ((known >> node.Feature & 1) != 0)
        {
            float value = row[node.Feature];
            bool isLeft = float.IsNaN(value) ? node.IsDefaultLeft
                : node.Set >= 0 ? !model.Sets[node.Set].Contains(value)
                : value < node.Value;
            return Expected(model, isLeft ? node.Left : node.Left + 1, row, known);
        }

        return ((Expected(model, node.Left, row, known) * model.Covers[node.Left])
            + (Expected(model, node.Left + 1, row, known) * model.Covers[node.Left + 1])) / model.Covers[at];
    }
}
