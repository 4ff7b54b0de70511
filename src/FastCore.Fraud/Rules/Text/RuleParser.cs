namespace FastCore.Fraud.Rules.Text;

/// <summary>
/// Reads the text of one file into declarations. A mistake ends the declaration it is in; reading goes on with the next
/// line that begins one.
/// </summary>
internal sealed class RuleParser
{
    private readonly RuleTokens _tokens;
    private readonly RuleMistakes _mistakes;
    private readonly DeclaredSet _set;
    private DeclaredRule? _above;
    private bool _isAboveBroken;

    public RuleParser(RuleFile file, RuleMistakes mistakes, DeclaredSet set)
    {
        _tokens = new RuleTokens(new RuleLexer(file, mistakes), mistakes);
        _mistakes = mistakes;
        _set = set;
    }

    public void ReadFile()
    {
        // What is beyond the limits is not kept: one rule too many is enough to refuse the set.
        while (_tokens.Current.Kind != RuleTokenKind.End
            && !_mistakes.IsFull
            && _set.Rules.Count <= RuleLimits.RulesMax)
        {
            bool isRead = _tokens.Current.Text switch
            {
                "rule" when _tokens.Current.Kind == RuleTokenKind.Word => ReadRule(),
                "test" when _tokens.Current.Kind == RuleTokenKind.Word => ReadTest(),
                "list" when _tokens.Current.Kind == RuleTokenKind.Word => ReadList(),
                _ => _tokens.Refuse("a rule, a test or a list"),
            };
            if (!isRead)
            {
                _tokens.SkipToDeclaration();
            }
        }
    }

    private bool ReadRule()
    {
        RulePlace at = _tokens.Take().At;
        _above = null;
        _isAboveBroken = true;
        if (!_tokens.TakeText(out string name) || !ReadPriority(out int priority))
        {
            return false;
        }

        bool isShadow = _tokens.TryTake("shadow");
        if (!_tokens.Expect(":") || !ReadOutcome(mayBeNothing: false, out RuleOutcome outcome)
            || !_tokens.Expect("if") || new ConditionParser(_tokens, _mistakes).Read() is not RuleNode condition)
        {
            return false;
        }

        // A condition that breaks off here would be blamed for what its rest would have mended.
        if (_tokens.Current.Kind != RuleTokenKind.End && !RuleWords.Begins(_tokens.Current.Text))
        {
            return _tokens.Refuse("an operator, or the next rule, test or list");
        }

        _above = new DeclaredRule(at, name, priority, isShadow, outcome, condition);
        _isAboveBroken = false;
        _set.Rules.Add(_above);
        return true;
    }

    private bool ReadPriority(out int priority)
    {
        priority = RuleLimits.PriorityDefault;
        if (!_tokens.TryTake("priority"))
        {
            return true;
        }

        RuleToken token = _tokens.Current;
        if (token.Kind != RuleTokenKind.Number || token.Number.Scale != 0 || token.Number.Unit != RuleUnit.Any)
        {
            return _tokens.Refuse("a whole number as the priority");
        }

        _tokens.Take();
        if (token.Number.Whole > RuleLimits.PriorityMax)
        {
            _mistakes.Add(
                RuleMistakeCode.PriorityOutOfRange,
                token.At,
                $"A priority is from 0, which is looked at first, to {RuleLimits.PriorityMax}.");
        }
        else
        {
            priority = (int)token.Number.Whole;
        }

        return true;
    }

    private bool ReadOutcome(bool mayBeNothing, out RuleOutcome outcome)
    {
        outcome = RuleOutcome.None;
        if (mayBeNothing && _tokens.TryTake("nothing"))
        {
            return true;
        }

        if (_tokens.Current.Kind != RuleTokenKind.Word || !RuleWords.TryOutcome(_tokens.Current.Text, out outcome))
        {
            return _tokens.Refuse("approve, review or decline" + (mayBeNothing ? ", or nothing" : ""));
        }

        _tokens.Take();
        return true;
    }

    private bool ReadList()
    {
        RulePlace at = _tokens.Take().At;
        if (!_tokens.TakeText(out string name) || !_tokens.Expect("of"))
        {
            return false;
        }

        bool isWord = _tokens.Current.Kind == RuleTokenKind.Word;
        if (!isWord || !RuleWords.TryKey(_tokens.Current.Text, out RuleKey key) || key == RuleKey.Currency)
        {
            return _tokens.Refuse("card, merchant, terminal, device or bin");
        }

        _tokens.Take();
        RuleOutcome effect = _tokens.TryTake("allow") ? RuleOutcome.Approve
            : _tokens.TryTake("block") ? RuleOutcome.Decline
            : RuleOutcome.None;
        _set.Lists.Add(new DeclaredList(at, name, key, effect));
        return true;
    }

    private bool ReadTest()
    {
        RulePlace at = _tokens.Take().At;
        bool isOfAll = _tokens.TryTake("all");
        List<DeclaredGiven> givens = [];
        if (!_tokens.TakeText(out string name) || !ReadGivens(givens)
            || !_tokens.Expect("expect") || !ReadOutcome(mayBeNothing: true, out RuleOutcome expected))
        {
            return false;
        }

        // The tests of a broken rule are read for their own mistakes; they have no rule to judge.
        if (_above is not null)
        {
            _above.Tests.Add(new DeclaredTest(at, name, isOfAll, givens, expected));
        }
        else if (!_isAboveBroken)
        {
            _mistakes.Add(
                RuleMistakeCode.TestWithoutRule, at, "A test stands below its rule; there is no rule above this one.");
        }

        return true;
    }

    private bool ReadGivens(List<DeclaredGiven> givens)
    {
        if (!_tokens.TryTake("given"))
        {
            return true;
        }

        do
        {
            if (!ReadGiven(givens))
            {
                return false;
            }
        }
        while (_tokens.TryTake(","));
        return true;
    }

    private bool ReadGiven(List<DeclaredGiven> givens)
    {
        RuleToken token = _tokens.Current;
        if (token.Kind != RuleTokenKind.Word || RuleWords.IsReserved(token.Text))
        {
            return _tokens.Refuse("the name of a field or a feature");
        }

        NameNode name = new(_tokens.Take().At, token.Text);
        RuleNumber? value = null;
        bool isNegative = false;
        string? list = null;
        RulePlace listAt = default;
        if (_tokens.TryTake("in"))
        {
            if (!_tokens.Expect("list"))
            {
                return false;
            }

            listAt = _tokens.Current.At;
            if (!_tokens.TakeText(out list))
            {
                return false;
            }
        }
        else if (!_tokens.Expect("="))
        {
            return false;
        }
        else if (!_tokens.TryTake("missing"))
        {
            isNegative = _tokens.TryTake("-");
            if (_tokens.Current.Kind != RuleTokenKind.Number)
            {
                return _tokens.Refuse("a number or missing");
            }

            value = _tokens.Take().Number;
        }

        if (givens.Count == RuleLimits.GivensMax)
        {
            _mistakes.Add(
                RuleMistakeCode.TooManyTests, name.At, $"A test gives at most {RuleLimits.GivensMax} values.");
            return false;
        }

        givens.Add(new DeclaredGiven(name, value, isNegative, list, listAt));
        return true;
    }
}
