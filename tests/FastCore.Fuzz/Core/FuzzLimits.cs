namespace FastCore.Fuzz.Core;

/// <summary>When a run ends.</summary>
/// <param name="Inputs">Inputs at most.</param>
/// <param name="Ms">Milliseconds at most, looked at every few hundred inputs.</param>
public sealed record FuzzLimits(long Inputs = long.MaxValue, long Ms = long.MaxValue)
{
    /// <summary>
    /// Milliseconds after which an input that did not end counts as one that never will. Long, so that a machine with
    /// other work is no finding.
    /// </summary>
    public int HangMs { get; init; } = 60_000;

    /// <summary>Ends a run early, at the next look.</summary>
    public CancellationToken Cancellation { get; init; }
}
