namespace FastCore.Fraud.Rules.Text;

/// <summary>Collects the mistakes of a set; a hostile file cannot make it grow.</summary>
internal sealed class RuleMistakes
{
    private readonly List<RuleMistake> _all = [];

    public IReadOnlyList<RuleMistake> All => _all;

    public bool IsFull => _all.Count > RuleLimits.MistakesMax;

    public void Add(RuleMistakeCode code, RulePlace at, string sentence)
    {
        if (_all.Count < RuleLimits.MistakesMax)
        {
            _all.Add(new RuleMistake(code, at.Path, at.Line, at.Column, sentence));
        }
        else if (_all.Count == RuleLimits.MistakesMax)
        {
            _all.Add(new RuleMistake(
                RuleMistakeCode.TooManyMistakes, at.Path, at.Line, at.Column, "There are more mistakes from here on."));
        }
    }
}

/// <summary>Where something stands in a file, from 1.</summary>
internal readonly record struct RulePlace(string Path, int Line, int Column);
