using System.Runtime.CompilerServices;

namespace FastCore.Payments.Payments;

/// <summary>
/// Fee and tax of an amount, in integers only: parts per million, rounded half to even. Nothing here allocates.
/// </summary>
internal static class FeeArithmetic
{
    private const uint Million = 1_000_000;

    // Largest amount whose product with 1,000,000 ppm fits 64 bits.
    private const ulong FastAmountMax = ulong.MaxValue / Million;

    /// <summary>
    /// What a merchant pays for captures of so many minor units in all: the proportional part and the fixed part,
    /// then raised to the least and lowered to the largest fee. Nothing captured costs nothing.
    /// </summary>
    /// <remarks>
    /// It never falls as the amount grows, so a payment captured in parts is charged the differences and pays in the
    /// end exactly what it would have paid in one piece.
    /// </remarks>
    public static ulong Fee(in MerchantRow merchant, ulong amount)
    {
        if (amount == 0)
        {
            return 0;
        }

        ulong fee = checked(PartsPerMillion(amount, merchant.FeePpm) + merchant.FeeFixed);
        fee = Math.Max(fee, merchant.FeeMin);
        return merchant.FeeMax != 0 ? Math.Min(fee, merchant.FeeMax) : fee;
    }

    /// <summary>The tax on a fee.</summary>
    public static ulong Tax(in MerchantRow merchant, ulong fee) => PartsPerMillion(fee, merchant.TaxPpm);

    /// <summary>amount × ppm ÷ 1,000,000, rounded half to even; ppm is at most 1,000,000.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PartsPerMillion(ulong amount, uint ppm)
    {
        if (amount > FastAmountMax)
        {
            return LargePartsPerMillion(amount, ppm);
        }

        ulong product = amount * ppm;
        ulong quotient = product / Million;
        ulong rest = product - (quotient * Million);
        return quotient + RoundUp(rest, quotient);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong LargePartsPerMillion(ulong amount, uint ppm)
    {
        UInt128 product = (UInt128)amount * ppm;
        ulong quotient = (ulong)(product / Million);
        ulong rest = (ulong)(product - ((UInt128)quotient * Million));
        return quotient + RoundUp(rest, quotient);
    }

    // Above the half always; at the half only when that makes the result even.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong RoundUp(ulong rest, ulong quotient) =>
        rest > Million / 2 || (rest == Million / 2 && (quotient & 1) != 0) ? 1UL : 0UL;
}
