using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace FastCore.Fraud.Rules.Text;

/// <summary>Cuts the bytes of a file into words, numbers and signs. Works for any bytes.</summary>
internal sealed class RuleLexer
{
    // The longer ones first.
    private static readonly string[] Signs =
        ["<=", ">=", "!=", "==", "<", ">", "=", "+", "-", "*", "/", "(", ")", ",", ":"];

    private readonly RuleFile _file;
    private readonly RuleMistakes _mistakes;
    private readonly ReadOnlyMemory<byte> _bytes;
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private bool _isFirst = true;

    public RuleLexer(RuleFile file, RuleMistakes mistakes)
    {
        _file = file;
        _mistakes = mistakes;
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        _bytes = file.Utf8.Span.StartsWith(byteOrderMark) ? file.Utf8[3..] : file.Utf8;
        if (!Utf8.IsValid(_bytes.Span))
        {
            RefuseBytes();
        }
    }

    private byte Current => _at < _bytes.Length ? _bytes.Span[_at] : (byte)0;

    public RuleToken Next()
    {
        SkipBlanks();
        RulePlace place = Here();
        bool isFirst = _isFirst;
        _isFirst = false;
        if (_at >= _bytes.Length)
        {
            return new RuleToken(RuleTokenKind.End, "", default, place, true);
        }

        int start = _at;
        RuleNumber number = default;
        RuleTokenKind kind = Current switch
        {
            (byte)'"' => Quoted(place),
            _ when char.IsAsciiLetter((char)Current) => Word(),
            _ when char.IsAsciiDigit((char)Current) => Number(place, out number),
            _ => Sign(place),
        };
        (int from, int to) = kind == RuleTokenKind.Text ? (start + 1, _at - 1) : (start, _at);
        return new RuleToken(kind, Encoding.UTF8.GetString(_bytes.Span[from..to]), number, place, isFirst);
    }

    private RulePlace Here() => new(_file.Path, _line, _at - _lineStart + 1);

    private void SkipBlanks()
    {
        for (; _at < _bytes.Length; _at++)
        {
            switch (Current)
            {
                case (byte)'\n':
                    _line++;
                    _lineStart = _at + 1;
                    _isFirst = true;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r':
                    break;
                case (byte)'#':
                    int length = _bytes.Span[_at..].IndexOf((byte)'\n');
                    _at = length < 0 ? _bytes.Length - 1 : _at + length - 1;
                    break;
                default:
                    return;
            }
        }
    }

    private RuleTokenKind Word()
    {
        while (char.IsAsciiLetterOrDigit((char)Current) || Current is (byte)'_' or (byte)'.')
        {
            _at++;
        }

        return RuleTokenKind.Word;
    }

    private RuleTokenKind Quoted(RulePlace place)
    {
        int start = ++_at;
        int length = _bytes.Span[start..].IndexOfAny((byte)'"', (byte)'\n');
        if (length < 0 || _bytes.Span[start + length] == '\n')
        {
            _at = length < 0 ? _bytes.Length : start + length;
            _mistakes.Add(RuleMistakeCode.UnclosedText, place, "The quoted name does not end on its line.");
            return RuleTokenKind.Broken;
        }

        _at = start + length + 1;
        string name = Encoding.UTF8.GetString(_bytes.Span.Slice(start, length));
        if (name.Trim().Length == 0 || name.Length > RuleLimits.NameLengthMax || name.EnumerateRunes().Any(IsHidden))
        {
            string sentence = $"A name has 1 to {RuleLimits.NameLengthMax} characters that can be seen.";
            _mistakes.Add(RuleMistakeCode.BadText, place, sentence);
            return RuleTokenKind.Broken;
        }

        return RuleTokenKind.Text;
    }

    private RuleTokenKind Number(RulePlace place, out RuleNumber number)
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit((char)Current) || Current is (byte)'_' or (byte)'.' or (byte)'%')
        {
            _at++;
        }

        if (RuleNumberText.TryParse(_bytes.Span[start.._at], out number, out RuleMistakeCode code))
        {
            return RuleTokenKind.Number;
        }

        _mistakes.Add(code, place, code == RuleMistakeCode.BadNumber
            ? "A number is digits, with one point at most, and perhaps %, s, m, h or d behind them; or 0x and digits."
            : $"The number is too large, or has more than {RuleLimits.FractionDigitsMax} digits behind the point.");
        return RuleTokenKind.Broken;
    }

    private RuleTokenKind Sign(RulePlace place)
    {
        foreach (string sign in Signs)
        {
            if (Current == sign[0] && (sign.Length == 1 || (_at + 1 < _bytes.Length && _bytes.Span[_at + 1] == '=')))
            {
                _at += sign.Length;
                return RuleTokenKind.Sign;
            }
        }

        Rune.DecodeFromUtf8(_bytes.Span[_at..], out Rune rune, out int length);
        _at += length;
        string shown = IsHidden(rune) ? $"U+{rune.Value:X4}" : rune.ToString();
        _mistakes.Add(RuleMistakeCode.UnexpectedCharacter, place, $"The character '{shown}' has no meaning here.");
        return RuleTokenKind.Broken;
    }

    // Names are shown to people: nothing in them may reorder or hide what stands beside them.
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse;

    private void RefuseBytes()
    {
        while (Rune.DecodeFromUtf8(_bytes.Span[_at..], out _, out int length) == OperationStatus.Done)
        {
            if (Current == '\n')
            {
                _line++;
                _lineStart = _at + 1;
            }

            _at += length;
        }

        _mistakes.Add(RuleMistakeCode.NotUtf8, Here(), "The file is not UTF-8 from here on.");
        _at = _bytes.Length;
    }
}
