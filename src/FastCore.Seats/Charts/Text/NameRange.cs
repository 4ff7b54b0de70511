using System.Globalization;

namespace FastCore.Seats.Charts.Text;

/// <summary>
/// Names from one to another: letters (<c>A</c> to <c>M</c>), or the same text and a number behind it (<c>1</c> to
/// <c>40</c>, <c>T7</c> to <c>T12</c>). Counted before they are made.
/// </summary>
/// <param name="Prefix">What all have in front.</param>
/// <param name="First">The first letter or number.</param>
/// <param name="Count">How many names.</param>
/// <param name="Kind">What follows the prefix.</param>
internal readonly record struct NameRange(string Prefix, int First, int Count, NameRange.Suffix Kind)
{
    private const int DigitsMax = 6;

    /// <summary>What tells the names of a range apart.</summary>
    internal enum Suffix
    {
        /// <summary>Nothing: it is one name.</summary>
        None,

        /// <summary>A letter.</summary>
        Letter,

        /// <summary>A number.</summary>
        Number,
    }

    public static NameRange One(string name) => new(name, 0, 1, Suffix.None);

    public static bool TryParse(string from, string to, out NameRange range)
    {
        if (from.Length == 1 && to.Length == 1 && char.IsAsciiLetter(from[0]) && char.IsAsciiLetter(to[0]))
        {
            range = new NameRange("", from[0], to[0] - from[0] + 1, Suffix.Letter);
            return from[0] <= to[0] && char.IsAsciiLetterUpper(from[0]) == char.IsAsciiLetterUpper(to[0]);
        }

        range = default;
        if (!TrySplit(from, out string prefix, out int first) || !TrySplit(to, out string other, out int last)
            || prefix != other || first > last)
        {
            return false;
        }

        range = new NameRange(prefix, first, last - first + 1, Suffix.Number);
        return true;
    }

    public string At(int index) => Kind switch
    {
        Suffix.None => Prefix,
        Suffix.Letter => ((char)(First + index)).ToString(),
        _ => Prefix + (First + index).ToString(CultureInfo.InvariantCulture),
    };

    private static bool TrySplit(string name, out string prefix, out int number)
    {
        int digits = name.Length - name.AsSpan().TrimEnd("0123456789").Length;
        prefix = name[..(name.Length - digits)];
        number = 0;
        ReadOnlySpan<char> text = name.AsSpan(name.Length - digits);
        return digits is > 0 and <= DigitsMax && (text[0] != '0' || digits == 1)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
