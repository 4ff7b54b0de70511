using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FastCore.Fraud.Models.Reading;

/// <summary>
/// The JSON that XGBoost writes. It is not quite JSON: the threshold of a category node is a bare NaN, which
/// <see cref="Utf8JsonReader"/> refuses; so only texts are left to that reader.
/// </summary>
internal ref struct JsonTokens : IModelTokens
{
    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> InNumber = SearchValues.Create("+-.0123456789Ee"u8);
    private static readonly SearchValues<byte> TextEnd = SearchValues.Create("\"\\"u8);

    private readonly ReadOnlySpan<byte> _file;
    private int _at;
    private int _nesting;

    // Whether the container was entered and nothing in it was read yet.
    private bool _isFirst;

    public JsonTokens(ReadOnlySpan<byte> file) => _file = file;

    /// <inheritdoc/>
    public bool IsText => Peek() == '"';

    /// <inheritdoc/>
    public void BeginObject() => Enter((byte)'{');

    /// <inheritdoc/>
    public bool NextKey(out ReadOnlySpan<byte> key)
    {
        key = default;
        if (!NextPart((byte)'}'))
        {
            return false;
        }

        ReadOnlySpan<byte> quoted = Quoted();
        ReadOnlySpan<byte> inner = quoted[1..^1];
        key = inner.ContainsAnyExceptInRange((byte)' ', (byte)'~') || inner.Contains((byte)'\\')
            ? Encoding.UTF8.GetBytes(Decode(quoted))
            : inner;
        Expect((byte)':');
        return true;
    }

    /// <inheritdoc/>
    public long BeginArray()
    {
        Enter((byte)'[');
        return 0;
    }

    /// <inheritdoc/>
    public bool NextElement(ref long array) => NextPart((byte)']');

    /// <inheritdoc/>
    public string ReadText(int sizeMax)
    {
        ReadOnlySpan<byte> quoted = Quoted();
        if (quoted.Length - 2 > sizeMax)
        {
            throw new ModelRefusedException(
                ModelRefusal.TooLarge, $"a text of more than {sizeMax} bytes before byte {_at}");
        }

        return Decode(quoted);
    }

    /// <inheritdoc/>
    public int[] ReadIntegers(int countMax)
    {
        Growing<int> values = new(countMax);
        long array = BeginArray();
        while (NextElement(ref array))
        {
            values.Add(ReadInteger());
        }

        return values.ToArray();
    }

    /// <inheritdoc/>
    public float[] ReadNumbers(int countMax)
    {
        Growing<float> values = new(countMax);
        long array = BeginArray();
        while (NextElement(ref array))
        {
            values.Add(ReadNumber());
        }

        return values.ToArray();
    }

    /// <inheritdoc/>
    public int ReadInteger()
    {
        if (Peek() is (byte)'t' or (byte)'f')
        {
            return Word("true"u8) ? 1 : Word("false"u8) ? 0 : throw Damaged("no boolean");
        }

        ReadOnlySpan<byte> digits = Number();
        return int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw Damaged("no integer of 32 bits");
    }

    /// <inheritdoc/>
    public void Skip()
    {
        // Recursion as deep as the nesting, which is limited.
        switch (Peek())
        {
            case (byte)'{':
                BeginObject();
                while (NextKey(out _))
                {
                    Skip();
                }

                break;
            case (byte)'[':
                long array = BeginArray();
                while (NextElement(ref array))
                {
                    Skip();
                }

                break;
            case (byte)'"':
                Quoted();
                break;
            case (byte)'t' or (byte)'f':
                ReadInteger();
                break;
            case (byte)'n':
                _ = Word("null"u8) ? 0 : throw Damaged("no null");
                break;
            default:
                ReadNumber();
                break;
        }
    }

    /// <inheritdoc/>
    public void End()
    {
        if (_file[_at..].ContainsAnyExcept(Blank))
        {
            throw Damaged("something follows the model");
        }
    }

    private float ReadNumber()
    {
        switch (Peek())
        {
            case (byte)'N':
                return Word("NaN"u8) ? float.NaN : throw Damaged("no number");
            case (byte)'I':
                return Word("Infinity"u8) ? float.PositiveInfinity : throw Damaged("no number");
            case (byte)'-' when Word("-Infinity"u8):
                return float.NegativeInfinity;
            default:
                const NumberStyles Style =
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
                return float.TryParse(Number(), Style, CultureInfo.InvariantCulture, out float value)
                    ? value
                    : throw Damaged("no number");
        }
    }

    private ReadOnlySpan<byte> Number()
    {
        Peek();
        ReadOnlySpan<byte> rest = _file[_at..];
        int length = rest.IndexOfAnyExcept(InNumber);
        length = length < 0 ? rest.Length : length;
        if (length == 0)
        {
            throw Damaged("no number");
        }

        _at += length;
        return rest[..length];
    }

    private ReadOnlySpan<byte> Quoted()
    {
        if (Peek() != '"')
        {
            throw Damaged("no text");
        }

        int start = _at++;
        while (true)
        {
            int length = _file[_at..].IndexOfAny(TextEnd);
            if (length < 0)
            {
                throw Damaged("a text that does not end");
            }

            _at += length + 1;
            if (_file[_at - 1] == '"')
            {
                return _file[start.._at];
            }

            _at = Math.Min(_at + 1, _file.Length);
        }
    }

    private string Decode(ReadOnlySpan<byte> quoted)
    {
        try
        {
            Utf8JsonReader reader = new(quoted);
            reader.Read();
            return reader.GetString()!;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw Damaged("a text that is not well formed");
        }
    }

    private bool NextPart(byte end)
    {
        byte next = Peek();
        if (next == end)
        {
            _at++;
            _nesting--;
            _isFirst = false;
            return false;
        }

        if (!_isFirst)
        {
            Expect((byte)',');
        }

        _isFirst = false;
        return true;
    }

    private void Enter(byte sign)
    {
        Expect(sign);
        if (++_nesting > ModelLimits.NestingMax)
        {
            throw Damaged($"more than {ModelLimits.NestingMax} objects and arrays inside each other");
        }

        _isFirst = true;
    }

    private void Expect(byte sign)
    {
        if (Peek() != sign)
        {
            throw Damaged($"no '{(char)sign}'");
        }

        _at++;
    }

    private bool Word(ReadOnlySpan<byte> word)
    {
        bool isHere = _file[_at..].StartsWith(word);
        _at += isHere ? word.Length : 0;
        return isHere;
    }

    private byte Peek()
    {
        while (_at < _file.Length)
        {
            byte next = _file[_at];
            if (next is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return next;
            }

            _at++;
        }

        throw Damaged("the file ends early");
    }

    private readonly ModelRefusedException Damaged(string what) =>
        new(ModelRefusal.Damaged, $"{what}, at byte {_at}");
}
