using System.Text.Json;

namespace FastCore.Fraud.Features;

/// <summary>
/// Reads the text of a feature file into declared features and collects what has the wrong shape. What the texts mean
/// is checked by <see cref="FeatureChecker"/>.
/// </summary>
internal ref struct FeatureFileReader
{
    private static readonly string[] Fields = ["name", "column", "key", "aggregate", "window", "delay", "of"];

    private readonly ReadOnlySpan<byte> _json;
    private readonly List<FeatureMistake> _mistakes;
    private Utf8JsonReader _reader;

    public FeatureFileReader(ReadOnlySpan<byte> json, List<FeatureMistake> mistakes)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        _json = json.StartsWith(byteOrderMark) ? json[3..] : json;
        _mistakes = mistakes;
        _reader = new Utf8JsonReader(_json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip });
    }

    public List<DeclaredFeature> Read()
    {
        List<DeclaredFeature> features = [];
        if (_json.Length > FeatureLimits.FileBytesMax)
        {
            string sentence = $"The file has more than {FeatureLimits.FileBytesMax} bytes.";
            Add(FeatureMistakeCode.FileTooLarge, "", "", 0, sentence);
            return features;
        }

        try
        {
            ReadFile(features);
        }
        catch (JsonException e)
        {
            // What was read of the broken feature would only be missing its rest. Behind a comment the JSON reader
            // takes a carriage return for the end of a line, which it is nowhere else.
            features.Clear();
            int lines = _json.Count((byte)'\n');
            _mistakes.Add(new FeatureMistake(
                FeatureMistakeCode.NotJson,
                "",
                "",
                (int)Math.Min(e.LineNumber ?? 0, lines) + 1,
                (int)(e.BytePositionInLine ?? 0) + 1,
                "The file is not JSON from here on."));
        }

        return features;
    }

    private void ReadFile(List<DeclaredFeature> features)
    {
        _reader.Read();
        if (!Expect(JsonTokenType.StartObject, "", "", "The file must be one object with format and features."))
        {
            return;
        }

        bool hasFormat = false;
        bool hasFeatures = false;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            string? field = Text("", "");
            bool isRepeated = field == "format" ? hasFormat : field == "features" && hasFeatures;
            if (isRepeated)
            {
                AddHere(FeatureMistakeCode.RepeatedField, "", field!, $"The field {field} is there twice.");
            }

            int start = (int)_reader.TokenStartIndex;
            _reader.Read();
            switch (field)
            {
                case null:
                    _reader.Skip();
                    break;
                case "format":
                    hasFormat = true;
                    ReadFormat();
                    break;
                case "features":
                    hasFeatures = true;
                    ReadFeatures(features);
                    break;
                default:
                    Add(
                        FeatureMistakeCode.UnknownField,
                        "",
                        field,
                        start,
                        $"There is no field {FeatureWords.Quote(field)}; a file has format and features.");
                    _reader.Skip();
                    break;
            }
        }

        RequireAtTop(hasFormat, "format");
        RequireAtTop(hasFeatures, "features");
        while (_reader.Read())
        {
            // Whatever follows the object is not JSON; the reader says so.
        }
    }

    private readonly void RequireAtTop(bool isThere, string field)
    {
        if (!isThere)
        {
            Add(FeatureMistakeCode.MissingField, "", field, 0, $"The file has no field {field}.");
        }
    }

    private void ReadFormat()
    {
        if (Expect(JsonTokenType.Number, "", "format", "The format must be the number 1.")
            && (!_reader.TryGetInt32(out int format) || format != 1))
        {
            AddHere(FeatureMistakeCode.UnknownFormat, "", "format", "The only format known here is 1.");
        }
    }

    private void ReadFeatures(List<DeclaredFeature> features)
    {
        if (!Expect(JsonTokenType.StartArray, "", "features", "The features must be a list of objects."))
        {
            return;
        }

        for (int number = 1; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; number++)
        {
            if (Expect(JsonTokenType.StartObject, $"#{number}", "", "A feature must be an object."))
            {
                (int line, int column) = Place((int)_reader.TokenStartIndex);
                DeclaredFeature feature = new(number, line, column);
                features.Add(feature);
                ReadFeature(feature);
            }
        }
    }

    private void ReadFeature(DeclaredFeature feature)
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            string? field = Text(feature.Title, "");
            if (field is null)
            {
                _reader.Skip();
                continue;
            }

            if (!Fields.Contains(field))
            {
                AddHere(
                    FeatureMistakeCode.UnknownField,
                    feature.Title,
                    field,
                    $"There is no field {FeatureWords.Quote(field)}; a feature has {string.Join(", ", Fields)}.");
                _reader.Skip();
                continue;
            }

            if (feature.Fields.ContainsKey(field))
            {
                AddHere(FeatureMistakeCode.RepeatedField, feature.Title, field, $"The field {field} is there twice.");
            }

            _reader.Read();
            (int line, int column) = Place((int)_reader.TokenStartIndex);
            bool isText = Expect(JsonTokenType.String, feature.Title, field, $"The field {field} must be a text.");
            feature.Fields[field] = new DeclaredField(isText ? Text(feature.Title, field) : null, line, column);
        }
    }

    // Bytes that are no UTF-8, and an escape of half a character, are JSON to the reader, but no text.
    private readonly string? Text(string feature, string field)
    {
        try
        {
            return _reader.GetString();
        }
        catch (InvalidOperationException)
        {
            AddHere(
                FeatureMistakeCode.BadText, feature, field, "This text is no UTF-8, or escapes half of a character.");
            return null;
        }
    }

    // A value of another type is skipped whole, so that the mistakes after it are found too.
    private bool Expect(JsonTokenType type, string feature, string field, string sentence)
    {
        if (_reader.TokenType == type)
        {
            return true;
        }

        AddHere(FeatureMistakeCode.WrongType, feature, field, sentence);
        _reader.Skip();
        return false;
    }

    private readonly void AddHere(FeatureMistakeCode code, string feature, string field, string sentence) =>
        Add(code, feature, field, (int)_reader.TokenStartIndex, sentence);

    private readonly void Add(FeatureMistakeCode code, string feature, string field, int at, string sentence)
    {
        (int line, int column) = Place(at);
        _mistakes.Add(new FeatureMistake(code, feature, field, line, column, sentence));
    }

    private readonly (int Line, int Column) Place(int at)
    {
        ReadOnlySpan<byte> before = _json[..at];
        return (before.Count((byte)'\n') + 1, at - before.LastIndexOf((byte)'\n'));
    }
}
