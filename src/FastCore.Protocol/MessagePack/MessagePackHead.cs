using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace FastCore.Protocol.MessagePack;

/// <summary>
/// What the first bytes of a value say: its kind, the number it is, or how much belongs to it. Nothing here throws or
/// allocates, whatever the bytes are.
/// </summary>
internal struct MessagePackHead
{
    public MessagePackKind Kind;

    /// <summary>Type of an extension.</summary>
    public sbyte ExtensionType;

    /// <summary>Whether <see cref="Bits"/> is a negative number.</summary>
    public bool IsNegative;

    /// <summary>Bytes of the head; of nil, booleans and numbers all there are.</summary>
    public int Size;

    /// <summary>Bytes behind the head, of text, bytes and extensions; values of an array, pairs of a map.</summary>
    public uint Length;

    /// <summary>A boolean, a whole number in two's complement, or the bits of a number in floating point.</summary>
    public ulong Bits;

    /// <summary>How many values of their own follow an array's or a map's head.</summary>
    public readonly ulong Values =>
        Kind switch
        {
            MessagePackKind.Array => Length,
            MessagePackKind.Map => 2UL * Length,
            _ => 0,
        };

    /// <summary>Decodes the head at the beginning of the bytes and sees that what belongs to it can be there.</summary>
    /// <returns>
    /// <see cref="MessagePackStatus.Ok"/>, <see cref="MessagePackStatus.Truncated"/> or
    /// <see cref="MessagePackStatus.Invalid"/>.
    /// </returns>
    public static MessagePackStatus Read(ReadOnlySpan<byte> bytes, out MessagePackHead head)
    {
        head = default;
        if (bytes.IsEmpty)
        {
            return MessagePackStatus.Truncated;
        }

        byte first = bytes[0];
        head.Kind = KindOf(first);
        head.Size = 1;
        switch (first)
        {
            case <= MessagePackFormat.FixIntMax:
                head.Bits = first;
                return MessagePackStatus.Ok;
            case < MessagePackFormat.FixArray:
                return head.Ending(bytes, (uint)first & 0x0F);
            case < MessagePackFormat.FixText:
                return head.Ending(bytes, (uint)first & 0x0F);
            case < MessagePackFormat.Nil:
                return head.Ending(bytes, (uint)first & 0x1F);
            case MessagePackFormat.NeverUsed:
                return MessagePackStatus.Invalid;
            case <= MessagePackFormat.True:
                head.Bits = first == MessagePackFormat.True ? 1u : 0u;
                return MessagePackStatus.Ok;
            case >= MessagePackFormat.FixNegative:
                head.SetSigned((sbyte)first);
                return MessagePackStatus.Ok;
            default:
                return head.ReadField(bytes, first);
        }
    }

    /// <summary>Kind of a value by its first byte; timestamps are extensions here.</summary>
    public static MessagePackKind KindOf(byte first) =>
        first switch
        {
            <= MessagePackFormat.FixIntMax or >= MessagePackFormat.FixNegative => MessagePackKind.Integer,
            < MessagePackFormat.FixArray => MessagePackKind.Map,
            < MessagePackFormat.FixText => MessagePackKind.Array,
            < MessagePackFormat.Nil => MessagePackKind.Text,
            MessagePackFormat.Nil => MessagePackKind.Nil,
            MessagePackFormat.NeverUsed => MessagePackKind.Invalid,
            <= MessagePackFormat.True => MessagePackKind.Boolean,
            <= MessagePackFormat.Binary32 => MessagePackKind.Binary,
            <= MessagePackFormat.Extension32 => MessagePackKind.Extension,
            MessagePackFormat.Float32 => MessagePackKind.Float32,
            MessagePackFormat.Float64 => MessagePackKind.Float64,
            <= MessagePackFormat.Int64 => MessagePackKind.Integer,
            <= MessagePackFormat.FixExtension16 => MessagePackKind.Extension,
            <= MessagePackFormat.Text32 => MessagePackKind.Text,
            <= MessagePackFormat.Array32 => MessagePackKind.Array,
            _ => MessagePackKind.Map,
        };

    // Everything with a number behind its first byte.
    private MessagePackStatus ReadField(ReadOnlySpan<byte> bytes, byte first)
    {
        int width = WidthOf(first);
        bool isExtension = Kind == MessagePackKind.Extension;
        Size = 1 + width + (isExtension ? 1 : 0);
        if (bytes.Length < Size)
        {
            return MessagePackStatus.Truncated;
        }

        Bits = width switch
        {
            0 => 0,
            1 => bytes[1],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]),
            4 => BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]),
        };
        if (first is >= MessagePackFormat.Int8 and <= MessagePackFormat.Int64)
        {
            int unused = 64 - (8 * width);
            SetSigned((long)(Bits << unused) >> unused);
        }

        if (Kind is MessagePackKind.Integer or MessagePackKind.Float32 or MessagePackKind.Float64)
        {
            return MessagePackStatus.Ok;
        }

        if (isExtension)
        {
            ExtensionType = (sbyte)bytes[1 + width];
            Kind = ExtensionType == MessagePackTimestamp.ExtensionType ? MessagePackKind.Timestamp : Kind;
        }

        return Ending(bytes, width == 0 ? 1u << (first - MessagePackFormat.FixExtension1) : (uint)Bits);
    }

    // Bytes of the number behind the first byte.
    private static int WidthOf(byte first) =>
        first switch
        {
            <= MessagePackFormat.Binary32 => 1 << (first - MessagePackFormat.Binary8),
            <= MessagePackFormat.Extension32 => 1 << (first - MessagePackFormat.Extension8),
            MessagePackFormat.Float32 => 4,
            MessagePackFormat.Float64 => 8,
            <= MessagePackFormat.UInt64 => 1 << (first - MessagePackFormat.UInt8),
            <= MessagePackFormat.Int64 => 1 << (first - MessagePackFormat.Int8),
            <= MessagePackFormat.FixExtension16 => 0,
            <= MessagePackFormat.Text32 => 1 << (first - MessagePackFormat.Text8),
            <= MessagePackFormat.Array32 => 2 << (first - MessagePackFormat.Array16),
            _ => 2 << (first - MessagePackFormat.Map16),
        };

    // A value of an array takes a byte at least, so a count beyond what is left is a lie at once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MessagePackStatus Ending(ReadOnlySpan<byte> bytes, uint length)
    {
        Length = length;
        ulong least = Kind == MessagePackKind.Map ? 2UL * length : length;
        return least <= (ulong)(bytes.Length - Size) ? MessagePackStatus.Ok : MessagePackStatus.Truncated;
    }

    private void SetSigned(long value)
    {
        Bits = (ulong)value;
        IsNegative = value < 0;
    }
}
