using System.Globalization;
using System.Text;

namespace FastCore.Fraud.Rules.Text;

/// <summary>
/// Writes declarations in one way only, so that what means the same is written the same: the set's version is a hash of
/// this text, and reading it again gives the same program.
/// </summary>
internal static class RulePrinter
{
    private const int Comparison = 4;
    private const int Sum = 5;

    /// <summary>Lists and rules in the order in which they are looked at. Tests change no decision.</summary>
    public static string Print(IEnumerable<DeclaredList> lists, IEnumerable<DeclaredRule> rules)
    {
        StringBuilder text = new();
        foreach (DeclaredList list in lists)
        {
            text.Append(CultureInfo.InvariantCulture, $"list \"{list.Name}\" of {RuleWords.Of(list.Key)}");
            text.Append(list.Effect switch
            {
                RuleOutcome.Approve => " allow\n",
                RuleOutcome.Decline => " block\n",
                _ => "\n",
            });
        }

        foreach (DeclaredRule rule in rules)
        {
            text.Append(CultureInfo.InvariantCulture, $"rule \"{rule.Name}\" priority {rule.Priority}");
            text.Append(rule.IsShadow ? " shadow: " : ": ").Append(RuleWords.Of(rule.Outcome)).Append(" if ");
            Print(text, rule.Condition, 0);
            text.Append('\n');
        }

        return text.ToString();
    }

    private static void Print(StringBuilder text, RuleNode node, int outer)
    {
        // Parentheses only where the operator is looser than the one around it.
        int own = Tightness(node);
        if (own < outer)
        {
            text.Append('(');
        }

        switch (node)
        {
            case TruthNode truth:
                text.Append(truth.Value ? "true" : "false");
                break;
            case NumberNode number:
                text.Append(number.Number.ToString());
                break;
            case NameNode name:
                text.Append(name.Name);
                break;
            case NegateNode negate:
                text.Append('-');
                Print(text, negate.Operand, own);
                break;
            case NotNode { Operand: MissingNode missing }:
                Print(text, missing.Operand, own + 1);
                text.Append(" is not missing");
                break;
            case NotNode { Operand: ListedNode or AmongNode } outside:
                PrintMembership(text, outside.Operand, " not in ");
                break;
            case NotNode not:
                text.Append("not ");
                Print(text, not.Operand, own);
                break;
            case MissingNode missing:
                Print(text, missing.Operand, own + 1);
                text.Append(" is missing");
                break;
            case ListedNode or AmongNode:
                PrintMembership(text, node, " in ");
                break;
            case BinaryNode binary:
                bool isComparison = own == Comparison;
                Print(text, binary.Left, isComparison ? own + 1 : own);
                text.Append(CultureInfo.InvariantCulture, $" {RuleWords.Of(binary.Operator)} ");
                Print(text, binary.Right, own + 1);
                break;
        }

        if (own < outer)
        {
            text.Append(')');
        }
    }

    private static void PrintMembership(StringBuilder text, RuleNode node, string word)
    {
        if (node is ListedNode listed)
        {
            Print(text, listed.Operand, Comparison + 1);
            text.Append(CultureInfo.InvariantCulture, $"{word}list \"{listed.List}\"");
            return;
        }

        AmongNode among = (AmongNode)node;
        Print(text, among.Operand, Comparison + 1);
        text.Append(word).Append('(');
        for (int i = 0; i < among.Items.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Print(text, among.Items[i], Sum);
        }

        text.Append(')');
    }

    private static int Tightness(RuleNode node) => node switch
    {
        BinaryNode { Operator: RuleOperator.Or } => 1,
        BinaryNode { Operator: RuleOperator.And } => 2,
        NotNode { Operand: MissingNode or ListedNode or AmongNode } => Comparison,
        NotNode => 3,
        BinaryNode { Operator: RuleOperator.Add or RuleOperator.Subtract } => Sum,
        BinaryNode { Operator: RuleOperator.Multiply or RuleOperator.Divide } => 6,
        BinaryNode or MissingNode or ListedNode or AmongNode => Comparison,
        NegateNode => 7,
        _ => 8,
    };
}
