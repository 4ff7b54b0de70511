using System.Text;

namespace FastCore.Fraud.Models.Reading;

/// <summary>
/// Finds the fields that matter in a model file of either format. Fields that it does not know are stepped over, as
/// XGBoost does; those that would change a score are known and refused.
/// </summary>
internal static class ModelFileReader
{
    private const int TextSizeMax = 4096;

    /// <summary>Reads a file.</summary>
    public static RawModel Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > ModelLimits.FileSizeMax)
        {
            throw new ModelRefusedException(
                ModelRefusal.TooLarge, $"{file.Length} bytes, {ModelLimits.FileSizeMax} are allowed");
        }

        // Both formats start with a brace. In UBJ the sign of a key's length follows, or that of the end.
        if (file.Length < 2 || file[0] != '{')
        {
            int blank = file.IndexOfAnyExcept(" \t\r\n"u8);
            if (blank < 0 || file[blank] != '{')
            {
                throw new ModelRefusedException(
                    ModelRefusal.NotAModel, "neither JSON nor UBJ; XGBoost's old binary format is not read");
            }
        }

        RawModel model = new();
        if (file.Length > 1 && file[1] is (byte)'L' or (byte)'l' or (byte)'I' or (byte)'U' or (byte)'i')
        {
            UbjTokens tokens = new(file);
            ReadFile(ref tokens, model);
        }
        else
        {
            JsonTokens tokens = new(file);
            ReadFile(ref tokens, model);
        }

        return model;
    }

    private static void ReadFile<T>(ref T tokens, RawModel model)
        where T : IModelTokens, allows ref struct
    {
        bool hasLearner = false;
        tokens.BeginObject();
        while (tokens.NextKey(out ReadOnlySpan<byte> key))
        {
            if (key.SequenceEqual("version"u8))
            {
                Once(model.Version, key);
                model.Version = tokens.ReadIntegers(3);
            }
            else if (key.SequenceEqual("learner"u8))
            {
                Once(hasLearner ? model : null, key);
                hasLearner = true;
                ReadLearner(ref tokens, model);
            }
            else
            {
                tokens.Skip();
            }
        }

        tokens.End();
    }

    private static void ReadLearner<T>(ref T tokens, RawModel model)
        where T : IModelTokens, allows ref struct
    {
        tokens.BeginObject();
        while (tokens.NextKey(out ReadOnlySpan<byte> key))
        {
            if (key.SequenceEqual("learner_model_param"u8))
            {
                ReadParameters(ref tokens, model);
            }
            else if (key.SequenceEqual("objective"u8))
            {
                Once(model.Objective, key);
                model.Objective = ReadName(ref tokens);
            }
            else if (key.SequenceEqual("gradient_booster"u8))
            {
                Once(model.Booster, key);
                ReadBooster(ref tokens, model);
            }
            else if (key.SequenceEqual("feature_names"u8))
            {
                Once(model.FeatureNames.Count > 0 ? model : null, key);
                ReadFeatureNames(ref tokens, model);
            }
            else
            {
                tokens.Skip();
            }
        }
    }

    private static void ReadParameters<T>(ref T tokens, RawModel model)
        where T : IModelTokens, allows ref struct
    {
        tokens.BeginObject();
        while (tokens.NextKey(out ReadOnlySpan<byte> key))
        {
            if (key.SequenceEqual("base_score"u8))
            {
                Once(model.BaseScore, key);
                model.BaseScore = tokens.ReadText(TextSizeMax);
            }
            else if (key.SequenceEqual("num_class"u8))
            {
                Once(model.ClassCount, key);
                model.ClassCount = tokens.ReadText(TextSizeMax);
            }
            else if (key.SequenceEqual("num_target"u8))
            {
                Once(model.TargetCount, key);
                model.TargetCount = tokens.ReadText(TextSizeMax);
            }
            else if (key.SequenceEqual("num_feature"u8))
            {
                Once(model.FeatureCount, key);
                model.FeatureCount = tokens.ReadText(TextSizeMax);
            }
            else
            {
                tokens.Skip();
            }
        }
    }

    private static string? ReadName<T>(ref T tokens)
        where T : IModelTokens, allows ref struct
    {
        string? name = null;
        tokens.BeginObject();
        while (tokens.NextKey(out ReadOnlySpan<byte> key))
        {
            if (key.SequenceEqual("name"u8))
            {
                Once(name, key);
                name = tokens.ReadText(TextSizeMax);
            }
            else
            {
                tokens.Skip();
            }
        }

        return name;
    }

    private static void ReadBooster<T>(ref T tokens, RawModel model)
        where T : IModelTokens, allows ref struct
    {
        tokens.BeginObject();
        while (tokens.NextKey(out ReadOnlySpan<byte> key))
        {
            if (key.SequenceEqual("name"u8))
            {
                Once(model.Booster, key);
                model.Booster = tokens.ReadText(TextSizeMax);
            }
            else if (key.SequenceEqual("model"u8))
            {
                ReadTrees(ref tokens, model);
            }
            else if (key.SequenceEqual("gbtree"u8))
            {
                // DART keeps the trees one level deeper.
                tokens.BeginObject();
                while (tokens.NextKey(out ReadOnlySpan<byte> inner))
                {
                    if (inner.SequenceEqual("model"u8))
                    {
                        ReadTrees(ref tokens, model);
                    }
                    else
                    {
                        tokens.Skip();
                    }
                }
            }
            else if (key.SequenceEqual("weight_drop"u8))
            {
                Once(model.DropWeights, key);
                model.DropWeights = tokens.ReadNumbers(ModelLimits.TreesMax);
            }
            else
            {
                tokens.Skip();
            }
        }
    }

    private static void ReadTrees<T>(ref T tokens, RawModel model)
        where T : IModelTokens, allows ref struct
    {
        tokens.BeginObject();
        while (tokens.NextKey(out ReadOnlySpan<byte> key))
        {
            if (key.SequenceEqual("gbtree_model_param"u8))
            {
                tokens.BeginObject();
                while (tokens.NextKey(out ReadOnlySpan<byte> inner))
                {
                    ReadTreeParameter(ref tokens, model, inner);
                }
            }
            else if (key.SequenceEqual("tree_info"u8))
            {
                Once(model.TreeClasses, key);
                model.TreeClasses = tokens.ReadIntegers(ModelLimits.TreesMax);
            }
            else if (key.SequenceEqual("trees"u8))
            {
                Once(model.Trees, key);
                model.Trees = [];
                long nodesLeft = ModelLimits.NodesMax;
                long array = tokens.BeginArray();
                while (tokens.NextElement(ref array))
                {
                    RawTree tree = RawTreeReader.Read(ref tokens, (int)nodesLeft);
                    nodesLeft -= tree.Left?.Length ?? 0;
                    model.Trees.Add(tree);
                    Limit(model.Trees.Count, ModelLimits.TreesMax, "trees");
                }
            }
            else
            {
                tokens.Skip();
            }
        }
    }

    private static void ReadTreeParameter<T>(ref T tokens, RawModel model, ReadOnlySpan<byte> key)
        where T : IModelTokens, allows ref struct
    {
        if (key.SequenceEqual("num_trees"u8))
        {
            Once(model.TreeCount, key);
            model.TreeCount = tokens.ReadText(TextSizeMax);
        }
        else if (key.SequenceEqual("size_leaf_vector"u8))
        {
            model.HasVectorLeaves |= tokens.ReadText(TextSizeMax) is not ("0" or "1");
        }
        else
        {
            tokens.Skip();
        }
    }

    private static void ReadFeatureNames<T>(ref T tokens, RawModel model)
        where T : IModelTokens, allows ref struct
    {
        long array = tokens.BeginArray();
        while (tokens.NextElement(ref array))
        {
            model.FeatureNames.Add(tokens.ReadText(ModelLimits.FeatureNameSizeMax));
            Limit(model.FeatureNames.Count, ModelLimits.FeaturesMax, "names of features");
        }
    }

    private static void Limit(int count, int countMax, string what)
    {
        if (count > countMax)
        {
            throw new ModelRefusedException(ModelRefusal.TooLarge, $"more than {countMax} {what}");
        }
    }

    /// <summary>A file that says a thing twice may mean either.</summary>
    public static void Once(object? before, ReadOnlySpan<byte> key)
    {
        if (before is not null)
        {
            throw new ModelRefusedException(
                ModelRefusal.Damaged, $"{Encoding.UTF8.GetString(key)} is there twice");
        }
    }
}
