using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using FastCore.Protocol;
using FastCore.Protocol.MessagePack;

namespace FastCore.Bench.Load.Codecs;

/// <summary>
/// A wire struct as a MessagePack map of its fields that are not zero, by name; numbers of 128 bits as their bytes.
/// </summary>
public static class PaymentPacking<T>
    where T : unmanaged
{
    private static readonly (byte[] Name, int Offset, int Size)[] Fields = [.. typeof(T).GetFields()
        .Where(field => !field.IsStatic && !field.IsLiteral)
        .Select(field => (
            Encoding.UTF8.GetBytes(SnakeCase.Of(field.Name)),
            field.GetCustomAttribute<FieldOffsetAttribute>()!.Value,
            field.FieldType == typeof(UInt128) ? 16 : Marshal.SizeOf(
                field.FieldType.IsEnum ? field.FieldType.GetEnumUnderlyingType() : field.FieldType)))];

    /// <summary>Encodes the struct.</summary>
    /// <returns>Bytes written; 0 when the room is too small.</returns>
    public static int Write(in T value, Span<byte> room)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));
        uint count = 0;
        foreach ((_, int offset, int size) in Fields)
        {
            count += bytes.Slice(offset, size).ContainsAnyExcept((byte)0) ? 1u : 0;
        }

        MessagePackWriter writer = new(room);
        bool fits = writer.TryWriteMapHeader(count);
        foreach ((byte[] name, int offset, int size) in Fields)
        {
            ReadOnlySpan<byte> field = bytes.Slice(offset, size);
            if (field.ContainsAnyExcept((byte)0))
            {
                fits = fits && writer.TryWriteUtf8(name)
                    && (size == 16 ? writer.TryWriteBinary(field) : writer.TryWriteUInt64(NumberOf(field)));
            }
        }

        return fits ? writer.Position : 0;
    }

    /// <summary>Decodes a struct whose fields may come in any order, and nothing after it.</summary>
    /// <returns>False when a field is not known or its value does not fit.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packed, out T value)
    {
        int length = Read(packed, out value);
        return length > 0 && length == packed.Length;
    }

    /// <summary>Decodes a struct whose fields may come in any order.</summary>
    /// <returns>Bytes that it took; 0 when a field is not known or its value does not fit.</returns>
    public static int Read(ReadOnlySpan<byte> packed, out T value)
    {
        value = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<T>(ref value));
        MessagePackReader reader = new(packed);
        bool isRead = reader.TryReadMapHeader(out int count);
        int next = 0;
        for (int i = 0; isRead && i < count; i++)
        {
            isRead = reader.TryReadUtf8(out ReadOnlySpan<byte> name) && TryFind(name, ref next)
                && TryReadField(ref reader, bytes.Slice(Fields[next].Offset, Fields[next].Size));
        }

        return isRead ? reader.Position : 0;
    }

    // Whoever keeps the order of the struct is found at the first look.
    private static bool TryFind(ReadOnlySpan<byte> name, ref int next)
    {
        for (int tries = 0; tries < Fields.Length; tries++)
        {
            next = next + 1 < Fields.Length ? next + 1 : 0;
            int candidate = next == 0 ? Fields.Length - 1 : next - 1;
            if (name.SequenceEqual(Fields[candidate].Name))
            {
                next = candidate;
                return true;
            }
        }

        return false;
    }

    private static bool TryReadField(ref MessagePackReader reader, scoped Span<byte> field)
    {
        if (field.Length == 16)
        {
            return reader.TryReadBinary(out ReadOnlySpan<byte> id) && id.Length == 16 && id.TryCopyTo(field);
        }

        if (!reader.TryReadUInt64(out ulong number) || (field.Length < 8 && number >> (8 * field.Length) != 0))
        {
            return false;
        }

        Span<byte> all = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(all, number);
        all[..field.Length].CopyTo(field);
        return true;
    }

    private static ulong NumberOf(ReadOnlySpan<byte> field) =>
        field.Length switch
        {
            1 => field[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(field),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(field),
        };
}
