using System.Text;

namespace FastCore.Protocol;

/// <summary>
/// One string for each text that comes again and again, found by its bytes without making a string first. Bounded: what
/// was not asked for lately makes room, so that a stranger who sends ever new texts costs no more memory than the bound
/// (<see cref="string.Intern"/> never frees one). Used by one thread.
/// </summary>
public sealed class Interner
{
    private const int CharsMax = 128;

    private readonly Dictionary<string, int> _places;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly string?[] _texts;
    private readonly bool[] _isRecent;
    private readonly Stack<int> _free;
    private readonly long _bytesMax;
    private int _hand;

    /// <summary>Makes an empty one.</summary>
    /// <param name="countMax">Strings that it keeps at most, at least 1.</param>
    /// <param name="bytesMax">Bytes of their characters (two each) at most.</param>
    public Interner(int countMax, long bytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(countMax, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(bytesMax);
        _places = new Dictionary<string, int>(countMax, StringComparer.Ordinal);
        _bySpan = _places.GetAlternateLookup<ReadOnlySpan<char>>();
        _texts = new string?[countMax];
        _isRecent = new bool[countMax];
        _free = new Stack<int>(Enumerable.Range(0, countMax).Reverse());
        _bytesMax = bytesMax;
    }

    /// <summary>Strings that it keeps.</summary>
    public int Count => _places.Count;

    /// <summary>Bytes of their characters.</summary>
    public long Bytes { get; private set; }

    /// <summary>Texts that were found.</summary>
    public long Hits { get; private set; }

    /// <summary>Texts that became a new string.</summary>
    public long Misses { get; private set; }

    /// <summary>
    /// The string of a text in UTF-8; what is none becomes U+FFFD, as <see cref="Encoding"/> does.
    /// </summary>
    public string Intern(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > CharsMax)
        {
            // As many characters as bytes at most. What is that long is hardly a name that comes again.
            Misses++;
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> text = stackalloc char[CharsMax];
        return Intern(text[..Encoding.UTF8.GetChars(utf8, text)]);
    }

    /// <summary>The string of a text.</summary>
    public string Intern(ReadOnlySpan<char> text)
    {
        if (_bySpan.TryGetValue(text, out string? known, out int place))
        {
            _isRecent[place] = true;
            Hits++;
            return known;
        }

        Misses++;
        string made = text.ToString();
        long bytes = 2L * made.Length;
        if (made.Length <= CharsMax && bytes <= _bytesMax)
        {
            while (_places.Count == _texts.Length || Bytes + bytes > _bytesMax)
            {
                DropOne();
            }

            Add(made);
        }

        return made;
    }

    // Second chance: the hand passes those that were asked for since it came by last.
    private void DropOne()
    {
        while (_texts[_hand] is null || _isRecent[_hand])
        {
            _isRecent[_hand] = false;
            Move();
        }

        string dropped = _texts[_hand]!;
        _texts[_hand] = null;
        _places.Remove(dropped);
        _free.Push(_hand);
        Bytes -= 2L * dropped.Length;
    }

    private void Add(string text)
    {
        int place = _free.Pop();
        _texts[place] = text;
        _isRecent[place] = false;
        _places.Add(text, place);
        Bytes += 2L * text.Length;
    }

    private void Move() => _hand = _hand + 1 == _texts.Length ? 0 : _hand + 1;
}
