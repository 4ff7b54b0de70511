using System.Globalization;

namespace FastCore.Fraud.Rules.Text;

/// <summary>
/// A written number, kept exactly: whole number ÷ 10^digits behind the point. Both are exact in a double within the
/// limits, so the value is rounded once.
/// </summary>
internal readonly record struct RuleNumber(UInt128 Whole, int Scale, RuleUnit Unit)
{
    private static readonly double[] Powers =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Whether arithmetic can use it: not so a card number of 128 bits.</summary>
    public bool IsArithmetic => Whole <= (ulong)RuleLimits.NumberMax && Scale <= RuleLimits.FractionDigitsMax;

    public double Value => (double)(ulong)Whole / Powers[Scale];

    /// <summary>The same number without zeros at its end.</summary>
    public RuleNumber Shortest()
    {
        RuleNumber number = this;
        while (number.Scale > 0 && number.Whole % 10 == 0)
        {
            number = number with { Whole = number.Whole / 10, Scale = number.Scale - 1 };
        }

        return number;
    }

    /// <summary>How it is written, without an exponent.</summary>
    public override string ToString()
    {
        string digits = Whole.ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        string plain = Scale == 0 ? digits : $"{digits[..^Scale]}.{digits[^Scale..]}";
        return Unit == RuleUnit.Seconds ? plain + "s" : plain;
    }
}
