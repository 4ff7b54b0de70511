using System.Runtime.InteropServices;

namespace FastCore.Fraud.Rules.Program;

/// <summary>What an instruction does. Those from <see cref="Equal"/> on test something and jump.</summary>
internal enum RuleCode : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Jump,
    Fire,
    Pass,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Missing,
    Known,
    KeyEqual,
    KeyNotEqual,
    KeyMissing,
    KeyKnown,
    Listed,
    NotListed,
}

/// <summary>
/// One step of a condition: arithmetic between two registers, or a test of two operands that jumps when its result is
/// <see cref="When"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RuleInstruction
{
    public RuleCode Code;
    public bool When;
    public ushort Left;
    public ushort Right;

    /// <summary>The instruction to go on with, or the register to write.</summary>
    public int Target;
}
