using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FastCore.Fraud.Models;
using Xunit;

namespace FastCore.Fraud.Tests.Models;

/// <summary>One row for each way in which a model file is refused, all of them made from one that is not.</summary>
public sealed class RefusalTests
{
    private static readonly byte[] Good = Fixture.Own("depth3.json").File;
    private static readonly byte[] GoodUbj = Fixture.Own("depth6.ubj").File;

    private static readonly string[] NodeArrays =
    [
        "left_children", "right_children", "split_indices", "split_conditions", "default_left", "split_type",
        "base_weights", "parents", "loss_changes", "sum_hessian",
    ];

    private static readonly (string Name, ModelRefusal Code, Func<byte[]> Make)[] Rows =
    [
        ("empty", ModelRefusal.NotAModel, () => []),
        ("blank", ModelRefusal.NotAModel, () => "  \n"u8.ToArray()),
        ("old binary", ModelRefusal.NotAModel, () => [.. "binf"u8, .. new byte[100]]),
        ("array", ModelRefusal.NotAModel, () => "[1]"u8.ToArray()),
        ("file too large", ModelRefusal.TooLarge, () => new byte[ModelLimits.FileSizeMax + 1]),
        ("too many features", ModelRefusal.TooLarge, () => Parameter("num_feature", "4097")),
        ("long name", ModelRefusal.TooLarge, () => Edit(m => m["learner"]!["feature_names"] =
            new JsonArray(JsonValue.Create(new string('x', 1025))))),
        ("wide categories", ModelRefusal.TooLarge, WideCategories),
        ("brace only", ModelRefusal.Damaged, () => "{"u8.ToArray()),
        ("no learner", ModelRefusal.Damaged, () => "{\"version\":[1,7,4]}"u8.ToArray()),
        ("cut off", ModelRefusal.Damaged, () => Good[..(Good.Length / 2)]),
        ("cut off UBJ", ModelRefusal.Damaged, () => GoodUbj[..(GoodUbj.Length / 2)]),
        ("something behind", ModelRefusal.Damaged, () => [.. Good, (byte)'x']),
        ("something behind UBJ", ModelRefusal.Damaged, () => [.. GoodUbj, 0]),
        ("said twice", ModelRefusal.Damaged, () =>
            Replace("\"base_score\":", "\"base_score\":\"5E-1\",\"base_score\":")),
        ("said twice in a tree", ModelRefusal.Damaged, () => Replace("\"id\":0,", "\"id\":0,\"id\":0,")),
        ("nested too deep", ModelRefusal.Damaged, () => Replace("\"attributes\":{", NestedAttributes(40))),
        ("no version", ModelRefusal.Damaged, () => Edit(m => m.Remove("version"))),
        ("no trees", ModelRefusal.Damaged, () => Edit(m => Boosted(m).Remove("trees"))),
        ("no tree id", ModelRefusal.Damaged, () => EditTree(t => t.Remove("id"))),
        ("no thresholds", ModelRefusal.Damaged, () => EditTree(t => t.Remove("split_conditions"))),
        ("count in words", ModelRefusal.Damaged, () => Parameter("num_feature", "twelve")),
        ("a number for a text", ModelRefusal.Damaged, () => Edit(m =>
            m["learner"]!["learner_model_param"]!["base_score"] = 0.5)),
        ("a half default", ModelRefusal.Damaged, () => EditNode("default_left", 0, 2)),
        ("huge integer", ModelRefusal.Damaged, () => Replace("\"id\":0,", "\"id\":99999999999999999999,")),
        ("UBJ length beyond the file", ModelRefusal.Damaged, HugeLength),
        ("UBJ negative length", ModelRefusal.Damaged, () => [.. "{L"u8, 255, 255, 255, 255, 255, 255, 255, 255]),
        ("too old", ModelRefusal.Version, () => Edit(m => m["version"] = new JsonArray(1, 6, 2))),
        ("too new", ModelRefusal.Version, () => Edit(m => m["version"] = new JsonArray(4, 0, 0))),
        ("squared error", ModelRefusal.Objective, () => Objective("reg:squarederror")),
        ("raw logistic", ModelRefusal.Objective, () => Objective("binary:logitraw")),
        ("linear", ModelRefusal.Booster, () => Edit(m => m["learner"]!["gradient_booster"] = JsonNode.Parse(
            "{\"model\":{\"boosted_rounds\":1,\"weights\":[0.5,1E0]},\"name\":\"gblinear\"}"))),
        ("three classes", ModelRefusal.MultiClass, () => Parameter("num_class", "3")),
        ("a tree of another class", ModelRefusal.MultiClass, () => Edit(m => Boosted(m)["tree_info"]![2] = 1)),
        ("two targets", ModelRefusal.MultiTarget, () => Parameter("num_target", "2")),
        ("two base scores", ModelRefusal.MultiTarget, () => Parameter("base_score", "[5E-1,5E-1]")),
        ("vector leaves", ModelRefusal.VectorLeaf, () => EditTree(t => t["tree_param"]!["size_leaf_vector"] = "2")),
        ("vector leaves of all", ModelRefusal.VectorLeaf, () => Edit(m =>
            Boosted(m)["gbtree_model_param"]!["size_leaf_vector"] = "3")),
        ("leaf weights", ModelRefusal.VectorLeaf, () => EditTree(t => t["leaf_weights"] = new JsonArray(1, 2))),
        ("base score 0", ModelRefusal.BaseScore, () => Parameter("base_score", "0E0")),
        ("base score 1", ModelRefusal.BaseScore, () => Parameter("base_score", "[1E0]")),
        ("base score not a number", ModelRefusal.BaseScore, () => Parameter("base_score", "NaN")),
        ("base score too small", ModelRefusal.BaseScore, () => Parameter("base_score", "1E-45")),
        ("base score without an end", ModelRefusal.BaseScore, () => Parameter("base_score", "[5E-1")),
        ("no drop weights", ModelRefusal.DropWeights, () => Dart(b => b.Remove("weight_drop"))),
        ("few drop weights", ModelRefusal.DropWeights, () => Dart(b => b["weight_drop"] = new JsonArray(1.0))),
        ("infinite drop weight", ModelRefusal.DropWeights, () => Dart(
            b => b["weight_drop"]![1] = 98765, text => text.Replace("98765", "Infinity"))),
        ("no features", ModelRefusal.Shape, () => Parameter("num_feature", "0")),
        ("few names", ModelRefusal.Shape, () => Edit(m => m["learner"]!["feature_names"] = new JsonArray("one"))),
        ("one tree less", ModelRefusal.Shape, () => Edit(m => Boosted(m)["trees"]!.AsArray().RemoveAt(1))),
        ("a tree twice", ModelRefusal.Shape, () => EditTree(t => t["id"] = 1)),
        ("a tree beyond", ModelRefusal.Shape, () => EditTree(t => t["id"] = 400)),
        ("no nodes", ModelRefusal.Shape, () => EditTree(t =>
        {
            foreach (string name in NodeArrays)
            {
                t[name] = new JsonArray();
            }
        })),
        ("one right child less", ModelRefusal.Shape, () => EditTree(t => t["right_children"]!.AsArray().RemoveAt(0))),
        ("another node count", ModelRefusal.Shape, () => EditTree(t => t["tree_param"]!["num_nodes"] = "3")),
        ("child beyond", ModelRefusal.ChildOutOfRange, () => EditNode("left_children", 0, 1000)),
        ("child before", ModelRefusal.ChildOutOfRange, () => EditNode("right_children", 0, -2)),
        ("half a leaf", ModelRefusal.ChildOutOfRange, () => EditNode("left_children", 0, -1)),
        ("its own child", ModelRefusal.Cycle, () => EditNode("left_children", 1, 1)),
        ("back to the root", ModelRefusal.Cycle, () => EditNode("left_children", 1, 0)),
        ("two parents", ModelRefusal.Cycle, () => EditNode("right_children", 0, 1)),
        ("a long chain", ModelRefusal.TooDeep, () => Chain(ModelLimits.DepthMax + 1)),
        ("feature beyond", ModelRefusal.FeatureOutOfRange, () => EditNode("split_indices", 0, 12)),
        ("feature before", ModelRefusal.FeatureOutOfRange, () => EditNode("split_indices", 0, -1)),
        ("a deleted node that is reached", ModelRefusal.FeatureOutOfRange, () =>
            EditNode("split_indices", 0, int.MaxValue)),
        ("NaN threshold", ModelRefusal.Threshold, () => Condition(0, "NaN")),
        ("infinite threshold", ModelRefusal.Threshold, () => Condition(0, "-Infinity")),
        ("threshold too large for a float", ModelRefusal.Threshold, () => Condition(0, "1E99")),
        ("NaN leaf", ModelRefusal.LeafValue, () => Condition(-1, "NaN")),
        ("split by magic", ModelRefusal.SplitType, () => EditNode("split_type", 0, 2)),
        ("categories of no node", ModelRefusal.Categories, () => Categories("[0]", "[0]", "[1]", "[5]", 0)),
        ("no categories", ModelRefusal.Categories, () => EditNode("split_type", 0, 1)),
        ("an empty set", ModelRefusal.Categories, () => Categories("[0]", "[0]", "[0]", "[5]", 1)),
        ("a set beyond", ModelRefusal.Categories, () => Categories("[0]", "[0]", "[2]", "[5]", 1)),
        ("overlapping sets", ModelRefusal.Categories, () => Categories("[0,1]", "[0,0]", "[1,1]", "[5]", 1)),
        ("a negative category", ModelRefusal.Categories, () => Categories("[0]", "[0]", "[1]", "[-1]", 1)),
        ("a category too large", ModelRefusal.Categories, () => Categories("[0]", "[0]", "[1]", "[16777216]", 1)),
        ("sets of other lengths", ModelRefusal.Categories, () => Categories("[0]", "[]", "[1]", "[5]", 1)),
    ];

    public static TheoryData<string> Names => [.. Rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void F5_Model_IsRefused(string name)
    {
        (_, ModelRefusal code, Func<byte[]> make) = Rows.Single(row => row.Name == name);
        ModelRefusedException refused = Assert.Throws<ModelRefusedException>(() => TreeModel.Read(make()));
        Assert.True(refused.Code == code, $"{refused.Code}: {refused.Message}");
        Assert.InRange(refused.Message.Length, 5, 200);
    }

    [Fact]
    public void F5_EveryRefusal_IsProducedBySomeRow() =>
        Assert.Equal(Enum.GetValues<ModelRefusal>(), Rows.Select(row => row.Code).Distinct().Order());

    [Fact]
    public void F5_UneditedModel_IsNotRefused()
    {
        TreeModel.Read(Edit(_ => { }));
        TreeModel.Read(Dart(_ => { }));
        TreeModel.Read(Categories("[0]", "[0]", "[1]", "[5]", 1));
        TreeModel.Read(Chain(ModelLimits.DepthMax));
    }

    private static JsonObject Boosted(JsonObject model) =>
        model["learner"]!["gradient_booster"]!["model"]!.AsObject();

    private static byte[] Edit(Action<JsonObject> edit, Func<string, string>? then = null)
    {
        JsonObject model = JsonNode.Parse(Good)!.AsObject();
        edit(model);
        string text = model.ToJsonString();
        return Encoding.UTF8.GetBytes(then is null ? text : then(text));
    }

    private static byte[] Dart(Action<JsonObject> edit, Func<string, string>? then = null)
    {
        JsonObject model = JsonNode.Parse(Fixture.Own("dart.json").File)!.AsObject();
        edit(model["learner"]!["gradient_booster"]!.AsObject());
        string text = model.ToJsonString();
        return Encoding.UTF8.GetBytes(then is null ? text : then(text));
    }

    private static byte[] EditTree(Action<JsonObject> edit) => Edit(m => edit(Boosted(m)["trees"]![0]!.AsObject()));

    private static byte[] EditNode(string array, int node, int value) => EditTree(t => t[array]![node] = value);

    private static byte[] Condition(int node, string value) => Edit(
        m =>
        {
            JsonArray conditions = Boosted(m)["trees"]![0]!["split_conditions"]!.AsArray();
            conditions[node < 0 ? conditions.Count + node : node] = 98765;
        },
        text => text.Replace("98765", value));

    private static byte[] Parameter(string name, string value) =>
        Edit(m => m["learner"]!["learner_model_param"]![name] = value);

    private static byte[] Objective(string name) => Edit(m => m["learner"]!["objective"]!["name"] = name);

    private static byte[] Replace(string what, string by)
    {
        string text = Encoding.UTF8.GetString(Good);
        int at = text.IndexOf(what, StringComparison.Ordinal);
        Assert.True(at >= 0, what);
        return Encoding.UTF8.GetBytes(text[..at] + by + text[(at + what.Length)..]);
    }

    private static string NestedAttributes(int depth) =>
        "\"attributes\":{\"a\":" + new string('[', depth) + new string(']', depth) + ",";

    private static byte[] Categories(string nodes, string segments, string sizes, string values, int type) =>
        EditTree(t =>
        {
            t["categories_nodes"] = JsonNode.Parse(nodes);
            t["categories_segments"] = JsonNode.Parse(segments);
            t["categories_sizes"] = JsonNode.Parse(sizes);
            t["categories"] = JsonNode.Parse(values);
            t["split_type"]![0] = type;
        });

    // A file of a few hundred bytes a tree whose sets would take two megabytes each.
    private static byte[] WideCategories() => Edit(m =>
    {
        foreach (JsonNode? tree in Boosted(m)["trees"]!.AsArray())
        {
            tree!["categories_nodes"] = new JsonArray(0);
            tree["categories_segments"] = new JsonArray(0);
            tree["categories_sizes"] = new JsonArray(1);
            tree["categories"] = new JsonArray(ModelLimits.CategoryEnd - 1);
            tree["split_type"]![0] = 1;
        }
    });

    private static byte[] HugeLength()
    {
        byte[] bytes = GoodUbj.ToArray();
        int at = bytes.AsSpan().IndexOf("[$d#L"u8);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at + 5), 1L << 40);
        return bytes;
    }

    private static byte[] Chain(int depth) => EditTree(t =>
    {
        int count = (2 * depth) + 1;
        foreach (string name in NodeArrays)
        {
            t[name] = new JsonArray([.. Enumerable.Range(0, count).Select(node => (JsonNode)(name switch
            {
                "left_children" => node % 2 == 0 && node < count - 1 ? node + 1 : -1,
                "right_children" => node % 2 == 0 && node < count - 1 ? node + 2 : -1,
                _ => 0,
            }))]);
        }

        t["tree_param"]!["num_nodes"] = count.ToString(CultureInfo.InvariantCulture);
    });
}
