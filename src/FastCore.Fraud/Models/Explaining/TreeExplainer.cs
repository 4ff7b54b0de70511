namespace FastCore.Fraud.Models.Explaining;

/// <summary>A feature that moved a margin, and how far.</summary>
/// <param name="Feature">Its position among the model's columns.</param>
/// <param name="Contribution">What it added to the margin; above zero it speaks for fraud.</param>
public readonly record struct Reason(int Feature, float Contribution);

/// <summary>
/// Says how much each feature of a row added to its margin: exact Shapley values of the trees, where a feature that is
/// not known is decided as often each way as it was in training (TreeSHAP, path-dependent), as XGBoost's
/// <c>pred_contribs</c>.
/// </summary>
/// <remarks>
/// It has room of its own for what it computes on the way, so it belongs to one thread at a time; the model is shared.
/// A tree takes time that grows with leaves × depth², where a score takes depth, so it is no work for a partition's
/// thread. Sums are doubles in a fixed order: the same bits everywhere.
/// </remarks>
public sealed class TreeExplainer
{
    private readonly TreeModel _model;
    private readonly float[] _covers;
    private readonly double _bias;
    private readonly PathElement[] _paths;
    private readonly double[] _contributions;

    /// <summary>Makes an explainer.</summary>
    /// <param name="model">A model with covers, see <see cref="TreeModel.HasCovers"/>.</param>
    /// <exception cref="ArgumentException">It has none, so it cannot be explained.</exception>
    public TreeExplainer(TreeModel model)
    {
        if (!model.HasCovers)
        {
            throw new ArgumentException(
                "The model's file does not say how many rows each node saw in training (sum_hessian), or says what "
                + "cannot be, so its scores cannot be explained.",
                nameof(model));
        }

        _model = model;
        _covers = model.Covers;

        // Paths of all depths, one behind the other: each node goes on with a copy of its parent's.
        int longest = model.Depth + 2;
        _paths = new PathElement[longest * (longest + 1) / 2];
        _contributions = new double[model.FeatureCount];
        _bias = model.BaseMargin;
        foreach (Tree tree in model.Trees)
        {
            _bias += MeanOf(tree);
        }
    }

    /// <summary>The model.</summary>
    public TreeModel Model => _model;

    /// <summary>Explains the margin of a row.</summary>
    /// <param name="row">As many values as the model has features; NaN is a missing one.</param>
    /// <param name="contributions">
    /// One for each feature, then the bias, which is the margin of a row of which nothing is known; all together are
    /// the row's margin.
    /// </param>
    public void Explain(ReadOnlySpan<float> row, Span<float> contributions)
    {
        if (row.Length != _model.FeatureCount || contributions.Length != row.Length + 1)
        {
            throw new ArgumentException(
                $"{row.Length} values and room for {contributions.Length} where the model needs "
                + $"{_model.FeatureCount} and {_model.FeatureCount + 1}.");
        }

        Array.Clear(_contributions);
        foreach (Tree tree in _model.Trees)
        {
            if (tree.Depth > 0)
            {
                Walk(row, tree.Root, 0, 0, new PathElement(-1, 1, 1));
            }
        }

        for (int i = 0; i < row.Length; i++)
        {
            contributions[i] = (float)_contributions[i];
        }

        contributions[^1] = (float)_bias;
    }

    /// <summary>The features that speak most for fraud, the strongest first; of equal ones the first column.</summary>
    /// <param name="contributions">What <see cref="Explain"/> wrote, the bias included.</param>
    /// <param name="reasons">Room for as many as are wanted.</param>
    /// <returns>How many there are: features that speak against fraud, or nothing, are none.</returns>
    public static int TopReasons(ReadOnlySpan<float> contributions, Span<Reason> reasons)
    {
        int count = 0;
        for (int feature = 0; feature < contributions.Length - 1; feature++)
        {
            float contribution = contributions[feature];
            if (!(contribution > 0))
            {
                continue;
            }

            int at = count;
            while (at > 0 && reasons[at - 1].Contribution < contribution)
            {
                at--;
            }

            if (at == reasons.Length)
            {
                continue;
            }

            count = Math.Min(count + 1, reasons.Length);
            reasons[at..(count - 1)].CopyTo(reasons[(at + 1)..]);
            reasons[at] = new Reason(feature, contribution);
        }

        return count;
    }

    // What a tree gives on average, from the leaves up: children lie behind their parents.
    private double MeanOf(Tree tree)
    {
        double[] means = new double[tree.NodeCount];
        for (int i = tree.NodeCount - 1; i >= 0; i--)
        {
            TreeNode node = _model.Nodes[tree.Root + i];
            int left = node.Left - tree.Root;
            means[i] = node.IsLeaf
                ? node.Value
                : ((means[left] * _covers[node.Left]) + (means[left + 1] * _covers[node.Left + 1]))
                    / _covers[tree.Root + i];
        }

        return means[0];
    }

    // The path holds each feature that was asked for on the way once: with which part of the rows that do not know it
    // (Zero), and whether the row itself (One), comes here. Weights count the orders in which features become known.
    private void Walk(ReadOnlySpan<float> row, int at, int start, int length, PathElement incoming)
    {
        if (incoming.Zero == 0 && incoming.One == 0)
        {
            // Neither the row nor any row of training comes here.
            return;
        }

        Span<PathElement> path = _paths.AsSpan(start, length + 1);
        path[length] = incoming with { Weight = length == 0 ? 1 : 0 };
        for (int i = length - 1; i >= 0; i--)
        {
            path[i + 1].Weight += incoming.One * path[i].Weight * (i + 1) / (length + 1);
            path[i].Weight = incoming.Zero * path[i].Weight * (length - i) / (length + 1);
        }

        TreeNode node = _model.Nodes[at];
        if (node.IsLeaf)
        {
            for (int i = 1; i <= length; i++)
            {
                double weight = WeightWithout(path, i);
                _contributions[path[i].Feature] += weight * (path[i].One - path[i].Zero) * node.Value;
            }

            return;
        }

        int hot = node.Left + (IsRight(node, row[node.Feature]) ? 1 : 0);
        int cold = node.Left + (hot == node.Left ? 1 : 0);
        double zero = 1;
        double one = 1;
        int known = 1;
        while (known <= length && path[known].Feature != node.Feature)
        {
            known++;
        }

        if (known <= length)
        {
            // Asked for before: that decision and this one are a single piece of knowledge.
            zero = path[known].Zero;
            one = path[known].One;
            Forget(path, known);
            length--;
        }

        int next = start + length + 1;
        Branch(row, hot, start, next, length, new PathElement(node.Feature, zero * _covers[hot] / _covers[at], one));
        Branch(row, cold, start, next, length, new PathElement(node.Feature, zero * _covers[cold] / _covers[at], 0));
    }

    private void Branch(ReadOnlySpan<float> row, int at, int start, int next, int length, PathElement incoming)
    {
        _paths.AsSpan(start, length + 1).CopyTo(_paths.AsSpan(next));
        Walk(row, at, next, length + 1, incoming);
    }

    private bool IsRight(in TreeNode node, float value) =>
        float.IsNaN(value) ? !node.IsDefaultLeft
        : node.Set >= 0 ? _model.Sets[node.Set].Contains(value)
        : !(value < node.Value);

    // Takes a feature out of the path, as if it had not been asked for.
    private static void Forget(Span<PathElement> path, int index)
    {
        int last = path.Length - 1;
        (double zero, double one) = (path[index].Zero, path[index].One);
        double next = path[last].Weight;
        for (int i = last - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                double weight = path[i].Weight;
                path[i].Weight = next * (last + 1) / ((i + 1) * one);
                next = weight - (path[i].Weight * zero * (last - i) / (last + 1));
            }
            else
            {
                path[i].Weight = path[i].Weight * (last + 1) / (zero * (last - i));
            }
        }

        for (int i = index; i < last; i++)
        {
            path[i] = path[i + 1] with { Weight = path[i].Weight };
        }
    }

    // The sum of the weights that the path would have without a feature.
    private static double WeightWithout(ReadOnlySpan<PathElement> path, int index)
    {
        int last = path.Length - 1;
        (double zero, double one) = (path[index].Zero, path[index].One);
        double next = path[last].Weight;
        double total = 0;
        for (int i = last - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                double weight = next * (last + 1) / ((i + 1) * one);
                total += weight;
                next = path[i].Weight - (weight * zero * (last - i) / (last + 1));
            }
            else
            {
                total += path[i].Weight * (last + 1) / (zero * (last - i));
            }
        }

        return total;
    }

    private record struct PathElement(int Feature, double Zero, double One)
    {
        public double Weight { get; set; }
    }
}
