namespace FastCore.Cli.Lab;

/// <summary>How a cell compares with the default: a ratio with the interval that it lies in with 95 %.</summary>
/// <param name="Mean">Geometric mean of the ratios of all rounds.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
internal readonly record struct LabRatio(double Mean, double Low, double High)
{
    // Student's t for 95 %, two-sided, by degrees of freedom 1, 2, …
    private static readonly double[] Student =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
        2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    ];

    /// <summary>Whether the interval leaves out 1: a difference that is hardly the machine's noise.</summary>
    public bool IsDifferent => Low > 1 || High < 1;

    /// <summary>
    /// Compares what two cells showed in the same rounds. Runs of one round are neighbours in time, so a machine that
    /// slows down meanwhile slows both down, and the ratio stays.
    /// </summary>
    /// <param name="cell">What the cell showed, by round; must be positive.</param>
    /// <param name="other">What it is compared with, by round; must be positive.</param>
    /// <returns>Null with less than two rounds in which both showed something.</returns>
    public static LabRatio? Of(IReadOnlyList<double?> cell, IReadOnlyList<double?> other)
    {
        List<double> logs = [];
        for (int i = 0; i < Math.Min(cell.Count, other.Count); i++)
        {
            if (cell[i] is double shown && other[i] is double reference && shown > 0 && reference > 0)
            {
                logs.Add(Math.Log(shown / reference));
            }
        }

        if (logs.Count < 2)
        {
            return null;
        }

        double mean = logs.Average();
        double variance = logs.Sum(log => (log - mean) * (log - mean)) / (logs.Count - 1);
        double reach = Student[Math.Min(logs.Count - 1, Student.Length) - 1] * Math.Sqrt(variance / logs.Count);
        return new LabRatio(Math.Exp(mean), Math.Exp(mean - reach), Math.Exp(mean + reach));
    }
}
