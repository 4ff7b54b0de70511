namespace FastCore.Bench.Soak;

/// <summary>What a soak did and saw; grows while it runs.</summary>
public sealed class SoakReport
{
    private const int FindingsMax = 20;
    private readonly Lock _gate = new();
    private readonly List<string> _findings = [];
    private long _findingCount;
    private long _coldReads;
    private long _slowBytes;
    private long _retries;
    private long _verified;

    /// <summary>How it was made.</summary>
    public required SoakOptions Options { get; init; }

    /// <summary>Seconds of a window.</summary>
    public double WindowSeconds { get; init; }

    /// <summary>Every window, in order.</summary>
    public List<SoakWindow> Windows { get; } = [];

    /// <summary>Every restart: seconds from the start, by a kill or cleanly, milliseconds until it listened.</summary>
    public List<(double AtS, bool ByKill, double Ms)> Restarts { get; } = [];

    /// <summary>Elements acknowledged, by kind of load.</summary>
    public Dictionary<string, long> Acknowledged { get; } = [];

    /// <summary>
    /// Whether it was ended before its time: nothing was checked at the end then, and trends had too little time.
    /// </summary>
    public bool IsInterrupted { get; internal set; }

    /// <summary>Elements that were sent once more at the end, each of which had to say that it was there.</summary>
    public long Verified => Volatile.Read(ref _verified);

    /// <summary>Seconds that took.</summary>
    public double VerifySeconds { get; internal set; }

    /// <summary>The trends, in the order of <see cref="SoakBound.All"/>.</summary>
    public IReadOnlyList<SoakTrend> Trends { get; internal set; } = [];

    /// <summary>Bytes that the journals may take on disk.</summary>
    public long JournalBytesMax { get; internal set; }

    /// <summary>Journal files that were let go of.</summary>
    public long JournalFilesLetGo { get; internal set; }

    /// <summary>Lookups of old elements, each of which had to be as it was sent.</summary>
    public long ColdReads => Volatile.Read(ref _coldReads);

    /// <summary>Bytes that the slow clients took.</summary>
    public long SlowBytes => Volatile.Read(ref _slowBytes);

    /// <summary>Requests sent again because the server was overloaded or gone.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>What was wrong, the first few of it; empty when nothing was.</summary>
    public IReadOnlyList<string> Findings
    {
        get
        {
            lock (_gate)
            {
                return [.. _findings];
            }
        }
    }

    /// <summary>How much was wrong.</summary>
    public long FindingCount => Volatile.Read(ref _findingCount);

    /// <summary>What ends the soak with a failure, a sentence each: findings and broken bounds.</summary>
    public IReadOnlyList<string> Failures =>
    [
        .. Findings,
        .. Trends.Where(trend => !trend.Holds && (Options.JudgesSpeed || !trend.Bound.IsOfSpeed)).Select(Describe),
    ];

    /// <summary>Whether everything held.</summary>
    public bool Passes => Failures.Count == 0;

    internal void Find(string what)
    {
        lock (_gate)
        {
            _findingCount++;
            if (_findings.Count < FindingsMax)
            {
                _findings.Add(what);
            }
        }
    }

    internal void CountVerified(long elements) => Interlocked.Add(ref _verified, elements);

    internal void CountColdReads(long elements) => Interlocked.Add(ref _coldReads, elements);

    internal void CountSlowBytes(long bytes) => Interlocked.Add(ref _slowBytes, bytes);

    internal void CountRetry() => Interlocked.Increment(ref _retries);

    private static string Describe(SoakTrend trend)
    {
        if (trend.Growth is not double growth)
        {
            return $"{trend.Bound.Name}: {trend.Windows} steady windows are too few to tell.";
        }

        string unit = trend.Bound.Unit.Length == 0 ? "" : " " + trend.Bound.Unit;
        string over = trend.Bound.ByLife ? "a life of the server" : "the soak";
        return FormattableString.Invariant(
            $"{trend.Bound.Name}: grows by {trend.SlopePerHour:0.###}{unit} an hour, {growth:0.###} over {over}; ")
            + FormattableString.Invariant($"allowed are {trend.Limit:0.###}.");
    }
}
