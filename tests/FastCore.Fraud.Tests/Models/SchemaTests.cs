using System.Text;
using System.Text.Json.Nodes;
using FastCore.Fraud.Models;
using Xunit;

namespace FastCore.Fraud.Tests.Models;

/// <summary>What versions of XGBoost write differently means the same.</summary>
public sealed class SchemaTests
{
    [Fact]
    public void F5_SchemaOfVersion3_IsRead()
    {
        TreeModel old = Fixture.Own("depth3.json").Model();
        TreeModel read = Edited(model =>
        {
            JsonNode learner = model["learner"]!;
            JsonNode parameters = learner["learner_model_param"]!;
            parameters["base_score"] = $"[{parameters["base_score"]!.GetValue<string>()}]";
            JsonObject boosted = learner["gradient_booster"]!["model"]!.AsObject();
            boosted["cats"] = JsonNode.Parse("{\"enc\":[],\"feature_segments\":[],\"sorted_idx\":[]}");
            boosted["iteration_indptr"] = new JsonArray(0, 1);
            boosted["gbtree_model_param"]!.AsObject().Remove("size_leaf_vector");
            foreach (JsonNode? tree in boosted["trees"]!.AsArray())
            {
                tree!["tree_param"]!["size_leaf_vector"] = "1";
            }

            model["version"] = new JsonArray(3, 4, 1);
        });
        AssertSame(old, read);
        Assert.Equal(new Version(3, 4, 1), read.Version);
    }

    [Fact]
    public void F5_BooleanDefaultsAndMissingSplitTypes_AreRead() => AssertSame(
        Fixture.Own("depth3.json").Model(),
        Edited(model =>
        {
            foreach (JsonNode? tree in model["learner"]!["gradient_booster"]!["model"]!["trees"]!.AsArray())
            {
                tree!.AsObject().Remove("split_type");
                JsonArray defaults = tree["default_left"]!.AsArray();
                tree["default_left"] =
                    new JsonArray([.. defaults.Select(node => (JsonNode)(node!.GetValue<int>() == 1))]);
            }
        }));

    [Fact]
    public void F5_TreesInAnotherOrder_AreAddedByTheirIds() => AssertSame(
        Fixture.Own("depth3.json").Model(),
        Edited(model =>
        {
            JsonObject boosted = model["learner"]!["gradient_booster"]!["model"]!.AsObject();
            JsonNode[] trees = [.. boosted["trees"]!.AsArray().Select(tree => tree!.DeepClone()).Reverse()];
            boosted["trees"] = new JsonArray(trees);
        }));

    [Fact]
    public void F5_NamesAndBlanks_AreRead()
    {
        JsonObject model = JsonNode.Parse(Fixture.Own("depth1.json").File)!.AsObject();
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"größe \"{i}\"\n")];
        model["learner"]!["feature_names"] = new JsonArray([.. names.Select(name => (JsonNode)name)]);
        string text = model.ToJsonString(new() { WriteIndented = true });
        Assert.Equal(names, TreeModel.Read(Encoding.UTF8.GetBytes("\r\n\t" + text + " \n")).FeatureNames);
    }

    private static TreeModel Edited(Action<JsonObject> edit)
    {
        JsonObject model = JsonNode.Parse(Fixture.Own("depth3.json").File)!.AsObject();
        edit(model);
        return TreeModel.Read(Encoding.UTF8.GetBytes(model.ToJsonString()));
    }

    private static void AssertSame(TreeModel expected, TreeModel actual)
    {
        Assert.Equal(expected.Nodes, actual.Nodes);
        Assert.Equal(expected.Trees, actual.Trees);
        Assert.Equal(expected.BaseMargin, actual.BaseMargin);
        Assert.NotEqual(0, actual.BaseMargin);
    }
}
