using System.Globalization;
using System.Text.Json.Nodes;

namespace FastCore.Cli.Wire;

/// <summary>Wire structs as JSON objects and as text, field by field.</summary>
internal static class WireJson
{
    /// <summary>
    /// Largest integer that every JSON reader keeps exactly; larger ones are written as decimal strings.
    /// </summary>
    public const ulong NumberMax = 1UL << 53;

    /// <summary>
    /// One result: outcomes first as <c>code</c>, then every field; reserved ones only when they are not zero.
    /// </summary>
    public static JsonObject ResultOf(WireOperation operation, ReadOnlySpan<byte> bytes)
    {
        JsonObject json = [];
        if (operation.CodeField is string code)
        {
            json["code"] = operation.Result.Find(code)!.NameOf(bytes);
        }

        AddFields(json, operation.Result, bytes, operation.CodeField);
        return json;
    }

    /// <summary>All fields of a struct.</summary>
    public static JsonObject Of(WireStruct type, ReadOnlySpan<byte> bytes)
    {
        JsonObject json = [];
        AddFields(json, type, bytes, except: null);
        return json;
    }

    /// <summary>A number, or a decimal string when a JSON reader might round it.</summary>
    public static JsonNode Number(UInt128 value) =>
        value <= NumberMax
            ? JsonValue.Create((ulong)value)
            : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number with a sign, or a decimal string when a JSON reader might round it.</summary>
    public static JsonNode Number(Int128 value) =>
        value >= -(Int128)NumberMax && value <= NumberMax
            ? JsonValue.Create((long)value)
            : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A JSON object as "name=value name=value", the way the grammar takes it.</summary>
    public static string TextOf(JsonObject json) =>
        string.Join(' ', json.Select(pair => pair.Key == "code" && pair.Value is JsonValue value &&
            value.GetValueKind() == System.Text.Json.JsonValueKind.String
                ? pair.Value.ToString()
                : $"{pair.Key}={pair.Value}"));

    private static void AddFields(JsonObject json, WireStruct type, ReadOnlySpan<byte> bytes, string? except)
    {
        foreach (WireField field in type.Fields)
        {
            if (field.Name == except || (field.IsReserved && field.Number(bytes) == 0))
            {
                continue;
            }

            json[field.Name] = field.Kind switch
            {
                WireKind.Unsigned => Number(field.Number(bytes)),
                WireKind.Signed => Number(field.SignedNumber(bytes)),
                WireKind.Float => float.IsNaN(field.Single(bytes)) ? null : field.Single(bytes),
                WireKind.Text => field.TextOf(bytes),
                WireKind.Hex => field.HexOf(bytes),
                WireKind.Numbers => string.Join('|', field.NumbersOf(bytes)),
                _ => field.NameOf(bytes),
            };
        }
    }
}
