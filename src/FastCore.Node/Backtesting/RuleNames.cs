using FastCore.Fraud.Rules;

namespace FastCore.Node.Backtesting;

/// <summary>Numbers rules by what they are called and do, over all policies that come by.</summary>
internal sealed class RuleNames
{
    private readonly Dictionary<(string Name, bool IsShadow, RuleOutcome Outcome), int> _numbers = [];
    private readonly List<(string Name, bool IsShadow, RuleOutcome Outcome)> _all = [];

    public IReadOnlyList<(string Name, bool IsShadow, RuleOutcome Outcome)> All => _all;

    public int Of(RuleDescription rule)
    {
        (string Name, bool IsShadow, RuleOutcome Outcome) key = (rule.Name, rule.IsShadow, rule.Outcome);
        if (!_numbers.TryGetValue(key, out int number))
        {
            number = _all.Count;
            _numbers.Add(key, number);
            _all.Add(key);
        }

        return number;
    }
}
