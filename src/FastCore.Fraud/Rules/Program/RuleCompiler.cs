using FastCore.Fraud.Rules.Text;

namespace FastCore.Fraud.Rules.Program;

/// <summary>
/// Turns checked conditions into tests that jump. A condition is unknown when what it reads is missing, and a rule
/// fires only when it is true. Instead of computing with three values, "not" is moved inwards until it stands at the
/// single tests, of which each has a contrary that is false for missing values too; then two values are enough.
/// </summary>
internal sealed class RuleCompiler(int inputs)
{
    /// <summary>Registers for values between two steps: more than the deepest condition needs.</summary>
    private const int TemporariesMax = 4 * (RuleLimits.DepthMax + 1);

    private readonly List<RuleInstruction> _code = [];
    private readonly List<int> _labels = [];
    private readonly List<double> _constants = [];
    private readonly Dictionary<long, int> _constantOf = [];
    private readonly List<UInt128> _keys = [];
    private readonly Dictionary<UInt128, int> _keyOf = [];
    private readonly SortedSet<int> _used = [];
    private int _temporaries;

    /// <summary>Compiles one rule.</summary>
    /// <returns>Its first instruction.</returns>
    public int Add(RuleNode condition)
    {
        int start = _code.Count;
        int fire = NewLabel();
        int pass = NewLabel();
        Emit(condition, true, new Ways(fire, pass, true));
        Place(fire);
        _code.Add(new RuleInstruction { Code = RuleCode.Fire });
        Place(pass);
        _code.Add(new RuleInstruction { Code = RuleCode.Pass });
        return start;
    }

    /// <summary>All rules together.</summary>
    public RuleProgram Build(int[] starts)
    {
        RuleInstruction[] code = [.. _code];
        for (int i = 0; i < code.Length; i++)
        {
            code[i].Target = code[i].Code >= RuleCode.Equal || code[i].Code == RuleCode.Jump
                ? _labels[code[i].Target]
                : code[i].Target;
        }

        return new RuleProgram(code, starts, [.. _used], inputs + TemporariesMax, [.. _constants], [.. _keys]);
    }

    // Where to go on when a test holds and when not; the instruction after the test is one of the two.
    private readonly record struct Ways(int True, int False, bool IsTrueNext);

    private void Emit(RuleNode node, bool isAffirmed, Ways ways)
    {
        switch (node)
        {
            case TruthNode truth:
                EmitJump(truth.Value == isAffirmed, ways);
                break;
            case NotNode not:
                Emit(not.Operand, !isAffirmed, ways);
                break;
            case BinaryNode { Operator: RuleOperator.And or RuleOperator.Or } binary:
                // Denied, "and" is an "or" of what is denied, and the other way round.
                bool isAnd = binary.Operator == RuleOperator.And == isAffirmed;
                int right = NewLabel();
                Emit(binary.Left, isAffirmed, Left(ways, right, isAnd));
                Place(right);
                Emit(binary.Right, isAffirmed, ways);
                break;
            case BinaryNode binary:
                EmitComparison(binary, isAffirmed, ways);
                break;
            case MissingNode missing:
                EmitMissing(missing, isAffirmed, ways);
                break;
            case ListedNode listed:
                int field = (int)((NameNode)listed.Operand).Meaning.Key;
                EmitTest(isAffirmed ? RuleCode.Listed : RuleCode.NotListed, field, listed.Index, ways);
                break;
            case AmongNode among:
                EmitAmong(among, isAffirmed, ways);
                break;
            default:
                throw new InvalidOperationException($"Nothing compiles a {node.GetType().Name}.");
        }
    }

    private static Ways Left(Ways ways, int right, bool isAnd) =>
        isAnd ? new Ways(right, ways.False, true) : new Ways(ways.True, right, false);

    private void EmitComparison(BinaryNode node, bool isAffirmed, Ways ways)
    {
        RuleOperator op = isAffirmed ? node.Operator : Contrary(node.Operator);
        if (KeyOf(node.Left) is NameNode left)
        {
            EmitKey(left, (NumberNode)node.Right, op == RuleOperator.Equal, ways);
        }
        else if (KeyOf(node.Right) is NameNode right)
        {
            EmitKey(right, (NumberNode)node.Left, op == RuleOperator.Equal, ways);
        }
        else
        {
            int a = EmitNumber(node.Left);
            int b = EmitNumber(node.Right);
            EmitTest(CodeOf(op), a, b, ways);
        }

        _temporaries = 0;
    }

    private void EmitKey(NameNode name, NumberNode value, bool isEqual, Ways ways)
    {
        int slot = KeySlots.Of(name.Meaning.Key, value.Number.Whole);
        EmitTest(isEqual ? RuleCode.KeyEqual : RuleCode.KeyNotEqual, slot, KeyConstant(value.Number.Whole), ways);
    }

    private void EmitMissing(MissingNode node, bool isAffirmed, Ways ways)
    {
        if (KeyOf(node.Operand) is NameNode name)
        {
            int slot = KeySlots.Of(name.Meaning.Key);
            EmitTest(isAffirmed ? RuleCode.KeyMissing : RuleCode.KeyKnown, slot, 0, ways);
            return;
        }

        EmitTest(isAffirmed ? RuleCode.Missing : RuleCode.Known, EmitNumber(node.Operand), 0, ways);
        _temporaries = 0;
    }

    // An "or" of equalities; denied, an "and" of differences. The operand is computed once.
    private void EmitAmong(AmongNode node, bool isAffirmed, Ways ways)
    {
        NameNode? key = KeyOf(node.Operand);
        int operand = key is null ? EmitNumber(node.Operand) : 0;
        for (int i = 0; i < node.Items.Count; i++)
        {
            bool isLast = i == node.Items.Count - 1;
            int next = isLast ? 0 : NewLabel();
            Ways own = isLast ? ways : Left(ways, next, !isAffirmed);
            if (key is not null)
            {
                EmitKey(key, (NumberNode)node.Items[i], isAffirmed, own);
            }
            else
            {
                int item = EmitNumber(node.Items[i]);
                EmitTest(isAffirmed ? RuleCode.Equal : RuleCode.NotEqual, operand, item, own);
            }

            if (!isLast)
            {
                Place(next);
            }
        }

        _temporaries = 0;
    }

    // Returns the register of the value. Constants and inputs have one of their own.
    private int EmitNumber(RuleNode node)
    {
        switch (node)
        {
            case NumberNode number:
                return Constant(number.Number.Value);
            case NegateNode { Operand: NumberNode number }:
                return Constant(-number.Number.Value);
            case NameNode name:
                _used.Add(name.Meaning.Input);
                return name.Meaning.Input;
            case NegateNode negate:
                int before = _temporaries;
                int operand = EmitNumber(negate.Operand);
                _temporaries = before;
                return EmitStep(RuleCode.Negate, operand, operand);
            case BinaryNode binary:
                int free = _temporaries;
                int left = EmitNumber(binary.Left);
                int right = EmitNumber(binary.Right);
                _temporaries = free;
                return EmitStep(RuleCode.Add + (binary.Operator - RuleOperator.Add), left, right);
            default:
                throw new InvalidOperationException($"A {node.GetType().Name} is no number.");
        }
    }

    private int EmitStep(RuleCode code, int left, int right)
    {
        if (_temporaries == TemporariesMax)
        {
            throw new InvalidOperationException("A condition within the limits needs more registers than there are.");
        }

        int target = inputs + _temporaries++;
        _code.Add(new RuleInstruction { Code = code, Left = (ushort)left, Right = (ushort)right, Target = target });
        return target;
    }

    private void EmitTest(RuleCode code, int left, int right, Ways ways) => _code.Add(new RuleInstruction
    {
        Code = code,
        When = !ways.IsTrueNext,
        Left = (ushort)left,
        Right = (ushort)right,
        Target = ways.IsTrueNext ? ways.False : ways.True,
    });

    private void EmitJump(bool holds, Ways ways)
    {
        if (holds != ways.IsTrueNext)
        {
            _code.Add(new RuleInstruction { Code = RuleCode.Jump, Target = holds ? ways.True : ways.False });
        }
    }

    private int Constant(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        if (!_constantOf.TryGetValue(bits, out int index))
        {
            index = inputs + TemporariesMax + _constants.Count;
            _constants.Add(value);
            _constantOf.Add(bits, index);
        }

        return index;
    }

    private int KeyConstant(UInt128 value)
    {
        if (!_keyOf.TryGetValue(value, out int index))
        {
            index = _keys.Count;
            _keys.Add(value);
            _keyOf.Add(value, index);
        }

        return index;
    }

    private int NewLabel()
    {
        _labels.Add(-1);
        return _labels.Count - 1;
    }

    private void Place(int label) => _labels[label] = _code.Count;

    private static NameNode? KeyOf(RuleNode node) => node is NameNode { Meaning.IsKey: true } name ? name : null;

    private static RuleOperator Contrary(RuleOperator op) => op switch
    {
        RuleOperator.Equal => RuleOperator.NotEqual,
        RuleOperator.NotEqual => RuleOperator.Equal,
        RuleOperator.Less => RuleOperator.GreaterOrEqual,
        RuleOperator.LessOrEqual => RuleOperator.Greater,
        RuleOperator.Greater => RuleOperator.LessOrEqual,
        _ => RuleOperator.Less,
    };

    private static RuleCode CodeOf(RuleOperator op) => RuleCode.Equal + (op - RuleOperator.Equal);
}
