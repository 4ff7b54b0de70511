namespace FastCore.Fraud.Rules.Text;

/// <summary>
/// Reads a condition. From loosest to tightest: or; and; not; comparisons, in, is missing; + and −; × and ÷; signs.
/// </summary>
internal sealed class ConditionParser(RuleTokens tokens, RuleMistakes mistakes)
{
    private int _depth;
    private int _nodes;

    /// <summary>The condition, or null when it has a mistake, which was told.</summary>
    public RuleNode? Read() => ReadChain(RuleOperator.Or, RuleOperator.Or, () =>
        ReadChain(RuleOperator.And, RuleOperator.And, ReadNot));

    private RuleNode? ReadNot()
    {
        RuleToken token = tokens.Current;
        if (!tokens.TryTake("not"))
        {
            return ReadComparison();
        }

        return Nested(token.At, ReadNot) is RuleNode operand ? Counted(new NotNode(token.At, operand)) : null;
    }

    private RuleNode? ReadComparison()
    {
        RuleNode? left = ReadSum();
        if (left is null)
        {
            return null;
        }

        RulePlace at = tokens.Current.At;
        if (tokens.TryTake("is"))
        {
            bool isNegated = tokens.TryTake("not");
            return tokens.Expect("missing") ? Negated(isNegated, at, Counted(new MissingNode(at, left))) : null;
        }

        if (tokens.TryTake("in"))
        {
            return ReadMembership(left, at);
        }

        if (tokens.Current.Is("not"))
        {
            tokens.Take();
            return tokens.Expect("in") && ReadMembership(left, at) is RuleNode among ? Negated(true, at, among) : null;
        }

        if (!IsBetween(RuleOperator.Equal, RuleOperator.GreaterOrEqual, out RuleOperator op))
        {
            return tokens.Current.Is("==") ? Refuse("an operator") : left;
        }

        tokens.Take();
        if (ReadSum() is not RuleNode right)
        {
            return null;
        }

        if (IsBetween(RuleOperator.Equal, RuleOperator.GreaterOrEqual, out _))
        {
            mistakes.Add(
                RuleMistakeCode.ChainedComparison,
                tokens.Current.At,
                "Two comparisons need 'and' between them: a < b and b < c.");
            return null;
        }

        return Counted(new BinaryNode(at, op, left, right));
    }

    private RuleNode? ReadMembership(RuleNode left, RulePlace at)
    {
        if (tokens.TryTake("list"))
        {
            RulePlace listAt = tokens.Current.At;
            return tokens.TakeText(out string list) ? Counted(new ListedNode(at, left, list, listAt)) : null;
        }

        if (!tokens.TryTake("("))
        {
            return Refuse("'list' and its name, or values in parentheses");
        }

        List<RuleNode> items = [];
        do
        {
            if (ReadSum() is not RuleNode item)
            {
                return null;
            }

            items.Add(item);
        }
        while (tokens.TryTake(","));
        return tokens.Expect(")") ? Counted(new AmongNode(at, left, items)) : null;
    }

    private RuleNode? ReadSum() => ReadChain(RuleOperator.Add, RuleOperator.Subtract, () =>
        ReadChain(RuleOperator.Multiply, RuleOperator.Divide, ReadSigned));

    private RuleNode? ReadSigned()
    {
        RuleToken token = tokens.Current;
        if (!tokens.TryTake("-"))
        {
            return ReadPrimary();
        }

        return Nested(token.At, ReadSigned) is RuleNode operand ? Counted(new NegateNode(token.At, operand)) : null;
    }

    private RuleNode? ReadPrimary()
    {
        RuleToken token = tokens.Current;
        switch (token.Kind)
        {
            case RuleTokenKind.Number:
                tokens.Take();
                return Counted(new NumberNode(token.At, token.Number));
            case RuleTokenKind.Word when token.Text is "true" or "false":
                tokens.Take();
                return Counted(new TruthNode(token.At, token.Text == "true"));
            case RuleTokenKind.Word when !RuleWords.IsReserved(token.Text):
                tokens.Take();
                return Counted(new NameNode(token.At, token.Text));
            case RuleTokenKind.Sign when token.Text == "(":
                tokens.Take();
                RuleNode? inner = Nested(token.At, Read);
                return inner is not null && tokens.Expect(")") ? inner : null;
            default:
                return Refuse("a field, a feature, a number or '('");
        }
    }

    // Operators of one level, from the left.
    private RuleNode? ReadChain(RuleOperator first, RuleOperator last, Func<RuleNode?> operand)
    {
        RuleNode? left = operand();
        while (left is not null && IsBetween(first, last, out RuleOperator op))
        {
            RulePlace at = tokens.Take().At;
            left = operand() is RuleNode right ? Counted(new BinaryNode(at, op, left, right)) : null;
        }

        return left;
    }

    private bool IsBetween(RuleOperator first, RuleOperator last, out RuleOperator op)
    {
        op = default;
        return tokens.Current.Kind is RuleTokenKind.Word or RuleTokenKind.Sign
            && RuleWords.TryOperator(tokens.Current.Text, out op) && op >= first && op <= last;
    }

    private RuleNode? Negated(bool isNegated, RulePlace at, RuleNode? node) =>
        isNegated && node is not null ? Counted(new NotNode(at, node)) : node;

    private RuleNode? Nested(RulePlace at, Func<RuleNode?> read)
    {
        if (_depth == RuleLimits.DepthMax)
        {
            mistakes.Add(
                RuleMistakeCode.TooDeep, at, $"A condition is nested at most {RuleLimits.DepthMax} times.");
            return null;
        }

        _depth++;
        RuleNode? node = read();
        _depth--;
        return node;
    }

    // Told once; the rest of the condition is skipped like after any mistake.
    private RuleNode? Counted(RuleNode node)
    {
        if (++_nodes <= RuleLimits.RuleNodesMax)
        {
            return node;
        }

        if (_nodes == RuleLimits.RuleNodesMax + 1)
        {
            mistakes.Add(
                RuleMistakeCode.TooLong,
                node.At,
                $"A condition has at most {RuleLimits.RuleNodesMax} names, numbers and operators.");
        }

        return null;
    }

    private RuleNode? Refuse(string expected)
    {
        tokens.Refuse(expected);
        return null;
    }
}
