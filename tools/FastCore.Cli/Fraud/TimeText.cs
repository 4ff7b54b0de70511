using System.CommandLine;
using System.Globalization;

using FastCore.Cli.Terminal;

namespace FastCore.Cli.Fraud;

/// <summary>Times on the command line: ISO 8601, UTC when no offset is named, or nanoseconds since 1970.</summary>
internal static class TimeText
{
    /// <summary>What the help says of an option that takes a time.</summary>
    public const string Meaning = "2018-08-01, 2018-08-01T12:30:00Z, or nanoseconds since 1970 UTC";

    /// <summary>The time of an option; null when it was not given.</summary>
    /// <exception cref="CliException">It is no time.</exception>
    public static ulong? Of(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is not string text ? null
        : TryParse(text, out ulong timeNs) ? timeNs
        : throw new CliException(
            ExitCode.Usage, "time_unknown", $"{option.Name}: '{text}' is no time. Write {Meaning}.");

    /// <summary>Reads a time.</summary>
    /// <param name="text">The text.</param>
    /// <param name="timeNs">Nanoseconds since 1970 UTC.</param>
    public static bool TryParse(string text, out ulong timeNs)
    {
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out timeNs))
        {
            // A year, or a date without its dashes, is no time since 1970 that anybody means.
            return timeNs == 0 || text.Length > 8;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        string[] formats =
        [
            "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssK",
            "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        ];
        bool isTime = DateTimeOffset.TryParseExact(
            text, formats, CultureInfo.InvariantCulture, Utc, out DateTimeOffset time);
        timeNs = isTime && time >= DateTimeOffset.UnixEpoch
            ? (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100
            : 0;
        return isTime && time >= DateTimeOffset.UnixEpoch;
    }

    /// <summary>Writes a time as ISO 8601, to the nanosecond where it has any.</summary>
    public static string Write(ulong timeNs)
    {
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks((long)(timeNs / 100));
        string seconds = time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        ulong fraction = timeNs % 1_000_000_000;
        return fraction == 0 ? seconds + "Z" : string.Create(CultureInfo.InvariantCulture, $"{seconds}.{fraction:D9}Z");
    }
}
