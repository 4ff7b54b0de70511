using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FastCore.Protocol.MessagePack;
using Xunit;

namespace FastCore.Protocol.Tests.MessagePack;

/// <summary>
/// Values written down as JSON, an object of one key each: what <c>tools/make_msgpack_peers.py</c> says of a line.
/// </summary>
internal static class Described
{
    /// <summary>Encodes what is described.</summary>
    public static byte[] Encode(JsonNode description)
    {
        byte[] bytes = new byte[1 << 19];
        MessagePackWriter writer = new(bytes);
        Write(ref writer, description);
        return writer.Written.ToArray();
    }

    /// <summary>Reads one value that must fill the bytes, and describes it.</summary>
    public static JsonObject Decode(ReadOnlySpan<byte> bytes)
    {
        MessagePackReader reader = new(bytes);
        JsonObject description = Read(ref reader);
        Assert.True(reader.IsAtEnd);
        Assert.Equal(0, reader.Depth);
        return description;
    }

    /// <summary>The description with repetitions written out, so that it compares with one that was read.</summary>
    public static JsonNode Plain(JsonNode description)
    {
        (string kind, JsonNode? value) = description.AsObject().Single();
        return kind switch
        {
            "text_of" => new JsonObject { ["text"] = Repeated(value!) },
            "bin_of" => new JsonObject { ["bin"] = Repeated(value!) },
            "array_of" => new JsonObject
            {
                ["array"] = new JsonArray([.. Enumerable.Range(0, (int)value![1]!).Select(_ => value[0]!.DeepClone())]),
            },
            _ => description,
        };
    }

    private static void Write(ref MessagePackWriter writer, JsonNode description)
    {
        (string kind, JsonNode? value) = Plain(description).AsObject().Single();
        Assert.True(kind switch
        {
            "nil" => writer.TryWriteNil(),
            "bool" => writer.TryWriteBoolean((bool)value!),
            "int" => Int128.Parse((string)value!, CultureInfo.InvariantCulture) is var number && number > long.MaxValue
                ? writer.TryWriteUInt64((ulong)number)
                : writer.TryWriteInt64((long)number),
            "f32" => writer.TryWriteFloat32(BitConverter.UInt32BitsToSingle(Convert.ToUInt32((string)value!, 16))),
            "f64" => writer.TryWriteFloat64(BitConverter.UInt64BitsToDouble(Convert.ToUInt64((string)value!, 16))),
            "text" => writer.TryWriteText((string)value!),
            "bin" => writer.TryWriteBinary(Convert.FromHexString((string)value!)),
            "ext" => writer.TryWriteExtension((sbyte)(int)value![0]!, Convert.FromHexString((string)value[1]!)),
            "time" => writer.TryWriteTimestamp(new((long)value![0]!, (uint)value[1]!)),
            "array" => writer.TryWriteArrayHeader((uint)value!.AsArray().Count),
            "map" => writer.TryWriteMapHeader((uint)value!.AsArray().Count),
            _ => throw new InvalidOperationException(kind),
        });
        foreach (JsonNode? item in kind is "array" or "map" ? value!.AsArray() : [])
        {
            foreach (JsonNode? part in kind == "map" ? item!.AsArray().ToArray() : [item])
            {
                Write(ref writer, part!);
            }
        }
    }

    private static JsonObject Read(ref MessagePackReader reader)
    {
        switch (reader.NextKind)
        {
            case MessagePackKind.Nil:
                Assert.True(reader.TryReadNil());
                return new() { ["nil"] = null };
            case MessagePackKind.Boolean:
                Assert.True(reader.TryReadBoolean(out bool flag));
                return new() { ["bool"] = flag };
            case MessagePackKind.Integer:
                string number = reader.TryReadInt64(out long signed) ? Text(signed) : Text(Large(ref reader));
                return new() { ["int"] = number };
            case MessagePackKind.Float32:
                Assert.True(reader.TryReadFloat32(out float single));
                return new() { ["f32"] = BitConverter.SingleToUInt32Bits(single).ToString("x8", null) };
            case MessagePackKind.Float64:
                Assert.True(reader.TryReadFloat64(out double real));
                return new() { ["f64"] = BitConverter.DoubleToUInt64Bits(real).ToString("x16", null) };
            case MessagePackKind.Text:
                Assert.True(reader.TryReadUtf8(out ReadOnlySpan<byte> utf8));
                return new() { ["text"] = Encoding.UTF8.GetString(utf8) };
            case MessagePackKind.Binary:
                Assert.True(reader.TryReadBinary(out ReadOnlySpan<byte> bytes));
                return new() { ["bin"] = Convert.ToHexStringLower(bytes) };
            case MessagePackKind.Extension:
                Assert.True(reader.TryReadExtension(out sbyte type, out ReadOnlySpan<byte> content));
                return new() { ["ext"] = new JsonArray(type, Convert.ToHexStringLower(content)) };
            case MessagePackKind.Timestamp:
                Assert.True(reader.TryReadTimestamp(out MessagePackTimestamp time));
                return new() { ["time"] = new JsonArray(time.Seconds, time.Nanoseconds) };
            case MessagePackKind.Array:
                Assert.True(reader.TryReadArrayHeader(out int count));
                return new() { ["array"] = Values(ref reader, count) };
            case MessagePackKind.Map:
                Assert.True(reader.TryReadMapHeader(out int pairs));
                JsonArray map = [];
                for (int i = 0; i < pairs; i++)
                {
                    map.Add((JsonNode)Values(ref reader, 2));
                }

                return new() { ["map"] = map };
            default:
                throw new InvalidOperationException(reader.NextKind.ToString());
        }
    }

    private static JsonArray Values(ref MessagePackReader reader, int count)
    {
        JsonArray values = [];
        for (int i = 0; i < count; i++)
        {
            values.Add((JsonNode)Read(ref reader));
        }

        return values;
    }

    private static ulong Large(ref MessagePackReader reader)
    {
        Assert.Equal(MessagePackStatus.OutOfRange, reader.Status);
        Assert.True(reader.TryReadUInt64(out ulong large));
        return large;
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);

    private static string Repeated(JsonNode pair) =>
        new StringBuilder().Insert(0, (string)pair[0]!, (int)pair[1]!).ToString();
}
