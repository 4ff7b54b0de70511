namespace FastCore.Protocol.Seats;

/// <summary>
/// Numbers for the shows of a season (a league, a festival, a subscription): all of one season are in one partition,
/// whatever the number of partitions, so that holds of them can be linked. Seasons spread over the partitions.
/// </summary>
/// <remarks>
/// A show is in the partition that the upper half of number × 0x9E3779B97F4A7C15 mod 2^64 names. <see cref="Step"/>
/// moves that product by 129,587 only, so numbers that are a few steps apart have the same upper half unless the lower
/// one overflows, which the first number is chosen not to do.
/// </remarks>
public static class SeasonNumbers
{
    /// <summary>Shows of a season at most.</summary>
    public const int ShowsMax = 1_024;

    /// <summary>Seasons are numbered 1 … this.</summary>
    public const ulong SeasonMax = (1UL << 41) - 1;

    private const ulong Spread = 0x9E37_79B9_7F4A_7C15;
    private const ulong Step = 51_441_357_195_047;
    private const ulong Moved = 129_587;

    /// <summary>The number of a show of a season; it has at least 46 bits and is no other season's.</summary>
    /// <param name="season">The season, 1 … <see cref="SeasonMax"/>.</param>
    /// <param name="show">Which of its shows, 0 … 1,023.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is out of range.</exception>
    public static ulong Of(ulong season, int show)
    {
        ArgumentOutOfRangeException.ThrowIfZero(season);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(season, SeasonMax);
        ArgumentOutOfRangeException.ThrowIfNegative(show);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(show, ShowsMax);
        ulong first = Step + (season * 16);
        while (uint.MaxValue - (uint)unchecked(first * Spread) < (ShowsMax - 1) * Moved)
        {
            first++;
        }

        return first + ((ulong)show * Step);
    }
}
