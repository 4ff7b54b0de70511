using System.Text.Json;

namespace FastCore.Fraud.Policies.Text;

/// <summary>The fields that an object may have: the first so many of them must be there.</summary>
internal struct JsonFields(string what, int required, params string[] names)
{
    public readonly string What = what;
    public readonly int Required = required;
    public readonly string[] Names = names;
    public PolicyPlace At;
    public int Seen;
}

/// <summary>
/// JSON in which every field is known, there once, and of its type. What is not is told with its place and stepped
/// over, so that the mistakes behind it are found too.
/// </summary>
internal ref struct StrictJson
{
    private readonly PolicyMistakes _mistakes;
    private Utf8JsonReader _reader;
    private int _counted;
    private int _lines;
    private int _lineStart;

    public StrictJson(ReadOnlySpan<byte> document, PolicyMistakes mistakes)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        Document = document.StartsWith(byteOrderMark) ? document[3..] : document;
        _mistakes = mistakes;
        _reader = new Utf8JsonReader(Document, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip });
    }

    public ReadOnlySpan<byte> Document { get; }

    /// <summary>Where the value is that is read next.</summary>
    public PolicyPlace At
    {
        get
        {
            // The reader only goes forward, so lines are counted once.
            int at = (int)_reader.TokenStartIndex;
            ReadOnlySpan<byte> passed = Document[_counted..at];
            _lines += passed.Count((byte)'\n');
            int newest = passed.LastIndexOf((byte)'\n');
            _lineStart = newest < 0 ? _lineStart : _counted + newest + 1;
            _counted = at;
            return new PolicyPlace(_lines + 1, at - _lineStart + 1);
        }
    }

    /// <summary>Goes to the first value.</summary>
    public void Read() => _reader.Read();

    /// <summary>Whatever follows the last value is not JSON; the reader says so.</summary>
    public void End()
    {
        while (_reader.Read())
        {
            // Nothing can be left but what makes the reader throw.
        }
    }

    /// <summary>Enters an object with known fields.</summary>
    public bool Begin(ref JsonFields fields)
    {
        fields.At = At;
        return Expect(JsonTokenType.StartObject, $"An object must stand here: {fields.What}.");
    }

    /// <summary>The next known field of an object, or false at its end, when what is missing is told.</summary>
    public bool Next(ref JsonFields fields, out int field)
    {
        while (NextKey(out string name, out PolicyPlace at))
        {
            field = Array.IndexOf(fields.Names, name);
            if (field < 0)
            {
                string all = string.Join(", ", fields.Names);
                string sentence = $"There is no field {PolicyWords.Quote(name)}; {fields.What} has {all}.";
                _mistakes.Add(PolicyMistakeCode.UnknownField, at, sentence);
                _reader.Skip();
                continue;
            }

            if ((fields.Seen & (1 << field)) != 0)
            {
                _mistakes.Add(PolicyMistakeCode.RepeatedField, at, $"The field {name} is there twice.");
            }

            fields.Seen |= 1 << field;
            return true;
        }

        for (int i = 0; i < fields.Required; i++)
        {
            if ((fields.Seen & (1 << i)) == 0)
            {
                string sentence = $"The field {fields.Names[i]} of {fields.What} is missing.";
                _mistakes.Add(PolicyMistakeCode.MissingField, fields.At, sentence);
            }
        }

        field = -1;
        return false;
    }

    /// <summary>Enters an object whose fields are not names of ours.</summary>
    public bool BeginMap(string what) =>
        Expect(JsonTokenType.StartObject, $"An object must stand here: {what}.");

    /// <summary>The next key of an object, or false at its end.</summary>
    public bool NextKey(out string name, out PolicyPlace at)
    {
        _reader.Read();
        at = At;
        bool isKey = _reader.TokenType == JsonTokenType.PropertyName;
        name = isKey ? Unescaped() ?? "" : "";
        if (isKey)
        {
            _reader.Read();
        }

        return isKey;
    }

    /// <summary>Enters a list.</summary>
    public bool BeginList(string what) => Expect(JsonTokenType.StartArray, $"A list must stand here: {what}.");

    /// <summary>Whether the list has one more element, which is read next.</summary>
    public bool NextElement() => _reader.Read() && _reader.TokenType != JsonTokenType.EndArray;

    public DeclaredText Text()
    {
        PolicyPlace at = At;
        bool isText = Expect(JsonTokenType.String, "A text must stand here.");
        return new DeclaredText(isText ? Unescaped() : null, at);
    }

    public bool Flag()
    {
        bool isFlag = _reader.TokenType is JsonTokenType.True or JsonTokenType.False;
        bool isSet = _reader.TokenType == JsonTokenType.True;
        return isFlag ? isSet : Expect(JsonTokenType.True, "true or false must stand here.") && isSet;
    }

    /// <summary>A whole number; null when something else is there.</summary>
    public ulong? Whole()
    {
        bool isWhole = _reader.TokenType == JsonTokenType.Number && _reader.TryGetUInt64(out _);
        ulong? whole = isWhole ? _reader.GetUInt64() : null;
        _reader.Skip();
        return whole;
    }

    /// <summary>A finite number; null when something else is there.</summary>
    public float? Number()
    {
        float number = 0;
        bool isNumber = _reader.TokenType == JsonTokenType.Number && _reader.TryGetSingle(out number);
        _reader.Skip();
        return isNumber && float.IsFinite(number) ? number : null;
    }

    private bool Expect(JsonTokenType type, string sentence)
    {
        if (_reader.TokenType == type)
        {
            return true;
        }

        _mistakes.Add(PolicyMistakeCode.WrongType, At, sentence);
        _reader.Skip();
        return false;
    }

    // An escape of half a character is JSON, but no text.
    private string? Unescaped()
    {
        try
        {
            return _reader.GetString();
        }
        catch (InvalidOperationException)
        {
            _mistakes.Add(PolicyMistakeCode.BadValue, At, "An escape in this text is half a character.");
            return null;
        }
    }
}
