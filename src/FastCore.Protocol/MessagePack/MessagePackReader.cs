using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace FastCore.Protocol.MessagePack;

/// <summary>
/// Reads MessagePack values one after the other from bytes that nobody vouches for. Nothing here throws, allocates or
/// calls itself: a read gives a value, or false with a <see cref="Status"/> and stays where it was.
/// <para>
/// Any encoding of a value is taken, not only the shortest. Text is given as its bytes; the specification lets text be
/// no UTF-8, so check it where that matters. Top-level values may follow each other.
/// </para>
/// </summary>
public ref struct MessagePackReader
{
    /// <summary>How many arrays and maps may lie in each other.</summary>
    public const int DepthMax = 64;

    private readonly ReadOnlySpan<byte> _bytes;

    // Values that the innermost open array or map still has; the outermost level never ends.
    private ulong _left;
    private OpenContainers _open;

    /// <summary>A reader at the beginning of the bytes.</summary>
    public MessagePackReader(ReadOnlySpan<byte> bytes)
    {
        // The stack is written before it is read; clearing it would be most of the work for a short value.
        Unsafe.SkipInit(out this);
        _bytes = bytes;
        _left = ulong.MaxValue;
        Position = 0;
        Depth = 0;
        Status = MessagePackStatus.Ok;
    }

    /// <summary>Bytes consumed.</summary>
    public int Position { get; private set; }

    /// <summary>Arrays and maps that are open here: of which not all values were read.</summary>
    public int Depth { get; private set; }

    /// <summary>How the last read ended.</summary>
    public MessagePackStatus Status { get; private set; }

    /// <summary>Whether all bytes were consumed. With <see cref="Depth"/> above 0 the values are cut.</summary>
    public readonly bool IsAtEnd => Position == _bytes.Length;

    /// <summary>What comes next.</summary>
    public readonly MessagePackKind NextKind
    {
        get
        {
            if (IsAtEnd)
            {
                return MessagePackKind.End;
            }

            MessagePackKind kind = MessagePackHead.KindOf(_bytes[Position]);
            if (kind == MessagePackKind.Extension)
            {
                _ = MessagePackHead.Read(_bytes[Position..], out MessagePackHead head);
                kind = head.Kind;
            }

            return kind;
        }
    }

    /// <summary>Reads nil.</summary>
    public bool TryReadNil() => TryTake(MessagePackKind.Nil, out MessagePackHead _);

    /// <summary>Reads false or true.</summary>
    public bool TryReadBoolean(out bool value)
    {
        bool taken = TryTake(MessagePackKind.Boolean, out MessagePackHead head);
        value = head.Bits != 0;
        return taken;
    }

    /// <summary>Reads a whole number; a negative one is <see cref="MessagePackStatus.OutOfRange"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadUInt64(out ulong value)
    {
        if (Position < _bytes.Length && _bytes[Position] <= MessagePackFormat.FixIntMax)
        {
            value = _bytes[Position];
            Advance(1);
            return true;
        }

        return TryReadWideUInt64(out value);
    }

    /// <summary>Reads a whole number; one above 2^63 − 1 is <see cref="MessagePackStatus.OutOfRange"/>.</summary>
    public bool TryReadInt64(out long value)
    {
        bool found = TryPeek(MessagePackKind.Integer, out MessagePackHead head);
        value = (long)head.Bits;
        if (!found)
        {
            return false;
        }

        if (value < 0 && !head.IsNegative)
        {
            value = 0;
            return Fail(MessagePackStatus.OutOfRange);
        }

        return Take(head);
    }

    /// <summary>Reads a number in single precision; no other one.</summary>
    public bool TryReadFloat32(out float value)
    {
        bool taken = TryTake(MessagePackKind.Float32, out MessagePackHead head);
        value = BitConverter.UInt32BitsToSingle((uint)head.Bits);
        return taken;
    }

    /// <summary>Reads a number in double or single precision. Whole ones are <see cref="TryReadInt64"/>.</summary>
    public bool TryReadFloat64(out double value)
    {
        if (NextKind == MessagePackKind.Float32)
        {
            bool taken = TryReadFloat32(out float single);
            value = single;
            return taken;
        }

        bool read = TryTake(MessagePackKind.Float64, out MessagePackHead head);
        value = BitConverter.UInt64BitsToDouble(head.Bits);
        return read;
    }

    /// <summary>Reads text as its bytes, which lie in those given to the reader.</summary>
    public bool TryReadUtf8(out ReadOnlySpan<byte> utf8) => TryTake(MessagePackKind.Text, out utf8);

    /// <summary>Reads bytes, which lie in those given to the reader.</summary>
    public bool TryReadBinary(out ReadOnlySpan<byte> bytes) => TryTake(MessagePackKind.Binary, out bytes);

    /// <summary>Reads the head of an array; its values come next.</summary>
    /// <param name="count">How many; never more than bytes are left.</param>
    public bool TryReadArrayHeader(out int count) => TryOpen(MessagePackKind.Array, out count);

    /// <summary>Reads the head of a map; its pairs come next, each a key and what belongs to it.</summary>
    /// <param name="count">How many pairs; never more than half of the bytes left.</param>
    public bool TryReadMapHeader(out int count) => TryOpen(MessagePackKind.Map, out count);

    /// <summary>Reads an extension, a timestamp included.</summary>
    /// <param name="type">0 to 127 are the application's, the others the specification's.</param>
    /// <param name="bytes">Its bytes, which lie in those given to the reader.</param>
    public bool TryReadExtension(out sbyte type, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        bool found = TryPeek(MessagePackKind.Extension, out MessagePackHead head);
        type = head.ExtensionType;
        if (!found)
        {
            return false;
        }

        bytes = _bytes.Slice(Position + head.Size, (int)head.Length);
        return Take(head);
    }

    /// <summary>Reads a timestamp in any of its three forms.</summary>
    public bool TryReadTimestamp(out MessagePackTimestamp timestamp)
    {
        timestamp = default;
        if (!TryPeek(MessagePackKind.Timestamp, out MessagePackHead head))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _bytes.Slice(Position + head.Size, (int)head.Length);
        switch (bytes.Length)
        {
            case 4:
                timestamp = new(BinaryPrimitives.ReadUInt32BigEndian(bytes), 0);
                break;
            case 8:
                ulong both = BinaryPrimitives.ReadUInt64BigEndian(bytes);
                timestamp = new((long)(both & ((1UL << 34) - 1)), (uint)(both >> 34));
                break;
            case 12:
                timestamp = new(
                    BinaryPrimitives.ReadInt64BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt32BigEndian(bytes));
                break;
            default:
                return Fail(MessagePackStatus.InvalidTimestamp);
        }

        if (timestamp.Nanoseconds >= MessagePackTimestamp.NsPerSecond)
        {
            timestamp = default;
            return Fail(MessagePackStatus.InvalidTimestamp);
        }

        return Take(head);
    }

    /// <summary>Passes over one value with all that lies in it.</summary>
    public bool TrySkip()
    {
        MessagePackReader before = this;
        ulong values = 1;
        do
        {
            MessagePackStatus status = MessagePackHead.Read(_bytes[Position..], out MessagePackHead head);
            if (status == MessagePackStatus.Ok && head.Values > 0 && Depth == DepthMax)
            {
                status = MessagePackStatus.TooDeep;
            }

            if (status != MessagePackStatus.Ok)
            {
                this = before;
                return Fail(status);
            }

            _ = Take(head);
            values += head.Values - 1;
        }
        while (values > 0);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadWideUInt64(out ulong value)
    {
        bool found = TryPeek(MessagePackKind.Integer, out MessagePackHead head);
        value = head.Bits;
        if (!found)
        {
            return false;
        }

        if (head.IsNegative)
        {
            value = 0;
            return Fail(MessagePackStatus.OutOfRange);
        }

        return Take(head);
    }

    private bool TryTake(MessagePackKind kind, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!TryPeek(kind, out MessagePackHead head))
        {
            return false;
        }

        payload = _bytes.Slice(Position + head.Size, (int)head.Length);
        return Take(head);
    }

    private bool TryTake(MessagePackKind kind, out MessagePackHead head) => TryPeek(kind, out head) && Take(head);

    private bool TryOpen(MessagePackKind kind, out int count)
    {
        bool found = TryPeek(kind, out MessagePackHead head);
        count = (int)head.Length;
        if (!found)
        {
            return false;
        }

        if (count > 0 && Depth == DepthMax)
        {
            count = 0;
            return Fail(MessagePackStatus.TooDeep);
        }

        return Take(head);
    }

    // The head is cleared when it is not what was asked for, so nothing of it can be taken for a value.
    private bool TryPeek(MessagePackKind kind, out MessagePackHead head)
    {
        MessagePackStatus status = MessagePackHead.Read(_bytes[Position..], out head);
        if (status == MessagePackStatus.Ok && head.Kind != kind
            && !(kind == MessagePackKind.Extension && head.Kind == MessagePackKind.Timestamp))
        {
            status = MessagePackStatus.OtherKind;
        }

        if (status != MessagePackStatus.Ok)
        {
            head = default;
        }

        Status = status;
        return status == MessagePackStatus.Ok;
    }

    // Consumes a value, or the head of an array or a map. Certain to succeed.
    private bool Take(in MessagePackHead head)
    {
        if (head.Values == 0)
        {
            bool hasPayload = head.Kind is not (MessagePackKind.Array or MessagePackKind.Map);
            Advance(head.Size + (hasPayload ? (int)head.Length : 0));
            return true;
        }

        Status = MessagePackStatus.Ok;
        Position += head.Size;
        _open[Depth++] = _left - 1;
        _left = head.Values;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(int size)
    {
        Status = MessagePackStatus.Ok;
        Position += size;
        if (--_left == 0)
        {
            CloseFinished();
        }
    }

    private void CloseFinished()
    {
        while (_left == 0)
        {
            _left = _open[--Depth];
        }
    }

    private bool Fail(MessagePackStatus status)
    {
        Status = status;
        return false;
    }

    [InlineArray(DepthMax)]
    private struct OpenContainers
    {
        private ulong _first;
    }
}
