using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using FastCore.Testing;

namespace FastCore.Protocol.Tests.Documents;

/// <summary>A field of a wire struct as reflection finds it.</summary>
internal sealed record WireField(string Name, int Offset, int Size, string Type, FieldInfo Source)
{
    public bool IsReserved => Name.StartsWith("reserved", StringComparison.Ordinal);

    public bool IsBytes => Type.EndsWith(']');

    /// <summary>The field's value as the number its bytes are.</summary>
    public BigInteger Read(ReadOnlySpan<byte> element) =>
        new(element.Slice(Offset, Size), isUnsigned: !Type.StartsWith('i'));
}

/// <summary>The layout of wire structs, by reflection.</summary>
internal static class WireLayout
{
    public static List<WireField> FieldsOf(Type type) =>
    [
        .. type.GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Select(field => new WireField(
                Snake(field.Name),
                field.GetCustomAttribute<FieldOffsetAttribute>()!.Value,
                WireStructs.SizeOf(field.FieldType),
                TypeName(field.FieldType),
                field))
            .OrderBy(field => field.Offset),
    ];

    // A word starts at an upper-case letter and at the first digit of a number: UserData128 is user_data_128. A single
    // digit at the end numbers fields of the same kind and stays: Reserved0.
    public static string Snake(string pascal)
    {
        StringBuilder text = new();
        for (int i = 0; i < pascal.Length; i++)
        {
            bool isDigit = char.IsAsciiDigit(pascal[i]);
            bool beginsNumber = isDigit && !char.IsAsciiDigit(pascal[i - 1]) && i + 1 < pascal.Length;
            if (i > 0 && (char.IsAsciiLetterUpper(pascal[i]) || beginsNumber))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(pascal[i]));
        }

        return text.ToString();
    }

    private static string TypeName(Type type)
    {
        if (type.IsEnum)
        {
            return TypeName(Enum.GetUnderlyingType(type));
        }

        if (type.GetCustomAttribute<InlineArrayAttribute>() is { } array)
        {
            FieldInfo item = type.GetFields(BindingFlags.NonPublic | BindingFlags.Instance)[0];
            return $"{TypeName(item.FieldType)}[{array.Length}]";
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Byte => "u8",
            TypeCode.UInt16 => "u16",
            TypeCode.UInt32 => "u32",
            TypeCode.UInt64 => "u64",
            TypeCode.SByte => "i8",
            TypeCode.Int32 => "i32",
            TypeCode.Single => "f32",
            _ when type == typeof(UInt128) => "u128",
            _ when type == typeof(Int128) => "i128",
            _ when type.IsValueType => $"u8[{WireStructs.SizeOf(type)}]",
            _ => throw new InvalidOperationException($"{type} may not stand in a wire struct."),
        };
    }
}
