using System.Globalization;
using FastCore.Engine.Ports;

namespace FastCore.Cli.Repl;

/// <summary>A clock that only moves when the script says so.</summary>
internal sealed class ReplClock : IClock
{
    // Units by name, in nanoseconds. The longer names stand first, so that "ms" is not read as "m" and an "s".
    private static readonly (string Name, ulong Ns)[] Units =
    [
        ("ns", 1),
        ("us", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
    ];

    private ulong _nowNs;

    /// <summary>Starts at a time in nanoseconds since 1970.</summary>
    public ReplClock(ulong nowNs)
    {
        _nowNs = nowNs;
    }

    /// <summary>Where scripts without a data directory begin, always: 2025-01-01T00:00:00Z.</summary>
    public const ulong ScriptStartNs = 1_735_689_600_000_000_000;

    /// <inheritdoc/>
    public ulong NowNs => Volatile.Read(ref _nowNs);

    /// <summary>Moves the clock on.</summary>
    public void Advance(ulong ns) => Volatile.Write(ref _nowNs, checked(_nowNs + ns));

    /// <summary>Does what a line says whose first word is <c>tick</c>; returns the nanoseconds moved.</summary>
    /// <exception cref="ReplException">It names no duration.</exception>
    public ulong Tick(IReadOnlyList<string> words)
    {
        if (words.Count != 2 || !TryParse(words[1], out ulong ns))
        {
            throw new ReplException("tick", "invalid_value", "tick takes one duration, such as 30s, 5m or 100ms.");
        }

        if (ns > ulong.MaxValue - _nowNs)
        {
            throw new ReplException("tick", "invalid_value", "tick takes the clock beyond the year 2554, its last.");
        }

        Advance(ns);
        return ns;
    }

    /// <summary>Reads a duration such as 30s, 5m, 100ms.</summary>
    public static bool TryParse(string text, out ulong ns)
    {
        ns = 0;
        foreach ((string name, ulong unitNs) in Units)
        {
            if (!text.EndsWith(name, StringComparison.Ordinal) || text.Length == name.Length)
            {
                continue;
            }

            if (ulong.TryParse(
                text[..^name.Length], NumberStyles.None, CultureInfo.InvariantCulture, out ulong count) &&
                count <= (ulong)long.MaxValue / unitNs)
            {
                ns = count * unitNs;
                return true;
            }
        }

        return false;
    }
}
