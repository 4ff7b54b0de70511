using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastCore.Protocol.MessagePack;
using FastCore.Testing;
using Xunit;

namespace FastCore.Protocol.Tests.MessagePack;

/// <summary>The bytes of others, see <c>tests/vectors/msgpack</c>.</summary>
public sealed class MessagePackVectorTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "tests", "vectors", "msgpack");

    // A description is twice as deep as what it describes.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };

    public static TheoryData<int> SuiteIndexes => [.. Enumerable.Range(0, Suite().Count)];

    public static TheoryData<int> PeerIndexes => [.. Enumerable.Range(0, Peers().Length)];

    [Fact]
    public void Both_collections_are_there()
    {
        Assert.True(Suite().Count > 80);
        Assert.True(Peers().Length > 200);
        Assert.True(Peers().Count(line => line["by"]!.AsArray().Count == 2) > 200);
    }

    // Numbers of the suite that are written as floating point, too, are read as the same number.
    [Theory]
    [MemberData(nameof(SuiteIndexes))]
    public void Every_encoding_of_the_suite_is_read_as_its_value(int index)
    {
        (JsonNode value, string[] encodings) = Suite()[index];
        foreach (string encoding in encodings)
        {
            byte[] bytes = BytesOf(encoding);
            if (IsFloat(bytes))
            {
                MessagePackReader reader = new(bytes);
                Assert.True(reader.TryReadFloat64(out double number));
                Assert.Equal(NumberOf(value), number);
            }
            else
            {
                Assert.True(JsonNode.DeepEquals(value, Described.Decode(bytes)), encoding);
            }
        }
    }

    [Theory]
    [MemberData(nameof(SuiteIndexes))]
    public void The_suite_has_no_shorter_encoding_than_ours(int index)
    {
        (JsonNode value, string[] encodings) = Suite()[index];
        byte[] ours = Described.Encode(value);
        Assert.Contains(Convert.ToHexStringLower(ours), encodings.Select(Hex));

        // A whole number stays one, though 2^32 would be shorter in single precision.
        IEnumerable<byte[]> others = encodings.Select(BytesOf).Where(one => IsFloat(one) == IsFloat(ours));
        Assert.Equal(others.Min(one => one.Length), ours.Length);
    }

    [Theory]
    [MemberData(nameof(PeerIndexes))]
    public void Others_encode_to_the_same_bytes_and_what_they_encode_is_read(int index)
    {
        JsonObject line = Peers()[index];
        byte[] bytes = Described.Encode(line["value"]!);
        if (line["hex"] is JsonNode hex)
        {
            Assert.Equal((string)hex!, Convert.ToHexStringLower(bytes));
        }
        else
        {
            Assert.Equal((int)line["size"]!, bytes.Length);
            Assert.Equal((string)line["sha256"]!, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }

        Assert.True(JsonNode.DeepEquals(Described.Plain(line["value"]!), Described.Decode(bytes)));
        MessagePackReader reader = new(bytes);
        Assert.True(reader.TrySkip());
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [MemberData(nameof(PeerIndexes))]
    public void Nothing_is_read_of_a_cut_value(int index)
    {
        JsonObject line = Peers()[index];
        byte[] bytes = Described.Encode(line["value"]!);
        foreach (int cut in Enumerable.Range(0, Math.Min(bytes.Length, 300)))
        {
            MessagePackReader reader = new(bytes.AsSpan(0, cut));
            Assert.False(reader.TrySkip());
            Assert.Equal(MessagePackStatus.Truncated, reader.Status);
            Assert.Equal(0, reader.Position);
        }
    }

    private static JsonObject[] Peers() =>
        [.. File.ReadAllLines(Path.Combine(Folder, "peers.jsonl")).Select(
            line => JsonNode.Parse(line, documentOptions: Deep)!.AsObject())];

    private static List<(JsonNode Value, string[] Encodings)> Suite()
    {
        JsonObject groups = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "suite.json")))!.AsObject();
        return [.. groups.SelectMany(group => group.Value!.AsArray()).Select(test => (
            Describe(test!.AsObject()),
            test["msgpack"]!.AsArray().Select(encoding => (string)encoding!).ToArray()))];
    }

    // The suite names kinds in its own way, and containers by their JSON.
    private static JsonObject Describe(JsonObject test)
    {
        (string kind, JsonNode? value) = test.Last(pair => pair.Key != "msgpack");
        return kind switch
        {
            "bignum" => new() { ["int"] = (string)value! },
            "binary" => new() { ["bin"] = Hex((string)value!) },
            "ext" => new() { ["ext"] = new JsonArray((int)value![0]!, Hex((string)value[1]!)) },
            "timestamp" => new() { ["time"] = new JsonArray((long)value![0]!, (uint)value[1]!) },
            _ => OfJson(value),
        };
    }

    private static JsonObject OfJson(JsonNode? node) =>
        node switch
        {
            null => new() { ["nil"] = null },
            JsonArray array => new() { ["array"] = new JsonArray([.. array.Select(OfJson)]) },
            JsonObject map => new()
            {
                ["map"] = new JsonArray([.. map.Select(pair => new JsonArray(
                    new JsonObject { ["text"] = pair.Key }, OfJson(pair.Value)))]),
            },
            _ => node.GetValueKind() switch
            {
                JsonValueKind.String => new() { ["text"] = (string)node! },
                JsonValueKind.True or JsonValueKind.False => new() { ["bool"] = (bool)node },
                _ => double.IsInteger((double)node)
                    ? new() { ["int"] = node.ToJsonString() }
                    : new() { ["f32"] = BitConverter.SingleToUInt32Bits((float)node).ToString("x8", null) },
            },
        };

    private static double NumberOf(JsonNode description) =>
        description["int"] is JsonNode whole
            ? double.Parse((string)whole!, CultureInfo.InvariantCulture)
            : BitConverter.UInt32BitsToSingle(Convert.ToUInt32((string)description["f32"]!, 16));

    private static bool IsFloat(byte[] encoding) => encoding[0] is 0xCA or 0xCB;

    private static byte[] BytesOf(string dashed) => Convert.FromHexString(Hex(dashed));

    private static string Hex(string dashed) => dashed.Replace("-", "", StringComparison.Ordinal);
}
