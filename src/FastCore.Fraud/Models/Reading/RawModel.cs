namespace FastCore.Fraud.Models.Reading;

/// <summary>A model as the file tells it; nothing is checked yet, and what a file did not say is null.</summary>
internal sealed class RawModel
{
    public int[]? Version { get; set; }

    public string? Objective { get; set; }

    public string? Booster { get; set; }

    public string? BaseScore { get; set; }

    public string? ClassCount { get; set; }

    public string? TargetCount { get; set; }

    public string? FeatureCount { get; set; }

    public string? TreeCount { get; set; }

    public bool HasVectorLeaves { get; set; }

    public List<string> FeatureNames { get; } = [];

    public int[]? TreeClasses { get; set; }

    public List<RawTree>? Trees { get; set; }

    public float[]? DropWeights { get; set; }
}
