namespace FastCore.Fraud.Rules.Program;

/// <summary>The conditions of a set as instructions over registers. Immutable.</summary>
/// <param name="code">All instructions.</param>
/// <param name="starts">The first instruction of each rule.</param>
/// <param name="used">Inputs that any condition reads, ascending.</param>
/// <param name="constantsStart">The register of the first constant; inputs and values in between lie before it.</param>
/// <param name="constants">Written numbers.</param>
/// <param name="keys">Written keys.</param>
internal sealed class RuleProgram(
    RuleInstruction[] code, int[] starts, int[] used, int constantsStart, double[] constants, UInt128[] keys)
{
    public int[] Used => used;

    public int Registers => constantsStart + constants.Length;

    public ReadOnlySpan<RuleInstruction> Code => code;

    /// <summary>Writes the constants into registers, where they stay.</summary>
    public void LoadConstants(Span<double> registers) => constants.CopyTo(registers[constantsStart..]);

    /// <summary>
    /// Whether a rule's condition is true. Allocates nothing, throws nothing, and ends: all jumps go forward.
    /// </summary>
    public bool Run(int rule, Span<double> registers, ReadOnlySpan<UInt128> fields, in BoundLists lists)
    {
        RuleInstruction[] all = code;
        UInt128[] written = keys;
        for (int at = starts[rule]; ;)
        {
            ref readonly RuleInstruction step = ref all[at++];
            bool holds;
            switch (step.Code)
            {
                case RuleCode.Add:
                    registers[step.Target] = Finite(registers[step.Left] + registers[step.Right]);
                    continue;
                case RuleCode.Subtract:
                    registers[step.Target] = Finite(registers[step.Left] - registers[step.Right]);
                    continue;
                case RuleCode.Multiply:
                    registers[step.Target] = Finite(registers[step.Left] * registers[step.Right]);
                    continue;
                case RuleCode.Divide:
                    registers[step.Target] = Finite(registers[step.Left] / registers[step.Right]);
                    continue;
                case RuleCode.Negate:
                    registers[step.Target] = -registers[step.Left];
                    continue;
                case RuleCode.Jump:
                    at = step.Target;
                    continue;
                case RuleCode.Fire:
                    return true;
                case RuleCode.Pass:
                    return false;
                case RuleCode.Equal:
                    holds = registers[step.Left] == registers[step.Right];
                    break;
                case RuleCode.NotEqual:
                    // Not "!=", which holds for missing values too.
                    holds = registers[step.Left] < registers[step.Right]
                        || registers[step.Left] > registers[step.Right];
                    break;
                case RuleCode.Less:
                    holds = registers[step.Left] < registers[step.Right];
                    break;
                case RuleCode.LessOrEqual:
                    holds = registers[step.Left] <= registers[step.Right];
                    break;
                case RuleCode.Greater:
                    holds = registers[step.Left] > registers[step.Right];
                    break;
                case RuleCode.GreaterOrEqual:
                    holds = registers[step.Left] >= registers[step.Right];
                    break;
                case RuleCode.Missing:
                    holds = double.IsNaN(registers[step.Left]);
                    break;
                case RuleCode.Known:
                    holds = !double.IsNaN(registers[step.Left]);
                    break;
                case RuleCode.KeyEqual:
                    holds = fields[step.Left] == written[step.Right];
                    break;
                case RuleCode.KeyNotEqual:
                    holds = fields[step.Left] != 0 && fields[step.Left] != written[step.Right];
                    break;
                case RuleCode.KeyMissing:
                    holds = fields[step.Left] == 0;
                    break;
                case RuleCode.KeyKnown:
                    holds = fields[step.Left] != 0;
                    break;
                case RuleCode.Listed:
                    holds = lists.Contains(step.Right, fields);
                    break;
                default:
                    holds = fields[step.Left] != 0 && !lists.Contains(step.Right, fields);
                    break;
            }

            at = holds == step.When ? step.Target : at;
        }
    }

    // What cannot be computed, such as a division by zero, is missing and not infinitely large.
    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;
}
