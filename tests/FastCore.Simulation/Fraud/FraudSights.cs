using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Fraud;

/// <summary>What a model was asked and answered, by kind.</summary>
public sealed class FraudSights
{
    /// <summary>Every code that was answered.</summary>
    public HashSet<FraudStatus> Codes { get; } = [];

    /// <summary>Every decision with what decided, by the version of its policy.</summary>
    public HashSet<(ulong Version, Decision Decision, DecisionReason Reason)> Outcomes { get; } = [];

    /// <summary>Shadow rules, with whether their condition was true.</summary>
    public HashSet<(string Rule, bool IsTrue)> Shadows { get; } = [];

    /// <summary>What was missing or failed.</summary>
    public DecisionFlags Flags { get; private set; }

    /// <summary>With several partitions, transactions that took one step.</summary>
    public int OneSteps { get; private set; }

    /// <summary>Those of them that an earlier request had counted in a step of its own.</summary>
    public int OneStepsAfterCount { get; private set; }

    /// <summary>Steps of cards that found the transaction decided, and counted by that, in one step before.</summary>
    public int CountedByDecision { get; private set; }

    internal void NoteOneStep(bool isCounted)
    {
        OneSteps++;
        OneStepsAfterCount += isCounted ? 1 : 0;
    }

    internal void NoteCountedByDecision(bool isAlone) => CountedByDecision += isAlone ? 1 : 0;

    internal void Note(string rule, bool isTrue) => Shadows.Add((rule, isTrue));

    internal FraudResult Note(FraudResult result)
    {
        _ = Codes.Add(result.Code);
        return result;
    }

    internal ScoreResult Note(ScoreResult result)
    {
        _ = Codes.Add(result.Code);
        _ = Outcomes.Add((result.PolicyVersion, result.Decision, result.Reason));
        Flags |= result.Flags;
        return result;
    }
}
