using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastCore.Bench.Load;

/// <summary>
/// Counts values in log-linear buckets with three significant digits: every value up to <see cref="ValueMax"/> is
/// reported within 0.1 %. Memory is fixed at construction; recording allocates nothing. One writer at a time.
/// </summary>
public sealed class LatencyHistogram
{
    // 2,048 linear steps per power of two give a worst relative error of 1/1,024 at the lower end of a bucket: 0.1 %.
    private const int SubBits = 11;
    private const int SubCount = 1 << SubBits;
    private const int SubHalf = SubCount / 2;
    private const int ValueBits = 42;

    private readonly long[] _counts = new long[SubCount + ((ValueBits - SubBits) * SubHalf)];

    /// <summary>Largest value told apart: 73 minutes in nanoseconds. Larger ones are counted as this one.</summary>
    public const long ValueMax = (1L << ValueBits) - 1;

    /// <summary>Values recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Largest value recorded, exactly.</summary>
    public long Max { get; private set; }

    /// <summary>Smallest value recorded, exactly; 0 when nothing was.</summary>
    public long Min => Count == 0 ? 0 : _min;

    private long _min = long.MaxValue;

    /// <summary>Records a value so many times. Negative values count as 0.</summary>
    public void Record(long value, long times = 1)
    {
        value = Math.Max(value, 0);
        _counts[IndexOf(Math.Min(value, ValueMax))] += times;
        Count += times;
        Max = Math.Max(Max, value);
        _min = Math.Min(_min, value);
    }

    /// <summary>
    /// The smallest recorded value (as its bucket's upper end, never above <see cref="Max"/>) that at least so many
    /// percent of all values do not exceed; 0 when nothing was recorded.
    /// </summary>
    public long Percentile(double percent)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Math.Min(UpperEndOf(i), Max);
            }
        }

        return Max;
    }

    /// <summary>Adds everything another histogram recorded.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        Max = Math.Max(Max, other.Max);
        _min = Math.Min(_min, other._min);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
        Max = 0;
        _min = long.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IndexOf(long value)
    {
        int shift = Math.Max(0, 64 - SubBits - BitOperations.LeadingZeroCount((ulong)value));
        return (shift * SubHalf) + (int)(value >> shift);
    }

    private static long UpperEndOf(int index)
    {
        if (index < SubCount)
        {
            return index;
        }

        int shift = (index / SubHalf) - 1;
        long sub = index - ((long)shift * SubHalf);
        return ((sub + 1) << shift) - 1;
    }
}
