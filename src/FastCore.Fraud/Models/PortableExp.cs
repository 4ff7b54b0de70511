// Hot file: may not allocate, lock or throw.
namespace FastCore.Fraud.Models;

/// <summary>
/// The exponential of a float with the same bits on every machine. The platform's own differs between libraries and
/// processors in the last bit, and a decision that is replayed elsewhere must not. Only additions and products of
/// doubles in a fixed order, so nothing is left to anyone; the error before the one rounding to float is below 1e-15.
/// </summary>
internal static class PortableExp
{
    // ln 2 in two parts: products of the first with whole numbers up to 2^11 are exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2OfE = 1.44269504088896338700;

    /// <summary>The exponential.</summary>
    public static float Of(float value)
    {
        if (float.IsNaN(value) || value > 89f)
        {
            return float.IsNaN(value) ? value : float.PositiveInfinity;
        }

        if (value < -104f)
        {
            return 0f;
        }

        double twos = Math.Round(value * Log2OfE);
        double rest = (value - (twos * Ln2High)) - (twos * Ln2Low);

        // At most half of ln 2 is left, for which 13 terms of the series are beyond a double's last bit.
        double sum = 1.0 / 6_227_020_800.0;
        sum = (sum * rest) + (1.0 / 479_001_600.0);
        sum = (sum * rest) + (1.0 / 39_916_800.0);
        sum = (sum * rest) + (1.0 / 3_628_800.0);
        sum = (sum * rest) + (1.0 / 362_880.0);
        sum = (sum * rest) + (1.0 / 40_320.0);
        sum = (sum * rest) + (1.0 / 5_040.0);
        sum = (sum * rest) + (1.0 / 720.0);
        sum = (sum * rest) + (1.0 / 120.0);
        sum = (sum * rest) + (1.0 / 24.0);
        sum = (sum * rest) + (1.0 / 6.0);
        sum = (sum * rest) + 0.5;
        sum = (sum * rest) + 1.0;
        sum = (sum * rest) + 1.0;
        double power = BitConverter.Int64BitsToDouble(((long)twos + 1023) << 52);
        return (float)(sum * power);
    }
}
