namespace FastCore.Fraud.Rules.Text;

/// <summary>Reads numbers as rule files write them.</summary>
internal static class RuleNumberText
{
    private const int HexDigitsMax = 32;

    /// <summary>Reads a number. A false answer comes with what is wrong.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out RuleNumber number, out RuleMistakeCode code)
    {
        number = default;
        code = RuleMistakeCode.BadNumber;
        if (text.StartsWith("0x"u8))
        {
            return TryHex(text[2..], out number, ref code);
        }

        int scale = 0;
        bool isFraction = false;
        bool isTooLarge = false;
        UInt128 whole = 0;
        int at = 0;
        byte previous = 0;
        for (; at < text.Length && (char.IsAsciiDigit((char)text[at]) || text[at] is (byte)'_' or (byte)'.'); at++)
        {
            byte c = text[at];
            if (c == '.' && (isFraction || previous == '_'))
            {
                return false;
            }

            if (c == '_' && !char.IsAsciiDigit((char)previous))
            {
                return false;
            }

            previous = c;
            isFraction |= c == '.';
            if (char.IsAsciiDigit((char)c))
            {
                isTooLarge |= whole > (UInt128.MaxValue - 9) / 10;
                whole = isTooLarge ? 0 : (whole * 10) + (UInt128)(c - '0');
                scale += isFraction ? 1 : 0;
            }
        }

        if (!char.IsAsciiDigit((char)previous)
            || !TryUnit(text[at..], out uint factor, out int shift, out RuleUnit unit))
        {
            return false;
        }

        code = RuleMistakeCode.NumberTooLarge;
        if (isTooLarge || whole > UInt128.MaxValue / factor)
        {
            return false;
        }

        number = new RuleNumber(whole * factor, scale + shift, unit).Shortest();
        bool isFine = number.Scale <= RuleLimits.FractionDigitsMax
            && (number.IsArithmetic || (number.Scale == 0 && unit == RuleUnit.Any));
        return isFine;
    }

    private static bool TryHex(ReadOnlySpan<byte> digits, out RuleNumber number, ref RuleMistakeCode code)
    {
        number = default;
        UInt128 whole = 0;
        int count = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            if (!char.IsAsciiHexDigit((char)digits[i]))
            {
                return false;
            }

            whole = (whole << 4) | (uint)Convert.ToInt32(((char)digits[i]).ToString(), 16);
            count += count == 0 && whole == 0 ? 0 : 1;
        }

        code = count > HexDigitsMax ? RuleMistakeCode.NumberTooLarge : code;
        number = new RuleNumber(whole, 0, RuleUnit.Any);
        return digits.Length > 0 && count <= HexDigitsMax;
    }

    // A percentage is a number with two more digits behind the point; times are seconds.
    private static bool TryUnit(ReadOnlySpan<byte> unit, out uint factor, out int shift, out RuleUnit kind)
    {
        bool isTime = unit.Length == 1 && unit[0] is (byte)'s' or (byte)'m' or (byte)'h' or (byte)'d';
        shift = unit is [(byte)'%'] ? 2 : 0;
        kind = isTime ? RuleUnit.Seconds : RuleUnit.Any;
        factor = !isTime ? 1u : unit[0] switch { (byte)'m' => 60, (byte)'h' => 3_600, (byte)'d' => 86_400, _ => 1 };
        return isTime || shift != 0 || unit.IsEmpty;
    }
}
