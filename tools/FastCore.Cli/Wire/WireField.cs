using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using FastCore.Cli.Terminal;
using FastCore.Hosting;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;

namespace FastCore.Cli.Wire;

/// <summary>One field of a wire struct: where it lies, and how it is read from and written as text.</summary>
internal sealed class WireField
{
    private readonly Dictionary<string, UInt128> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<UInt128, string> _names = [];

    /// <summary>Makes a field.</summary>
    /// <param name="name">Name in snake_case.</param>
    /// <param name="offset">Byte offset in the struct.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="kind">How it is written.</param>
    /// <param name="enumeration">The enum whose names it takes, for choices and flags.</param>
    public WireField(string name, int offset, int size, WireKind kind, Type? enumeration = null)
    {
        Name = name;
        Offset = offset;
        Size = size;
        Kind = kind;
        if (enumeration is null)
        {
            return;
        }

        foreach (object member in Enum.GetValues(enumeration))
        {
            string text = SnakeCase.Of(member.ToString()!);
            UInt128 value = Convert.ToUInt64(member, CultureInfo.InvariantCulture);
            _values[text] = value;
            _names[value] = text;
        }

        if (enumeration == typeof(PaymentStatus) || enumeration == typeof(FraudStatus)
            || enumeration == typeof(SeatStatus))
        {
            AddFrameStatuses();
        }
    }

    /// <summary>Name in snake_case.</summary>
    public string Name { get; }

    /// <summary>Byte offset in the struct.</summary>
    public int Offset { get; }

    /// <summary>Bytes.</summary>
    public int Size { get; }

    /// <summary>How it is written.</summary>
    public WireKind Kind { get; }

    /// <summary>Whether it must be zero on the wire.</summary>
    public bool IsReserved => Name.StartsWith("reserved", StringComparison.Ordinal);

    /// <summary>Names that the field takes, in the order of their values; empty for numbers and text.</summary>
    public IEnumerable<string> Names => _values.OrderBy(pair => pair.Value).Select(pair => pair.Key);

    /// <summary>Largest number that fits.</summary>
    public UInt128 Max => Size >= 16 ? UInt128.MaxValue : (UInt128.One << (Size * 8)) - 1;

    /// <summary>"u64", "flags16", "text40": what the help calls it.</summary>
    public string TypeName => Kind switch
    {
        WireKind.Unsigned => $"u{Size * 8}",
        WireKind.Signed => $"i{Size * 8}",
        WireKind.Float => "f32",
        WireKind.Flags => $"flags{Size * 8}",
        WireKind.Choice => $"enum{Size * 8}",
        WireKind.Hex => $"{2 * Size} hexadecimal digits",
        WireKind.Numbers => $"up to {Size / sizeof(uint)} u32 joined by |",
        _ => $"text of at most {Size} bytes",
    };

    /// <summary>Sets the field from text.</summary>
    /// <returns>Null, or a sentence that says what is wrong.</returns>
    public string? TrySet(Span<byte> structBytes, string text)
    {
        Span<byte> field = structBytes.Slice(Offset, Size);
        if (Kind == WireKind.Text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            if (bytes.Length > Size)
            {
                return $"{Name} takes {Size} bytes of text at most, not {bytes.Length}.";
            }

            field.Clear();
            bytes.CopyTo(field);
            return null;
        }

        if (Kind == WireKind.Numbers)
        {
            return TrySetNumbers(field, text);
        }

        if (Kind == WireKind.Hex)
        {
            return TrySetHex(field, text);
        }

        UInt128 value = 0;
        foreach (string part in Kind == WireKind.Flags ? text.Split('|') : [text])
        {
            if (TryValue(part.Trim(), out UInt128 bits) is string problem)
            {
                return problem;
            }

            value |= bits;
        }

        for (int i = 0; i < Size; i++)
        {
            field[i] = (byte)(value >> (8 * i));
        }

        return null;
    }

    /// <summary>The field as a number.</summary>
    public UInt128 Number(ReadOnlySpan<byte> structBytes)
    {
        ReadOnlySpan<byte> field = structBytes.Slice(Offset, Size);
        return Size switch
        {
            1 => field[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(field),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
            8 => BinaryPrimitives.ReadUInt64LittleEndian(field),
            16 => BinaryPrimitives.ReadUInt128LittleEndian(field),
            _ => throw new InvalidOperationException($"{Name} is no number."),
        };
    }

    /// <summary>The field in single precision.</summary>
    public float Single(ReadOnlySpan<byte> structBytes) =>
        BinaryPrimitives.ReadSingleLittleEndian(structBytes.Slice(Offset, Size));

    /// <summary>The field with its sign.</summary>
    public Int128 SignedNumber(ReadOnlySpan<byte> structBytes)
    {
        int unused = 128 - (8 * Size);
        return (Int128)(Number(structBytes) << unused) >> unused;
    }

    /// <summary>The field's name or joined names.</summary>
    public string NameOf(ReadOnlySpan<byte> structBytes)
    {
        UInt128 value = Number(structBytes);
        if (Kind == WireKind.Choice || value == 0)
        {
            return _names.TryGetValue(value, out string? name) ? name : value.ToString(CultureInfo.InvariantCulture);
        }

        List<string> parts = [];
        foreach ((UInt128 bits, string name) in _names.OrderBy(pair => pair.Key))
        {
            if (bits != 0 && (value & bits) == bits)
            {
                parts.Add(name);
                value &= ~bits;
            }
        }

        if (value != 0)
        {
            parts.Add("0x" + value.ToString("x", CultureInfo.InvariantCulture));
        }

        return string.Join('|', parts);
    }

    /// <summary>The field's text up to its first zero byte.</summary>
    public string TextOf(ReadOnlySpan<byte> structBytes)
    {
        ReadOnlySpan<byte> field = structBytes.Slice(Offset, Size);
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>The field's bytes as hexadecimal digits.</summary>
    public string HexOf(ReadOnlySpan<byte> structBytes) => Convert.ToHexStringLower(structBytes.Slice(Offset, Size));

    /// <summary>The numbers of the field, those at its end that are zero left out.</summary>
    public IEnumerable<uint> NumbersOf(ReadOnlySpan<byte> structBytes)
    {
        ReadOnlySpan<uint> numbers = MemoryMarshal.Cast<byte, uint>(structBytes.Slice(Offset, Size));
        return numbers[..(numbers.LastIndexOfAnyExcept(0u) + 1)].ToArray();
    }

    private string? TrySetNumbers(Span<byte> field, string text)
    {
        string[] parts = text.Split('|');
        if (parts.Length > Size / sizeof(uint))
        {
            return $"{Name} takes {Size / sizeof(uint)} numbers at most, not {parts.Length}.";
        }

        field.Clear();
        for (int i = 0; i < parts.Length; i++)
        {
            if (WireNumber.TryParse(parts[i].Trim(), out UInt128 number) != WireNumber.Outcome.Ok
                || number > uint.MaxValue)
            {
                return $"{Name} takes numbers up to {uint.MaxValue} joined by |, not '{Excerpt.Of(parts[i])}'.";
            }

            BinaryPrimitives.WriteUInt32LittleEndian(field[(i * sizeof(uint))..], (uint)number);
        }

        return null;
    }

    private string? TrySetHex(Span<byte> field, string text)
    {
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text;
        field.Clear();
        return digits.Length <= 2 * Size
            && Convert.FromHexString(digits, field, out _, out _) == System.Buffers.OperationStatus.Done
            ? null
            : $"{Name} takes {2 * Size} hexadecimal digits at most, two for each byte, not '{Excerpt.Of(text)}'.";
    }

    // In the place of a status: why a partition refused its share of a request.
    private void AddFrameStatuses()
    {
        foreach (FrameStatus status in Enum.GetValues<FrameStatus>())
        {
            if (PaymentStatusNames.IsFrameStatus((PaymentStatus)status, out _))
            {
                _names[(uint)status] = SnakeCase.Of(status.ToString());
            }
        }
    }

    private string? TryValue(string text, out UInt128 value)
    {
        if (_values.TryGetValue(text, out value))
        {
            return null;
        }

        bool negative = Kind == WireKind.Signed && text.StartsWith('-');
        if (WireNumber.TryParse(negative ? text[1..] : text, out value) is not WireNumber.Outcome.Ok and var outcome)
        {
            return outcome == WireNumber.Outcome.TooLarge
                ? TooLarge(text)
                : _values.Count > 0
                    ? $"{Name} does not know '{Excerpt.Of(text)}'.{Suggestions.Hint(text, _values.Keys)}"
                    : $"{Name} takes a decimal or 0x hexadecimal number, not '{Excerpt.Of(text)}'.";
        }

        value = negative ? (UInt128)(-(Int128)value) & Max : value;
        return value > Max ? TooLarge(text) : null;
    }

    private string TooLarge(string text) =>
        $"{Name} is a {TypeName}: {Excerpt.Of(text)} is above its largest value {Max}.";
}
