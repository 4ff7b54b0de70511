using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace FastCore.Protocol.MessagePack;

/// <summary>
/// Writes MessagePack values one after the other, each in its shortest form. Nothing here throws or allocates: a write
/// that does not fit returns false and leaves the bytes before it as they were. Floating point keeps the precision it
/// is given in.
/// <para>
/// Heads of arrays and maps promise a number of values; it is the caller who keeps the promise.
/// </para>
/// </summary>
public ref struct MessagePackWriter
{
    private readonly Span<byte> _bytes;

    /// <summary>A writer at the beginning of the bytes.</summary>
    public MessagePackWriter(Span<byte> bytes)
    {
        _bytes = bytes;
        Position = 0;
    }

    /// <summary>Bytes written.</summary>
    public int Position { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _bytes[..Position];

    /// <summary>Writes nil.</summary>
    public bool TryWriteNil() => TryWriteByte(MessagePackFormat.Nil);

    /// <summary>Writes false or true.</summary>
    public bool TryWriteBoolean(bool value) =>
        TryWriteByte(value ? MessagePackFormat.True : MessagePackFormat.False);

    /// <summary>Writes a whole number, in 1 to 9 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWriteUInt64(ulong value) =>
        value <= MessagePackFormat.FixIntMax ? TryWriteByte((byte)value) : TryWriteWide(value);

    /// <summary>Writes a whole number, in 1 to 9 bytes; what is not negative as <see cref="TryWriteUInt64"/>.</summary>
    public bool TryWriteInt64(long value) =>
        value switch
        {
            >= 0 => TryWriteUInt64((ulong)value),
            >= MessagePackFormat.FixNegativeMin => TryWriteByte((byte)value),
            >= sbyte.MinValue => TryWriteField(MessagePackFormat.Int8, (ulong)value, 1),
            >= short.MinValue => TryWriteField(MessagePackFormat.Int16, (ulong)value, 2),
            >= int.MinValue => TryWriteField(MessagePackFormat.Int32, (ulong)value, 4),
            _ => TryWriteField(MessagePackFormat.Int64, (ulong)value, 8),
        };

    /// <summary>Writes a number in single precision.</summary>
    public bool TryWriteFloat32(float value) =>
        TryWriteField(MessagePackFormat.Float32, BitConverter.SingleToUInt32Bits(value), 4);

    /// <summary>Writes a number in double precision.</summary>
    public bool TryWriteFloat64(double value) =>
        TryWriteField(MessagePackFormat.Float64, BitConverter.DoubleToUInt64Bits(value), 8);

    /// <summary>Writes text; a half of a surrogate pair that stands alone becomes U+FFFD.</summary>
    public bool TryWriteText(scoped ReadOnlySpan<char> text)
    {
        // Counting throws beyond 2^31 bytes, which fit no span either.
        int start = Position;
        if (text.Length > Math.Min(_bytes.Length - start, int.MaxValue / 3))
        {
            return false;
        }

        int size = Encoding.UTF8.GetByteCount(text);
        if (!TryWriteTextHead((uint)size) || size > _bytes.Length - Position)
        {
            Position = start;
            return false;
        }

        Position += Encoding.UTF8.GetBytes(text, _bytes[Position..]);
        return true;
    }

    /// <summary>Writes text that is UTF-8 already; nobody checks that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWriteUtf8(scoped ReadOnlySpan<byte> utf8)
    {
        int start = Position;
        return TryWriteTextHead((uint)utf8.Length) && TryEnd(utf8, start);
    }

    /// <summary>Writes bytes.</summary>
    public bool TryWriteBinary(scoped ReadOnlySpan<byte> bytes)
    {
        int start = Position;
        return TryWriteLength(MessagePackFormat.Binary8, (uint)bytes.Length) && TryEnd(bytes, start);
    }

    /// <summary>Writes the head of an array; so many values must follow.</summary>
    public bool TryWriteArrayHeader(uint count) =>
        count <= MessagePackFormat.FixArrayMax
            ? TryWriteByte((byte)(MessagePackFormat.FixArray | count))
            : TryWriteCount(MessagePackFormat.Array16, count);

    /// <summary>Writes the head of a map; so many pairs must follow, each a key and what belongs to it.</summary>
    public bool TryWriteMapHeader(uint count) =>
        count <= MessagePackFormat.FixMapMax
            ? TryWriteByte((byte)(MessagePackFormat.FixMap | count))
            : TryWriteCount(MessagePackFormat.Map16, count);

    /// <summary>Writes an extension.</summary>
    /// <param name="type">0 to 127; negative ones are the specification's.</param>
    /// <param name="bytes">Its bytes.</param>
    public bool TryWriteExtension(sbyte type, scoped ReadOnlySpan<byte> bytes)
    {
        int start = Position;
        bool isHeadWritten = bytes.Length is 1 or 2 or 4 or 8 or 16
            ? TryWriteByte((byte)(MessagePackFormat.FixExtension1 + int.Log2(bytes.Length)))
            : TryWriteLength(MessagePackFormat.Extension8, (uint)bytes.Length);
        if (isHeadWritten && TryWriteByte((byte)type))
        {
            return TryEnd(bytes, start);
        }

        Position = start;
        return false;
    }

    /// <summary>Writes a timestamp, in 6, 10 or 15 bytes.</summary>
    /// <returns>False also when the nanoseconds are a second or more.</returns>
    public bool TryWriteTimestamp(MessagePackTimestamp timestamp)
    {
        if (timestamp.Nanoseconds >= MessagePackTimestamp.NsPerSecond)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[12];
        if (timestamp.Seconds is < 0 or >= 1L << 34)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, timestamp.Nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(bytes[4..], timestamp.Seconds);
        }
        else if (timestamp is { Nanoseconds: 0, Seconds: <= uint.MaxValue })
        {
            bytes = bytes[..4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)timestamp.Seconds);
        }
        else
        {
            bytes = bytes[..8];
            BinaryPrimitives.WriteUInt64BigEndian(
                bytes, ((ulong)timestamp.Nanoseconds << 34) | (ulong)timestamp.Seconds);
        }

        return TryWriteExtension(MessagePackTimestamp.ExtensionType, bytes);
    }

    /// <summary>Copies values that are MessagePack already; nobody checks that.</summary>
    public bool TryWriteRaw(scoped ReadOnlySpan<byte> values) => TryEnd(values, Position);

    private bool TryWriteTextHead(uint size) =>
        size <= MessagePackFormat.FixTextMax
            ? TryWriteByte((byte)(MessagePackFormat.FixText | size))
            : TryWriteLength(MessagePackFormat.Text8, size);

    // Three formats follow each other: a length of 8, 16 and 32 bits.
    private bool TryWriteLength(byte format8, uint length) =>
        length switch
        {
            <= byte.MaxValue => TryWriteField(format8, length, 1),
            <= ushort.MaxValue => TryWriteField((byte)(format8 + 1), length, 2),
            _ => TryWriteField((byte)(format8 + 2), length, 4),
        };

    // Two formats follow each other: a count of 16 and 32 bits.
    private bool TryWriteCount(byte format16, uint count) =>
        count <= ushort.MaxValue
            ? TryWriteField(format16, count, 2)
            : TryWriteField((byte)(format16 + 1), count, 4);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryWriteWide(ulong value) =>
        value switch
        {
            <= byte.MaxValue => TryWriteField(MessagePackFormat.UInt8, value, 1),
            <= ushort.MaxValue => TryWriteField(MessagePackFormat.UInt16, value, 2),
            <= uint.MaxValue => TryWriteField(MessagePackFormat.UInt32, value, 4),
            _ => TryWriteField(MessagePackFormat.UInt64, value, 8),
        };

    // The first byte and the lowest bytes of the number, big-endian.
    private bool TryWriteField(byte format, ulong number, int width)
    {
        if (width >= _bytes.Length - Position)
        {
            return false;
        }

        Span<byte> room = _bytes.Slice(Position, 1 + width);
        room[0] = format;
        switch (width)
        {
            case 1:
                room[1] = (byte)number;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(room[1..], (ushort)number);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(room[1..], (uint)number);
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(room[1..], number);
                break;
        }

        Position += 1 + width;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryWriteByte(byte value)
    {
        if (Position >= _bytes.Length)
        {
            return false;
        }

        _bytes[Position++] = value;
        return true;
    }

    // Copies what belongs to a head, or takes the head back.
    private bool TryEnd(scoped ReadOnlySpan<byte> payload, int start)
    {
        if (!payload.TryCopyTo(_bytes[Position..]))
        {
            Position = start;
            return false;
        }

        Position += payload.Length;
        return true;
    }
}
