using System.Globalization;
using System.Numerics;
using FastCore.Engine.Partitions;

namespace FastCore.Node.Knobs;

/// <summary>How the values of a knob are written, so that two ways of writing one value are one.</summary>
public abstract class KnobForm
{
    /// <summary>on or off; 1, 0, true and false are taken, too.</summary>
    public static KnobForm Switch { get; } = new Switches();

    /// <summary>any, or numbers of cores.</summary>
    public static KnobForm Cores { get; } = new CoreLists();

    /// <summary>Any text.</summary>
    public static KnobForm Text { get; } = new Words([]);

    /// <summary>A whole number from one to another.</summary>
    public static KnobForm Number(long min, long max) => new Numbers(min, max, isPowerOf2: false);

    /// <summary>A power of two from one number to another.</summary>
    public static KnobForm PowerOf2(long min, long max) => new Numbers(min, max, isPowerOf2: true);

    /// <summary>One of some words, whatever their case.</summary>
    public static KnobForm OneOf(params string[] words) => new Words(words);

    /// <summary>One of the names of an enum, in lower case.</summary>
    public static KnobForm OneOf<T>()
        where T : struct, Enum => new Words([.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())]);

    /// <summary>What is taken, in words.</summary>
    public abstract string Domain { get; }

    /// <summary>Whether values are whole numbers.</summary>
    public virtual bool IsNumber => false;

    /// <summary>The value in its one way of writing, or null when it is none.</summary>
    public abstract string? Canonical(string text);

    private sealed class Switches : KnobForm
    {
        public override string Domain => "on or off";

        public override string? Canonical(string text) => text.Trim().ToUpperInvariant() switch
        {
            "ON" or "1" or "TRUE" => "on",
            "OFF" or "0" or "FALSE" => "off",
            _ => null,
        };
    }

    private sealed class Numbers(long min, long max, bool isPowerOf2) : KnobForm
    {
        public override string Domain => string.Create(
            CultureInfo.InvariantCulture,
            $"{(isPowerOf2 ? "a power of two" : "a number")} from {min} to {max}");

        public override bool IsNumber => true;

        public override string? Canonical(string text)
        {
            text = text.Trim();
            bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            ReadOnlySpan<char> digits = isHex ? text.AsSpan(2) : text;
            NumberStyles style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
            bool isNumber = long.TryParse(digits, style, CultureInfo.InvariantCulture, out long value);
            return isNumber && value >= min && value <= max && (!isPowerOf2 || BitOperations.IsPow2(value))
                ? value.ToString(CultureInfo.InvariantCulture)
                : null;
        }
    }

    private sealed class CoreLists : KnobForm
    {
        public override string Domain => "any, or cores such as 2-7,9";

        public override string? Canonical(string text) =>
            text.Trim().Equals("any", StringComparison.OrdinalIgnoreCase) ? "any"
            : CoreList.Parse(text) is { } cores ? CoreList.Format(cores)
            : null;
    }

    private sealed class Words(string[] words) : KnobForm
    {
        public override string Domain => words.Length == 0 ? "text" : string.Join(", ", words);

        public override string? Canonical(string text) => words.Length == 0
            ? text.Trim()
            : words.FirstOrDefault(word => word.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
    }
}
