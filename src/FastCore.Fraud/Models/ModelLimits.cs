namespace FastCore.Fraud.Models;

/// <summary>How large a model may be. What is beyond is refused before memory is taken for it.</summary>
public static class ModelLimits
{
    /// <summary>Bytes of a model file.</summary>
    public const int FileSizeMax = 256 << 20;

    /// <summary>Objects and arrays inside each other, in a file.</summary>
    public const int NestingMax = 32;

    /// <summary>Features of a model.</summary>
    public const int FeaturesMax = 4096;

    /// <summary>Bytes of a name of a feature.</summary>
    public const int FeatureNameSizeMax = 1024;

    /// <summary>Trees of a model.</summary>
    public const int TreesMax = 65_536;

    /// <summary>Nodes of all trees of a model, leaves and pruned ones included.</summary>
    public const int NodesMax = 8 << 20;

    /// <summary>Decisions on the way from the root of a tree to a leaf.</summary>
    public const int DepthMax = 128;

    /// <summary>One above the largest category, as in XGBoost: larger numbers are not exact in a float.</summary>
    public const int CategoryEnd = 1 << 24;

    /// <summary>Bits of all sets of categories of a model; a set is as long as its largest category.</summary>
    public const int CategoryBitsMax = 1 << 28;
}
