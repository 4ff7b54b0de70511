using System.Security.Cryptography;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies.Text;
using FastCore.Fraud.Rules;

namespace FastCore.Fraud.Policies;

/// <summary>
/// All that decides: models, rules, thresholds, and what to do when something fails; compiled, and named by one hash,
/// so that all of it is swapped between two commands at once. Immutable; any thread may use it, through an own
/// <see cref="PolicyEvaluator"/>.
/// </summary>
public sealed class FraudPolicy
{
    private readonly Dictionary<ulong, PolicyThresholds> _merchants;
    private readonly byte[] _canonical;
    private readonly byte[] _hash;

    internal FraudPolicy(PolicyContent content)
    {
        Version = content.Version;
        Features = content.Features;
        Rules = content.Rules;
        Champion = content.Champion;
        Challenger = content.Challenger;
        ChallengerPercent = content.ChallengerPercent;
        Shadows = content.Shadows;
        ScreensPayments = content.ScreensPayments;
        OnFeatureFailure = content.OnFeatureFailure;
        OnModelFailure = content.OnModelFailure;
        Thresholds = content.Thresholds;
        _merchants = new Dictionary<ulong, PolicyThresholds>(content.Merchants);
        _canonical = PolicyPrinter.Print(content);
        _hash = SHA256.HashData(_canonical);
    }

    /// <summary>The operator's number, from 1, rising.</summary>
    public ulong Version { get; }

    /// <summary>SHA-256 of <see cref="Canonical"/>.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>
    /// The policy in the one way in which it is written canonically: UTF-8 that names every file by its SHA-256.
    /// </summary>
    public ReadOnlySpan<byte> Canonical => _canonical;

    /// <summary>The features that models and rules read.</summary>
    public FeatureSet Features { get; }

    /// <summary>The rules and the lists they name; an empty set when the policy has none.</summary>
    public RuleSet Rules { get; }

    /// <summary>The model that decides, or null: rules decide alone.</summary>
    public PolicyModel? Champion { get; }

    /// <summary>The model that decides for <see cref="ChallengerPercent"/> of the cards, or null.</summary>
    public PolicyModel? Challenger { get; }

    /// <summary>For how many of a hundred cards the challenger decides, 0 to 100.</summary>
    public int ChallengerPercent { get; }

    /// <summary>Models that only tell what they think, at most <see cref="PolicyLimits.ShadowsMax"/>.</summary>
    public IReadOnlyList<PolicyModel> Shadows { get; }

    /// <summary>Whether payments are screened before they are authorized.</summary>
    public bool ScreensPayments { get; }

    /// <summary>What to do when features cannot be had.</summary>
    public FailureMode OnFeatureFailure { get; }

    /// <summary>What to do when the model cannot be asked.</summary>
    public FailureMode OnModelFailure { get; }

    /// <summary>The thresholds of merchants that have none of their own.</summary>
    public PolicyThresholds Thresholds { get; }

    /// <summary>The thresholds of a merchant. Allocates nothing.</summary>
    public PolicyThresholds ThresholdsOf(ulong merchant) =>
        _merchants.TryGetValue(merchant, out PolicyThresholds own) ? own : Thresholds;

    /// <summary>
    /// Which model decides for a card. The same card has the same answer in every policy with the same percentage, and
    /// a larger percentage only adds cards to the challenger.
    /// </summary>
    public ModelRole RoleFor(ulong card) =>
        Challenger is not null && PercentOf(card) < ChallengerPercent ? ModelRole.Challenger
        : Champion is not null ? ModelRole.Champion
        : ModelRole.None;

    /// <summary>The model that decides for a card; null when the policy has none.</summary>
    public PolicyModel? ModelFor(ulong card) => RoleFor(card) == ModelRole.Challenger ? Challenger : Champion;

    /// <summary>Reads an operator's policy file and the files it names, and names every mistake in them.</summary>
    /// <param name="document">The file.</param>
    /// <param name="features">What models and rules may read.</param>
    /// <param name="file">
    /// Gives the content of a file by its name: relative to the policy's folder, never out of it, with forward slashes;
    /// null when it is not there.
    /// </param>
    /// <param name="policy">The policy, or null when there are mistakes.</param>
    /// <returns>The mistakes: of the policy file in its order, then of rule files.</returns>
    public static IReadOnlyList<PolicyMistake> TryParse(
        ReadOnlySpan<byte> document, FeatureSet features, Func<string, byte[]?> file, out FraudPolicy? policy)
    {
        PolicyMistakes mistakes = new();
        DeclaredPolicy? declared = new PolicyFileReader(document, mistakes, isCanonical: false).Read();
        policy = declared is null
            ? null
            : new PolicyBuilder(features, file, isCanonical: false, mistakes).Build(declared);
        return mistakes.All;
    }

    /// <summary>The files that an operator's policy file names, each once, whether or not it has mistakes.</summary>
    /// <param name="document">The file.</param>
    public static IReadOnlyList<string> FilesNamedBy(ReadOnlySpan<byte> document)
    {
        DeclaredPolicy? declared = new PolicyFileReader(document, new PolicyMistakes(), isCanonical: false).Read();
        if (declared is null)
        {
            return [];
        }

        IEnumerable<DeclaredFile> files = new[] { declared.Champion, declared.Challenger }.OfType<DeclaredModel>()
            .Concat(declared.Shadows).SelectMany(model => new[] { model.Trees, model.Vectors }).Concat(declared.Rules);
        return [.. files.Select(file => file.Name.Text).OfType<string>().Where(PolicyWords.IsFileName).Distinct()];
    }

    /// <summary>Reads a policy that was written canonically.</summary>
    /// <param name="canonical">What <see cref="Canonical"/> was.</param>
    /// <param name="features">What models and rules may read; those that the policy was made for.</param>
    /// <param name="file">
    /// Gives the content of a file by its SHA-256 as 64 lower-case hexadecimal digits; null when it is not there. What
    /// it gives is checked.
    /// </param>
    /// <param name="policy">The policy, with the same hash as the original, or null when there are mistakes.</param>
    /// <returns>The mistakes.</returns>
    public static IReadOnlyList<PolicyMistake> TryLoad(
        ReadOnlySpan<byte> canonical, FeatureSet features, Func<string, byte[]?> file, out FraudPolicy? policy)
    {
        PolicyMistakes mistakes = new();
        DeclaredPolicy? declared = new PolicyFileReader(canonical, mistakes, isCanonical: true).Read();
        policy = declared is null
            ? null
            : new PolicyBuilder(features, file, isCanonical: true, mistakes).Build(declared);
        if (policy is not null && !policy.Canonical.SequenceEqual(canonical))
        {
            policy = null;
            mistakes.Add(
                PolicyMistakeCode.NotCanonical, new PolicyPlace(1, 1), "The policy is not written canonically.");
        }

        return mistakes.All;
    }

    // A fixed mix (SplitMix64's), then the high half of a product: each of the hundred has the same share of cards.
    private static int PercentOf(ulong card)
    {
        ulong mixed = card + 0x9E3779B97F4A7C15UL;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return (int)Math.BigMul(mixed ^ (mixed >> 31), 100UL, out _);
    }
}
