using System.Reflection;
using System.Runtime.InteropServices;
using FastCore.Testing;

namespace FastCore.Tidy.Tests.Rules;

/// <summary>
/// Rules about structs whose bytes leave the process: explicit layout, each byte in exactly one field.
/// </summary>
internal static class LayoutRules
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>
    /// Structs of an assembly with an explicit layout and a constant <c>Size</c>: the mark of bytes that leave the
    /// process. Explicit layouts without the constant are paddings against false sharing, whose gaps are on purpose.
    /// </summary>
    public static IEnumerable<Type> ByteStructs(Assembly assembly) =>
        assembly.GetTypes().Where(type => type.IsValueType && type.IsExplicitLayout && DeclaredSize(type) is not null);

    public static IEnumerable<string> Check(Type type)
    {
        if (!type.IsExplicitLayout)
        {
            yield return $"{type.Name} has no explicit layout";
            yield break;
        }

        int size = WireStructs.SizeOf(type);
        if (DeclaredSize(type) is not int declared)
        {
            yield return $"{type.Name} has no constant Size";
        }
        else if (declared != size)
        {
            yield return $"{type.Name}.Size is {declared}, the struct has {size} bytes";
        }

        string?[] owners = new string?[size];
        foreach (FieldInfo field in type.GetFields(Fields))
        {
            int offset = field.GetCustomAttribute<FieldOffsetAttribute>()!.Value;
            int length = WireStructs.SizeOf(field.FieldType);
            for (int at = offset; at < offset + length; at++)
            {
                if (at >= size || owners[at] is not null)
                {
                    yield return at >= size
                        ? $"{type.Name}.{field.Name} reaches beyond the struct"
                        : $"{type.Name}.{field.Name} overlaps {owners[at]} at {at}";
                    break;
                }

                owners[at] = field.Name;
            }

            // Reserved bytes fill what is left, wherever that is.
            bool isReserved = field.Name.StartsWith("Reserved", StringComparison.Ordinal);
            if (!isReserved && Alignment(field.FieldType) is int alignment && offset % alignment != 0)
            {
                yield return $"{type.Name}.{field.Name} at {offset} is not on a boundary of {alignment}";
            }
        }

        int gap = Array.IndexOf(owners, null);
        if (gap >= 0)
        {
            yield return $"{type.Name} has no field at byte {gap}";
        }
    }

    private static int? DeclaredSize(Type type) =>
        type.GetField("Size", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic) is
        { IsLiteral: true } size && size.FieldType == typeof(int)
            ? (int)size.GetRawConstantValue()!
            : null;

    // 128-bit numbers lie on multiples of 16, smaller ones on multiples of their own size.
    private static int? Alignment(Type type)
    {
        Type plain = type.IsEnum ? Enum.GetUnderlyingType(type) : type;
        bool isNumber = plain.IsPrimitive || plain == typeof(UInt128) || plain == typeof(Int128);
        return isNumber ? WireStructs.SizeOf(plain) : null;
    }
}
