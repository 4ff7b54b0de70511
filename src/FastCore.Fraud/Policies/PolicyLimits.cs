namespace FastCore.Fraud.Policies;

/// <summary>What a policy may be at most.</summary>
public static class PolicyLimits
{
    /// <summary>Bytes of a policy file.</summary>
    public const int FileBytesMax = 8 << 20;

    /// <summary>Characters of the name of a file that a policy names.</summary>
    public const int NameLengthMax = 256;

    /// <summary>Models in shadow mode.</summary>
    public const int ShadowsMax = 4;

    /// <summary>Merchants with thresholds of their own.</summary>
    public const int MerchantsMax = 65_536;

    /// <summary>Rows of a file with verification vectors.</summary>
    public const int VectorRowsMax = 65_536;

    /// <summary>Bytes of a file with verification vectors.</summary>
    public const int VectorBytesMax = 256 << 20;

    /// <summary>Mistakes that are named; beyond them only their number is.</summary>
    public const int MistakesMax = 100;
}
