using System.Text;
using FastCore.Fraud.Features;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// Settings of fraud scoring. All of them shape the state, so they are fixed when a data directory is created.
/// </summary>
public sealed class FraudOptions
{
    /// <summary>The feature file, as text; null = the shipped one.</summary>
    public string? Features { get; set; }

    /// <summary>Bounds of the histories that features are computed from, per partition.</summary>
    public FeatureOptions Bounds { get; set; } = new();

    /// <summary>Entries of all lists together, per partition.</summary>
    public int ListEntriesMax { get; set; } = 65_536;

    /// <summary>Transactions that may wait for a verdict, per partition; what comes beyond is declined.</summary>
    public int ReviewsMax { get; set; } = 65_536;

    /// <summary>The bytes of the feature file.</summary>
    public byte[] FeatureFile() => Features is null ? FeatureSet.DefaultFile() : Encoding.UTF8.GetBytes(Features);

    /// <summary>Compiles the feature file.</summary>
    /// <exception cref="FeatureFileException">The file has mistakes; the exception names all.</exception>
    public FeatureSet Compile() => FeatureSet.Parse(FeatureFile());

    /// <summary>Checks the bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bound is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ListEntriesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReviewsMax, 1);
    }
}
