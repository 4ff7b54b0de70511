namespace FastCore.Fraud.Policies.Text;

/// <summary>A place in the policy file.</summary>
internal readonly record struct PolicyPlace(int Line, int Column);

/// <summary>A text of the file; null when it is missing or was something else, which is told already.</summary>
internal readonly record struct DeclaredText(string? Text, PolicyPlace At);

/// <summary>A file that the policy names, with its hash in a canonical policy.</summary>
internal sealed class DeclaredFile
{
    public DeclaredText Name { get; set; }

    public DeclaredText Hash { get; set; }
}

/// <summary>A model that the policy names.</summary>
internal sealed class DeclaredModel
{
    public DeclaredFile Trees { get; } = new();

    public DeclaredFile Vectors { get; } = new();

    public int Percent { get; set; }
}

/// <summary>A policy as its file declares it. What its texts mean is not checked yet.</summary>
internal sealed class DeclaredPolicy
{
    public ulong Version { get; set; }

    public DeclaredText Features { get; set; }

    public DeclaredModel? Champion { get; set; }

    public DeclaredModel? Challenger { get; set; }

    public List<DeclaredModel> Shadows { get; } = [];

    public List<DeclaredFile> Rules { get; } = [];

    public PolicyThresholds Thresholds { get; set; }

    public Dictionary<ulong, PolicyThresholds> Merchants { get; } = [];

    public FailureMode OnFeatureFailure { get; set; }

    public FailureMode OnModelFailure { get; set; }

    public bool ScreensPayments { get; set; }
}
