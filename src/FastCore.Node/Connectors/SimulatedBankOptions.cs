namespace FastCore.Node.Connectors;

/// <summary>
/// How a simulated bank behaves. Shares are in millionths of calls; zero everywhere is a bank that never errs.
/// </summary>
public sealed class SimulatedBankOptions
{
    /// <summary>Everything the bank does follows from this and the calls it gets.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>Shortest time to an answer, milliseconds.</summary>
    public int LatencyMinMs { get; set; } = 5;

    /// <summary>Longest time to an answer, milliseconds.</summary>
    public int LatencyMaxMs { get; set; } = 50;

    /// <summary>Share of new authorizations that are declined.</summary>
    public int DeclinedPpm { get; set; }

    /// <summary>Share of tries that fail technically: answered, surely not done.</summary>
    public int FailedPpm { get; set; }

    /// <summary>Share of tries that never reach the bank.</summary>
    public int RequestLostPpm { get; set; }

    /// <summary>Share of tries that are done, but whose answer never comes.</summary>
    public int ReplyLostPpm { get; set; }

    /// <summary>
    /// Share of tries that are done, but whose answer comes by notification after <see cref="LateMs"/>.
    /// </summary>
    public int ReplyLatePpm { get; set; }

    /// <summary>Milliseconds by which a late answer is late.</summary>
    public int LateMs { get; set; } = 60_000;

    /// <summary>Share of answers that are sent once more by notification.</summary>
    public int DuplicatePpm { get; set; }

    /// <summary>Share of status questions that get no useful answer.</summary>
    public int SyncUnknownPpm { get; set; }
}
