namespace FastCore.Bench.Load;

/// <summary>
/// Skewed choice of one of n: rank r is chosen in proportion to 1/r, so that a few are hot and most are cold. A table
/// of 16,384 entries makes a draw one read.
/// </summary>
internal sealed class ZipfTable
{
    /// <summary>Random bits that a draw takes.</summary>
    public const int Bits = 14;

    private readonly int[] _ranks = new int[1 << Bits];

    /// <summary>Makes the table for so many.</summary>
    public ZipfTable(int count)
    {
        double total = 0;
        for (int rank = 1; rank <= count; rank++)
        {
            total += 1.0 / rank;
        }

        int at = 0;
        double sum = 1.0 / total;
        for (int i = 0; i < _ranks.Length; i++)
        {
            while (at < count - 1 && (i + 0.5) / _ranks.Length > sum)
            {
                at++;
                sum += 1.0 / (at + 1) / total;
            }

            _ranks[i] = at;
        }
    }

    /// <summary>The choice of the low bits of a draw.</summary>
    public int Draw(ulong bits) => _ranks[bits & ((1 << Bits) - 1)];
}
