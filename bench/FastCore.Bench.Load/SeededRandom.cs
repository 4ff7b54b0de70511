using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastCore.Bench.Load;

/// <summary>
/// A seeded generator (xoshiro256**, public domain algorithm by Blackman and Vigna) whose draws are the same on every
/// machine: everything above the integers uses only additions, multiplications, divisions and square roots, which IEEE
/// 754 rounds exactly, and never the logarithm of the machine's mathematics library.
/// </summary>
public sealed class SeededRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private double _spareNormal;
    private bool _hasSpareNormal;

    /// <summary>Starts the sequence of a seed.</summary>
    public SeededRandom(ulong seed)
    {
        _s0 = Mix(ref seed);
        _s1 = Mix(ref seed);
        _s2 = Mix(ref seed);
        _s3 = Mix(ref seed);
    }

    /// <summary>
    /// A well-mixed 64-bit value of a number: a stateless draw, for content that follows from an index.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>An integer from 0 to bound − 1, without noticeable bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Below(ulong bound) => Math.BigMul(Next(), bound, out _);

    /// <summary>A number from 0 (included) to 1 (excluded).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A draw from the normal distribution (Marsaglia's polar method).</summary>
    public double Normal(double mean, double deviation)
    {
        if (_hasSpareNormal)
        {
            _hasSpareNormal = false;
            return mean + (deviation * _spareNormal);
        }

        double u;
        double v;
        double square;
        do
        {
            u = (2 * Uniform()) - 1;
            v = (2 * Uniform()) - 1;
            square = (u * u) + (v * v);
        }
        while (square >= 1 || square == 0);

        double scale = Math.Sqrt(-2 * Logarithm(square) / square);
        _spareNormal = v * scale;
        _hasSpareNormal = true;
        return mean + (deviation * u * scale);
    }

    /// <summary>A draw from the Poisson distribution (Knuth's product method; meant for small means).</summary>
    /// <param name="exponentialOfMinusMean">
    /// e to the power of minus the mean, see <see cref="ExponentialOfMinus"/>.
    /// </param>
    public int Poisson(double exponentialOfMinusMean)
    {
        int count = 0;
        double product = Uniform();
        while (product > exponentialOfMinusMean)
        {
            count++;
            product *= Uniform();
        }

        return count;
    }

    /// <summary>e^−x for 0 ≤ x ≤ 64, the same bits on every machine.</summary>
    public static double ExponentialOfMinus(double x)
    {
        // The Taylor series converges fast for a 64th of the argument; six squarings bring it back.
        double argument = -x / 64;
        double term = 1;
        double sum = 1;
        for (int i = 1; i <= 18; i++)
        {
            term = term * argument / i;
            sum += term;
        }

        for (int i = 0; i < 6; i++)
        {
            sum *= sum;
        }

        return sum;
    }

    /// <summary>Natural logarithm of a positive normal number, the same bits on every machine.</summary>
    public static double Logarithm(double x)
    {
        const double Ln2 = 0.69314718055994530942;
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits >> 52) & 0x7FF) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh((m − 1) / (m + 1)); the argument is at most 0.172, so 12 terms reach double precision.
        double z = (mantissa - 1) / (mantissa + 1);
        double square = z * z;
        double sum = 0;
        for (int i = 23; i >= 1; i -= 2)
        {
            sum = (sum * square) + (1.0 / i);
        }

        return (exponent * Ln2) + (2 * z * sum);
    }

    private static ulong Mix(ref ulong state)
    {
        ulong result = Mix(state);
        state += 0x9E3779B97F4A7C15;
        return result;
    }
}
