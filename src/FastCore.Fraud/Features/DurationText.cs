using System.Globalization;

namespace FastCore.Fraud.Features;

/// <summary>Lengths of time as feature files write them: a whole number and s, m, h or d.</summary>
internal static class DurationText
{
    /// <summary>Reads a length of time, in nanoseconds. A false answer says that it does not look like one.</summary>
    public static bool TryParse(string text, out ulong durationNs)
    {
        durationNs = 0;
        ulong unitNs = text.Length == 0 ? 0 : UnitNs(text[^1]);
        ReadOnlySpan<char> digits = text.AsSpan(0, Math.Max(0, text.Length - 1));
        if (unitNs == 0 || !uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
        {
            return false;
        }

        // The largest number of days does not fit; it is out of every range anyway.
        durationNs = (ulong)UInt128.Min((UInt128)number * unitNs, ulong.MaxValue);
        return true;
    }

    /// <summary>Writes a length of time in its largest whole unit.</summary>
    public static string Of(ulong durationNs)
    {
        foreach (char unit in "dhms")
        {
            if (durationNs % UnitNs(unit) == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{durationNs / UnitNs(unit)}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{durationNs}ns");
    }

    private static ulong UnitNs(char unit) => unit switch
    {
        's' => FeatureLimits.Second,
        'm' => 60 * FeatureLimits.Second,
        'h' => FeatureLimits.Hour,
        'd' => 24 * FeatureLimits.Hour,
        _ => 0,
    };
}
