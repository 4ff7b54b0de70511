using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FastCore.Fuzz.Trees;

/// <summary>
/// Models of a few hundred bytes, as the first inputs: mutations of large ones would seldom hit what matters.
/// </summary>
internal static class SmallModels
{
    private const string Tree =
        "{\"categories\":[],\"categories_nodes\":[],\"categories_segments\":[],\"categories_sizes\":[]," +
        "\"default_left\":[1,0,0,0,0],\"id\":0,\"left_children\":[1,-1,3,-1,-1],\"right_children\":[2,-1,4,-1,-1]," +
        "\"split_conditions\":[5E-1,-2.5E-1,1.5E0,1E-1,7E-1],\"split_indices\":[1,0,0,0,0]," +
        "\"split_type\":[0,0,0,0,0],\"tree_param\":{\"num_nodes\":\"5\",\"size_leaf_vector\":\"1\"}}";

    private const string CategoryTree =
        "{\"categories\":[0,2,33],\"categories_nodes\":[0],\"categories_segments\":[0],\"categories_sizes\":[3]," +
        "\"default_left\":[0,0,0],\"id\":1,\"left_children\":[1,-1,-1],\"right_children\":[2,-1,-1]," +
        "\"split_conditions\":[7E0,-2.5E-1,1.5E0],\"split_indices\":[2,0,0]," +
        "\"split_type\":[1,0,0],\"tree_param\":{\"num_nodes\":\"3\"}}";

    /// <summary>The models as JSON.</summary>
    public static IReadOnlyList<string> All() =>
    [
        Model("[1,7,4]", "5E-1", Booster("gbtree", 1, Tree)),
        Model("[3,4,1]", "[8.9E-3]", Booster("gbtree", 2, Tree + "," + CategoryTree)),
        Model("[2,1,0]", "2.5E-1", "{\"gbtree\":" + Booster("gbtree", 2, Tree + "," + CategoryTree) +
            ",\"name\":\"dart\",\"weight_drop\":[5E-1,1E0]}"),
        Model("[1,7,4]", "5E-1", Booster("gbtree", 0, "")),
    ];

    /// <summary>The same model as UBJ, in the way that XGBoost writes it.</summary>
    public static byte[] ToUbj(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        using MemoryStream stream = new();
        Write(stream, document.RootElement);
        return stream.ToArray();
    }

    private static string Booster(string name, int trees, string list) =>
        "{\"model\":{\"gbtree_model_param\":{\"num_trees\":\"" + trees.ToString(CultureInfo.InvariantCulture) +
        "\"},\"tree_info\":[" + string.Join(',', Enumerable.Repeat("0", trees)) + "],\"trees\":[" + list +
        "]},\"name\":\"" + name + "\"}";

    private static string Model(string version, string score, string booster) =>
        "{\"learner\":{\"attributes\":{},\"feature_names\":[\"a\",\"b\",\"c\"],\"gradient_booster\":" + booster +
        ",\"learner_model_param\":{\"base_score\":\"" + score +
        "\",\"num_class\":\"0\",\"num_feature\":\"3\",\"num_target\":\"1\"}," +
        "\"objective\":{\"name\":\"binary:logistic\"}},\"version\":" + version + "}";

    private static void Write(MemoryStream stream, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                stream.WriteByte((byte)'{');
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    WriteText(stream, property.Name);
                    Write(stream, property.Value);
                }

                stream.WriteByte((byte)'}');
                break;
            case JsonValueKind.Array when IsNumbers(element):
                stream.Write("[$d#"u8);
                WriteLength(stream, element.GetArrayLength());
                Span<byte> bytes = stackalloc byte[sizeof(float)];
                foreach (JsonElement number in element.EnumerateArray())
                {
                    BinaryPrimitives.WriteSingleBigEndian(bytes, number.GetSingle());
                    stream.Write(bytes);
                }

                break;
            case JsonValueKind.Array:
                stream.Write("[#"u8);
                WriteLength(stream, element.GetArrayLength());
                foreach (JsonElement value in element.EnumerateArray())
                {
                    Write(stream, value);
                }

                break;
            case JsonValueKind.String:
                stream.WriteByte((byte)'S');
                WriteText(stream, element.GetString()!);
                break;
            default:
                stream.WriteByte((byte)'i');
                stream.WriteByte((byte)element.GetSByte());
                break;
        }
    }

    private static bool IsNumbers(JsonElement array) =>
        array.GetArrayLength() > 0 && array[0].ValueKind == JsonValueKind.Number && array[0].GetRawText().Contains('E');

    private static void WriteText(MemoryStream stream, string text)
    {
        WriteLength(stream, Encoding.UTF8.GetByteCount(text));
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private static void WriteLength(MemoryStream stream, long length)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = (byte)'L';
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], length);
        stream.Write(bytes);
    }
}
