using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Cli.Wire;

/// <summary>
/// The fields of a wire struct, read once from the struct itself, so that none can be forgotten: a field that exists
/// can be set and is shown.
/// </summary>
internal sealed class WireStruct
{
    private readonly Dictionary<string, WireField> _byName = new(StringComparer.Ordinal);

    private WireStruct(string name, int size, IReadOnlyList<WireField> fields)
    {
        Name = name;
        Size = size;
        Fields = fields;
        foreach (WireField field in fields)
        {
            _byName[field.Name] = field;
        }

        // "reserved" means the first reserved field, whatever number it carries.
        if (fields.FirstOrDefault(field => field.IsReserved) is WireField reserved)
        {
            _byName.TryAdd("reserved", reserved);
        }
    }

    /// <summary>Name of the struct.</summary>
    public string Name { get; }

    /// <summary>Bytes.</summary>
    public int Size { get; }

    /// <summary>Fields in the order of their offsets.</summary>
    public IReadOnlyList<WireField> Fields { get; }

    /// <summary>Finds a field by name; "reserved" finds the first reserved one.</summary>
    public WireField? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The fields of a struct with explicit layout.</summary>
    public static WireStruct Of<T>()
        where T : unmanaged
    {
        List<WireField> fields = [];
        foreach (FieldInfo field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            int offset = field.GetCustomAttribute<FieldOffsetAttribute>()?.Value
                ?? throw new InvalidOperationException($"{typeof(T).Name}.{field.Name} has no explicit offset.");
            fields.Add(FieldOf(field, offset));
        }

        fields.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        return new WireStruct(typeof(T).Name, Unsafe.SizeOf<T>(), fields);
    }

    /// <summary>A body element that is one number.</summary>
    public static WireStruct Scalar(string name, int size) =>
        new(name, size, [new WireField(name, 0, size, WireKind.Unsigned)]);

    /// <summary>The same fields, some of them under another name or with the names of an enum.</summary>
    public WireStruct With(params ReadOnlySpan<WireField> replacements)
    {
        List<WireField> fields = [.. Fields];
        foreach (WireField replacement in replacements)
        {
            int index = fields.FindIndex(field => field.Offset == replacement.Offset);
            fields[index] = replacement;
        }

        return new WireStruct(Name, Size, fields);
    }

    private static WireField FieldOf(FieldInfo field, int offset)
    {
        string name = SnakeCase.Of(field.Name);
        Type type = field.FieldType;
        if (type.IsEnum)
        {
            bool flags = type.IsDefined(typeof(FlagsAttribute), inherit: false);
            int size = Marshal.SizeOf(type.GetEnumUnderlyingType());
            return new WireField(name, offset, size, flags ? WireKind.Flags : WireKind.Choice, type);
        }

        if (type.GetCustomAttribute<InlineArrayAttribute>() is InlineArrayAttribute array)
        {
            return type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic)[0].FieldType == typeof(uint)
                ? new WireField(name, offset, array.Length * sizeof(uint), WireKind.Numbers)
                : new WireField(
                    name, offset, array.Length,
                    type == typeof(Hash256) || type == typeof(PolicyHash) ? WireKind.Hex : WireKind.Text);
        }

        (int bytes, WireKind kind) = Type.GetTypeCode(type) switch
        {
            TypeCode.Byte => (1, WireKind.Unsigned),
            TypeCode.UInt16 => (2, WireKind.Unsigned),
            TypeCode.UInt32 => (4, WireKind.Unsigned),
            TypeCode.UInt64 => (8, WireKind.Unsigned),
            TypeCode.SByte => (1, WireKind.Signed),
            TypeCode.Int32 => (4, WireKind.Signed),
            TypeCode.Int64 => (8, WireKind.Signed),
            TypeCode.Single => (4, WireKind.Float),
            _ when type == typeof(UInt128) => (16, WireKind.Unsigned),
            _ when type == typeof(Int128) => (16, WireKind.Signed),
            _ => throw new InvalidOperationException(
                $"{field.Name} has the type {type.Name}, which no text is known for."),
        };
        return new WireField(name, offset, bytes, kind);
    }
}
