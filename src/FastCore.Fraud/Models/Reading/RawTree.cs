namespace FastCore.Fraud.Models.Reading;

/// <summary>A tree as the file tells it; nothing is checked yet.</summary>
internal sealed class RawTree
{
    public int? Id { get; set; }

    public string? NodeCount { get; set; }

    public bool HasVectorLeaves { get; set; }

    public int[]? Left { get; set; }

    public int[]? Right { get; set; }

    public int[]? Features { get; set; }

    public float[]? Conditions { get; set; }

    public float[]? Covers { get; set; }

    public int[]? DefaultLeft { get; set; }

    public int[]? SplitTypes { get; set; }

    public int[] CategoryNodes { get; set; } = [];

    public int[] CategorySegments { get; set; } = [];

    public int[] CategorySizes { get; set; } = [];

    public int[] Categories { get; set; } = [];
}
