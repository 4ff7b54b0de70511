using System.Globalization;

namespace FastCore.Cli.Wire;

/// <summary>Numbers as the command line writes them: decimal, or hexadecimal behind 0x, up to 128 bits.</summary>
internal static class WireNumber
{
    /// <summary>How a text was understood.</summary>
    internal enum Outcome
    {
        /// <summary>As a number.</summary>
        Ok,

        /// <summary>It is no number.</summary>
        NotANumber,

        /// <summary>It is a number of more than 128 bits.</summary>
        TooLarge,
    }

    /// <summary>Reads a number; underscores between digits are passed over.</summary>
    public static Outcome TryParse(string text, out UInt128 value)
    {
        value = 0;
        bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        string digits = (hexadecimal ? text[2..] : text).Replace("_", "", StringComparison.Ordinal);
        if (digits.Length == 0 || digits.Any(c => hexadecimal ? !char.IsAsciiHexDigit(c) : !char.IsAsciiDigit(c)))
        {
            return Outcome.NotANumber;
        }

        NumberStyles style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return UInt128.TryParse(digits.TrimStart('0').PadLeft(1, '0'), style, CultureInfo.InvariantCulture, out value)
            ? Outcome.Ok
            : Outcome.TooLarge;
    }
}
