using System.Buffers.Binary;
using System.Text;

namespace FastCore.Fraud.Models.Reading;

/// <summary>
/// Universal Binary JSON as XGBoost writes and reads it: big-endian, objects without a count, arrays with a count, with
/// a type and a count, or with neither.
/// </summary>
internal ref struct UbjTokens : IModelTokens
{
    // An array without a count: it ends at its bracket.
    private const long Uncounted = -1;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _file;
    private int _at;
    private int _nesting;

    public UbjTokens(ReadOnlySpan<byte> file) => _file = file;

    /// <inheritdoc/>
    public readonly bool IsText => Peek() == 'S';

    /// <inheritdoc/>
    public void BeginObject()
    {
        Expect((byte)'{');
        Enter();
    }

    /// <inheritdoc/>
    public bool NextKey(out ReadOnlySpan<byte> key)
    {
        key = default;
        if (Peek() == '}')
        {
            _at++;
            _nesting--;
            return false;
        }

        key = Take(ReadLength(1));
        return true;
    }

    /// <inheritdoc/>
    public long BeginArray()
    {
        Expect((byte)'[');
        Enter();
        switch (Peek())
        {
            case (byte)'#':
                _at++;
                return ReadLength(1);
            case (byte)'$':
                throw Damaged("an array of numbers where another value belongs");
            default:
                return Uncounted;
        }
    }

    /// <inheritdoc/>
    public bool NextElement(ref long array)
    {
        if (array == Uncounted)
        {
            if (Peek() != ']')
            {
                return true;
            }

            _at++;
        }
        else if (array > 0)
        {
            array--;
            return true;
        }

        _nesting--;
        return false;
    }

    /// <inheritdoc/>
    public string ReadText(int sizeMax)
    {
        Expect((byte)'S');
        int length = ReadLength(1);
        if (length > sizeMax)
        {
            throw new ModelRefusedException(
                ModelRefusal.TooLarge, $"a text of more than {sizeMax} bytes at byte {_at}");
        }

        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("a text that is not well formed");
        }
    }

    /// <inheritdoc/>
    public int[] ReadIntegers(int countMax)
    {
        if (TryBeginTyped(countMax, out byte type, out int count))
        {
            int[] values = new int[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = Narrow(IntegerOf(type));
            }

            return values;
        }

        Growing<int> grown = new(countMax);
        long array = BeginArray();
        while (NextElement(ref array))
        {
            grown.Add(ReadInteger());
        }

        return grown.ToArray();
    }

    /// <inheritdoc/>
    public float[] ReadNumbers(int countMax)
    {
        if (TryBeginTyped(countMax, out byte type, out int count))
        {
            float[] values = new float[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = NumberOf(type);
            }

            return values;
        }

        Growing<float> grown = new(countMax);
        long array = BeginArray();
        while (NextElement(ref array))
        {
            grown.Add(NumberOf(Next()));
        }

        return grown.ToArray();
    }

    /// <inheritdoc/>
    public int ReadInteger() => Narrow(IntegerOf(Next()));

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
            case (byte)'[' when TryBeginTyped(int.MaxValue, out byte type, out int count):
                Take(count * SizeOf(type));
                break;
            case (byte)'[':
                long array = BeginArray();
                while (NextElement(ref array))
                {
                    Skip();
                }

                break;
            case (byte)'S':
                _at++;
                Take(ReadLength(1));
                break;
            case (byte)'T' or (byte)'F' or (byte)'Z':
                _at++;
                break;
            default:
                Take(SizeOf(Next()));
                break;
        }
    }

    /// <inheritdoc/>
    public readonly void End()
    {
        if (_at != _file.Length)
        {
            throw Damaged("something follows the model");
        }
    }

    // Steps into "[$T#n" only; everything else is left as it is.
    private bool TryBeginTyped(int countMax, out byte type, out int count)
    {
        type = 0;
        count = 0;
        if (_file.Length - _at < 2 || _file[_at] != '[' || _file[_at + 1] != '$')
        {
            return false;
        }

        _at += 2;
        type = Next();
        int size = SizeOf(type);
        Expect((byte)'#');
        count = ReadLength(size);
        return count <= countMax
            ? true
            : throw new ModelRefusedException(ModelRefusal.TooLarge, $"an array of more than {countMax} values");
    }

    // A length, or a count of things that have at least some bytes each: never more than what is left of the file.
    private int ReadLength(int size)
    {
        long length = IntegerOf(Next());
        return length >= 0 && length <= (_file.Length - _at) / size
            ? (int)length
            : throw Damaged("a length beyond the end of the file");
    }

    private readonly int Narrow(long value) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw Damaged("no integer of 32 bits");

    private long IntegerOf(byte type) => type switch
    {
        (byte)'i' => (sbyte)Take(1)[0],
        (byte)'U' => Take(1)[0],
        (byte)'I' => BinaryPrimitives.ReadInt16BigEndian(Take(2)),
        (byte)'l' => BinaryPrimitives.ReadInt32BigEndian(Take(4)),
        (byte)'L' => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
        (byte)'T' => 1,
        (byte)'F' => 0,
        _ => throw Damaged("no integer"),
    };

    private float NumberOf(byte type) => type switch
    {
        (byte)'d' => BinaryPrimitives.ReadSingleBigEndian(Take(4)),
        (byte)'D' => (float)BinaryPrimitives.ReadDoubleBigEndian(Take(8)),
        (byte)'T' or (byte)'F' => throw Damaged("no number"),
        _ => IntegerOf(type),
    };

    private readonly int SizeOf(byte type) => type switch
    {
        (byte)'i' or (byte)'U' => 1,
        (byte)'I' => 2,
        (byte)'l' or (byte)'d' => 4,
        (byte)'L' or (byte)'D' => 8,
        _ => throw Damaged("no number"),
    };

    private void Enter()
    {
        if (++_nesting > ModelLimits.NestingMax)
        {
            throw Damaged($"more than {ModelLimits.NestingMax} objects and arrays inside each other");
        }
    }

    private void Expect(byte sign)
    {
        if (Next() != sign)
        {
            throw Damaged($"no '{(char)sign}'");
        }
    }

    private byte Next() => Take(1)[0];

    private readonly byte Peek() => _at < _file.Length ? _file[_at] : throw Damaged("the file ends early");

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _file.Length - _at)
        {
            throw Damaged("the file ends early");
        }

        ReadOnlySpan<byte> taken = _file.Slice(_at, length);
        _at += length;
        return taken;
    }

    private readonly ModelRefusedException Damaged(string what) =>
        new(ModelRefusal.Damaged, $"{what}, at byte {_at}");
}
