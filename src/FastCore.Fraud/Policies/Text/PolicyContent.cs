using FastCore.Fraud.Features;
using FastCore.Fraud.Rules;

namespace FastCore.Fraud.Policies.Text;

/// <summary>A file that was read, and its SHA-256 as hexadecimal digits.</summary>
internal sealed record PolicyFile(string Name, string Hash, byte[] Content);

/// <summary>What a policy is made of.</summary>
internal sealed class PolicyContent
{
    public required ulong Version { get; init; }

    public required FeatureSet Features { get; init; }

    public required RuleSet Rules { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<PolicyFile> RuleFiles { get; init; }

    public required PolicyModel? Champion { get; init; }

    public required PolicyModel? Challenger { get; init; }

    public required int ChallengerPercent { get; init; }

    public required IReadOnlyList<PolicyModel> Shadows { get; init; }

    /// <summary>The vectors of each model.</summary>
    public required IReadOnlyDictionary<PolicyModel, PolicyFile> Vectors { get; init; }

    public required PolicyThresholds Thresholds { get; init; }

    public required IReadOnlyDictionary<ulong, PolicyThresholds> Merchants { get; init; }

    public required FailureMode OnFeatureFailure { get; init; }

    public required FailureMode OnModelFailure { get; init; }

    public required bool ScreensPayments { get; init; }
}
