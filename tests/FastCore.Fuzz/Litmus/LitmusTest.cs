using System.Diagnostics;

namespace FastCore.Fuzz.Litmus;

/// <summary>What a litmus test came to.</summary>
public enum LitmusOutcome
{
    /// <summary>The real thing never showed the forbidden outcome, its broken twin did: the test can see.</summary>
    Passed,

    /// <summary>The real thing showed the forbidden outcome.</summary>
    Failed,

    /// <summary>
    /// The real thing never showed the forbidden outcome, but neither did its twin: this machine hides the twin's bug,
    /// and so it might hide one of ours.
    /// </summary>
    Inconclusive,
}

/// <summary>A result with its counts.</summary>
/// <param name="Outcome">What it came to.</param>
/// <param name="Rounds">Rounds of the real thing.</param>
/// <param name="TwinRounds">Rounds of the twin, until its bug showed or the time was over.</param>
public sealed record LitmusResult(LitmusOutcome Outcome, long Rounds, long TwinRounds);

/// <summary>
/// Code whose order of memory accesses matters, on real threads, with a twin that has a known bug as control.
/// </summary>
public abstract class LitmusTest
{
    private const int RoundsPerRun = 20_000;

    /// <summary>What is tested, and what is wrong with the twin.</summary>
    public abstract string Summary { get; }

    /// <summary>Whether the twin's bug can show on a processor that orders stores and loads as x64 does.</summary>
    public abstract bool ShowsOnX64 { get; }

    /// <summary>Runs rounds and counts the forbidden outcomes.</summary>
    /// <param name="twin">The broken twin instead of the real thing.</param>
    /// <param name="rounds">How often the threads meet.</param>
    protected abstract long Forbidden(bool twin, int rounds);

    /// <summary>Runs the real thing for so many rounds, then the twin until its bug shows.</summary>
    /// <param name="rounds">Rounds of the real thing.</param>
    /// <param name="twinMs">Milliseconds for the twin at most.</param>
    public LitmusResult Run(long rounds, long twinMs)
    {
        long done = 0;
        for (; done < rounds; done += RoundsPerRun)
        {
            if (Forbidden(twin: false, RoundsPerRun) > 0)
            {
                return new LitmusResult(LitmusOutcome.Failed, done + RoundsPerRun, 0);
            }
        }

        long twinRounds = 0;
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.ElapsedMilliseconds < twinMs)
        {
            twinRounds += RoundsPerRun;
            if (Forbidden(twin: true, RoundsPerRun) > 0)
            {
                return new LitmusResult(LitmusOutcome.Passed, done, twinRounds);
            }
        }

        return new LitmusResult(LitmusOutcome.Inconclusive, done, twinRounds);
    }
}
