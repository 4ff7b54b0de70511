using FastCore.Fraud.Features;

namespace FastCore.Fraud.Rules.Text;

/// <summary>Checks what the files of a set declare: names, counts, conditions and tests.</summary>
internal sealed class SetChecker
{
    private readonly DeclaredSet _set;
    private readonly RuleMistakes _mistakes;
    private readonly ConditionChecker _conditions;
    private readonly Dictionary<string, (int Index, RuleKey Key)> _lists = new(StringComparer.Ordinal);

    public SetChecker(DeclaredSet set, FeatureSet features, RuleMistakes mistakes)
    {
        _set = set;
        _mistakes = mistakes;
        _conditions = new ConditionChecker(new RuleNames(features), _lists, mistakes);
    }

    public void Check()
    {
        CheckLists();
        CheckCounts();
        CheckNames(_set.Rules.Select(rule => (rule.Name, rule.At)), "rule");
        bool isTooLong = false;
        foreach (DeclaredRule rule in _set.Rules)
        {
            _conditions.Seen.Clear();
            _conditions.Check(rule.Condition);
            if (_conditions.Nodes > RuleLimits.SetNodesMax && !isTooLong)
            {
                isTooLong = true;
                Add(RuleMistakeCode.TooLong, rule.At, $"All conditions have more than {RuleLimits.SetNodesMax} parts.");
            }

            NameNode[] reads = [.. _conditions.Seen.Values];
            CheckNames(rule.Tests.Select(test => (test.Name, test.At)), "test of this rule");
            foreach (DeclaredTest test in rule.Tests)
            {
                CheckTest(test, reads);
            }
        }
    }

    private void CheckLists()
    {
        CheckNames(_set.Lists.Select(list => (list.Name, list.At)), "list");
        for (int i = 0; i < _set.Lists.Count; i++)
        {
            _lists.TryAdd(_set.Lists[i].Name, (i, _set.Lists[i].Key));
        }

        if (_set.Lists.Count > RuleLimits.ListsMax)
        {
            RulePlace at = _set.Lists[RuleLimits.ListsMax].At;
            Add(RuleMistakeCode.TooManyLists, at, $"A set has at most {RuleLimits.ListsMax} lists.");
        }
    }

    private void CheckCounts()
    {
        if (_set.Rules.Count > RuleLimits.RulesMax)
        {
            RulePlace at = _set.Rules[RuleLimits.RulesMax].At;
            Add(RuleMistakeCode.TooManyRules, at, $"A set has at most {RuleLimits.RulesMax} rules.");
        }

        DeclaredRule? shadow =
            _set.Rules.Where(rule => rule.IsShadow).ElementAtOrDefault(RuleLimits.ShadowRulesMax);
        if (shadow is not null)
        {
            string sentence = $"A set has at most {RuleLimits.ShadowRulesMax} shadow rules.";
            Add(RuleMistakeCode.TooManyShadowRules, shadow.At, sentence);
        }

        DeclaredTest? test = _set.Rules.SelectMany(rule => rule.Tests).ElementAtOrDefault(RuleLimits.TestsMax);
        if (test is not null)
        {
            Add(RuleMistakeCode.TooManyTests, test.At, $"A set has at most {RuleLimits.TestsMax} tests.");
        }
    }

    private void CheckNames(IEnumerable<(string Name, RulePlace At)> declared, string what)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((string name, RulePlace at) in declared)
        {
            if (!names.Add(name))
            {
                Add(RuleMistakeCode.RepeatedName, at, $"There is already a {what} \"{name}\".");
            }
        }
    }

    private void CheckTest(DeclaredTest test, NameNode[] reads)
    {
        HashSet<(RuleName Name, string? List)> givens = [];
        HashSet<RuleName> names = [];
        bool isBroken = false;
        foreach (DeclaredGiven given in test.Givens)
        {
            if (!CheckGiven(given))
            {
                isBroken = true;
                continue;
            }

            names.Add(given.Name.Meaning);
            if (!givens.Add((given.Name.Meaning, given.List)))
            {
                Add(RuleMistakeCode.RepeatedGiven, given.Name.At, $"The test gives {given.Name.Name} twice.");
            }
        }

        // What a test leaves open would be missing, and a missing value makes most tests pass for a wrong reason.
        foreach (NameNode read in reads.Where(_ => !test.IsOfAll && !isBroken))
        {
            if (!names.Contains(read.Meaning))
            {
                Add(
                    RuleMistakeCode.MissingGiven,
                    test.At,
                    $"The rule reads {read.Name}: say what it is, or that {read.Name} = missing.");
            }
        }
    }

    private bool CheckGiven(DeclaredGiven given)
    {
        NameNode name = given.Name;
        if (!_conditions.TryResolve(name))
        {
            return false;
        }

        RuleName meaning = name.Meaning;
        if (given.List is not null)
        {
            if (!meaning.IsKey)
            {
                Add(RuleMistakeCode.TypeMismatch, name.At, $"A list cannot hold {name.Name}.");
                return false;
            }

            bool isThere = _conditions.TryList(given.List, given.ListAt, meaning.Key, out int index);
            given.ListIndex = index;
            return isThere;
        }

        if (given.Value is not RuleNumber value)
        {
            return true;
        }

        if (meaning.IsKey)
        {
            return _conditions.CheckKeyValue(meaning.Key, given.IsNegative ? default : value, name.At);
        }

        if (!value.IsArithmetic)
        {
            Add(RuleMistakeCode.NumberTooLarge, name.At, $"Numbers go up to {RuleLimits.NumberMax} in arithmetic.");
        }
        else if (value.Unit != RuleUnit.Any && value.Unit != meaning.Unit)
        {
            Add(
                RuleMistakeCode.UnitMismatch,
                name.At,
                $"{name.Name} is {RuleWords.Of(meaning.Unit)}, and the value {RuleWords.Of(value.Unit)}.");
        }
        else
        {
            return true;
        }

        return false;
    }

    private void Add(RuleMistakeCode code, RulePlace at, string sentence) => _mistakes.Add(code, at, sentence);
}
