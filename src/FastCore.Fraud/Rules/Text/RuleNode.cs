namespace FastCore.Fraud.Rules.Text;

/// <summary>Operators of two operands.</summary>
internal enum RuleOperator : byte
{
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// <summary>A part of a condition.</summary>
internal abstract class RuleNode(RulePlace at)
{
    public RulePlace At { get; } = at;
}

/// <summary>A written number.</summary>
internal sealed class NumberNode(RulePlace at, RuleNumber number) : RuleNode(at)
{
    public RuleNumber Number { get; } = number;
}

/// <summary>Always, or never.</summary>
internal sealed class TruthNode(RulePlace at, bool value) : RuleNode(at)
{
    public bool Value { get; } = value;
}

/// <summary>A field or a feature. What it is, the checker finds out.</summary>
internal sealed class NameNode(RulePlace at, string name) : RuleNode(at)
{
    public string Name { get; } = name;

    public RuleName Meaning { get; set; }
}

/// <summary>A number with its sign turned around.</summary>
internal sealed class NegateNode(RulePlace at, RuleNode operand) : RuleNode(at)
{
    public RuleNode Operand { get; } = operand;
}

/// <summary>The contrary of a condition.</summary>
internal sealed class NotNode(RulePlace at, RuleNode operand) : RuleNode(at)
{
    public RuleNode Operand { get; } = operand;
}

/// <summary>Two operands and what is between them.</summary>
internal sealed class BinaryNode(RulePlace at, RuleOperator op, RuleNode left, RuleNode right) : RuleNode(at)
{
    public RuleOperator Operator { get; } = op;

    public RuleNode Left { get; } = left;

    public RuleNode Right { get; } = right;
}

/// <summary>Whether a value is not known.</summary>
internal sealed class MissingNode(RulePlace at, RuleNode operand) : RuleNode(at)
{
    public RuleNode Operand { get; } = operand;
}

/// <summary>Whether a value is one of those written down.</summary>
internal sealed class AmongNode(RulePlace at, RuleNode operand, IReadOnlyList<RuleNode> items) : RuleNode(at)
{
    public RuleNode Operand { get; } = operand;

    public IReadOnlyList<RuleNode> Items { get; } = items;
}

/// <summary>Whether a key is in a list.</summary>
internal sealed class ListedNode(RulePlace at, RuleNode operand, string list, RulePlace listAt) : RuleNode(at)
{
    public RuleNode Operand { get; } = operand;

    public string List { get; } = list;

    public RulePlace ListAt { get; } = listAt;

    /// <summary>Its number in the set; the checker finds it.</summary>
    public int Index { get; set; }
}
