using System.Globalization;

namespace FastCore.Fraud.Models.Reading;

/// <summary>Makes a model of what a file says, or refuses it with the first rule that it breaks.</summary>
internal static class ModelCheck
{
    public static TreeModel Check(RawModel raw, string contentHash)
    {
        Version version = CheckVersion(raw);
        if (raw.Objective is not "binary:logistic")
        {
            throw raw.Objective is null
                ? Missing("objective")
                : Refused(ModelRefusal.Objective, $"objective {Quote(raw.Objective)}, only binary:logistic is scored");
        }

        if (raw.Booster is not ("gbtree" or "dart"))
        {
            throw raw.Booster is null
                ? Missing("gradient_booster")
                : Refused(ModelRefusal.Booster, $"booster {Quote(raw.Booster)}, only gbtree and dart are scored");
        }

        if (CountOf(raw.ClassCount, "num_class") > 1)
        {
            throw Refused(ModelRefusal.MultiClass, $"{raw.ClassCount} classes");
        }

        if (CountOf(raw.TargetCount ?? "1", "num_target") > 1)
        {
            throw Refused(ModelRefusal.MultiTarget, $"{raw.TargetCount} targets");
        }

        List<RawTree> trees = raw.Trees ?? throw Missing("trees");
        if (raw.HasVectorLeaves || trees.Exists(tree => tree.HasVectorLeaves))
        {
            throw Refused(ModelRefusal.VectorLeaf, "the leaves are vectors");
        }

        float baseMargin = CheckBaseScore(raw.BaseScore ?? throw Missing("base_score"));
        int features = CountOf(raw.FeatureCount, "num_feature");
        if (features > ModelLimits.FeaturesMax)
        {
            throw Refused(
                ModelRefusal.TooLarge, $"{features} features, {ModelLimits.FeaturesMax} are allowed");
        }

        if (features == 0 || (raw.FeatureNames.Count != 0 && raw.FeatureNames.Count != features))
        {
            throw Refused(ModelRefusal.Shape, $"{features} features and {raw.FeatureNames.Count} names of features");
        }

        CheckTreeCounts(raw, trees);
        TreeBuilder builder = new(features);
        foreach (RawTree tree in InOrder(trees))
        {
            int place = builder.TreeCount;
            builder.Add(tree, raw.Booster == "dart" ? raw.DropWeights![place] : null);
        }

        return builder.Build(contentHash, raw.Booster, version, baseMargin, raw.FeatureNames);
    }

    private static Version CheckVersion(RawModel raw)
    {
        if (raw.Version is not [int major, int minor, int patch] || major < 0 || minor < 0 || patch < 0)
        {
            throw Missing("version");
        }

        bool isKnown = major is 2 or 3 || (major == 1 && minor >= 7);
        return isKnown
            ? new Version(major, minor, patch)
            : throw Refused(
                ModelRefusal.Version, $"written by XGBoost {major}.{minor}.{patch}, 1.7 to 3 are read");
    }

    // A probability, or from 3.1 on an array of one.
    private static float CheckBaseScore(string text)
    {
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        if (number is ['[', .. ReadOnlySpan<char> inner, ']'])
        {
            number = inner.Trim();
            if (number.Contains(','))
            {
                throw Refused(ModelRefusal.MultiTarget, $"base_score {Quote(text)} is more than one");
            }
        }

        if (!float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out float score)
            || !(score > 0 && score < 1))
        {
            throw Refused(ModelRefusal.BaseScore, $"base_score {Quote(text)} is not between 0 and 1");
        }

        // XGBoost asks its platform's logarithm, and so must who wants its bits: correct rounding would differ from
        // glibc's for one base score of a thousand. Another library's may differ likewise (never for 0.5, whose margin
        // is 0); then the verification vectors differ, and the policy is refused instead of deciding otherwise.
        float margin = -MathF.Log((1f / score) - 1f);
        return float.IsFinite(margin)
            ? margin
            : throw Refused(ModelRefusal.BaseScore, $"base_score {Quote(text)} has no finite margin");
    }

    private static void CheckTreeCounts(RawModel raw, List<RawTree> trees)
    {
        int[] classes = raw.TreeClasses ?? throw Missing("tree_info");
        int count = CountOf(raw.TreeCount, "num_trees");
        if (count != trees.Count || classes.Length != trees.Count)
        {
            throw Refused(
                ModelRefusal.Shape, $"num_trees {count}, {classes.Length} in tree_info, {trees.Count} trees");
        }

        int other = classes.AsSpan().IndexOfAnyExcept(0);
        if (other >= 0)
        {
            throw Refused(ModelRefusal.MultiClass, $"tree {other} belongs to class {classes[other]}");
        }

        if (raw.Booster == "dart")
        {
            int weights = raw.DropWeights?.Length ?? 0;
            if (weights != trees.Count || raw.DropWeights?.All(float.IsFinite) == false)
            {
                throw Refused(
                    ModelRefusal.DropWeights, $"{weights} weights for {trees.Count} trees, or one is not finite");
            }
        }
    }

    // XGBoost puts each tree at the place that its id says, and adds the leaves in the order of places.
    private static RawTree[] InOrder(List<RawTree> trees)
    {
        RawTree?[] ordered = new RawTree?[trees.Count];
        foreach (RawTree tree in trees)
        {
            int id = tree.Id ?? throw Missing("id of a tree");
            if ((uint)id >= (uint)ordered.Length || ordered[id] is not null)
            {
                throw Refused(ModelRefusal.Shape, $"tree id {id} is there twice, or beyond the number of trees");
            }

            ordered[id] = tree;
        }

        return ordered!;
    }

    private static int CountOf(string? text, string name) =>
        int.TryParse(text ?? throw Missing(name), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : throw Refused(ModelRefusal.Damaged, $"{name} {Quote(text)} is no count");

    private static string Quote(string text)
    {
        // A reason is one short line, whatever a hostile file says.
        string shown = text.Length > 40 ? text[..40] + "…" : text;
        return '\'' + string.Concat(shown.Select(sign => char.IsControl(sign) ? '?' : sign)) + '\'';
    }

    private static ModelRefusedException Missing(string what) => Refused(ModelRefusal.Damaged, $"{what} is missing");

    private static ModelRefusedException Refused(ModelRefusal code, string what) => new(code, what);
}
