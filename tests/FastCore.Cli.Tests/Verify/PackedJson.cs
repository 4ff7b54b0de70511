using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FastCore.Cli.Wire;
using FastCore.Protocol.MessagePack;

namespace FastCore.Cli.Tests.Verify;

/// <summary>MessagePack as the JSON that says the same.</summary>
internal static class PackedJson
{
    /// <summary>All values of a stream.</summary>
    public static JsonArray Stream(ReadOnlySpan<byte> bytes)
    {
        JsonArray values = [];
        MessagePackReader reader = new(bytes);
        while (!reader.IsAtEnd)
        {
            values.Add(Read(ref reader));
        }

        Assert.Equal(0, reader.Depth);
        return values;
    }

    private static JsonNode? Read(ref MessagePackReader reader)
    {
        switch (reader.NextKind)
        {
            case MessagePackKind.Nil:
                Assert.True(reader.TryReadNil());
                return null;
            case MessagePackKind.Integer:
                return reader.TryReadUInt64(out ulong number)
                    ? WireJson.Number((UInt128)number)
                    : WireJson.Number((Int128)(reader.TryReadInt64(out long signed) ? signed : 0));
            case MessagePackKind.Float32:
                Assert.True(reader.TryReadFloat32(out float single));
                return JsonNode.Parse(single.ToString("R", CultureInfo.InvariantCulture));
            case MessagePackKind.Text:
                return Text(ref reader);
            case MessagePackKind.Array:
                Assert.True(reader.TryReadArrayHeader(out int count));
                JsonArray array = [];
                for (int i = 0; i < count; i++)
                {
                    array.Add(Read(ref reader));
                }

                return array;
            default:
                Assert.True(reader.TryReadMapHeader(out int pairs));
                JsonObject map = [];
                for (int i = 0; i < pairs; i++)
                {
                    map.Add(Text(ref reader), Read(ref reader));
                }

                return map;
        }
    }

    private static string Text(ref MessagePackReader reader)
    {
        Assert.True(reader.TryReadUtf8(out ReadOnlySpan<byte> utf8));
        return Encoding.UTF8.GetString(utf8);
    }
}
