namespace FastCore.Torture;

/// <summary>What a torture did and found; grows while it runs.</summary>
public sealed class TortureReport
{
    /// <summary>Kills by what the server was doing.</summary>
    public Dictionary<KillMoment, int> Kills { get; } = [];

    /// <summary>All kills.</summary>
    public int KillCount => Kills.Values.Sum();

    /// <summary>Data directories that were used.</summary>
    public int Directories { get; set; }

    /// <summary>Requests of the load.</summary>
    public long Requests { get; set; }

    /// <summary>Payments and transfers of the requests that were answered before a kill.</summary>
    public long Acknowledged { get; set; }

    /// <summary>Holds that were acknowledged before a kill.</summary>
    public long Holds { get; set; }

    /// <summary>Bookings that were acknowledged before a kill.</summary>
    public long Bookings { get; set; }

    /// <summary>Scores that were acknowledged before a kill.</summary>
    public long Scores { get; set; }

    /// <summary>Labels and verdicts that were acknowledged before a kill.</summary>
    public long Feedback { get; set; }

    /// <summary>Requests, sales and scores that a kill left without an answer, and that got one after it.</summary>
    public long Settled { get; set; }

    /// <summary>Runs of the journal's verification, each of a whole directory.</summary>
    public int JournalsVerified { get; set; }

    /// <summary>Checkpoints among them that had the state which the journal replayed to.</summary>
    public int CheckpointsCompared { get; set; }

    /// <summary>Milliseconds from the start of a process until it listened, after a kill.</summary>
    public List<double> RestartMs { get; } = [];

    /// <summary>What was found wrong.</summary>
    public TortureFindings Findings { get; } = new();

    /// <summary>The data directory in which something was found wrong; null when nothing was.</summary>
    public string? FailedDirectory { get; set; }

    /// <summary>The restart time that a share of all restarts did not exceed, milliseconds; 0 without restarts.
    /// </summary>
    public double RestartMsAt(double share)
    {
        double[] sorted = [.. RestartMs.Order()];
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    internal void CountKill(KillMoment moment) => Kills[moment] = Kills.GetValueOrDefault(moment) + 1;
}
