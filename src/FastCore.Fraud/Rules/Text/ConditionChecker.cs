namespace FastCore.Fraud.Rules.Text;

/// <summary>
/// Finds what the names of a condition mean and whether its operators go with their operands. What is behind a mistake
/// is not blamed for it.
/// </summary>
internal sealed class ConditionChecker(
    RuleNames names, IReadOnlyDictionary<string, (int Index, RuleKey Key)> lists, RuleMistakes mistakes)
{
    private enum Kind : byte
    {
        Broken,
        Truth,
        Number,
        Key,
    }

    /// <summary>Names, numbers and operators seen.</summary>
    public int Nodes { get; private set; }

    /// <summary>Names that were seen since it was emptied, with their first place.</summary>
    public Dictionary<RuleName, NameNode> Seen { get; } = [];

    /// <summary>Checks what must be true or false.</summary>
    public void Check(RuleNode condition) => RequireTruth(condition);

    /// <summary>Finds what a name means.</summary>
    public bool TryResolve(NameNode node)
    {
        if (!names.TryFind(node.Name, out RuleName meaning))
        {
            mistakes.Add(RuleMistakeCode.UnknownName, node.At, names.Unknown(node.Name));
            return false;
        }

        node.Meaning = meaning;
        return true;
    }

    /// <summary>Finds a list for a key.</summary>
    public bool TryList(string name, RulePlace at, RuleKey key, out int index)
    {
        index = -1;
        if (!lists.TryGetValue(name, out (int Index, RuleKey Key) list))
        {
            mistakes.Add(
                RuleMistakeCode.UnknownList,
                at,
                $"There is no list \"{name}\"; declare it: list \"{name}\" of {RuleWords.Of(key)}.");
            return false;
        }

        if (list.Key != key)
        {
            mistakes.Add(
                RuleMistakeCode.ListOfOtherKind,
                at,
                $"The list \"{name}\" is of {RuleWords.Of(list.Key)}, not of {RuleWords.Of(key)}.");
            return false;
        }

        index = list.Index;
        return true;
    }

    /// <summary>Whether a number is a value of a key.</summary>
    public bool CheckKeyValue(RuleKey key, in RuleNumber number, RulePlace at)
    {
        bool isWhole = number is { Scale: 0, Unit: RuleUnit.Any } && number.Whole != 0;
        (bool isFine, string what) = key switch
        {
            RuleKey.Bin => (
                number.Whole >= 100_000 && number.Whole <= 99_999_999,
                $"A BIN has {RuleLimits.BinDigitsMin} to {RuleLimits.BinDigitsMax} digits; the first is not 0."),
            RuleKey.Currency => (number.Whole <= uint.MaxValue, "A currency is a number from 1 to 4294967295."),
            _ => (true, $"A {RuleWords.Of(key)} is a whole number above 0."),
        };
        if (!isWhole || !isFine)
        {
            mistakes.Add(RuleMistakeCode.BadValue, at, what);
        }

        return isWhole && isFine;
    }

    private void RequireTruth(RuleNode node)
    {
        (Kind kind, _) = Visit(node);
        if (kind is Kind.Number or Kind.Key)
        {
            Mismatch(node.At, "Here must be something true or false, such as a comparison.");
        }
    }

    private (Kind Kind, RuleUnit Unit) Visit(RuleNode node)
    {
        Nodes++;
        switch (node)
        {
            case TruthNode:
                return (Kind.Truth, default);
            case NumberNode number:
                return (Kind.Number, number.Number.Unit);
            case NameNode name:
                return VisitName(name);
            case NegateNode negate:
                return Number(negate.Operand, out RuleUnit unit) ? (Kind.Number, unit) : (Kind.Broken, default);
            case NotNode not:
                RequireTruth(not.Operand);
                return (Kind.Truth, default);
            case MissingNode missing:
                if (Visit(missing.Operand).Kind == Kind.Truth)
                {
                    Mismatch(missing.At, "Only a value can be missing.");
                }

                return (Kind.Truth, default);
            case ListedNode listed:
                VisitListed(listed);
                return (Kind.Truth, default);
            case AmongNode among:
                VisitAmong(among);
                return (Kind.Truth, default);
            case BinaryNode { Operator: RuleOperator.And or RuleOperator.Or } binary:
                RequireTruth(binary.Left);
                RequireTruth(binary.Right);
                return (Kind.Truth, default);
            case BinaryNode { Operator: >= RuleOperator.Add } binary:
                return VisitArithmetic(binary);
            case BinaryNode binary:
                VisitComparison(binary);
                return (Kind.Truth, default);
            default:
                throw new InvalidOperationException($"Nothing checks a {node.GetType().Name}.");
        }
    }

    private (Kind Kind, RuleUnit Unit) VisitName(NameNode name)
    {
        if (!TryResolve(name))
        {
            return (Kind.Broken, default);
        }

        Seen.TryAdd(name.Meaning, name);
        return (name.Meaning.IsKey ? Kind.Key : Kind.Number, name.Meaning.Unit);
    }

    private bool Number(RuleNode node, out RuleUnit unit)
    {
        (Kind kind, unit) = Visit(node);
        if (kind is Kind.Truth or Kind.Key)
        {
            Mismatch(node.At, "Here must be a number.");
        }
        else if (node is NumberNode { Number.IsArithmetic: false })
        {
            mistakes.Add(
                RuleMistakeCode.NumberTooLarge, node.At, $"Numbers go up to {RuleLimits.NumberMax} in arithmetic.");
        }

        return kind == Kind.Number;
    }

    private (Kind Kind, RuleUnit Unit) VisitArithmetic(BinaryNode node)
    {
        // Both sides are visited whatever the first one is, so that all mistakes are told.
        bool isLeft = Number(node.Left, out RuleUnit left);
        bool isRight = Number(node.Right, out RuleUnit right);
        if (node.Operator == RuleOperator.Divide && node.Right is NumberNode { Number.Whole: var whole } && whole == 0)
        {
            mistakes.Add(RuleMistakeCode.DivisionByZero, node.Right.At, "Nothing can be divided by zero.");
        }

        if (!isLeft || !isRight)
        {
            return (Kind.Broken, default);
        }

        bool isBareLeft = left is RuleUnit.Any or RuleUnit.Plain;
        bool isBareRight = right is RuleUnit.Any or RuleUnit.Plain;
        RuleUnit bare = left == RuleUnit.Any && right == RuleUnit.Any ? RuleUnit.Any : RuleUnit.Plain;
        RuleUnit? unit = node.Operator switch
        {
            RuleOperator.Add or RuleOperator.Subtract => Same(left, right),
            RuleOperator.Multiply => isBareLeft && isBareRight ? bare : isBareLeft ? right : isBareRight ? left : null,
            _ => isBareLeft && isBareRight ? bare : isBareRight ? left : left == right ? RuleUnit.Plain : null,
        };
        if (unit is null)
        {
            Units(node, left, right);
            return (Kind.Broken, default);
        }

        return (Kind.Number, unit.Value);
    }

    private void VisitComparison(BinaryNode node)
    {
        bool isEquality = node.Operator is RuleOperator.Equal or RuleOperator.NotEqual;
        if (isEquality && (IsKey(node.Left) || IsKey(node.Right)))
        {
            CheckKeyPair(node.At, node.Left, node.Right);
            return;
        }

        bool isLeft = Number(node.Left, out RuleUnit left);
        bool isRight = Number(node.Right, out RuleUnit right);
        if (isLeft && isRight && Same(left, right) is null)
        {
            Units(node, left, right);
        }
    }

    private void CheckKeyPair(RulePlace at, RuleNode left, RuleNode right)
    {
        RuleNode key = IsKey(left) ? left : right;
        RuleNode value = IsKey(left) ? right : left;
        Visit(key);
        if (Visit(value).Kind == Kind.Broken)
        {
            return;
        }

        RuleKey field = ((NameNode)key).Meaning.Key;
        if (value is NumberNode number)
        {
            CheckKeyValue(field, number.Number, value.At);
        }
        else
        {
            Mismatch(at, $"A {RuleWords.Of(field)} is compared with written numbers only.");
        }
    }

    private void VisitAmong(AmongNode node)
    {
        if (IsKey(node.Operand))
        {
            foreach (RuleNode item in node.Items)
            {
                CheckKeyPair(item.At, node.Operand, item);
            }

            return;
        }

        bool isNumber = Number(node.Operand, out RuleUnit unit);
        foreach (RuleNode item in node.Items)
        {
            if (item is not NumberNode and not NegateNode { Operand: NumberNode })
            {
                Mismatch(item.At, "Between these parentheses are written numbers only.");
            }
            else if (Number(item, out RuleUnit itemUnit) && isNumber && Same(unit, itemUnit) is null)
            {
                mistakes.Add(RuleMistakeCode.UnitMismatch, item.At, UnitSentence(unit, itemUnit));
            }
        }
    }

    private void VisitListed(ListedNode node)
    {
        Kind kind = Visit(node.Operand).Kind;
        if (kind == Kind.Key && TryList(node.List, node.ListAt, ((NameNode)node.Operand).Meaning.Key, out int index))
        {
            node.Index = index;
        }
        else if (kind is Kind.Number or Kind.Truth)
        {
            Mismatch(node.At, "Lists hold cards, merchants, terminals, devices and BINs only.");
        }
    }

    private bool IsKey(RuleNode node) =>
        node is NameNode name && names.TryFind(name.Name, out RuleName meaning) && meaning.IsKey;

    // The unit of two numbers that are added or compared; none when they do not go together.
    private static RuleUnit? Same(RuleUnit left, RuleUnit right) =>
        left == RuleUnit.Any ? right : right == RuleUnit.Any || left == right ? left : null;

    private void Units(BinaryNode node, RuleUnit left, RuleUnit right) =>
        mistakes.Add(RuleMistakeCode.UnitMismatch, node.At, UnitSentence(left, right));

    private static string UnitSentence(RuleUnit left, RuleUnit right) =>
        $"On the left is {RuleWords.Of(left)}, on the right {RuleWords.Of(right)}: they do not go together.";

    private void Mismatch(RulePlace at, string sentence) => mistakes.Add(RuleMistakeCode.TypeMismatch, at, sentence);
}
