namespace FastCore.Bench.Soak;

/// <summary>
/// When what happens. The server lives several times; each life's first third is its warm-up. Short soaks have few and
/// short lives, long ones an hour each, because what leaks slowly is seen in a long life only.
/// </summary>
/// <param name="time">How long the load lasts.</param>
internal sealed class SoakSchedule(TimeSpan time)
{
    private const int WindowsWanted = 60;
    private const int LivesMin = 3;
    private static readonly TimeSpan WindowMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WindowMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BurstMax = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LifeMax = TimeSpan.FromHours(1);

    /// <summary>Time between two samples.</summary>
    public TimeSpan Window { get; } =
        TimeSpan.FromSeconds(Math.Clamp(
            time.TotalSeconds / WindowsWanted, WindowMin.TotalSeconds, WindowMax.TotalSeconds));

    /// <summary>Lives of the server.</summary>
    public int Lives { get; } = Math.Max(LivesMin, (int)Math.Ceiling(time / LifeMax));

    /// <summary>Time of a life.</summary>
    public TimeSpan Life => time / Lives;

    /// <summary>From here on a life counts.</summary>
    public TimeSpan WarmUp => Life / 3;

    /// <summary>
    /// From the beginning of a life the load comes as fast as it is taken: rings go round once and the code gets
    /// compiled, which at the steady rate would look like a leak for minutes.
    /// </summary>
    public TimeSpan Burst => WarmUp / 2 < BurstMax ? WarmUp / 2 : BurstMax;

    /// <summary>How the server's life ends: by a kill, the next one cleanly, and so on.</summary>
    public static bool EndsByKill(int life) => life % 2 == 0;
}
